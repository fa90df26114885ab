-- The roles of speakers, as written.
SELECT DISTINCT value
FROM core.name_evidence
WHERE kind = 'role' AND entity_id IN (SELECT entity_id FROM names_to_link);
