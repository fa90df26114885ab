SELECT x.fetched_at, x.requested_url, x.http_status, x.outcome, x.reason, x.detail, x.attempt, x.elapsed_ms, x.n_bytes, x.robots_rule, x.redirects, CASE WHEN starts_with(x.announced_by, 'file:') THEN substr(x.announced_by, 6) END AS imported_from, x.warc_file, x.warc_offset, x.fetch_id
FROM raw.fetches AS x
LEFT JOIN ops.frontier AS f ON f.url = x.requested_url OR (x.kind = 'part' AND f.url = x.announced_by)
WHERE x.requested_url = $url OR f.article_id = $article_id OR f.article_id IN (SELECT article_id FROM ops.frontier WHERE url = $url)
ORDER BY x.fetched_at, x.attempt;
