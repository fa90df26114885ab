-- Quarantined pages become pending.
UPDATE ops.quarantine
SET resolved_at = $now, resolution = 'asked again'
WHERE list_contains($ids, quarantine_id) AND resolved_at IS NULL;
UPDATE ops.frontier SET state = 'pending', reason = NULL, detail = NULL, next_attempt_at = NULL
WHERE state = 'quarantined' AND url IN (SELECT url FROM ops.quarantine WHERE list_contains($ids, quarantine_id));
INSERT INTO ops.uncounted BY NAME
SELECT coalesce(article_key, url_key) AS article_key
FROM ops.frontier
WHERE url IN (SELECT url FROM ops.quarantine WHERE list_contains($ids, quarantine_id));
