-- The other articles of the event that an article is about, with their current texts.
SELECT
  m.source_name,
  m.day,
  m.headline,
  m.article_id,
  m.url,
  v.body_text
FROM mart.event_members AS e
JOIN mart.event_members AS o ON o.event_id = e.event_id AND o.article_id <> e.article_id
JOIN mart.article_metadata AS m ON m.article_id = o.article_id
JOIN core.article_versions AS v ON v.version_id = m.version_id
WHERE e.article_id = $article
ORDER BY m.day, m.article_id
LIMIT 200;
