"""Lines that many articles of a source repeat, which the parsers take for boilerplate (`ref.repeated_lines`).

A reparse counts them in what is loaded then. They are kept beside the archive too: without them a new database would read the
archive differently.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from warehouse.disk import make_folder
from warehouse.queries import Row, records, sql
from warehouse.write.database import Database, put_in_place

COUNT = sql("repeated_lines/count")
NEW_GENERATIONS = sql("repeated_lines/new_generations")
REPLACE = sql("repeated_lines/replace")
RESTORE = sql("repeated_lines/restore")
CURRENT = sql("repeated_lines/current")

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
            file = _file(db)
            make_folder(file.parent)
            new = file.with_name(f"{file.name}.new")
            query = "COPY (FROM ref.repeated_lines ORDER BY ALL) TO $new (FORMAT json)"
            con.execute(query, {"new": str(new)})
            put_in_place(new, file)
            con.commit()
        return _lines(records(con.execute(CURRENT)))


def restore(db: Database) -> None:
    """Load the lines kept beside the archive into a database that has none."""
    file = _file(db)
    if file.exists() and file.stat().st_size:
        db.write(RESTORE, {"file": str(file)})


def _file(db: Database) -> Path:
    return db.home / "archive" / "repeated_lines.ndjson"


def _lines(rows: Iterable[Row]) -> Lines:
    return {row["source_id"]: frozenset(row["lines"]) for row in rows}
