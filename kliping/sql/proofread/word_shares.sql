-- The share of texts that have each of the words, of a thousand texts: ids are hashes, so the first ones are a random
-- sample.
WITH sample AS (
  SELECT version_id, body_text
  FROM mart.article_versions
  ORDER BY version_id
  LIMIT 1000
), words AS (
  SELECT DISTINCT version_id, unnest(string_split_regex(lower(body_text), '\W+')) AS word
  FROM sample
)
SELECT word, count(*)::DOUBLE / (SELECT count(*) FROM sample) AS share
FROM words
SEMI JOIN (SELECT unnest($words) AS word) USING (word)
GROUP BY word;
