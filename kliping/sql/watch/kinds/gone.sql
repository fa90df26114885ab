-- Articles that their outlets removed since a moment: their pages were missing on two days.
SELECT
  m.article_id,
  m.version_id,
  f.fetched_at AS seen_at,
  [m.article_id] AS words,
  'the article is gone' AS what,
  '/article/' || m.article_id AS page
FROM raw.fetches AS f
JOIN ops.frontier AS n ON n.last_fetch_id = f.fetch_id
JOIN mart.article_metadata AS m ON m.article_id = n.article_id
WHERE f.reason = 'not_found' AND f.fetched_at >= $since::TIMESTAMP AND m.status = 'gone'
ORDER BY ALL;
