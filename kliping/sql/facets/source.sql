-- Outlets of the rows.
SELECT
  'source' AS facet,
  source_name AS value,
  source_name AS label,
  count(*) AS n
FROM listed
WHERE source_name IS NOT NULL
GROUP BY ALL
ORDER BY n DESC, value
LIMIT 8;
