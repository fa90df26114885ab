-- Events that several outlets reported, the latest first.
WITH timed AS (
  SELECT event_id, list(source_name) AS outlets, arg_min(source_name, (reported_at, source_name)) AS first
  FROM mart.event_articles
  WHERE has_time AND is_cluster_lead
  GROUP BY event_id
  HAVING count(DISTINCT source_name) > 1
)
SELECT
  e.day,
  e.reported_at, -- in UTC
  a.has_time, -- of the first report
  m.date_published_offset_minutes AS offset_minutes,
  e.headline,
  kind,
  place,
  n_outlets,
  n_origins,
  n_articles,
  first_source_name,
  round(span_minutes / 60, 1) AS span_hours,
  e.event_id
FROM mart.events AS e
LEFT JOIN mart.event_articles AS a ON a.article_id = e.event_id
LEFT JOIN mart.article_metadata AS m ON m.article_id = e.event_id
WHERE mart.is_within(e.day, $since, $until)
  AND coalesce(list_contains(outlets, $source), TRUE)
  AND n_outlets > 1
  AND filter_by($timed, e.event_id IN (SELECT event_id FROM timed WHERE list_contains(outlets, $timed)))
  AND filter_by($first, e.event_id IN (SELECT event_id FROM timed WHERE first = $first))
ORDER BY e.day DESC, n_outlets DESC, e.event_id
LIMIT $limit OFFSET $offset;
