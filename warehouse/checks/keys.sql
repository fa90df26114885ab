-- C01 error: every article, version and fetch has one row, and an address of an outlet leads to one article.
--
-- If an outlet's address pattern has changed, `kliping reparse SOURCE` merges its duplicates.
SELECT 'article' AS what, article_id AS id, count(*) AS n
FROM core.articles WHERE article_id IN (SELECT article_id FROM new_articles) GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'version', version_id, count(*)
FROM core.article_versions WHERE version_id IN (SELECT version_id FROM new_versions) GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'fetch', fetch_id, count(*)
FROM raw.fetches WHERE fetch_id IN (SELECT fetch_id FROM new_articles) GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'address', any_value(normalized_url), count(*)
FROM core.articles
WHERE normalized_url IN (SELECT normalized_url FROM new_articles)
GROUP BY source_id, normalized_url
HAVING count(*) > 1;
