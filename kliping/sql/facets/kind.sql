-- Kinds of the rows.
SELECT
  'kind' AS facet,
  kind AS value,
  kind AS label,
  count(*) AS n
FROM listed
WHERE kind IS NOT NULL
GROUP BY ALL
ORDER BY n DESC, value
LIMIT 8;
