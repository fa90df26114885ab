"""The rows that an article alone decides. Worker processes make them, so that who loads them neither parses nor encodes them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from parsers.article import FIELDS, Article
from parsers.identity import content_sha256, digest
from parsers.kinds import LinkKind, Reason, State
from parsers.text.urls import canonicalise
from warehouse.queries import Row, utc
from warehouse.write.fact_rows import FACTS, Columns, columns_of, facts, rows_of
from warehouse.write.outcome import ArticleRows, Outcome, Versions
from warehouse.write.spans import prove_spans

# staging tables with rows of a version, of which there are many: they are written as columns
OF_VERSION = frozenset({"removed_spans", "article_links", "article_images", *FACTS})
OF_ARTICLE = OF_VERSION | {"statements", "versions", "article_columns"}
MAX_INTEGER = 2**63  # of JSON, as orjson writes it
# columns of core.article_versions that are attributes of an Article
VERSION_COLUMNS = ("headline", "source_text", "body_text", "word_count", "parser")
# What an article raises of which no rows can be made.
ROW_FAULTS = (
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)


def with_rows(outcome: Outcome, versions: Versions) -> Outcome:
    """With the rows of its article in place of the article; quarantined if they cannot be made."""
    if not outcome.article:
        return outcome
    try:
        rows = article_rows(outcome.article, outcome, versions)
    except ROW_FAULTS as error:
        return without_bad_rows(outcome, error)
    return replace(outcome, article=None, rows=rows)


def without_bad_rows(page: Outcome, error: Exception) -> Outcome:
    """The page quarantined."""
    return replace(
        page,
        state=State.QUARANTINED,
        stage="load",
        reason=Reason.LOAD_ERROR,
        detail=f"{type(error).__name__}: {error}",
        article=None,
        rows=None,
    )


def article_rows(article: Article, outcome: Outcome, versions: Versions) -> ArticleRows:
    """Raises FaultyRowError where a fact is not the text at its position."""
    prove_spans(article)
    content = content_sha256(article.headline, article.body_text)
    tables: dict[str, list[Row] | Columns] = {
        "statements": [_statement(article, outcome, versions)],
        "versions": [_version_row(article, content, outcome, versions)],
        "removed_spans": _numbered(article.removed),
        "article_links": _numbered(article.links),
        "article_images": _numbered(article.images),
        "article_columns": rows_of(article.own_cells),
    }
    if article.structure:
        tables |= facts(article.structure)
    return ArticleRows(
        article_id=article.article_id,
        version_id=digest(article.article_id, content),
        url=_address(article),
        json=encode({name: rows for name, rows in tables.items() if rows}),
    )


def _numbered(parts: Sequence[Any]) -> Columns:
    return columns_of(parts) | {"ordinal": [*range(1, len(parts) + 1)]} if parts else {}


def _statement(article: Article, outcome: Outcome, versions: Versions) -> Row:
    response = outcome.pages[-1].response
    authors = [person.name for person in article.authors if person.role == "author"]
    return {field.name: _cell(getattr(article, field.name, None)) for field in FIELDS} | {
        "source_id": article.source_id,
        "fetched_at": utc(response.fetched_at),
        "is_imported": outcome.link.kind == LinkKind.FILE and response.status is None,
        "record_sha256": response.body_sha256,
        "parser_version": versions.parser,
        "n_chars": len(article.body_text),
        "date_published_offset_minutes": _offset_minutes(article.date_published),
        "date_modified_offset_minutes": _offset_minutes(article.date_modified),
        "authors": "; ".join(authors) or None,
        "people": list(_people(article)) or None,
        "tag_ids": [digest(name.casefold()) for name in article.tags] or None,
        "provenance": dict(article.provenance) or None,
    }


def _cell(value: Any) -> Any:
    """The value of a field, as its column has it."""
    if isinstance(value, tuple):
        return value or None
    return utc(value) if isinstance(value, datetime) else value


def _people(article: Article) -> Iterator[Row]:
    counts: Counter[str] = Counter()
    for person in article.authors:
        counts[person.role] += 1
        author_id = digest(article.source_id, person.name)
        yield asdict(person) | {"author_id": author_id, "ordinal": counts[person.role]}


def _version_row(article: Article, content: str, outcome: Outcome, versions: Versions) -> Row:
    return {column: getattr(article, column) for column in VERSION_COLUMNS} | {
        "content_sha256": content,
        "version_no": 1,
        "body_sha256": hashlib.sha256(article.body_text.encode()).hexdigest(),
        "n_chars": len(article.body_text),
        "n_paragraphs": len(article.paragraphs),
        "flags": list(article.flags),
        "parser_version": versions.parser,
        "cleaner_version": versions.cleaner,
        "extractor_version": versions.extractor,
        "version_created": utc(outcome.pages[-1].response.fetched_at),
        "date_modified": utc(article.date_modified),
    }


def _address(article: Article) -> str | None:
    """The canonical address if it is trusted, else the one the page was read at; None for a file without one."""
    return canonicalise(article.canonical_url or article.url) if article.url else None


def _offset_minutes(moment: datetime | None) -> int | None:
    offset = moment.utcoffset() if moment else None
    return None if offset is None else int(offset.total_seconds() // 60)


def encode(rows: Row) -> bytes:
    """Rows as one line of JSON."""
    try:
        return orjson.dumps(rows, default=_number)
    except TypeError:  # a lone surrogate, which neither UTF-8 nor DuckDB can hold
        return orjson.dumps(_valid(rows), default=_number)


def _number(value: Decimal) -> int | str:
    """DuckDB casts a text to a DECIMAL eight times slower than a number."""
    whole = int(value)
    return whole if whole == value and abs(whole) < MAX_INTEGER else str(value)


def _valid(value: Any) -> Any:
    """The value without lone surrogates, with dicts in place of dataclasses."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple):
        return [_valid(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {name: _valid(each) for name, each in value.items()}
    return value
