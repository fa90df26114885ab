-- The latest months of the rows.
SELECT
  'month' AS facet,
  date_trunc('month', day)::DATE::VARCHAR AS value,
  strftime(day, '%Y-%m') AS label,
  count(*) AS n
FROM listed
GROUP BY ALL
ORDER BY value DESC
LIMIT 12;
