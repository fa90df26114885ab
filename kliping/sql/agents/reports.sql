-- The articles about one event by the minute of their report, copies too.
SELECT
  reported_at,
  has_time,
  day,
  source_name,
  headline,
  NOT is_cluster_lead AS is_copy,
  origin,
  article_id,
  event_id,
  url
FROM mart.event_articles
WHERE TRUE
  AND filter_by($event, event_id = $event)
ORDER BY event_id, reported_at, article_id
LIMIT $limit OFFSET $offset;
