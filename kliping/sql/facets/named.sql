-- Who and what is named.
SELECT
  'entity' AS facet,
  entity_id AS value,
  min(entity) AS label,
  count(*) AS n
FROM listed
GROUP BY entity_id
ORDER BY n DESC, value
LIMIT 8;
