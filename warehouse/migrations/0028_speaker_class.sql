-- What speakers are. The next run fills it in for the quotes that are there; no page has to be parsed again.
ALTER TABLE core.quotes ADD COLUMN speaker_class VARCHAR;
COMMENT ON COLUMN core.quotes.speaker_class IS 'by office and body (parsers/language/speaker_classes.toml): government, police_military, legislature, court, business, academic, civil_society, citizen, celebrity; NULL where they do not tell';
INSERT INTO ops.steps_due SELECT 'classify_speakers', NULL WHERE EXISTS (FROM core.quotes);
COMMENT ON COLUMN ops.steps_due.step IS 'compute_ids: all article ids; parse_again: the pages of one article; read_robots: the latest robots.txt of each host; classify_speakers: speaker_class of all quotes';
