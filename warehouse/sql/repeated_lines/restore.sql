INSERT INTO ref.repeated_lines BY NAME
FROM read_json($file, format = 'newline_delimited')
WHERE NOT EXISTS (FROM ref.repeated_lines);
