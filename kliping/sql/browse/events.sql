-- Events that several outlets reported, the latest first.
SELECT
  day,
  headline,
  kind,
  place,
  n_outlets,
  n_origins,
  n_articles,
  first_source_name,
  round(span_minutes / 60, 1) AS span_hours,
  event_id
FROM mart.events
WHERE mart.is_within(day, $since, $until)
  AND coalesce(list_contains(outlets, $source), TRUE)
  AND n_outlets > 1
  AND filter_by(
    $timed,
    event_id IN (
      SELECT event_id
      FROM mart.event_articles
      WHERE has_time AND is_cluster_lead
      GROUP BY event_id
      HAVING count(DISTINCT source_name) > 1 AND list_contains(list(source_name), $timed)
    )
  )
  AND filter_by(
    $first,
    event_id IN (
      SELECT event_id
      FROM mart.event_articles
      WHERE has_time AND is_cluster_lead
      GROUP BY event_id
      HAVING count(DISTINCT source_name) > 1 AND arg_min(source_name, (reported_at, source_name)) = $first
    )
  )
ORDER BY day DESC, n_outlets DESC, event_id
LIMIT $limit OFFSET $offset;
