-- C14 warn: no channel has been without a good answer for three times its usual interval, and for at least a day.
WITH polls AS (
  SELECT source_id, feed_id, checked_at, outcome IN ('ok', 'not_modified', 'same_hash') AS is_well,
    epoch(checked_at) - epoch(lag(checked_at) OVER (PARTITION BY feed_id ORDER BY checked_at)) AS pause_seconds
  FROM ops.feed_checks
  WHERE checked_at >= getvariable('recent')
)
SELECT source_id, feed_id, max(checked_at) FILTER (is_well) AS last_success_at, count(*) AS n_polls
FROM polls
GROUP BY ALL
HAVING count(*) > 1
  AND NOT arg_max(is_well, checked_at)
  AND max(checked_at) >= (SELECT max(checked_at) - INTERVAL 7 DAY FROM polls)
  AND epoch(max(checked_at))
    - epoch(coalesce(max(checked_at) FILTER (is_well), min(checked_at))) > greatest(3 * median(pause_seconds), 86400);
