-- The channels of an outlet.
FROM mart.source_health
WHERE source_id = $source_id
ORDER BY channel
