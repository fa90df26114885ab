-- What articles about one event say of the same thing, copies left out: one row for each number that several outlets
-- give, and one for each that may replace or contradict another. Nothing says which of two is right.
CREATE OR REPLACE VIEW mart.figure_comparisons AS
WITH worded_figures AS (
  SELECT e.event_id, s.article_id, e.story_at, s.subject, s.changes, s.words, f.figure_no, f.value, f.value_high,
    f.text, a.day, a.source_name, a.origin, a.headline, a.url,
    p.speaker, p.speaker_entity_id, p.speaker_affiliation,
    -- what one more in the last printed digit would be: ten million in Rp 318,45 miliar
    coalesce(
      f.value::DOUBLE / nullif(
        try_cast(replace(replace(regexp_extract(f.text, '\d[\d.,]*'), '.', ''), ',', '') AS DOUBLE), 0
      ),
      1
    ) AS last_place,
    f.value % 10 = 0 AND f.comparator IN ('~', '>', '>=') AS is_round,
    if(f.comparator = '~', 0.9, 1) * f.value AS lowest,
    if(f.comparator = '~', 1.1, 1.25) * f.value AS highest,
    regexp_matches(s.words, '\b(menjadi|total|seluruhnya|jumlah|kini)\b') AS is_total,
    regexp_matches(a.headline, '\b' || f.value::BIGINT || '\b') AS in_headline,
    -- what is told further down may be a part
    s.changes IS NULL OR f.paragraph_no <= 2 OR is_total OR in_headline AS is_whole,
    list(f.value) OVER (PARTITION BY s.article_id, s.subject) AS own_values
  FROM core.figure_subjects AS s
  JOIN core.article_events AS e USING (article_id)
  JOIN core.figures AS f ON f.version_id = s.version_id AND f.figure_no = s.figure_no
  JOIN mart.event_articles AS a ON a.article_id = s.article_id
  LEFT JOIN mart.speakers AS p ON p.version_id = f.version_id AND p.quote_no = f.quote_no
), figures AS (
  FROM worded_figures
  -- an article counts a thing once: the other figures are its parts, or what was known before
  QUALIFY row_number() OVER (
    PARTITION BY article_id, subject, if(changes = 'equal', value, NULL)
    ORDER BY is_whole DESC, is_total DESC, in_headline DESC, value DESC, figure_no
  ) = 1
), numbers AS (
  -- those that are equal as printed go by the most exact
  SELECT x.*, arg_min(y.value, (y.last_place, y.story_at, y.article_id, y.figure_no)) AS number
  FROM figures AS x
  JOIN figures AS y
    ON y.event_id = x.event_id
      AND y.subject = x.subject
      AND y.value_high IS NOT DISTINCT FROM x.value_high
      AND (
        abs(x.value - y.value) < 0.501 * greatest(x.last_place, y.last_place)
        -- cut where that hardly matters: 194,6 of 194,67
        OR abs(x.value - y.value) < least(
          0.999 * greatest(x.last_place, y.last_place), 0.01 * greatest(x.value, y.value)
        )
        -- about fifty, more than a hundred; at least eight and at least nine are two counts
        OR x.changes IS DISTINCT FROM 'equal'
          AND (x.is_round AND y.value BETWEEN x.lowest AND x.highest
            OR y.is_round AND x.value BETWEEN y.lowest AND y.highest)
      )
  GROUP BY ALL
), ordered_numbers AS (
  SELECT n, first_value(n) OVER places AS first
  FROM numbers AS n
  WINDOW places AS (PARTITION BY event_id, subject, number ORDER BY story_at, article_id, figure_no)
), sides AS (
  SELECT n.event_id, n.subject, n.number, n.changes,
    arg_min(n, (n.story_at, n.article_id, n.figure_no)) AS earliest,
    arg_min(n, (n.story_at, n.article_id, n.figure_no)) FILTER (n.source_name <> first.source_name) AS next,
    arg_min(n, (n.story_at, n.article_id, n.figure_no)) FILTER (n.is_whole) AS whole,
    list(DISTINCT n.source_name ORDER BY n.source_name) AS outlets,
    list(DISTINCT n.source_name ORDER BY n.source_name) FILTER (n.is_whole) AS whole_outlets,
    bool_and(
      n.origin = first.origin
      OR n.speaker_entity_id IS NOT DISTINCT FROM first.speaker_entity_id AND n.speaker_entity_id IS NOT NULL
      OR n.speaker_affiliation IS NOT DISTINCT FROM first.speaker_affiliation AND n.speaker_affiliation IS NOT NULL
      OR n.words = first.words AND len(string_split(n.words, ' ')) >= 8
    ) AS is_one_origin
  FROM ordered_numbers
  GROUP BY ALL
), disagreements AS (
  SELECT x.whole AS x, y.whole AS y, x.whole_outlets AS outlets, y.whole_outlets AS later_outlets
  FROM sides AS x
  JOIN sides AS y
    ON y.event_id = x.event_id
      AND y.subject = x.subject
      AND (x.whole.story_at, x.whole.article_id) < (y.whole.story_at, y.whole.article_id)
  WHERE x.changes IS DISTINCT FROM 'equal'
    AND len(list_distinct(x.whole_outlets || y.whole_outlets)) > 1
    -- an article that gives both does not contradict the other
    AND NOT list_contains(x.whole.own_values, y.number)
    AND NOT list_contains(y.whole.own_values, x.number)
  -- of several earlier numbers, the last one
  QUALIFY row_number() OVER (
    PARTITION BY y.event_id, y.subject, y.number ORDER BY x.whole.story_at DESC, x.whole.article_id
  ) = 1
), comparisons AS (
  SELECT if(is_one_origin, 'one_origin', 'agree') AS verdict, earliest AS x, next AS y,
    [earliest.source_name] AS outlets, list_filter(outlets, lambda name: name <> earliest.source_name) AS later_outlets
  FROM sides
  WHERE next IS NOT NULL
  UNION ALL
  SELECT
    CASE
      WHEN x.speaker_entity_id = y.speaker_entity_id OR x.speaker_affiliation = y.speaker_affiliation
        THEN 'lead_may_update'
      WHEN date_diff('minute', x.story_at, y.story_at) >= 60
        AND (y.changes = 'both' OR y.changes = 'up' AND y.value > x.value)
        THEN 'lead_may_update'
      ELSE 'lead_may_contradict'
    END,
    x, y, outlets, later_outlets
  FROM disagreements
)
SELECT
  x.event_id, -- article_id of the earliest article of the event
  y.day, -- of the later article
  x.subject, -- what both count: a thing of `warehouse/write/subjects.toml`, else the words or the unit of the figure
  verdict, -- agree, one_origin (each in the same eight words or more, or by the same speaker, body or agency),
    -- lead_may_update (a later count can have replaced it), lead_may_contradict; a lead is a reason to read the
    -- articles: how many are right is in 'comparison.figures' of mart.rules
  x.source_name AS earlier_source_name, -- outlet of the earlier article, the first with this number
  outlets AS earlier_source_names, -- all outlets that give it, the same as the one before where outlets agree
  x.text AS earlier_figure, -- as written
  x.value AS earlier_value, -- with words such as "ribu" multiplied out
  x.speaker AS earlier_speaker, -- who stated it; NULL where the outlet does, or somebody who is not resolved
  y.source_name AS later_source_name, -- outlet of the later article: the first with the other number, or to agree
  later_outlets AS later_source_names, -- all outlets that give the other number, or agree
  y.text AS later_figure, -- as written
  y.value AS later_value, -- likewise
  y.speaker AS later_speaker, -- likewise
  date_diff('minute', x.story_at, y.story_at) AS minutes_after, -- from the earlier to the later article
  x.article_id AS earlier_article_id, -- with earlier_figure_no a key of mart.figures
  x.figure_no AS earlier_figure_no, -- 1-based
  y.article_id AS later_article_id, -- with later_figure_no a key of mart.figures
  y.figure_no AS later_figure_no, -- 1-based
  x.headline AS earlier_headline, -- of the earlier article
  y.headline AS later_headline, -- of the later article
  x.url AS earlier_url, -- of the earlier article
  y.url AS later_url -- of the later article
FROM comparisons;
