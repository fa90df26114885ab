-- The rows of a run that was taken back, once its records have left the archive, and outlets of which nothing else is
-- known.
--
-- sources_of_run: its outlets, then those of them that nothing else names
CREATE TEMP TABLE sources_of_run AS SELECT DISTINCT source_id
FROM raw.fetches
WHERE run_id = $run_id AND reason = 'forgotten';
DELETE FROM raw.fetches WHERE run_id = $run_id AND reason = 'forgotten' AND warc_file IS NULL;
DELETE FROM sources_of_run WHERE source_id IN (
  SELECT source_id FROM raw.fetches
  UNION
  SELECT source_id FROM ops.frontier
  UNION
  SELECT source_id FROM core.articles
);
DELETE FROM core.sources WHERE source_id IN (FROM sources_of_run);
DELETE FROM core.announced_articles WHERE source_id IN (FROM sources_of_run);
DELETE FROM core.read_days WHERE source_id IN (FROM sources_of_run);
DELETE FROM core.completeness WHERE source_id IN (FROM sources_of_run);
INSERT INTO ops.steps_due SELECT 'drop_history', NULL WHERE NOT EXISTS (FROM ops.steps_due WHERE step = 'drop_history');
