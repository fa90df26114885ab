-- The quarantined pages, each with the imported file or the archive file that it came from.
SELECT q.quarantine_id, q.source_id, q.url, q.stage, q.reason_code, q.reason, q.quarantined_at,
  CASE WHEN starts_with(f.announced_by, 'file:') THEN substr(f.announced_by, 6) END AS imported_from, f.warc_file
FROM ops.quarantine AS q
LEFT JOIN raw.fetches AS f USING (fetch_id)
WHERE q.resolved_at IS NULL
ORDER BY q.quarantined_at DESC, q.url;
