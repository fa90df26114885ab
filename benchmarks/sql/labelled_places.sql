-- The places of an article.
SELECT f.*
FROM core.article_places AS f
INNER JOIN mart.article_metadata AS m USING (version_id)
WHERE m.url = $url
