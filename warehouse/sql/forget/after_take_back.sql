-- What the run alone brought is gone: addresses that waited behind it are fetched, and its rows and outlets go. $run_id is the run that was taken back.
UPDATE ops.frontier SET state = 'pending', reason = NULL, detail = NULL
WHERE state = 'duplicate' AND last_fetch_id IS NULL AND list_contains($article_ids, article_id) AND article_id NOT IN (SELECT article_id FROM core.articles);
CREATE TEMP TABLE sources_of_run AS SELECT DISTINCT source_id FROM raw.fetches WHERE run_id = $run_id AND reason = 'forgotten';
DELETE FROM raw.fetches WHERE run_id = $run_id AND reason = 'forgotten' AND warc_file IS NULL;
DELETE FROM sources_of_run WHERE source_id IN (
  SELECT source_id FROM raw.fetches
  UNION
  SELECT source_id FROM ops.frontier
  UNION
  SELECT source_id FROM core.articles
);
DELETE FROM core.sources WHERE source_id IN (FROM sources_of_run);
DELETE FROM core.completeness WHERE source_id IN (FROM sources_of_run);
INSERT INTO ops.steps_due SELECT 'drop_history', NULL WHERE NOT EXISTS (FROM ops.steps_due WHERE step = 'drop_history');
