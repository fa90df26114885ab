-- Provinces.
SELECT name
FROM ref.regions
WHERE level = 'province'
ORDER BY name;
