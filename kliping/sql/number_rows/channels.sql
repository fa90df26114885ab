-- The channels of outlets in one state.
FROM mart.source_health
WHERE state = $state AND kind <> 'page'
  AND ($cause IS NULL OR latest = $cause)
  AND ($since IS NULL OR mart.wib_date(last_look_at) >= $since)
  AND ($until IS NULL OR mart.wib_date(last_look_at) <= $until)
  AND ($source IS NULL OR source_name = $source)
ORDER BY source_id, channel
