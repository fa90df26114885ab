-- Events that so many outlets report, with the latest of these articles.
SELECT
  arg_max(article_id, reported_at) FILTER (list_contains($articles::VARCHAR[], article_id)) AS article_id,
  [event_id] AS words,
  format('{} outlets report it', count(DISTINCT source_name)) AS what,
  '/event/' || event_id AS page
FROM mart.event_articles
WHERE event_id IN (SELECT event_id FROM mart.event_members WHERE article_id IN (SELECT unnest($articles::VARCHAR[])))
GROUP BY event_id
HAVING count(DISTINCT source_name) >= $n_outlets
ORDER BY ALL;
