-- The past by day: which day an address counts for, whose work it is, and which days were looked through.
ALTER TABLE ops.frontier ADD COLUMN story_day DATE;
ALTER TABLE ops.frontier ADD COLUMN is_past BOOLEAN;
UPDATE ops.frontier SET story_day = CAST(coalesce(published_at, modified_at) + INTERVAL 7 HOUR AS DATE);
COMMENT ON COLUMN ops.frontier.story_day IS 'the day it counts for in the zone of its outlet: as announced, as its address says, of the listing it stood in, or of its last change';
COMMENT ON COLUMN ops.frontier.is_past IS 'TRUE where only a backfill has found it: an ingest leaves it alone';
COMMENT ON COLUMN ops.runs.flow_name IS 'ingest, backfill, import, reparse';

-- Days of a source that a backfill has looked through. Key: (source_id, day).
CREATE TABLE ops.backfill_days (
  source_id VARCHAR NOT NULL, -- TOML name of the source
  day DATE NOT NULL, -- in the zone of the outlet
  state VARCHAR NOT NULL, -- done (listed after it had ended, and each address has its fate), found (what is not listed by day was read after it), open
  n_found INTEGER NOT NULL, -- stories known of the day
  n_loaded INTEGER NOT NULL, -- of them, those that are articles here
  updated_at TIMESTAMP NOT NULL -- UTC
);
