-- The affected articles, the earliest first.
SELECT a.article_id, a.current_version_id AS version_id, coalesce(a.date_published, a.first_seen_at) AS story_at,
  v.body_sha256
FROM core.articles AS a
SEMI JOIN affected_articles USING (article_id)
JOIN core.article_versions AS v ON v.version_id = a.current_version_id
ORDER BY story_at, a.first_seen_at, a.article_id;
