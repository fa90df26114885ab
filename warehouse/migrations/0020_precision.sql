-- Rules with the precision measured on unseen text, and the verdicts that people of this home gave.
DROP TABLE ref.rules;
-- Rules and what was measured of them. Key: rule_id.
CREATE TABLE ref.rules (
  rule_id VARCHAR NOT NULL, -- named in every row it made; speaker.<resolution> for how the speaker of a quote was identified
  target VARCHAR NOT NULL, -- quote, speaker, mention, figure, date, place, acronym, topic
  description VARCHAR NOT NULL, -- the rule in words
  precision DOUBLE, -- share of its rows that are right; NULL where too few were judged
  n INTEGER NOT NULL, -- rows judged
  low DOUBLE, -- lower end of the 95 % Wilson interval; NULL where none was judged
  high DOUBLE, -- upper end of it
  measured_on VARCHAR -- the text whose rows were judged; NULL where none was
);
COMMENT ON COLUMN ops.runs.flow_name IS 'ingest, revisit, backfill, import, reparse, retry, rebuild, forget, maintain, sample';
-- What a person said of rows of a sample (`kliping sample`). A row counts for each of its rules. Key: (row_key, rule_id).
CREATE TABLE ref.judgements (
  row_key VARCHAR NOT NULL, -- table and digest of the row's address, span and value
  rule_id VARCHAR NOT NULL, -- ref.rules
  is_right BOOLEAN NOT NULL -- the verdict
);
