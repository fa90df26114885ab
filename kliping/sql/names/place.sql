-- Places that articles name.
SELECT place AS name, count(*) AS n, '' AS more
FROM mart.places
GROUP BY place
