-- Provinces of the places that articles name.
SELECT DISTINCT province AS name
FROM mart.places
WHERE province IS NOT NULL
ORDER BY name;
