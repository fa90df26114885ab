"""The queries of a home become views of the warehouse before each publish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb

from flows.runs.listeners import Listener
from kliping.sandbox.rules import Rules
from kliping.sandbox.user_queries import FOLDER, UserQuery, UserQueryError, check, files_of
from warehouse.queries import records
from warehouse.write.database import Database

VIEWS = "SELECT view_name AS name FROM duckdb_views() WHERE schema_name = 'my' AND database_name = current_database()"


class UserViews(Listener):
    def before_publish(self, store: Database) -> list[str]:
        return apply_views(store)


def apply_views(db: Database) -> list[str]:
    """Make the views of the schema `my` again; the files that are left out, each with the reason.

    A home without the folder keeps the views that are there.
    """
    if not (db.home / FOLDER).is_dir():
        return []
    with db.write_connection() as con:
        con.execute("SET python_enable_replacements = false")  # a table is no variable of ours
        con.begin()
        con.execute("CREATE SCHEMA IF NOT EXISTS my")
        for row in records(con.execute(VIEWS)):
            con.execute(f'DROP VIEW my."{row["name"]}"')
        messages = list(_create(con, files_of(db.home), Rules(duckdb.connect())))
        con.commit()
    return messages


def _create(
    con: duckdb.DuckDBPyConnection, queries: Iterable[UserQuery], rules: Rules
) -> Iterator[str]:
    """Each after those it reads; yields why a file is left out."""
    waiting = list(queries)
    while waiting:
        errors: list[tuple[UserQuery, UserQueryError]] = []
        for query in waiting:
            try:
                if not check(con, query, rules):
                    con.execute(f"CREATE VIEW my.{query.name} AS\n{query.text}")
            except UserQueryError as error:
                errors.append((query, error))
        if len(errors) == len(waiting):
            yield from (f"{error}; it is left out" for _, error in errors)
            return
        waiting = [query for query, _ in errors]
