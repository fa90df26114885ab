-- Whose the quotes are.
SELECT
  'entity' AS facet,
  speaker_entity_id AS value,
  min(speaker) AS label,
  count(*) AS n
FROM listed
WHERE speaker IS NOT NULL AND speaker_entity_id IS NOT NULL
GROUP BY speaker_entity_id
ORDER BY n DESC, value
LIMIT 8;
