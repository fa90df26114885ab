-- The looks of a quality check.
FROM ops.quality_results
WHERE check_id = $check_id
  AND ($since IS NULL OR mart.wib_date(checked_at) >= $since)
  AND ($until IS NULL OR mart.wib_date(checked_at) <= $until)
ORDER BY checked_at DESC
