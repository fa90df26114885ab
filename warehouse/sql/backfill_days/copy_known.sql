-- What a published copy knows of the addresses and days of a source.
INSERT INTO ops.frontier BY NAME SELECT * FROM published.ops.frontier WHERE source_id = $source_id;
INSERT INTO core.articles BY NAME
SELECT * FROM published.core.articles
WHERE article_id IN (SELECT article_id FROM ops.frontier);
INSERT INTO raw.feed_entries BY NAME
SELECT * FROM published.raw.feed_entries
WHERE source_id = $source_id
  AND url IN (SELECT url FROM ops.frontier WHERE state IN ('pending', 'deferred') OR reason = 'no_query_match');
INSERT INTO ops.backfill_days BY NAME SELECT * FROM published.ops.backfill_days WHERE source_id = $source_id;
