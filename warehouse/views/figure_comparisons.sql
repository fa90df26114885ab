-- What two articles about one event say of the same thing, copies left out: one row per pair of figures. Nothing says which of two is right.
CREATE OR REPLACE VIEW mart.figure_comparisons AS
WITH first_figures AS (
  SELECT s.article_id, s.figure_no
  FROM core.figure_subjects AS s
  JOIN core.figures AS f ON f.version_id = s.version_id AND f.figure_no = s.figure_no
  QUALIFY row_number() OVER (PARTITION BY s.article_id, s.subject, f.value, f.value_high ORDER BY f.figure_no) = 1
), subject_figures AS (
  SELECT e.event_id, s.article_id, e.story_at, s.subject, s.changes, s.words, f.figure_no, f.value, f.value_high, f.comparator, f.unit, f.text, f.version_id,
    p.speaker, p.speaker_entity_id, p.speaker_affiliation,
    CASE
      WHEN f.comparator = '~' THEN [f.value * 0.9, f.value * 1.1]
      WHEN f.comparator IN ('>', '>=') THEN [f.value, f.value * 1.25]
      WHEN f.comparator IN ('<', '<=') THEN [f.value * 0.8, f.value]
      ELSE [f.value, coalesce(f.value_high, f.value)]
    END AS bounds,
    sum(f.value) OVER (PARTITION BY s.article_id, s.subject) AS total
  FROM core.figure_subjects AS s
  JOIN core.article_events AS e USING (article_id)
  JOIN core.figures AS f ON f.version_id = s.version_id AND f.figure_no = s.figure_no
  LEFT JOIN core.speakers AS p ON p.version_id = f.version_id AND p.quote_no = f.quote_no
  SEMI JOIN first_figures AS r ON r.article_id = s.article_id AND r.figure_no = s.figure_no
  -- a part of the count, or bodies that were only moved
  WHERE NOT regexp_matches(s.words, '\bterdiri\b')
    AND NOT regexp_matches(split_part(s.words, lower(f.text), 2), '\b(berat|parah|ringan|sedang|kritis|dewasa|dibawa|diterbangkan|dipulangkan|diserahkan|dimakamkan|dikenali|teridentifikasi)\b')
  -- one more victim, so that there are three now: the one is no count of all
  QUALIFY f.value >= coalesce(max(f.value) FILTER (regexp_matches(s.words, '\b(menjadi|total)\b')) OVER (PARTITION BY s.article_id, s.subject), 0)
), pairs AS (
  SELECT x, y,
    x.value = y.value AND x.value_high IS NOT DISTINCT FROM y.value_high AS is_equal,
    x.bounds[1] <= y.bounds[2] AND y.bounds[1] <= x.bounds[2] OR x.value = round(y.value) AND y.value <> round(y.value) OR y.value = round(x.value) AND x.value <> round(x.value) AS is_compatible,
    date_diff('minute', x.story_at, y.story_at) AS minutes_after
  FROM subject_figures AS x
  JOIN subject_figures AS y ON y.event_id = x.event_id AND y.subject = x.subject AND (x.unit = y.unit OR NOT starts_with(x.subject, 'buildings')) AND (x.story_at, x.article_id) < (y.story_at, y.article_id)
  -- a less likely pair is of one event through others only
  JOIN core.event_pairs AS l ON l.article_id = y.article_id AND l.earlier_id = x.article_id AND l.likelihood >= 0.4
  -- two values that both articles give, or the parts of the other's total, do not contradict each other
  QUALIFY is_equal OR x.total <> y.total AND x.total <> y.value AND y.total <> x.value AND NOT (
    bool_or(is_equal) OVER (PARTITION BY x.article_id, y.article_id, x.subject, x.figure_no)
    AND bool_or(is_equal) OVER (PARTITION BY x.article_id, y.article_id, x.subject, y.figure_no)
  )
)
SELECT
  x.event_id, -- article_id of the earliest article of the event
  c.day, -- of the later article
  x.subject, -- what both count
  CASE
    WHEN is_equal AND (a.origin = c.origin OR x.speaker_entity_id = y.speaker_entity_id OR x.speaker_affiliation = y.speaker_affiliation OR x.words = y.words AND len(string_split(x.words, ' ')) >= 8) THEN 'one_origin'
    WHEN is_equal OR is_compatible THEN 'agree'
    WHEN x.speaker_entity_id <> y.speaker_entity_id AND x.speaker_affiliation <> y.speaker_affiliation THEN 'contested'
    WHEN regexp_matches(y.words, '\b(klaim|mengklaim|hanya)\b')
      OR regexp_matches(lower(c.headline), '\b(bukan|bantah|membantah|dibantah|klaim|hanya)\b') AND contains(c.headline, nullif(regexp_extract(y.text, '\d[\d.,]*'), '')) THEN 'contested'
    WHEN x.speaker_entity_id = y.speaker_entity_id THEN 'superseded'
    WHEN minutes_after >= 60 AND (x.changes = 'both' OR x.changes = 'up' AND y.value > x.value) THEN 'superseded'
    ELSE 'contested'
  END AS verdict, -- agree, one_origin (the same value in the same eight words or more, or by one speaker, body or agency), superseded (a later count can have replaced it), contested
  a.source_name AS earlier_source_name, -- outlet of the earlier article
  x.text AS earlier_figure, -- as written
  x.value AS earlier_value, -- with words such as "ribu" multiplied out
  x.speaker AS earlier_speaker, -- who stated it; NULL where the outlet does
  c.source_name AS later_source_name, -- outlet of the later article
  y.text AS later_figure, -- as written
  y.value AS later_value, -- likewise
  y.speaker AS later_speaker, -- likewise
  minutes_after, -- from the earlier to the later article
  x.article_id AS earlier_article_id, -- with earlier_figure_no a key of mart.figures
  x.figure_no AS earlier_figure_no, -- 1-based
  y.article_id AS later_article_id, -- with later_figure_no a key of mart.figures
  y.figure_no AS later_figure_no, -- 1-based
  a.headline AS earlier_headline, -- of the earlier article
  c.headline AS later_headline, -- of the later article
  a.url AS earlier_url, -- of the earlier article
  c.url AS later_url -- of the later article
FROM pairs
JOIN mart.event_articles AS a ON a.article_id = x.article_id
JOIN mart.event_articles AS c ON c.article_id = y.article_id;
