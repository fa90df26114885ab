-- Those of the article ids and addresses whose article is loaded, and those whose article was forgotten.
SELECT article_id AS name, FALSE AS is_forgotten
FROM core.articles
WHERE article_key IN (SELECT md5_number_lower(id) FROM (SELECT unnest($article_ids) AS id))
UNION ALL
SELECT f.url, FALSE
FROM ops.frontier AS f
SEMI JOIN core.articles AS a USING (article_id)
WHERE f.url_key IN (SELECT md5_number_lower(url) FROM (SELECT unnest($urls) AS url))
UNION ALL
SELECT url, TRUE FROM ops.tombstones WHERE list_contains($urls, url)
UNION ALL
SELECT article_id, TRUE FROM ops.tombstones WHERE list_contains($article_ids, article_id);
