SELECT q.quarantine_id, q.url, q.stage, q.reason_code, q.reason, q.quarantined_at, q.resolved_at, q.resolution,
  q.fetch_id,
  CASE WHEN starts_with(f.announced_by, 'file:') THEN substr(f.announced_by, 6) END AS imported_from, f.warc_file
FROM ops.quarantine AS q
LEFT JOIN raw.fetches AS f USING (fetch_id)
WHERE q.url = $url OR q.quarantine_id = $article_id
ORDER BY q.quarantined_at;
