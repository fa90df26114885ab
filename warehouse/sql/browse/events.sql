-- Events that several outlets reported, the latest first.
SELECT
  day,
  headline,
  n_outlets,
  n_origins,
  n_articles,
  first_source_name,
  round(span_minutes / 60, 1) AS span_hours,
  event_id
FROM mart.events
WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity') AND coalesce(list_contains(outlets, $source), TRUE)
  AND n_outlets > 1
ORDER BY day DESC, n_outlets DESC, event_id
LIMIT $limit OFFSET $offset;
