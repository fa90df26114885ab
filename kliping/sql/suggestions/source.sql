-- Outlets.
SELECT source_name AS name
FROM mart.outlets
ORDER BY name;
