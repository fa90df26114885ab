SELECT count(*)
FROM ops.frontier
WHERE source_id = $source_id
  AND state = 'not_asked'
  AND reason = 'no_query_match'
  AND story_day BETWEEN $since AND $until;
