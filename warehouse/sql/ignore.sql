-- Pages put aside, closed by an operator. An address is closed once none of its pages is open.
UPDATE ops.quarantine SET resolved_at = $now, resolution = 'ignored' WHERE list_contains($ids, quarantine_id) AND resolved_at IS NULL;
UPDATE ops.frontier SET state = 'skipped'
WHERE state = 'quarantined' AND url IN (SELECT url FROM ops.quarantine WHERE list_contains($ids, quarantine_id))
  AND url NOT IN (SELECT url FROM ops.quarantine WHERE resolved_at IS NULL);
