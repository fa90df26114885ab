-- How complete the weeks of outlets are, the latest first.
SELECT
  week,
  source_name,
  n_announced,
  n_loaded,
  lost,
  state,
  reason,
  unseen,
  unseen_low,
  unseen_high,
  n_unread_days,
  source_id
FROM mart.completeness
WHERE week > coalesce($since::DATE, '-infinity'::DATE) - 7
  AND week <= coalesce($until::DATE, 'infinity'::DATE)
  AND source_name = coalesce($source, source_name)
ORDER BY week DESC, source_name
LIMIT $limit OFFSET $offset;
