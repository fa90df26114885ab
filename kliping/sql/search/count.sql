-- How many articles of the range the query found.
SELECT count(*) AS n
FROM found_articles
WHERE mart.is_within(day, $since, $until)
  AND source_name = coalesce($source, source_name);
