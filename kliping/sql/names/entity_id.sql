-- A row where articles name an entity with this id.
SELECT 1
FROM core.entity_mentions
WHERE entity_id = $id
UNION ALL
SELECT 1
FROM core.identities
WHERE canonical_id = $id
LIMIT 1;
