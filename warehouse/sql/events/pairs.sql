-- The originals of some days that may be about one event with an earlier one, of the same day or of the three before
-- it.
--
-- One statement for all that, since a temporary table that is dropped or emptied takes memory until its transaction
-- ends. How rare a word is follows from the compared day and the three days before it, so each of these windows has
-- weights of its own.

INSERT INTO core.event_pairs
WITH compared AS (
  SELECT unnest($days::DATE[]) AS compared_day
), texts AS MATERIALIZED (
  -- ^ stands before a word that begins a sentence
  SELECT e.day, e.original, e.version_id, lower(coalesce(v.headline, '')) AS headline,
    regexp_replace(left(v.body_text, 1000), '((?:^|[.!?:"“”\n])\s*)(\p{Lu})', '\1^\2', 'g') AS beginning
  FROM original_numbers AS e
  JOIN core.article_versions AS v ON v.version_id = e.version_id
  WHERE EXISTS (FROM compared WHERE e.day BETWEEN compared_day - 3 AND compared_day)
), words AS (
  SELECT day, original, unnest(string_split_regex(headline, '[^\p{L}\p{N}]+')) AS word, TRUE AS in_headline,
    NULL AS has_capital
  FROM texts
  UNION ALL
  SELECT day, original, lower(ltrim(written, '^')), FALSE,
    CASE WHEN written NOT LIKE '^%' THEN written <> lower(written) END
  FROM (SELECT day, original, unnest(string_split_regex(beginning, '[^\p{L}\p{N}^]+')) AS written FROM texts)
), original_words AS MATERIALIZED (
  SELECT day, original, hash(word) AS word, count(*) AS n, bool_or(in_headline) AS in_headline,
    count(has_capital) AS n_in_sentence, count(*) FILTER (has_capital) AS n_capitals
  FROM words
  WHERE words.word <> ''
  GROUP BY day, original, words.word
), original_facts AS MATERIALIZED (
  SELECT t.day, t.original, 'person' AS kind, lower(e.entity_name) AS fact
  FROM texts AS t
  JOIN core.entity_mentions AS e ON e.version_id = t.version_id
  WHERE e.entity_type = 'person' AND e.char_start < 1000 AND NOT suffix(e.rule_id, '.tagger')
  UNION
  SELECT t.day, t.original, 'place', unnest([coalesce(p.region_id, lower(p.place_name)), left(p.region_id, 8)])
  FROM texts AS t
  JOIN core.article_places AS p ON p.version_id = t.version_id
  WHERE p.kind <> 'country' AND (p.char_start IS NULL OR p.char_start < 1000)
  UNION
  SELECT t.day, t.original, 'figure', concat_ws(' ', f.value::DOUBLE, f.currency)
  FROM texts AS t
  JOIN core.figures AS f ON f.version_id = t.version_id
  WHERE f.char_start < 1000
  UNION
  SELECT t.day, t.original, 'happening', h.happening
  FROM texts AS t
  JOIN original_happenings AS h USING (original)
), original_counts AS MATERIALIZED (
  -- the lowest and the highest number for each thing that an original counts
  SELECT t.original, c.subject, c.changes, min(f.value)::DOUBLE AS lowest, max(f.value)::DOUBLE AS highest
  FROM texts AS t
  JOIN core.figure_subjects AS c ON c.version_id = t.version_id
  JOIN core.figures AS f ON f.version_id = c.version_id AND f.figure_no = c.figure_no
  WHERE f.char_start < 1000
  GROUP BY ALL
), window_sizes AS (
  SELECT compared_day, greatest(count(DISTINCT original), 50) AS n_all
  FROM compared
  JOIN original_words ON day BETWEEN compared_day - 3 AND compared_day
  GROUP BY compared_day
), person_words AS (
  SELECT day, original, hash(unnest(string_split_regex(fact, '[^\p{L}\p{N}]+'))) AS word
  FROM original_facts
  WHERE kind = 'person'
), word_weights AS MATERIALIZED (
  -- the rare words of each original, by how rare they are in these days; a name is a word that texts write with a
  -- capital letter and that is of no person: people count as such
  WITH counts AS (
    SELECT compared_day, word, count(*) AS n_originals,
      sum(n_capitals) > 0 AND sum(n_capitals) >= 0.75 * sum(n_in_sentence) AS is_name
    FROM compared
    JOIN original_words ON day BETWEEN compared_day - 3 AND compared_day
    GROUP BY ALL
  ), people AS (
    SELECT DISTINCT compared_day, word
    FROM compared
    JOIN person_words ON day BETWEEN compared_day - 3 AND compared_day
  )
  SELECT compared_day, s.day, s.original, s.word, s.in_headline, ln((n_all + 1) / n_originals) AS rarity,
    (1 + ln(s.n)) * rarity AS weight,
    is_name AND p.word IS NULL AND n_originals <= greatest(6, n_all / 200)
      AND s.word NOT IN (
        SELECT hash(word) FROM (SELECT unnest(string_split($usual_names, ' ')) AS word)
      ) AS is_rare_name
  FROM original_words AS s
  JOIN counts USING (word)
  JOIN window_sizes USING (compared_day)
  LEFT JOIN people AS p USING (compared_day, word)
  WHERE s.day BETWEEN compared_day - 3 AND compared_day AND n_originals <= greatest(30, n_all / 50)
), fact_weights AS MATERIALIZED (
  -- likewise what it names
  WITH counts AS (
    SELECT compared_day, kind, fact, count(*) AS n_originals, any_value(n_all) AS n_all
    FROM window_sizes
    JOIN original_facts ON day BETWEEN compared_day - 3 AND compared_day
    GROUP BY ALL
  )
  SELECT compared_day, s.original, s.kind, s.fact, pow(ln((n_all + 1) / n_originals), 2) AS weight
  FROM original_facts AS s
  JOIN counts USING (kind, fact)
  WHERE s.day BETWEEN compared_day - 3 AND compared_day
), original_sizes AS MATERIALIZED (
  -- the length of each original's weights
  WITH facts AS (
    SELECT compared_day, original,
      sum(weight) FILTER (kind = 'person') AS person,
      sum(weight) FILTER (kind = 'place') AS place,
      sum(weight) FILTER (kind = 'figure') AS figure,
      sum(weight) FILTER (kind = 'happening') AS happening
    FROM fact_weights
    GROUP BY ALL
  )
  SELECT w.compared_day, w.original, e.article_id, e.story_at, sqrt(sum(w.weight * w.weight)) AS size,
    sum(w.rarity) FILTER (w.in_headline) AS headline,
    any_value(f.person) AS person, any_value(f.place) AS place, any_value(f.figure) AS figure,
    any_value(f.happening) AS happening
  FROM word_weights AS w
  JOIN original_numbers AS e USING (original)
  LEFT JOIN facts AS f USING (compared_day, original)
  GROUP BY ALL
), similar_pairs AS (
  -- pairs that share rare words
  SELECT y.compared_day, y.original, x.original AS earlier,
    sum(x.weight * y.weight) AS shared,
    least(count(*) FILTER (x.is_rare_name), 8) AS rare_names,
    sum(x.rarity) FILTER (x.in_headline) AS earlier_headline,
    sum(y.rarity) FILTER (y.in_headline) AS headline
  FROM word_weights AS x
  JOIN word_weights AS y USING (compared_day, word)
  WHERE y.day = y.compared_day AND x.original < y.original
  GROUP BY ALL
), near_pairs AS MATERIALIZED (
  SELECT p.compared_day, p.original, p.earlier,
    p.shared / (x.size * y.size) AS words,
    sqrt(p.rare_names) AS rare_names,
    (coalesce(p.earlier_headline / x.headline, 0) + coalesce(p.headline / y.headline, 0)) / 2 AS headlines
  FROM similar_pairs AS p
  JOIN original_sizes AS x ON x.compared_day = p.compared_day AND x.original = p.earlier
  JOIN original_sizes AS y ON y.compared_day = p.compared_day AND y.original = p.original
  WHERE y.story_at - x.story_at <= INTERVAL 3 DAYS
    AND p.shared / (x.size * y.size) >= 0.05
), shared_facts AS (
  SELECT p.original, p.earlier,
    sum(x.weight) FILTER (x.kind = 'person') AS person,
    sum(x.weight) FILTER (x.kind = 'place') AS place,
    sum(x.weight) FILTER (x.kind = 'figure') AS figure,
    sum(x.weight) FILTER (x.kind = 'happening') AS happening
  FROM near_pairs AS p
  JOIN fact_weights AS x ON x.compared_day = p.compared_day AND x.original = p.earlier
  JOIN fact_weights AS y
    ON y.compared_day = p.compared_day AND y.original = p.original AND y.kind = x.kind AND y.fact = x.fact
  GROUP BY ALL
), counts AS (
  -- a count that does not change, falls though it can only rise, or is twice as high, is that of another event
  SELECT p.original, p.earlier,
    bool_or(x.lowest <= y.highest AND y.lowest <= x.highest) AS are_equal,
    bool_or(
      x.changes IS NULL
      OR x.changes = 'up' AND y.highest < 0.9 * x.lowest
      OR y.highest < 0.5 * x.lowest - 5
      OR y.lowest > 2 * x.highest + 5
    ) AS are_other
  FROM near_pairs AS p
  JOIN original_counts AS x ON x.original = p.earlier
  JOIN original_counts AS y ON y.original = p.original AND y.subject = x.subject
  GROUP BY ALL
), pair_evidence AS (
  -- what speaks for one event and against it, each from 0 to 1, but for the rare names
  SELECT p.compared_day, y.article_id, x.article_id AS earlier_id, p.words, p.rare_names, p.headlines,
    coalesce(s.person / sqrt(x.person * y.person), 0) AS people,
    coalesce(s.place / sqrt(x.place * y.place), 0) AS places,
    coalesce(s.figure / sqrt(x.figure * y.figure), 0) AS figures,
    (p.rare_names = 0 AND s.person IS NULL AND s.place IS NULL)::INTEGER AS no_shared_name,
    coalesce(c.are_other AND NOT c.are_equal, FALSE)::INTEGER AS other_count,
    coalesce(s.place IS NULL AND x.place * y.place > 0, FALSE)::INTEGER AS other_places,
    coalesce(s.happening IS NULL AND x.happening * y.happening > 0, FALSE)::INTEGER AS other_happenings
  FROM near_pairs AS p
  JOIN original_sizes AS x ON x.compared_day = p.compared_day AND x.original = p.earlier
  JOIN original_sizes AS y ON y.compared_day = p.compared_day AND y.original = p.original
  LEFT JOIN shared_facts AS s ON s.original = p.original AND s.earlier = p.earlier
  LEFT JOIN counts AS c ON c.original = p.original AND c.earlier = p.earlier
)
-- The weights were fitted to the lots of benchmarks/events except the held-out half and lots E to H, to unrelated
-- articles and to a planted press, and then rounded.
SELECT compared_day, article_id, earlier_id,
  -- rounded: the order of a sum moves its last digits
  round(
    1 / (1 + exp(
      9 - 1.75 * rare_names - 5.75 * words / (words + 0.2) - 8.5 * headlines / (headlines + 0.2)
      - people - 1.5 * places - 1.75 * figures
      + 2 * no_shared_name + 0.5 * other_places + 1.5 * other_happenings + 1.75 * other_count
    )),
    4
  ) AS likelihood
FROM pair_evidence
WHERE likelihood >= 0.05;
