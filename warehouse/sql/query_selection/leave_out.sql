INSERT INTO ops.uncounted BY NAME
SELECT coalesce(article_key, url_key) AS article_key
FROM ops.frontier
WHERE url IN (SELECT unnest($urls));
UPDATE ops.frontier
SET state = 'not_asked', reason = 'no_query_match', detail = $detail, next_attempt_at = NULL, attempts = 0
WHERE url IN (SELECT unnest($urls));
