-- The originals of some days that may be about one event with an earlier one, of the same day or of the three before
-- it: the cosine of their words, weighted by how rare these are, and more in the headline. What two pages of one site
-- share is less: a site tells one thing once, and has series, forms of words and authors. Likewise if a headline names
-- somebody whom its text quotes, and the other does not: that is another statement.
--
-- One statement for all that, since a temporary table that is dropped or emptied takes memory until its transaction
-- ends. How rare a word is follows from the compared day and the three days before it, so each of these windows has
-- weights of its own.

INSERT INTO core.event_pairs
WITH compared AS (
  SELECT unnest($days::DATE[]) AS compared_day
), near_originals AS MATERIALIZED (
  SELECT day, original, article_id, version_id
  FROM original_numbers
  WHERE EXISTS (FROM compared WHERE day BETWEEN compared_day - 3 AND compared_day)
), openings AS MATERIALIZED (
  -- of these articles alone: a join would read the texts of all
  SELECT version_id, lower(
      concat(repeat(headline || ' ', core.event_weights().headline), left(body_text, core.event_weights().opening))
    ) AS opening
  FROM core.article_versions
  WHERE rowid IN (
    SELECT rowid FROM core.article_versions WHERE article_id IN (SELECT article_id FROM near_originals)
  )
), words AS (
  SELECT day, original, hash(unnest(regexp_extract_all(opening, '[\p{L}\p{N}]+'))) AS word
  FROM near_originals
  JOIN openings USING (version_id)
), original_words AS MATERIALIZED (
  SELECT day, original, word, count(*) AS n FROM words GROUP BY ALL
), windows AS (
  SELECT compared_day, day, greatest(sum(count(*)) OVER (PARTITION BY compared_day), 50) AS n_all
  FROM compared
  JOIN near_originals ON day BETWEEN compared_day - 3 AND compared_day
  GROUP BY compared_day, day
), day_counts AS (
  SELECT day, word, count(*) AS n_originals FROM original_words GROUP BY ALL
), word_counts AS (
  SELECT compared_day, word, sum(n_originals)::BIGINT AS n_originals
  FROM windows
  JOIN day_counts USING (day)
  GROUP BY ALL
), rarities AS MATERIALIZED (
  -- without the words that a tenth of the originals have: they say little, and cost the most pairs
  SELECT compared_day, day, word, ln((n_all + 1) / n_originals) AS rarity
  FROM word_counts
  JOIN windows USING (compared_day)
  WHERE n_originals <= greatest(30, least(n_all / 10, 400))
), word_weights AS MATERIALIZED (
  SELECT compared_day, day, original, word, (1 + ln(n)) * rarity AS weight
  FROM original_words
  JOIN rarities USING (day, word)
), original_sizes AS (
  SELECT compared_day, original, sqrt(sum(weight * weight)) AS size FROM word_weights GROUP BY ALL
), shares AS MATERIALIZED (
  SELECT compared_day, day, original, word, weight / size AS weight
  FROM word_weights
  JOIN original_sizes USING (compared_day, original)
), similar_pairs AS MATERIALIZED (
  SELECT y.original, x.original AS earlier, sum(x.weight * y.weight) AS cosine
  FROM shares AS x
  JOIN shares AS y USING (compared_day, word)
  WHERE y.day = y.compared_day AND x.original < y.original
  GROUP BY ALL
  HAVING cosine >= 0.0999
)
SELECT y.day, y.article_id, x.article_id AS earlier_id,
  -- rounded: the order of a sum moves its last digits
  round(
    cosine * if(x.site = y.site, core.event_weights().same_site, 1)
    * CASE
      WHEN NOT list_has_any(v.in_headline, w.quoted) OR NOT list_has_any(w.in_headline, v.quoted)
        THEN core.event_weights().other_speaker
      ELSE 1
    END, 4
  ) AS similarity
FROM similar_pairs AS p
JOIN original_numbers AS x ON x.original = p.earlier
JOIN original_numbers AS y ON y.original = p.original
JOIN original_speakers AS v ON v.original = p.earlier
JOIN original_speakers AS w ON w.original = p.original
WHERE y.story_at - x.story_at <= core.event_weights().longest
  AND similarity >= 0.1
  -- the same in two places: two volcanoes, the budgets of two towns
  AND NOT EXISTS (
    FROM original_scenes AS a
    JOIN original_scenes AS b ON b.kind = a.kind AND (
      NOT list_has_any(a.provinces, b.provinces)
      OR len(a.regencies) > 0 AND len(b.regencies) > 0 AND NOT list_has_any(a.regencies, b.regencies)
    )
    WHERE a.original = p.earlier AND b.original = p.original
  );
