-- A row where there is an article with this id.
SELECT 1
FROM core.articles
WHERE article_id = $id
LIMIT 1;
