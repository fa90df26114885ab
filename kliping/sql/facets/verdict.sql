-- Verdicts of comparisons.
SELECT
  'verdict' AS facet,
  verdict AS value,
  verdict AS label,
  count(*) AS n
FROM listed
WHERE verdict IS NOT NULL
GROUP BY ALL
ORDER BY n DESC, value
LIMIT 8;
