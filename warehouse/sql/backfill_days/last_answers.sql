-- When each channel last answered in full; "no such page" is an answer of a listing too.
SELECT requested_url AS url, max(fetched_at) AS answered_at
FROM raw.fetches
WHERE requested_url IN (SELECT unnest($urls))
  AND source_id = $source_id
  AND (outcome <> 'failed' OR http_status IN (400, 404, 410))
GROUP BY ALL;
