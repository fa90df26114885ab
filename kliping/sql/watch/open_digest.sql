-- Take the digest that can have more hits out of the journal: it is not due, and no try has begun.
DELETE FROM deliveries
WHERE destination = :destination AND state = 'waiting' AND n_tries = 0 AND next_at > :now
RETURNING hit_ids;
