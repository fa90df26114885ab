-- Quarantined pages that an operator ignores. An address is skipped once none of its pages is in quarantine.
UPDATE ops.quarantine
SET resolved_at = $now, resolution = 'ignored'
WHERE list_contains($ids, quarantine_id) AND resolved_at IS NULL;
UPDATE ops.frontier SET state = 'skipped'
WHERE state = 'quarantined' AND url IN (SELECT url FROM ops.quarantine WHERE list_contains($ids, quarantine_id))
  AND url NOT IN (SELECT url FROM ops.quarantine WHERE resolved_at IS NULL);
