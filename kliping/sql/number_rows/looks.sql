-- The looks of a quality check.
FROM ops.quality_results
WHERE check_id = $check_id
  AND filter_by($since, mart.wib_date(checked_at) >= $since)
  AND filter_by($until, mart.wib_date(checked_at) <= $until)
ORDER BY checked_at DESC
