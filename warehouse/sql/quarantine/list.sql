-- The quarantined pages.
SELECT quarantine_id, source_id, url, stage, reason_code, reason, quarantined_at
FROM ops.quarantine
WHERE resolved_at IS NULL
ORDER BY quarantined_at DESC, url;
