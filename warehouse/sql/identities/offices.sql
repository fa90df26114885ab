-- Who holds which office, and when.
SELECT entity_id, value AS office, min(day) AS first_day, max(day) AS last_day
FROM core.name_evidence
WHERE kind = 'office'
GROUP BY ALL;
