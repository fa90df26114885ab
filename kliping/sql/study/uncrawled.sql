-- Outlets of the study and their days without a look: numbers say nothing of these days.
SELECT d.source_name, count(*) AS days
FROM mart.outlet_days AS d
SEMI JOIN (SELECT DISTINCT source_id FROM study_scope) AS s USING (source_id)
WHERE NOT d.is_crawled AND d.day BETWEEN (SELECT min(day) FROM study_scope) AND (SELECT max(day) FROM study_scope)
GROUP BY ALL
ORDER BY ALL;
