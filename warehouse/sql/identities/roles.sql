-- The roles of speakers, as written.
SELECT DISTINCT value
FROM linked_evidence
WHERE kind = 'role';
