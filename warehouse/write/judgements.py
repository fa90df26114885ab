"""Verdicts on sampled rows (`ref.judgements`). They are kept beside the archive too, so that a rebuild loads them again.

A verdict names its row by a digest: no text of an article is in it, so forgetting one leaves it as it is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import asdict

import orjson

from warehouse.judgement import Judgement
from warehouse.queries import execute, sql
from warehouse.write.database import Database
from warehouse.write.saved_table import SavedTable

ADD = sql("judgements/add")
SAVED = SavedTable("judgements", sql("judgements/restore"))


def add(db: Database, judgements: Iterable[Judgement]) -> None:
    """A later verdict on the same row replaces the earlier one."""
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as new, db.transaction() as con:
        new.write(b"\n".join(orjson.dumps(asdict(each)) for each in judgements))
        new.flush()
        execute(con, ADD, {"file": new.name})
        SAVED.save(db, con)
