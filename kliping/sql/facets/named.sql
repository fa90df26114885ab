-- Who and what is named.
SELECT 'entity' AS facet, entity_id AS value, entity AS label FROM listed;
