-- The message that is due first.
SELECT
  message_id,
  destination,
  hit_ids,
  n_tries,
  is_in_doubt
FROM deliveries
WHERE state = 'waiting'
  AND destination IN (SELECT value FROM json_each(:destinations))
  AND NOT next_at BETWEEN :soon AND :farthest
ORDER BY next_at, rowid
LIMIT 1;
