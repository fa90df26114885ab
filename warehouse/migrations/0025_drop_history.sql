-- What was forgotten may stand in old snapshots, or in free parts of the file, where a stop kept a run from finishing.
INSERT INTO ops.steps_due SELECT 'drop_history', NULL WHERE EXISTS (FROM ops.tombstones);
COMMENT ON COLUMN ops.steps_due.step IS 'compute_ids: all article ids; parse_again: the pages of one article; read_robots: the latest robots.txt of each host; drop_history: nothing deleted may stand in any file';
COMMENT ON TABLE ops.steps_due IS 'Work that a migration or a tombstone leaves to the end of the next run at the latest. Key: (step, article_id).';
