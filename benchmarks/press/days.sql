-- Days with articles.
SELECT day, count(*) AS articles, count(DISTINCT source_name) AS outlets,
  count(*) FILTER (date_published IS NULL) AS undated
FROM mart.articles
GROUP BY day
ORDER BY articles DESC, day
LIMIT $limit
