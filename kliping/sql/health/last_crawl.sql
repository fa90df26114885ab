-- The latest run that asked outlets for anything and is over.
SELECT run_id
FROM ops.runs
WHERE state <> 'running' AND flow_name IN ('ingest', 'revisit', 'backfill')
ORDER BY started_at DESC, run_id DESC
LIMIT 1;
