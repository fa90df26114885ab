"""The schema: numbered migrations with checksums, views, and a comment on every column."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import orjson

from parsers.article import FIELDS
from warehouse.queries import Row, quote, with_fields
from warehouse.write.reference import fingerprint, reference

HERE = Path(__file__).parents[1]

LEDGER = """
CREATE SCHEMA IF NOT EXISTS ops;
CREATE TABLE IF NOT EXISTS ops.schema_migrations (
  version INTEGER NOT NULL, -- number of the migration; 0 stands for the views as a whole
  name VARCHAR NOT NULL, -- file name
  checksum VARCHAR NOT NULL, -- sha256 of the file
  applied_at TIMESTAMP NOT NULL, -- UTC
);
"""
CREATES = re.compile(r"CREATE (?:OR REPLACE )?(TABLE|VIEW) (?:IF NOT EXISTS )?([\w.]+)")
NOTED = re.compile(r"\s+(?P<definition>\S.*?),? -- (?P<note>.*)")
# A view's line without a comment that passes on a column by its name, bare or within an expression.
PASSED_ON = re.compile(r"  (?! ).*?\b(?P<alias>\w+)\.(?P<name>\w+)(?:\W.* AS (?P=name))?,?$")
ALIAS = re.compile(r"(?:\b(?:FROM|JOIN) ([\w.]+)|\)) AS (\w+)")
# A line's comment that goes on in lines of their own, further in than a column begins.
LONG_NOTE = re.compile(r"(?<=\S) -- .*(?:\n {4,}-- .*)+")
VIEWS = """SELECT schema_name, view_name FROM duckdb_views()
  WHERE database_name = current_database() AND schema_name IN ('core', 'mart', 'main') AND NOT internal"""
FORMER_MACROS = """SELECT DISTINCT concat_ws('.', schema_name, function_name), if(function_type = 'table_macro', 'MACRO TABLE', 'MACRO')
  FROM duckdb_functions() WHERE database_name = current_database() AND concat_ws('.', schema_name, function_name) SIMILAR TO
  'core\\.(figure_kind|chart_calendar|paragraph_diffs_of|any_accents|word_forms|word_roots|search_.*)|mart\\.(search|attention)'"""
NOTES = (
    "SELECT concat_ws('.', schema_name, table_name, column_name), comment FROM duckdb_columns()"
    " WHERE database_name = current_database() AND comment IS NOT NULL"
)
IN_LAKE = "SELECT type FROM duckdb_databases() WHERE database_name = current_database()"


class SchemaError(Exception):
    """The database was made by another kliping than this one."""

    exit_code = 2


def schema_versions(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """The schema version of the database, 0 for a new one, and the newest one of this code."""
    return max(_applied(con), default=0), newest_schema()


def newest_schema() -> int:
    """The version of this code's schema."""
    return max(_migrations())


def migrate(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Bring the database to this code's schema; the names of the steps taken.

    Each step is a transaction of its own: DuckDB alters no table whose rows the same transaction has updated. A killed upgrade
    goes on where it was. Raises SchemaError where the database is newer than the code, or a step already taken has since been changed.
    """
    applied, steps = _applied(con), _migrations()
    if applied and max(applied) > max(steps):
        raise SchemaError(
            f"the database has schema {max(applied)}, this kliping knows {max(steps)}: install the newer kliping"
        )
    for version, path in steps.items():
        if version in applied and applied[version][1] != _checksum(path.read_text()):
            raise SchemaError(
                f"{path.name} is not the migration that made this database: restore the file as it was"
            )
    due = [
        (version, path.name, path.read_text())
        for version, path in steps.items()
        if version not in applied
    ]
    if not due and _has_views(applied):
        return []
    views, tables = _views_and_tables(HERE)
    with _transaction(con):
        for statement in (LEDGER, *comments(LEDGER)):
            con.execute(statement)
    for step in due:
        with _transaction(con):
            _apply(con, *step)
    with _transaction(con):
        _drop_views(con)
        _apply(con, 0, "views", views, tables)
    return [*(name for _, name, _ in due), "views"]


def _drop_views(con: duckdb.DuckDBPyConnection) -> None:
    """Those that this code has under another name would stay, and fail."""
    for schema, view in con.execute(VIEWS).fetchall():
        con.execute(f"DROP VIEW {schema}.{view}")
    for macro, kind in con.execute(FORMER_MACROS).fetchall():
        con.execute(f"DROP {kind} {macro}")


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        with suppress(duckdb.Error):  # a failed commit, as on a full disk, has rolled back already
            con.rollback()
        raise


def is_current(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the database has the tables and views of this code."""
    applied = _applied(con)
    is_newest = max(applied, default=0) == newest_schema()
    return is_newest and _has_views(applied)


def _has_views(applied: dict[int, tuple[str, str]]) -> bool:
    return applied.get(0, ("", ""))[1] == _views_checksum(HERE)


@cache
def _views_checksum(folder: Path) -> str:
    """Only this is kept: the tables with every region would take some megabytes of each process."""
    views, tables = _views_and_tables(folder)
    return _checksum(views + fingerprint(tables))


def _applied(con: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    """Name and checksum of each step taken. Raises SchemaError for a database of somebody else."""
    tables = {
        f"{schema}.{table}"
        for schema, table in con.sql(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall()
    }
    if "ops.schema_migrations" not in tables:
        if tables:
            raise SchemaError(
                f"the database was not made by kliping; it has {min(tables)}. Move it away, or set KLIPING_HOME"
            )
        return {}
    found = con.sql("SELECT version, name, checksum FROM ops.schema_migrations").fetchall()
    return {version: (name, checksum) for version, name, checksum in found}


def _migrations() -> dict[int, Path]:
    return {int(path.name[:4]): path for path in sorted((HERE / "migrations").glob("[0-9]*.sql"))}


def _views_and_tables(folder: Path) -> tuple[str, dict[str, list[Row]]]:
    """The SQL of all views, and the rows of the tables that are filled anew with them."""
    return with_fields("\n".join([*_views(folder), *_field_comments()])), reference()


def _field_comments() -> Iterator[str]:
    """Of the fields of articles, in the tables whose migrations only add their columns."""
    for table in ("core.articles", "core.article_statements"):
        for field in FIELDS:
            yield f"COMMENT ON COLUMN {table}.{field.name} IS {quote(field.comment)};"


def _views(folder: Path) -> Iterator[str]:
    """The files of views and macros, `views/<schema>/<name>.sql`, each after those it reads; then those of `mart` again in `main`."""
    files = sorted((folder / "views").glob("*/*.sql"))
    waiting = {f"{path.parent.name}.{path.stem}": path.read_text() for path in files}
    read = {name: set(re.findall(r"\w+\.\w+", sql)) - {name} for name, sql in waiting.items()}
    while waiting:
        ready = [name for name in waiting if read[name].isdisjoint(waiting)]
        if not ready:
            raise SchemaError(f"views that read each other: {', '.join(waiting)}")
        yield from (waiting.pop(name) for name in ready)
    for path in files:
        if path.parent.name == "mart" and "VIEW mart." in path.read_text():
            yield f"-- The same as mart.{path.stem}.\nCREATE OR REPLACE VIEW main.{path.stem} AS FROM mart.{path.stem};"


class Described(NamedTuple):
    """What a comment describes: a table or a view, or a column of one."""

    kind: str  # TABLE, VIEW
    name: str  # with its schema
    column: str | None
    text: str


def _described(sql: str, notes: Mapping[str, str]) -> Iterator[Described]:
    """Each table, view and column that has a comment.

    A column of a view without one has that of the column it passes on: of a table by `notes`, or of a view before.
    """
    comments, kind, name, above, clause = dict(notes), "", "", "", ""
    passed_on: list[re.Match[str]] = []
    tables: dict[str, str] = {}  # by their aliases
    for line in LONG_NOTE.sub(lambda note: re.sub(r"\n +--", "", note[0]), sql).splitlines():
        if head := CREATES.match(line):
            kind, name = head[1], head[2]
            yield Described(kind, name, None, above)
        if not line.startswith(" "):
            clause = line
        note = re.match(r"-- (.*)", line)
        above = f"{above} {note[1]}".strip() if note else ""
        if name and (column := NOTED.match(line)):
            described = Described(kind, name, _column(kind, column["definition"]), column["note"])
            comments[f"{name}.{described.column}"] = described.text
            yield described
        elif kind == "VIEW" and clause.startswith("SELECT") and (match := PASSED_ON.match(line)):
            passed_on.append(match)
        tables |= {alias: table for table, alias in ALIAS.findall(line)}
        if line.endswith(";"):
            for match in passed_on:
                column_name = match["name"]
                if text := comments.get(f"{tables.get(match['alias'])}.{column_name}"):
                    comments[f"{name}.{column_name}"] = text
                    yield Described(kind, name, column_name, text)
            kind, name, passed_on, tables = "", "", [], {}


def comments(sql: str) -> Iterator[str]:
    """A COMMENT ON statement for each of them."""
    return map(_comment, _described(sql, {}))


def _comment(described: Described) -> str:
    kind, name, column, text = described
    what = f"{kind} {name}" if column is None else f"COLUMN {name}.{column}"
    return f"COMMENT ON {what} IS {quote(text)}"


def _view_columns(described: Iterable[Described]) -> Iterator[Row]:
    """The rows of `ref.view_columns`."""
    for kind, name, column, text in described:
        if kind == "VIEW" and column is not None:
            schema, _, table = name.partition(".")
            yield {
                "schema_name": schema,
                "table_name": table,
                "column_name": column,
                "comment": text,
            }


def _column(kind: str, definition: str) -> str:
    """A table's line begins with the column's name, a view's ends with it."""
    return (
        definition.split(maxsplit=1)[0] if kind == "TABLE" else re.split(r"[\s.]", definition)[-1]
    )


def _apply(
    con: duckdb.DuckDBPyConnection,
    version: int,
    name: str,
    sql: str,
    tables: dict[str, list[Row]] | None = None,
) -> None:
    """One step, in the caller's transaction. `tables` come with the views; a lake takes no comments on columns of views."""
    con.execute(sql)
    described = list(_described(sql, {} if tables is None else dict(con.execute(NOTES).fetchall())))
    if tables is not None:
        tables_and_columns = {**tables, "ref.view_columns": list(_view_columns(described))}
        for table, rows in tables_and_columns.items():
            _fill(con, table, rows)
    if con.execute(IN_LAKE).fetchall() == [("ducklake",)]:
        described = [each for each in described if each.kind == "TABLE" or each.column is None]
    con.execute(";".join(map(_comment, described)))
    con.execute("DELETE FROM ops.schema_migrations WHERE version = ?", [version])
    con.execute(
        "INSERT INTO ops.schema_migrations VALUES (?, ?, ?, make_timestamp(epoch_us(now())))",
        [version, name, _checksum(sql + fingerprint(tables) if tables else sql)],
    )


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    """Exactly these rows."""
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as file:
        file.write(b"\n".join(map(orjson.dumps, rows)))
        file.flush()
        con.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names
        if not rows:
            return
        read = "read_json($file, format = 'newline_delimited', sample_size = -1)"
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {read}", {"file": file.name})  # noqa: S608 - our own table names


def _checksum(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()
