-- The offices that changed names hold.
SELECT entity_id, value FROM changed_evidence WHERE kind = 'office';
