-- How speakers were identified, and how many of these statements have a name.
SELECT coalesce(resolution, '(none)') AS resolution, count(*) AS statements, count(speaker) AS named,
  count(*) - count(speaker) AS unnamed,
  count(*) FILTER (quote_type = 'direct') AS direct,
  count(*) FILTER (quote_type = 'direct' AND speaker IS NULL) AS direct_unnamed
FROM mart.quotes
GROUP BY ALL
ORDER BY statements DESC
LIMIT $limit
