-- C14 warn: no channel has gone without a good answer for three times as long as it is usually left alone, and a day at least.
WITH looked AS (
  SELECT source_id, feed_id, checked_at, outcome IN ('ok', 'not_modified', 'same_hash') AS is_well,
    epoch(checked_at) - epoch(lag(checked_at) OVER (PARTITION BY feed_id ORDER BY checked_at)) AS pause_seconds
  FROM ops.feed_checks
  WHERE checked_at >= getvariable('recent')
)
SELECT source_id, feed_id, max(checked_at) FILTER (is_well) AS last_well_at, count(*) AS looks
FROM looked
GROUP BY ALL
HAVING count(*) > 1 AND NOT arg_max(is_well, checked_at) AND max(checked_at) >= (SELECT max(checked_at) - INTERVAL 7 DAY FROM looked)
  AND epoch(max(checked_at)) - epoch(coalesce(max(checked_at) FILTER (is_well), min(checked_at))) > greatest(3 * median(pause_seconds), 86400);
