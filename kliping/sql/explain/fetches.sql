-- Of the addresses that have led to the article, and of further pages that one of them announced.
WITH addresses AS MATERIALIZED (
  SELECT url FROM ops.frontier WHERE article_id = $article_id
  UNION
  SELECT $url
)
SELECT x.fetched_at, x.requested_url, x.http_status, x.outcome, x.reason, x.detail, x.attempt, x.elapsed_ms, x.n_bytes,
  x.robots_rule, x.redirects,
  CASE WHEN starts_with(x.announced_by, 'file:') THEN substr(x.announced_by, 6) END AS imported_from, x.warc_file,
  x.warc_offset, x.fetch_id
FROM (
  FROM raw.fetches WHERE requested_url IN (FROM addresses)
  UNION
  FROM raw.fetches WHERE kind = 'part' AND announced_by IN (FROM addresses)
) AS x
ORDER BY x.fetched_at, x.attempt;
