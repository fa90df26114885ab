-- The latest run that is over, as a row of `kliping status`.
SELECT
  'run' AS kind,
  run_id AS channel,
  CASE state WHEN 'completed' THEN 'ok' ELSE state END AS state,
  finished_at AS last_success_at,
  format(
    '{}: {} new, {} changed, {} failed', flow_name, coalesce(n_new, 0), coalesce(n_changed, 0), coalesce(n_failed, 0)
  ) AS note
FROM ops.runs
WHERE state <> 'running'
ORDER BY started_at DESC, run_id DESC
LIMIT 1;
