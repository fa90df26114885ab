-- The changed names, and the roles of speakers.
SELECT entity_id, kind, name FROM core.names SEMI JOIN changed_names USING (entity_id)
UNION
SELECT entity_id, 'office', value FROM core.name_evidence SEMI JOIN changed_names USING (entity_id) WHERE kind = 'role';
