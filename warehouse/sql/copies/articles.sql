-- The affected articles, the earliest first.
WITH digests AS MATERIALIZED (
  SELECT version_id, body_sha256
  FROM core.article_versions
  WHERE rowid IN (SELECT rowid FROM core.article_versions WHERE article_id IN (FROM affected_articles))
)
SELECT article_id, version_id, coalesce(date_published, first_seen_at) AS story_at, body_sha256
FROM core.articles AS a
JOIN digests ON version_id = current_version_id
WHERE a.rowid IN (SELECT rowid FROM core.articles WHERE article_id IN (FROM affected_articles))
ORDER BY story_at, first_seen_at, article_id;
