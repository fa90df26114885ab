-- The channels of outlets in one state.
FROM mart.source_health
WHERE state = $state AND kind <> 'page'
  AND filter_by($cause, latest = $cause)
  AND filter_by($since, mart.wib_date(last_look_at) >= $since)
  AND filter_by($until, mart.wib_date(last_look_at) <= $until)
  AND filter_by($source, source_name = $source)
ORDER BY source_id, channel
