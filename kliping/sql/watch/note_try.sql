-- What became of a message, or that a try begins.
UPDATE deliveries
SET n_tries = :n_tries, next_at = :next_at, state = :state, is_in_doubt = :is_in_doubt
WHERE message_id = :message_id AND destination = :destination;
