-- The dates of an article.
SELECT f.*
FROM core.dates_mentioned AS f
INNER JOIN mart.article_metadata AS m USING (version_id)
WHERE m.url = $url
