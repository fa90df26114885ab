-- Where each of these texts names each of the entities first.
SELECT version_id, entity_id AS canonical_id, min(char_start) AS named_at
FROM mart.mentions
WHERE version_id IN (SELECT unnest($versions::VARCHAR[])) AND list_contains($entities::VARCHAR[], entity_id)
GROUP BY ALL;
