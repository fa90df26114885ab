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
  state TEXT NOT NULL, -- HitState
  found_at TEXT NOT NULL,
  hit TEXT -- JSON; NULL where its article was forgotten
);
CREATE INDEX IF NOT EXISTS hits_of_watch ON hits (watch, state, no);
CREATE INDEX IF NOT EXISTS hits_of_state ON hits (state);
CREATE TABLE IF NOT EXISTS messages (
  message_id TEXT PRIMARY KEY, -- the idempotency key
  watch TEXT NOT NULL,
  hit_ids TEXT NOT NULL, -- JSON
  n_tries INTEGER NOT NULL,
  next_at TEXT NOT NULL
);
-- the recent versions of then, and digests of the watches that were asked
CREATE TABLE IF NOT EXISTS last_pass (key TEXT PRIMARY KEY);
