"""The class of every speaker, after an upgrade that added or changed the rules for it."""

from __future__ import annotations

import duckdb

from parsers.structure.speaker_class import speaker_class
from warehouse.queries import execute, sql
from warehouse.write.database import Database

SPEAKERS = sql("speaker_classes/speakers")
UPDATE = sql("speaker_classes/update")


def classify_stored_speakers(db: Database) -> None:
    """Fill in `core.quotes.speaker_class`, once after such an upgrade."""
    with db.write_connection() as con:
        speakers = con.execute(SPEAKERS).fetchall()
        if speakers:
            con.begin()
            _update(con, speakers)
            con.commit()


def _update(con: duckdb.DuckDBPyConnection, speakers: list[tuple[str | None, ...]]) -> None:
    columns = {
        "roles": [role or "" for role, _, _ in speakers],
        "bodies": [body or "" for _, body, _ in speakers],
        "organizations": [organization or "" for *_, organization in speakers],
        "classes": [speaker_class(role, body or name) for role, body, name in speakers],
    }
    execute(con, UPDATE, columns)
