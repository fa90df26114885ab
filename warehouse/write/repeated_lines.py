"""Lines that many articles of a source repeat, which the parsers take for boilerplate (`ref.repeated_lines`).

A reparse counts them in what is loaded then. They are kept beside the archive too: without them a new database would read the
archive differently.
"""

from __future__ import annotations

from collections.abc import Iterable

from warehouse.queries import Row, records, sql
from warehouse.write.database import Database
from warehouse.write.saved_table import SavedTable

COUNT = sql("repeated_lines/count")
NEW_GENERATIONS = sql("repeated_lines/new_generations")
REPLACE = sql("repeated_lines/replace")
CURRENT = sql("repeated_lines/current")
SAVED = SavedTable("repeated_lines", sql("repeated_lines/restore"))

Lines = dict[str, frozenset[str]]  # by source


def current(db: Database) -> Lines:
    """The lines of each source, as its last reparse counted them."""
    return _lines(db.rows(CURRENT))


def count(db: Database, source_ids: Iterable[str] | None, *, keep: bool = True) -> Lines:
    """Count the lines of the sources, or of all; a source whose lines changed gets a new generation. All lines then."""
    parameters = {"source_ids": None if source_ids is None else list(source_ids)}
    with db.write_connection() as con:
        con.begin()
        con.execute(COUNT, parameters)
        con.execute(NEW_GENERATIONS, parameters)
        con.execute(REPLACE)
        if keep:
            SAVED.save(db, con)
            con.commit()
        return _lines(records(con.execute(CURRENT)))


def _lines(rows: Iterable[Row]) -> Lines:
    return {row["source_id"]: frozenset(row["lines"]) for row in rows}
