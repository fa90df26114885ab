-- The offices that changed names hold.
SELECT DISTINCT entity_id, value
FROM core.name_evidence
SEMI JOIN changed_names USING (entity_id)
WHERE kind = 'office';
