-- Who is quoted.
SELECT DISTINCT speaker_entity_id AS entity_id
FROM mart.speakers
WHERE speaker_entity_id IS NOT NULL;
