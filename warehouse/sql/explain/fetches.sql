-- Of the addresses that have led to the article, and of further pages that one of them announced.
WITH addresses AS (
  SELECT url FROM ops.frontier WHERE article_id = $article_id
  UNION
  SELECT $url
)
SELECT x.fetched_at, x.requested_url, x.http_status, x.outcome, x.reason, x.detail, x.attempt, x.elapsed_ms, x.n_bytes, x.robots_rule, x.redirects, CASE WHEN starts_with(x.announced_by, 'file:') THEN substr(x.announced_by, 6) END AS imported_from, x.warc_file, x.warc_offset, x.fetch_id
FROM raw.fetches AS x
WHERE x.requested_url IN (FROM addresses) OR x.kind = 'part' AND x.announced_by IN (FROM addresses)
ORDER BY x.fetched_at, x.attempt;
