INSERT INTO ref.judgements BY NAME
FROM read_json(
  $file, format = 'newline_delimited', columns = {row_key: 'VARCHAR', rule_id: 'VARCHAR', is_right: 'BOOLEAN'}
)
WHERE NOT EXISTS (FROM ref.judgements);
