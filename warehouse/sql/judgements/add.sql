-- A later verdict replaces the earlier one. Temporary table: new_judgements.
CREATE OR REPLACE TEMP TABLE new_judgements AS
FROM read_json(
  $file, format = 'newline_delimited', columns = {row_key: 'VARCHAR', rule_id: 'VARCHAR', is_right: 'BOOLEAN'}
);
DELETE FROM ref.judgements WHERE (row_key, rule_id) IN (SELECT row_key, rule_id FROM new_judgements);
INSERT INTO ref.judgements BY NAME FROM new_judgements;
