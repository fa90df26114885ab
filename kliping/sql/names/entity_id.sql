-- A row where articles name an entity with this id.
SELECT 1
FROM mart.mentions
WHERE entity_id = $id
UNION ALL
SELECT 1
FROM mart.identities
WHERE $id IN (entity_id, canonical_id)
LIMIT 1;
