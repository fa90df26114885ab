-- These current texts with their articles, the earliest first. Texts are read by their rows: a join alone would read
-- those of all articles.
SELECT
  m.article_id,
  version_id,
  m.source_name,
  m.headline,
  m.url,
  m.first_seen_at AS seen_at,
  m.article_id IN (SELECT article_id FROM mart.reservations WHERE is_against) AS is_reserved,
  v.body_text
FROM mart.article_metadata AS m
JOIN (
  SELECT version_id, body_text
  FROM mart.article_versions
  WHERE version_row IN (
    SELECT version_row FROM mart.article_versions WHERE version_id IN (SELECT unnest($versions::VARCHAR[]))
  )
) AS v USING (version_id)
ORDER BY seen_at, m.article_id;
