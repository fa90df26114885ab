-- The version of an article that a fetch of it brought, and the current text.
SELECT
  v.version_id,
  v.version_no,
  v.headline,
  v.body_text,
  c.body_text AS current_text
FROM mart.article_versions AS v
JOIN mart.articles AS c ON c.article_id = v.article_id
JOIN raw.fetches AS f ON f.fetch_id = $fetch
WHERE v.article_id = $article
ORDER BY v.version_created > f.fetched_at, abs(epoch(v.version_created - f.fetched_at))
LIMIT 1;
