-- The sources of a batch. A run without the source's file does not overwrite what the file said.
DELETE FROM core.sources WHERE source_id IN (SELECT source_id FROM new_sources WHERE is_described);
INSERT INTO core.sources BY NAME
SELECT DISTINCT ON (source_id) * EXCLUDE (is_described)
FROM new_sources
ANTI JOIN core.sources USING (source_id)
ORDER BY source_id, is_described DESC;
