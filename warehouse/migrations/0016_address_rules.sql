ALTER TABLE ops.feed_checks ADD COLUMN n_matched INTEGER;
ALTER TABLE ops.feed_checks ADD COLUMN n_generic INTEGER;
ALTER TABLE ops.feed_checks ADD COLUMN n_refused INTEGER;
COMMENT ON COLUMN ops.feed_checks.n_matched IS 'of the links, those that an address rule of the source finds; NULL where it has none, or nothing was read';
COMMENT ON COLUMN ops.feed_checks.n_generic IS 'those that look like articles and are accepted although the rule does not find them, because it is unverified';
COMMENT ON COLUMN ops.feed_checks.n_refused IS 'those that look like articles and are refused by the rule';
