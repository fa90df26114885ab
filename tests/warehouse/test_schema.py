from pathlib import Path

import duckdb
import pytest

from warehouse.write import schema
from warehouse.write.database import Database
from warehouse.write.schema import SchemaError, comments, migrate

MIGRATIONS = sorted((schema.HERE / "migrations").glob("*.sql"))
NEWEST = int(MIGRATIONS[-1].name[:4])
KEYS = [
    ("ops.frontier", "url", "url_key"),
    ("ops.frontier", "article_id", "article_key"),
    ("core.articles", "article_id", "article_key"),
    ("core.article_versions", "content_sha256", "content_key"),
]
RELEASED = sorted(Path(__file__).parents[1].joinpath("schemas").glob("*.sql"))

pytestmark = pytest.mark.usefixtures("new_warehouses")


def test_migrations_are_applied_once():
    con = duckdb.connect()

    assert migrate(con) == [*(path.name for path in MIGRATIONS), "views"]
    assert migrate(con) == []


def test_a_database_of_a_newer_kliping_is_refused_with_both_versions():
    con = duckdb.connect()
    migrate(con)
    con.execute("UPDATE ops.schema_migrations SET version = 9000 WHERE version = 1")

    with pytest.raises(SchemaError, match=f"9000, this kliping knows {NEWEST}"):
        migrate(con)


def test_a_changed_migration_is_refused():
    con = duckdb.connect()
    migrate(con)
    con.execute("UPDATE ops.schema_migrations SET checksum = 'x' WHERE version = 1")

    with pytest.raises(SchemaError, match=r"0001_base\.sql is not the migration"):
        migrate(con)


def released_database(folder, rows):
    """A database as a released version left it."""
    store = Database(folder)
    with duckdb.connect(store.path) as con:
        con.execute(schema.LEDGER)
        for path in MIGRATIONS[: int(rows.stem)]:
            con.execute(path.read_text())
        con.execute(rows.read_text())
    return store


@pytest.mark.parametrize("rows", RELEASED, ids=lambda path: path.stem)
def test_a_database_of_every_released_schema_is_upgraded_after_a_copy(tmp_path, rows):
    store, version = released_database(tmp_path, rows), int(rows.stem)
    with duckdb.connect(store.path) as con:
        before = row_counts(con)

    with store.write_connection() as con:
        assert schema.schema_versions(con) == (NEWEST, NEWEST)
        assert row_counts(con).items() >= before.items()
        assert con.sql("SELECT authors, tags FROM mart.articles").fetchall() == [
            (["Rahmat Lindungi"], ["pelabuhan"])
        ]
        for table, word, key in KEYS:
            assert con.sql(
                f"SELECT count({key}) > 0, count(*) FILTER ({key} IS DISTINCT FROM md5_number_lower({word})) FROM {table}"
            ).fetchall() == [(True, 0)]
        upgraded = columns(con)
    with Database(tmp_path / "new").write_connection() as con:
        assert upgraded == columns(con)
    with duckdb.connect(
        store.path.with_name(f"warehouse.duckdb.schema-{version}"), read_only=True
    ) as con:
        assert row_counts(con) == before


def row_counts(con):
    names = con.sql(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name IN ('raw', 'core', 'ops') AND table_name <> 'schema_migrations'"
    )
    return {
        f"{s}.{t}": con.sql(f"SELECT count(*) FROM {s}.{t}").fetchall() for s, t in names.fetchall()
    }


def columns(con):
    return sorted(
        con.sql(
            "SELECT schema_name, table_name, column_name, data_type, is_nullable FROM duckdb_columns()"
        ).fetchall()
    )


@pytest.fixture
def own_migrations(tmp_path, monkeypatch):
    """A folder to add steps to; without views, which would name the present columns only."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in MIGRATIONS:
        (folder / path.name).write_text(path.read_text())
    monkeypatch.setattr(schema, "HERE", tmp_path)
    (tmp_path / "views").mkdir()
    return folder


def test_a_step_that_fails_changes_nothing_and_those_before_it_stay(own_migrations):
    con = duckdb.connect()
    (own_migrations / "9001_good.sql").write_text("ALTER TABLE ops.runs ADD COLUMN mood VARCHAR;")
    (own_migrations / "9002_bad.sql").write_text(
        "DROP TABLE ops.hosts; ALTER TABLE ops.nothing ADD COLUMN mood VARCHAR;"
    )

    with pytest.raises(duckdb.CatalogException):
        migrate(con)

    assert schema.schema_versions(con) == (9001, 9002)
    assert con.sql("SELECT count(*) FROM ops.hosts").fetchall() == [(0,)]

    (own_migrations / "9002_bad.sql").unlink()
    assert migrate(con) == ["views"]


@pytest.mark.parametrize("rows", RELEASED, ids=lambda path: path.stem)
def test_every_table_of_every_released_schema_can_get_a_column(tmp_path, own_migrations, rows):
    store = released_database(tmp_path, rows)
    with Database(tmp_path / "new").write_connection() as con:
        tables = row_counts(con)
    (own_migrations / "9001_mood.sql").write_text(
        "\n".join(f"ALTER TABLE {table} ADD COLUMN mood VARCHAR;" for table in tables)
    )

    with store.write_connection() as con:
        assert con.sql(
            "SELECT count(*) FROM duckdb_columns() WHERE column_name = 'mood'"
        ).fetchall() == [(len(tables),)]


def test_somebody_elses_database_is_left_alone(tmp_path):
    with duckdb.connect(tmp_path / "warehouse.duckdb") as con:
        con.execute("CREATE TABLE pelanggan (nama VARCHAR)")

    with (
        pytest.raises(SchemaError, match=r"not made by kliping; it has main\.pelanggan"),
        Database(tmp_path).write_connection(),
    ):
        pass


def test_views_are_made_again_when_one_changed():
    con = duckdb.connect()
    migrate(con)
    con.execute("UPDATE ops.schema_migrations SET checksum = 'x' WHERE version = 0")

    assert migrate(con) == ["views"]


def test_a_view_that_has_another_name_now_is_gone():
    con = duckdb.connect()
    migrate(con)
    con.execute(
        "CREATE VIEW core.day_totals AS FROM core.articles; CREATE SCHEMA my; CREATE VIEW my.own AS FROM mart.articles"
    )
    con.execute("UPDATE ops.schema_migrations SET checksum = 'old' WHERE version = 0")

    migrate(con)

    views = con.execute("SELECT schema_name || '.' || view_name FROM duckdb_views()").fetchall()
    assert ("core.day_totals",) not in views
    assert {("mart.article_metadata",), ("my.own",)} <= set(views)


def test_a_lines_comment_becomes_the_columns_comment():
    sql = """-- One row a thing.
CREATE TABLE a.b (
  c VARCHAR NOT NULL, -- what's c
  d INTEGER -- d
);
CREATE OR REPLACE VIEW m.v AS
SELECT
  x.c, -- as c
  upper(x.c) AS big -- as big, in letters
    -- that stand out, and
    -- without accents
FROM a.b x;
"""

    assert list(comments(sql)) == [
        "COMMENT ON TABLE a.b IS 'One row a thing.'",
        "COMMENT ON COLUMN a.b.c IS 'what''s c'",
        "COMMENT ON COLUMN a.b.d IS 'd'",
        "COMMENT ON VIEW m.v IS ''",
        "COMMENT ON COLUMN m.v.c IS 'as c'",
        "COMMENT ON COLUMN m.v.big IS 'as big, in letters that stand out, and without accents'",
    ]


def test_a_column_that_a_view_passes_on_keeps_its_comment(tmp_path, monkeypatch):
    (tmp_path / "migrations").mkdir()
    for path in MIGRATIONS:
        (tmp_path / "migrations" / path.name).write_text(path.read_text())
    (tmp_path / "views" / "mart").mkdir(parents=True)
    (tmp_path / "views" / "mart" / "hosts.sql").write_text("""-- Hosts.
CREATE OR REPLACE VIEW mart.hosts AS
WITH counted AS (
  SELECT h.host, count(*) AS n FROM ops.hosts AS h GROUP BY ALL
)
SELECT
  h.host,
  upper(h.host) AS big, -- in capitals
  coalesce(h.blocked_since, now()::TIMESTAMP) AS blocked_since,
  c.n
FROM ops.hosts AS h
JOIN counted AS c USING (host);
""")
    (tmp_path / "views" / "mart" / "later.sql").write_text("""-- Later.
CREATE OR REPLACE VIEW mart.later AS
SELECT
  h.big,
  h.host -- another one
FROM mart.hosts AS h;
""")
    monkeypatch.setattr(schema, "HERE", tmp_path)
    con = duckdb.connect()
    migrate(con)

    of_table = "SELECT comment FROM duckdb_columns() WHERE table_name = 'hosts' AND schema_name = 'ops' AND column_name = ?"
    host, blocked = (
        con.execute(of_table, [column]).fetchone()[0] for column in ("host", "blocked_since")
    )
    expected = [
        ("hosts", "big", "in capitals"),
        ("hosts", "blocked_since", blocked),
        ("hosts", "host", host),
        ("later", "big", "in capitals"),
        ("later", "host", "another one"),
    ]
    columns = "SELECT table_name, column_name, comment FROM {} WHERE schema_name = 'mart' AND comment IS NOT NULL ORDER BY ALL"
    assert con.sql(columns.format("duckdb_columns()")).fetchall() == expected
    assert con.sql(columns.format("ref.view_columns")).fetchall() == expected


def test_the_ledger_tells_in_utc_wherever_it_is_written():
    con = duckdb.connect()
    con.execute("SET TimeZone = 'Asia/Jakarta'")
    migrate(con)

    assert con.sql(
        "SELECT max(abs(epoch(now()) - epoch(applied_at))) < 3600 FROM ops.schema_migrations"
    ).fetchall() == [(True,)]


def test_each_view_of_mart_has_its_name_without_the_schema_too(demo_home):
    with duckdb.connect(demo_home / "kliping.duckdb", read_only=True) as con:
        columns = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = ? AND NOT internal ORDER BY ALL"
        in_mart, in_main = (con.execute(columns, [name]).fetchall() for name in ("mart", "main"))
        [rows] = con.sql("SELECT count(*), (SELECT count(*) FROM mart.quotes) FROM quotes").fetchall()  # fmt: skip

    assert in_main == in_mart
    assert rows[0] == rows[1] > 100


def test_a_view_that_is_gone_leaves_no_view_of_its_name():
    con = duckdb.connect()
    migrate(con)
    con.execute("CREATE VIEW mart.former AS SELECT 1 AS n; CREATE VIEW main.former AS FROM mart.former")  # fmt: skip
    con.execute("UPDATE ops.schema_migrations SET checksum = 'x' WHERE version = 0")

    assert migrate(con) == ["views"]
    views = {name for (name,) in con.sql("SELECT view_name FROM duckdb_views()").fetchall()}
    assert "former" not in views
    assert "articles" in views
