-- A message to a destination, in the journal.
INSERT INTO deliveries VALUES (:key, :destination, :ids, 0, :due, 'waiting', 0);
