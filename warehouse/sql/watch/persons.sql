-- The ids of the people with a name, in any case.
SELECT entity_id
FROM mart.people
WHERE lower(person) = lower($person)
ORDER BY entity_id;
