-- After repeated_lines/new_generations.sql, in its transaction.
DELETE FROM ref.repeated_lines WHERE source_id IN (SELECT source_id FROM new_generations);
INSERT INTO ref.repeated_lines BY NAME SELECT * FROM counted_lines JOIN new_generations USING (source_id);
