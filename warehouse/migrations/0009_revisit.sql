-- Stories are asked for again, to see what has changed.
COMMENT ON COLUMN ops.runs.flow_name IS 'ingest, revisit, backfill, import, reparse, retry, rebuild, forget, maintain';
