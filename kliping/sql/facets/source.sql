-- Outlets of the rows.
SELECT 'source' AS facet, source_name AS value, source_name AS label FROM listed;
