DELETE FROM ops.backfill_days WHERE (source_id, day) IN (SELECT (source_id, day) FROM new_days);
INSERT INTO ops.backfill_days BY NAME FROM new_days;
INSERT INTO ops.uncounted BY NAME SELECT DISTINCT source_id, date_trunc('week', day)::DATE AS week FROM new_days;
