-- Articles first seen since a moment, those that the conditions choose; with the place where the person is named first.
WITH recent AS MATERIALIZED (
  SELECT
    article_id,
    version_id,
    source_name,
    headline,
    url,
    first_seen_at
  FROM core.article_metadata
  WHERE first_seen_at >= $since::TIMESTAMP
), chosen AS MATERIALIZED (
  FROM recent
  $conditions
), texts AS MATERIALIZED (
  -- by their rows: a join alone would read the texts of all articles
  SELECT version_id, body_text
  FROM core.article_versions
  WHERE rowid IN (SELECT rowid FROM core.article_versions SEMI JOIN chosen USING (version_id))
)
SELECT
  c.article_id,
  c.source_name,
  c.headline,
  c.url,
  c.first_seen_at AS seen_at,
  c.article_id IN (SELECT article_id FROM mart.reservations WHERE is_against) AS is_reserved,
  t.body_text,
  c.named_at
FROM chosen AS c
JOIN texts AS t USING (version_id)
ORDER BY seen_at, article_id;
