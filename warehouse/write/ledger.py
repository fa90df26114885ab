"""The schema `kliping` in PostgreSQL: what machines of a lake must agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

LOST_TURN = "another machine loads by now"
LEDGER = f"""
CREATE SCHEMA IF NOT EXISTS kliping;
CREATE TABLE IF NOT EXISTS kliping.lakes (
  name TEXT PRIMARY KEY, -- of the schema with the catalog, and of the folder of its files
  is_current BOOLEAN NOT NULL DEFAULT true,
  published_snapshot BIGINT,
  published_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX IF NOT EXISTS one_current_lake ON kliping.lakes (is_current) WHERE is_current;
CREATE TABLE IF NOT EXISTS kliping.hosts (
  host TEXT PRIMARY KEY,
  machine TEXT NOT NULL -- whose lock files keep the pace of the host
);
ALTER TABLE kliping.hosts ADD COLUMN IF NOT EXISTS expires_at TIMESTAMPTZ NOT NULL DEFAULT '-infinity';
CREATE TABLE IF NOT EXISTS kliping.loader (
  is_only BOOLEAN PRIMARY KEY DEFAULT true CHECK (is_only),
  session TEXT NOT NULL -- the name of the connection that may commit
);
CREATE TABLE IF NOT EXISTS kliping.waiting (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- the order in which they are loaded
  object TEXT, -- with rows, in the bucket; NULL for the end of a run
  n_articles INTEGER NOT NULL,
  urls TEXT[] NOT NULL, -- that were asked for, so that nobody asks again
  about JSONB NOT NULL -- see warehouse.write.waiting
);
CREATE OR REPLACE FUNCTION kliping.only_the_loader() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Locked until this transaction ends, so that the next loader begins after it.
  PERFORM FROM kliping.loader WHERE session = current_setting('application_name') FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION '{LOST_TURN}';
  END IF;
  -- A machine that stands still in its COMMIT must not keep the lock.
  PERFORM set_config('idle_in_transaction_session_timeout', '30s', true);
  RETURN NULL;
END
$$;
"""
IS_MADE = "SELECT to_regclass('kliping.waiting') IS NOT NULL"  # what was added last
HAS_FENCE = (
    "SELECT 1 FROM pg_trigger WHERE tgname = 'only_the_loader' AND tgrelid = to_regclass(%s)"
)
# Each COMMIT to a DuckLake inserts a snapshot.
FENCE = """
CREATE TRIGGER only_the_loader BEFORE INSERT ON {catalog}.ducklake_snapshot
FOR EACH STATEMENT EXECUTE FUNCTION kliping.only_the_loader()
"""
# DuckLake keeps nothing of a table without statistics, and asks for them for each of its columns in each query
# (https://github.com/duckdb/ducklake/pull/1313, which duckdb 1.5.5 does not have). Empty tables have none.
MAKE_STATISTICS = """
WITH made AS (
  INSERT INTO {catalog}.ducklake_table_stats (table_id, record_count, next_row_id, file_size_bytes)
  SELECT table_id, 0, 0, 0 FROM {catalog}.ducklake_table
  WHERE end_snapshot IS NULL AND table_id NOT IN (SELECT table_id FROM {catalog}.ducklake_table_stats)
  RETURNING table_id
)
INSERT INTO {catalog}.ducklake_table_column_stats (table_id, column_id, contains_null)
SELECT table_id, column_id, false FROM {catalog}.ducklake_column AS c JOIN made USING (table_id)
WHERE c.end_snapshot IS NULL AND NOT EXISTS (
  SELECT FROM {catalog}.ducklake_column AS part WHERE part.table_id = c.table_id AND part.parent_column = c.column_id
)
"""
BECOME_LOADER = """
INSERT INTO kliping.loader AS l (session) VALUES (%s)
ON CONFLICT (is_only) DO UPDATE SET session = excluded.session WHERE l.session <> excluded.session
"""


def make_ledger(con: psycopg.Connection[Any]) -> None:
    """Make what is missing. One session at a time, else two may make the same."""
    if con.execute(IS_MADE).fetchone() == (True,):  # so that other roles than its owner may load
        return
    con.execute("SELECT pg_advisory_lock(hashtext('kliping.lakes'))")
    con.execute(LEDGER)
    con.execute("SELECT pg_advisory_unlock(hashtext('kliping.lakes'))")
