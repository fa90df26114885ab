"""The schema `kliping` in PostgreSQL: what machines of a lake must agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

LEDGER = """
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
"""


def make_ledger(con: psycopg.Connection[Any]) -> None:
    """Make the tables that are missing. One session at a time, else two may make the same."""
    con.execute("SELECT pg_advisory_lock(hashtext('kliping.lakes'))")
    con.execute(LEDGER)
    con.execute("SELECT pg_advisory_unlock(hashtext('kliping.lakes'))")
