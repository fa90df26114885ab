-- Places that articles name.
SELECT place_name AS name, count(*) AS n, '' AS more
FROM mart.places
GROUP BY place_name
