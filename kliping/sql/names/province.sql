-- Provinces of places.
SELECT province AS name, count(*) AS n, '' AS more
FROM mart.places
WHERE province IS NOT NULL
GROUP BY province
