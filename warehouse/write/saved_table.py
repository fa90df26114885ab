"""Rows that no archived page gives: saved beside the archive, so that a new database has them again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.disk import make_folder, put_in_place
from warehouse.write.database import Database


@dataclass(frozen=True)
class SavedTable:
    """`ref.{name}`, or what another query gives, saved as `archive/{name}.ndjson`."""

    name: str
    restore_script: str  # with the parameter `file`
    query: str = ""  # as `FROM ref.{name}`

    def save(self, db: Database, con: duckdb.DuckDBPyConnection) -> None:
        """Write the file as the transaction of `con` sees the table."""
        file = self._file(db)
        make_folder(file.parent)
        new = file.with_name(f"{file.name}.new")
        con.execute(
            f"COPY (FROM ({self.query or f'FROM ref.{self.name}'}) ORDER BY ALL) TO $new (FORMAT json)",
            {"new": str(new)},
        )
        put_in_place(new, file)
        db.save_beside_archive(file)

    def restore(self, db: Database) -> None:
        """Load the file, where there is one, into a database that has none of its rows."""
        file = self._file(db)
        db.fetch_from_archive(file)
        if file.exists() and file.stat().st_size:
            db.write(self.restore_script, {"file": str(file)})

    def _file(self, db: Database) -> Path:
        return db.home / "archive" / f"{self.name}.ndjson"
