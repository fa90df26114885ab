-- One quarantined page, with the location of its record.
SELECT q.*, f.http_status, f.content_type, f.n_bytes, f.warc_file, f.warc_offset
FROM ops.quarantine AS q
LEFT JOIN raw.fetches AS f USING (fetch_id)
WHERE q.quarantine_id = $id;
