-- The ids of the people with a name, in any case.
SELECT DISTINCT entity_id
FROM mart.mentions
WHERE kind = 'person' AND lower(entity) = lower($person);
