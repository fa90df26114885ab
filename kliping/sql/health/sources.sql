SELECT *
FROM mart.source_health
WHERE coalesce($source IN (source_id, source_name), TRUE)
ORDER BY state = 'ok', source_id, kind <> 'page', kind, channel;
