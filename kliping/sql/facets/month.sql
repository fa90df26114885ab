-- The months of the rows.
SELECT 'month' AS facet, date_trunc('month', day)::DATE::VARCHAR AS value, strftime(day, '%Y-%m') AS label FROM listed;
