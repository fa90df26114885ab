SELECT source_id, list(line) AS lines FROM ref.repeated_lines GROUP BY source_id;
