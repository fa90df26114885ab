-- Places that articles name.
SELECT place_name AS name, count(*) AS n, '' AS more
FROM core.article_places
GROUP BY place_name
