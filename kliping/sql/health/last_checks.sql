-- What each quality check found when it was last made.
SELECT
  check_id,
  name,
  severity,
  n_found,
  sample,
  checked_at
FROM ops.quality_results
QUALIFY row_number() OVER (PARTITION BY check_id ORDER BY checked_at DESC, run_id DESC) = 1
ORDER BY check_id;
