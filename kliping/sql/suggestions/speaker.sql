-- The people who are quoted in most articles.
SELECT speaker AS name
FROM mart.statements
WHERE speaker IS NOT NULL
GROUP BY speaker
ORDER BY count(DISTINCT article_row) DESC, name
LIMIT 100;
