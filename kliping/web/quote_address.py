"""The address of a quote: by its words, so that an edit elsewhere in the text does not move it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from kliping.sql_files import sql
from warehouse.queries import Row
from warehouse.read.published import Reader

EARLIER = sql("article/earlier_quotes")
LENGTH = 12  # hexadecimal digits


def quote_key(text: str) -> str:
    """What stands for a quote in an address."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:LENGTH]


def numbers_of(key: str | None, quotes: Iterable[Row]) -> list[int]:
    """The quotes of a text that have this key."""
    return [row["quote_no"] for row in quotes if quote_key(row["text"]) == key]


def earlier_quote(reader: Reader, article_id: str, key: str) -> Row | None:
    """The quote in the last version of the article that had it: `text` and `version_no`."""
    rows = reader.rows(EARLIER, {"article": article_id})
    return next((row for row in rows if quote_key(row["text"]) == key), None)
