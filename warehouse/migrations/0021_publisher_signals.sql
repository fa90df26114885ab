-- Rules of robots.txt on the use of texts count by group and path: the next run reads the latest robots.txt of each host again.
INSERT INTO ops.steps_due SELECT 'read_robots', NULL WHERE EXISTS (FROM raw.fetches WHERE kind = 'robots');
COMMENT ON COLUMN ops.steps_due.step IS 'compute_ids: all article ids; parse_again: the pages of one article; read_robots: the latest robots.txt of each host';
COMMENT ON COLUMN raw.fetches.reservations IS 'what the publisher reserves (text and data mining, training of models), its licenses and the price it asks; as `name: value`';
