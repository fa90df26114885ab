-- Changed names, and the roles of speakers.
SELECT entity_id, kind, name FROM new_names
UNION
SELECT entity_id, 'office', value FROM changed_evidence WHERE kind = 'role';
