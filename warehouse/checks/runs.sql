-- C19 error: a finished run has an end time, and its counts add up.
SELECT run_id, state, n_fetched, n_unchanged
FROM ops.runs
WHERE (state NOT IN ('running', 'crashed') AND finished_at IS NULL) OR n_unchanged > n_fetched
  OR least(n_discovered, n_fetched, n_new, n_changed, n_metadata_changed, n_unchanged, n_quarantined, n_failed) < 0;
