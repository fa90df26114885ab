SELECT q.*, f.http_status, f.content_type, f.n_bytes,
  CASE WHEN starts_with(f.announced_by, 'file:') THEN substr(f.announced_by, 6) END AS imported_from, f.warc_file,
  f.warc_offset
FROM ops.quarantine AS q
LEFT JOIN raw.fetches AS f USING (fetch_id)
WHERE q.url = $url OR q.quarantine_id = $article_id
ORDER BY q.quarantined_at;
