"""The published copy as readers' queries see it: of a reserved text only the beginning, whatever a query does with it.

Where a text is reserved, the file is attached under a name that `Rules` lets no query have in it, and `kliping` is a database in
memory: a view over each table and view of the file. Those with words of a text leave out what stands after its snippet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from kliping.sandbox.rules import HIDDEN
from warehouse.queries import Row, quote, records
from warehouse.read.reserved_texts import SHOWN, TEXT_COLUMNS

SQL = Path(__file__).with_name("readers_copy.sql").read_text("utf-8")
OVER_OTHERS = {"my", "main"}  # schemas whose views read other views, and so what those leave out


def attach_for_readers(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """As `kliping`, in a connection to an empty database. Raises duckdb.Error."""
    file = quote(str(path))
    con.execute(f"ATTACH {file} AS {HIDDEN} (READ_ONLY); USE {HIDDEN}")
    try:
        relations, macros = _catalog(con)
        is_reserving = "mart.reservations" in {row["name"] for row in relations} and con.execute(
            "SELECT EXISTS (FROM mart.reservations WHERE is_against)"
        ).fetchall() == [(True,)]
        if is_reserving:
            _cover(con, relations, macros)
    finally:
        con.execute("USE memory")
    if not is_reserving:
        con.execute(f"DETACH {HIDDEN}; ATTACH {file} AS kliping (READ_ONLY)")


def _catalog(con: duckdb.DuckDBPyConnection) -> tuple[list[Row], list[Row]]:
    """The tables and views, and the macros of the database in use."""
    relations, macros = SQL.split(";\n")[:2]
    return records(con.execute(relations)), records(con.execute(macros))


def _cover(con: duckdb.DuckDBPyConnection, relations: Sequence[Row], macros: Sequence[Row]) -> None:
    con.execute("ATTACH ':memory:' AS kliping")
    for schema in sorted({row["schema"] for row in relations}):
        con.execute(f'CREATE SCHEMA IF NOT EXISTS kliping."{schema}"')
    for statement in SQL.split(";\n")[2:]:
        con.execute(statement)
    over_others = [row["sql"] for row in relations if row["schema"] in OVER_OTHERS and row["sql"]]
    bundled = [
        _view(row)
        for row in relations
        if row["schema"] not in OVER_OTHERS and row["name"] != "mart.data_dictionary"
    ]
    con.execute("USE kliping")
    for statement in bundled:
        con.execute(statement)
    _create_all(con, [*map(_macro, macros), *over_others])


def _view(relation: Row) -> str:
    """Over the one of that name, with less in its columns where it has words of texts."""
    name = relation["name"]
    source = f"{HIDDEN}.{name}"
    shown = ", ".join(
        f"CASE WHEN is_reserved THEN {SHOWN[how_much].format(column=column)} ELSE {column} END AS {column}"
        for column, how_much in TEXT_COLUMNS.get(name, {}).items()
        if how_much in SHOWN
    )
    if not shown:
        return f"CREATE VIEW {name} AS FROM {source}"
    key = next((each for each in ("article_id", "version_id") if each in relation["columns"]), None)
    is_reserved = f"{key} IN (FROM main.reserved_{key}s)" if key else "TRUE"
    marked = f"SELECT *, {is_reserved} AS is_reserved FROM {source}"  # noqa: S608 - our own names
    columns = f"* EXCLUDE (is_reserved) REPLACE ({shown})"
    return f"CREATE VIEW {name} AS SELECT {columns} FROM ({marked})"  # noqa: S608 - our own names


def _macro(macro: Row) -> str:
    kind = "TABLE " if macro["is_table"] else ""
    return f"CREATE MACRO {macro['name']}({macro['parameters']}) AS {kind}{macro['definition']}"


def _create_all(con: duckdb.DuckDBPyConnection, statements: Sequence[str]) -> None:
    """Each after those it uses; a view of the user's that reads what is not there is left out."""
    failed = list(_failing(con, statements))
    if failed and len(failed) < len(statements):
        _create_all(con, failed)


def _failing(con: duckdb.DuckDBPyConnection, statements: Sequence[str]) -> Iterator[str]:
    for statement in statements:
        try:
            con.execute(statement)
        except duckdb.Error:
            yield statement
