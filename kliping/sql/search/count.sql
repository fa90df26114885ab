-- How many articles of the range the query found.
SELECT count(*) AS n
FROM found_articles
WHERE day BETWEEN coalesce($since::DATE, '-infinity') AND coalesce($until::DATE, 'infinity')
  AND source_name = coalesce($source, source_name);
