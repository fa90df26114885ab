UPDATE ops.frontier
SET state = 'not_asked', reason = 'no_query_match', detail = $detail, next_attempt_at = NULL, attempts = 0
WHERE url IN (SELECT unnest($urls));
