-- Addresses of the days that a backfill with a query left out are to be fetched again.
INSERT INTO ops.uncounted BY NAME
SELECT coalesce(article_key, url_key) AS article_key
FROM ops.frontier
WHERE source_id = $source_id
  AND state = 'not_asked'
  AND reason = 'no_query_match'
  AND story_day BETWEEN $since AND $until;
UPDATE ops.frontier
SET state = 'pending', reason = NULL, detail = NULL
WHERE source_id = $source_id
  AND state = 'not_asked'
  AND reason = 'no_query_match'
  AND story_day BETWEEN $since AND $until;
