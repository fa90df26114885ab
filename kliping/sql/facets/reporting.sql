-- Outlets that report the events.
SELECT
  'source' AS facet,
  a.source_name AS value,
  a.source_name AS label,
  count(DISTINCT event_id) AS n
FROM listed
JOIN mart.event_articles AS a USING (event_id)
GROUP BY ALL
ORDER BY n DESC, value
LIMIT 8;
