-- The pages that a run put in quarantine.
FROM ops.quarantine
WHERE run_id = $run_id
ORDER BY quarantined_at, url
