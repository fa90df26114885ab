-- Whose the quotes are.
SELECT 'entity' AS facet, speaker_entity_id AS value, speaker AS label FROM listed WHERE speaker IS NOT NULL;
