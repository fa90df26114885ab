-- The weeks of an outlet, the latest first: what was announced, loaded and lost, and the estimate of what no channel
-- announced.
SELECT
  week,
  n_announced,
  n_loaded,
  coalesce(list_sum(map_values(lost)), 0)::INTEGER AS n_lost,
  lost,
  n_unread_days,
  state,
  reason,
  round(unseen)::INTEGER AS unseen,
  floor(unseen_low)::INTEGER AS unseen_low,
  ceil(unseen_high)::INTEGER AS unseen_high
FROM mart.completeness
WHERE source_name = $source
  AND week <= coalesce($until::DATE, week)
  AND week + 6 >= coalesce($since::DATE, week)
ORDER BY week DESC;
