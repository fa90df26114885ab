"""Import of tables of articles that somebody else fetched: each row becomes an archive record, as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from flows.load.foreign_warc import Skip, Skipped
from flows.load.table_files import TableError, TableLine, read_table
from flows.runs.run import Run
from parsers import dates
from parsers.article import FROM_FILE, Link, Response
from parsers.fields.published import MOST_AHEAD
from parsers.kinds import LinkKind
from parsers.source import Source, default_source, source_of_url, suggestion
from parsers.table_row import COLUMNS, MEDIA_TYPE, TableRow, columns_of
from parsers.text.urls import canonicalise

SAMPLE = 100  # rows whose names of columns count for the file
DATES = ("date_published", "date_modified")


class ImportFailedError(ValueError):
    """A path that cannot be imported; the message says why and what to do."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table to import: the column of each field, and the columns of none."""

    path: Path
    columns: Mapping[str, str]
    others: tuple[str, ...]


def parse_map(text: str | None) -> dict[str, str]:
    """`url=link,headline=title` as the column of each field; nothing for None. Raises ImportFailedError."""
    if text is None:
        return {}
    pairs = [pair.partition("=") for pair in text.split(",")]
    columns = {field.strip(): column.strip() for field, _, column in pairs}
    if not all(columns) or not all(columns.values()):
        raise ImportFailedError(f"--map {text!r} names nothing: write FIELD=COLUMN, as in url=link")
    if len(columns) < len(pairs):
        raise ImportFailedError(f"--map {text!r} names a field twice; give it one column")
    for field in columns:
        if field not in COLUMNS:
            meant = suggestion(field, COLUMNS) or f"; there are {', '.join(COLUMNS)}"
            raise ImportFailedError(f"--map: there is no field {field!r}{meant}")
    return columns


def open_table(
    path: Path, mapped: Mapping[str, str], limit: int, *, needs_url: bool = True
) -> Table:
    """Read the first rows. Raises ImportFailedError if no article can come out of it."""
    try:
        sample = list(islice(read_table(path, limit), SAMPLE))
    except TableError as error:
        raise ImportFailedError(f"{path}: {error}") from error
    names = list(dict.fromkeys(name for each in sample for name in each.cells))
    if not names:
        raise ImportFailedError(f"{path}: {_why_empty(sample)}")
    if missing := next((column for column in mapped.values() if column not in names), None):
        meant = suggestion(missing, names) or f"; it has {', '.join(names)}"
        raise ImportFailedError(f"{path} has no column {missing!r}{meant}")
    columns = {**columns_of(names), **mapped}
    for field in ("url", "body_text") if needs_url else ("body_text",):
        if field not in columns:
            raise ImportFailedError(
                f"{path}: none of its columns is known as {field}; write --map {field}=COLUMN, it has {', '.join(names)}"
            )
    others = tuple(name for name in names if name not in columns.values())
    return Table(path=path, columns=columns, others=others)


def _why_empty(sample: list[TableLine]) -> str:
    return (
        f"no row can be read: {sample[0].where} is {sample[0].fault}" if sample else "it is empty"
    )


def read_rows(
    table: Table, run: Run, source_id: str | None, skip: Skip, progress: Callable[[int], None]
) -> Iterator[tuple[Link, Response]]:
    """The rows that are articles. A later row counts as later, by a microsecond. Raises TableError, OSError."""
    now = run.clock()
    for n, line in enumerate(read_table(table.path, run.budgets.page.decoded_bytes)):
        progress(line.n_bytes)
        row = TableRow(cells=line.cells, columns=table.columns)
        at = now + timedelta(microseconds=n)
        try:
            if line.fault:
                raise ValueError(line.fault)
            source, url = _address(row, run.sources, source_id)
            if source_id not in {None, source.name}:
                skip(Skipped(reason=f"not of {source_id}", where=line.where, is_fault=False))
                continue
            link, response = _pair(row, source, url, at)
        except ValueError as error:
            skip(Skipped(reason=str(error), where=line.where))
        else:
            yield replace(link, discovered_by=f"{FROM_FILE}{table.path}, {line.where}"), response


def _address(
    row: TableRow, sources: Mapping[str, Source], source_id: str | None
) -> tuple[Source, str | None]:
    """The source, and the address if the table has addresses. Raises ValueError."""
    if "url" not in row.columns:
        return sources[source_id or ""], None
    text = row.text("url")
    if not text:
        raise ValueError("without an address")
    try:
        url = canonicalise(text)
    except ValueError:
        raise ValueError("its address is no web address") from None
    parts = urlsplit(url)
    if parts.path in {"", "/"} and not parts.query:
        raise ValueError("its address is a front page")
    source = source_of_url(url, sources)
    return source or (sources[source_id] if source_id else default_source(parts.netloc)), url


def _pair(row: TableRow, source: Source, url: str | None, at: datetime) -> tuple[Link, Response]:
    """Raises ValueError."""
    if not row.lines("body_text").strip():
        raise ValueError("without a text")
    for field in DATES:
        _check_date(row, field, at)
    try:
        body = row.encode()
    except UnicodeEncodeError:
        raise ValueError("its text has half characters, which are no Unicode") from None
    return resource(body, MEDIA_TYPE, url, source, at)


def resource(
    body: bytes,
    media_type: str,
    url: str | None,
    source: Source,
    at: datetime,
    link_kind: LinkKind = LinkKind.FILE,
) -> tuple[Link, Response]:
    """What is archived of bytes that no server sent: the same bytes of one address and source are one fetch."""
    name = f"urn:sha256:{hashlib.sha256(body).hexdigest()}"
    link = Link(url=url or name, source_id=source.name, kind=link_kind)
    suffix = " fetched" if link_kind == LinkKind.PAGE else ""
    return link, Response(
        fetch_id=str(uuid5(NAMESPACE_URL, f"{name} {link.url} {source.name}{suffix}")),
        requested_url=link.url,
        url=link.url,
        fetched_at=at,
        body=body,
        status=None,
        headers=(("content-type", media_type),),
    )


def _check_date(row: TableRow, field: str, now: datetime) -> None:
    """A date that is not understood is not left out: whoever made the table can say it better. Raises ValueError."""
    if row.text(field) is None:
        return
    stamp, column = row.stamp(field), row.columns[field]
    if stamp is None:
        raise ValueError(f"no date can be read in its column {column!r}")
    if stamp.day.year < dates.EARLIEST or stamp.at(UTC) > now + MOST_AHEAD:
        raise ValueError(f"an impossible date in its column {column!r}")
