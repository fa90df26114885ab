-- The version of an article that a fetch of it brought, and the current text.
SELECT
  v.version_no,
  v.headline,
  v.body_text,
  c.body_text AS current_text
FROM mart.article_versions AS v
JOIN core.articles AS a ON a.article_id = v.article_id
JOIN core.article_versions AS c ON c.version_id = a.current_version_id
JOIN raw.fetches AS f ON f.fetch_id = $fetch
WHERE v.article_id = $article
ORDER BY v.version_created > f.fetched_at, abs(epoch(v.version_created - f.fetched_at))
LIMIT 1;
