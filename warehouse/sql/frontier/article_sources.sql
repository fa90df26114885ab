-- The source of the article at each of the addresses that have one.
SELECT
  f.url,
  a.source_id
FROM ops.frontier AS f
JOIN core.articles AS a USING (article_id)
WHERE f.url_key IN (SELECT md5_number_lower(url) FROM (SELECT unnest($urls) AS url));
