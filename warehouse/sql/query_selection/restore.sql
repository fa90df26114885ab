-- After a rebuild, which knows of no backfill: what those with a query left out is not asked for again, and no ingest
-- waits for it.
UPDATE ops.frontier AS f
SET state = 'not_asked', reason = 'no_query_match', detail = l.detail, is_past = TRUE, next_attempt_at = NULL,
  attempts = 0
FROM read_json($file, format = 'newline_delimited', columns = {url: 'VARCHAR', detail: 'VARCHAR'}) AS l
WHERE l.url = f.url
  AND f.state IN ('pending', 'deferred')
  AND NOT EXISTS (FROM ops.frontier WHERE reason = 'no_query_match');
INSERT INTO ops.uncounted VALUES (NULL, NULL, NULL);
