"""What a reader can write into a field: the outlets, topics, people and provinces that there are."""

from __future__ import annotations

from kliping.reading.questions import topics
from kliping.sql_files import sql_folder
from warehouse.read.published import Reader

QUERIES = sql_folder("suggestions")


def suggestions(reader: Reader, *fields: str) -> dict[str, list[str]]:
    """For each of the fields that has any; `q` has terms of a search."""
    return {field: _terms(reader) if field == "q" else _names(reader, field) for field in fields if field in FIELDS}  # fmt: skip


FIELDS = frozenset({*QUERIES, "topic", "q"})


def _names(reader: Reader, field: str) -> list[str]:
    if field == "topic":
        return [row["topic_id"] for row in topics(reader)]
    return [row["name"] for row in reader.rows_once(QUERIES[field])]


def _terms(reader: Reader) -> list[str]:
    people = (name.replace('"', " ") for name in _names(reader, "speaker"))
    return [f"topic:{topic}" for topic in _names(reader, "topic")] + [f'speaker:"{name}"' for name in people]  # fmt: skip
