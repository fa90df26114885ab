"""Verdicts on sampled rows (`ref.judgements`). They are kept beside the archive too, so that a rebuild loads them again.

A verdict names its row by a digest: no text of an article is in it, so forgetting one leaves it as it is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from warehouse.disk import make_folder
from warehouse.queries import execute, sql
from warehouse.write.database import Database, put_in_place

ADD = sql("judgements/add")
RESTORE = sql("judgements/restore")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A row of a sample counts once for each of its rules."""

    row_key: str
    rule_id: str
    is_right: bool


def add(db: Database, judgements: Iterable[Judgement]) -> None:
    """A later verdict on the same row replaces the earlier one."""
    file = _file(db)
    make_folder(file.parent)
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as new, db.write_connection() as con:
        new.write(b"\n".join(orjson.dumps(asdict(each)) for each in judgements))
        new.flush()
        con.begin()
        execute(con, ADD, {"file": new.name})
        kept = file.with_name(f"{file.name}.new")
        con.execute(
            "COPY (FROM ref.judgements ORDER BY ALL) TO $new (FORMAT json)", {"new": str(kept)}
        )
        put_in_place(kept, file)
        con.commit()


def restore(db: Database) -> None:
    """Load the verdicts kept beside the archive into a database that has none."""
    file = _file(db)
    if file.exists() and file.stat().st_size:
        db.write(RESTORE, {"file": str(file)})


def _file(db: Database) -> Path:
    return db.home / "archive" / "judgements.ndjson"
