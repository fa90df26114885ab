-- The tables of a home's journal of watches, in SQLite. Those that are there stay as they are.
CREATE TABLE IF NOT EXISTS watches (
  name TEXT PRIMARY KEY,
  added_at TEXT NOT NULL, -- ISO 8601, as all moments here
  passed_at TEXT NOT NULL -- the last time
);
CREATE TABLE IF NOT EXISTS hits (
  no INTEGER PRIMARY KEY, -- in the order in which they were found
  hit_id TEXT NOT NULL UNIQUE,
  watch TEXT NOT NULL,
  article_id TEXT NOT NULL,
  state TEXT NOT NULL, -- new, packed (in a message to each destination of its watch), feed_only (it has none); earlier
    -- versions also had sent, unsent and doubtful
  found_at TEXT NOT NULL,
  hit TEXT -- JSON; NULL where its article was forgotten
);
CREATE INDEX IF NOT EXISTS hits_of_watch ON hits (watch, state, no);
CREATE INDEX IF NOT EXISTS hits_of_state ON hits (state);
-- each message to each destination, those that are over too
CREATE TABLE IF NOT EXISTS deliveries (
  message_id TEXT NOT NULL, -- the idempotency key
  destination TEXT NOT NULL,
  hit_ids TEXT NOT NULL, -- JSON
  n_tries INTEGER NOT NULL,
  next_at TEXT NOT NULL,
  state TEXT NOT NULL, -- DeliveryState
  is_in_doubt INTEGER NOT NULL, -- a try other than the last one may have arrived: of one that is sent, twice
  PRIMARY KEY (message_id, destination)
);
CREATE INDEX IF NOT EXISTS deliveries_of_state ON deliveries (state, next_at);
-- the recent versions of then, and digests of the watches that were asked
CREATE TABLE IF NOT EXISTS last_pass (key TEXT PRIMARY KEY);

-- Earlier versions had one webhook, and the first one no messages.
CREATE TABLE IF NOT EXISTS messages (
  message_id TEXT PRIMARY KEY,
  watch TEXT NOT NULL,
  hit_ids TEXT NOT NULL,
  n_tries INTEGER NOT NULL,
  next_at TEXT NOT NULL
);
INSERT OR IGNORE INTO deliveries
SELECT message_id, 'webhook', hit_ids, n_tries, next_at, 'waiting', n_tries > 0 FROM messages;
UPDATE hits SET state = 'packed'
WHERE state = 'sending' AND hit_id IN (SELECT value FROM messages, json_each(hit_ids));
UPDATE hits SET state = 'new' WHERE state = 'sending';
DELETE FROM messages;
