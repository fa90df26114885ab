-- Outlets that report the events.
SELECT DISTINCT 'source' AS facet, a.source_name AS value, a.source_name AS label, event_id
FROM listed
JOIN mart.event_articles AS a USING (event_id);
