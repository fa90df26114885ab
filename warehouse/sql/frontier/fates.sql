-- What became of those of the addresses that the run fetched, or tried to.
SELECT
  f.url,
  f.source_id,
  f.state,
  f.reason,
  f.detail,
  f.article_id
FROM ops.frontier AS f
WHERE f.url_key IN (SELECT md5_number_lower(url) FROM (SELECT unnest($urls) AS url))
  AND f.url IN (SELECT requested_url FROM raw.fetches WHERE run_id = $run_id AND kind = 'page');
