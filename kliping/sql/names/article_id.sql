-- A row where there is an article with this id.
SELECT 1
FROM mart.article_metadata
WHERE article_id = $id
LIMIT 1;
