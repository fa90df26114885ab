-- Who of the names to link holds which office, and when.
SELECT entity_id, value AS office, min(day) AS first_day, max(day) AS last_day,
  count(DISTINCT article_id) AS n_articles
FROM linked_evidence
WHERE kind = 'office'
GROUP BY ALL;
