-- For each claim the articles with most of its phrases, rare ones weighing more, in any of their versions.
-- One pattern finds all phrases, so that every text is read once.
WITH hits AS (
  SELECT article_id, regexp_extract_all(body_text, $pattern) AS texts
  FROM mart.article_versions
), matches AS (
  SELECT DISTINCT article_id, regexp_replace(lower(unnest(texts)), '\W+', ' ', 'g') AS phrase
  FROM hits
  WHERE len(texts) > 0
), weights AS (
  SELECT phrase, ln(1 + (SELECT count(*) FROM mart.article_metadata) / count(*)) AS weight
  FROM matches
  GROUP BY phrase
), wanted AS (
  SELECT unnest($claim_numbers) AS claim_no, unnest($phrases) AS phrase
), scores AS (
  SELECT w.claim_no, m.article_id, sum(g.weight) AS score
  FROM wanted AS w
  JOIN matches AS m USING (phrase)
  JOIN weights AS g USING (phrase)
  GROUP BY ALL
)
SELECT claim_no, article_id
FROM scores
QUALIFY row_number() OVER (PARTITION BY claim_no ORDER BY score DESC, article_id) <= $most
ORDER BY claim_no, score DESC, article_id;
