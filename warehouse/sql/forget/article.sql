-- What is stored of the article of an address.
SELECT a.headline, a.source_id, a.url, a.n_versions,
  (SELECT count(*) FROM core.quotes AS q WHERE q.version_id = a.current_version_id) AS n_quotes
FROM core.articles AS a
JOIN ops.frontier AS f USING (article_id)
WHERE f.url = $url;
