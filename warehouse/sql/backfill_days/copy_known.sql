-- What a published copy knows of the addresses and days of a source.
INSERT INTO ops.frontier BY NAME SELECT * FROM published.ops.frontier WHERE source_id = $source_id;
INSERT INTO core.articles BY NAME
SELECT * FROM published.core.articles
WHERE article_id IN (SELECT article_id FROM ops.frontier);
INSERT INTO ops.backfill_days BY NAME SELECT * FROM published.ops.backfill_days WHERE source_id = $source_id;
