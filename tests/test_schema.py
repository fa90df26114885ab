import duckdb
import pytest

from warehouse.schema import SchemaError, comments, migrate


def test_migrations_are_applied_once():
    con = duckdb.connect()

    assert migrate(con) == ["0001_base.sql", "0002_structure.sql", "0003_hosts.sql", "0004_copies.sql", "0005_repeated_lines.sql", "0006_backfill.sql", "views"]
    assert migrate(con) == []


def test_a_database_of_a_newer_kliping_is_refused_with_both_versions():
    con = duckdb.connect()
    migrate(con)
    con.execute("UPDATE ops.schema_migrations SET version = 9000 WHERE version = 1")

    with pytest.raises(SchemaError, match="9000, this kliping knows 6"):
        migrate(con)


def test_a_changed_migration_is_refused():
    con = duckdb.connect()
    migrate(con)
    con.execute("UPDATE ops.schema_migrations SET checksum = 'x' WHERE version = 1")

    with pytest.raises(SchemaError, match=r"0001_base\.sql is not the migration"):
        migrate(con)


def test_views_are_made_again_when_one_changed():
    con = duckdb.connect()
    migrate(con)
    con.execute("UPDATE ops.schema_migrations SET checksum = 'x' WHERE version = 0")

    assert migrate(con) == ["views"]


def test_a_lines_comment_becomes_the_columns_comment():
    sql = """-- One row a thing.
CREATE TABLE a.b (
  c VARCHAR NOT NULL, -- what's c
  d INTEGER -- d
);
CREATE OR REPLACE VIEW m.v AS
SELECT
  x.c, -- as c
  upper(x.c) AS big -- as big
FROM a.b x;
"""

    assert list(comments(sql)) == [
        "COMMENT ON TABLE a.b IS 'One row a thing.'",
        "COMMENT ON COLUMN a.b.c IS 'what''s c'",
        "COMMENT ON COLUMN a.b.d IS 'd'",
        "COMMENT ON VIEW m.v IS ''",
        "COMMENT ON COLUMN m.v.c IS 'as c'",
        "COMMENT ON COLUMN m.v.big IS 'as big'",
    ]
