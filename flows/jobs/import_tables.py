"""Import of tables of articles that somebody else fetched: each row becomes an archive record, as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from flows.load.foreign_warc import Skip, Skipped
from flows.load.table_files import TableError, TableLine, read_table
from parsers.article import FROM_FILE, Link, Response
from parsers.dates.column import EITHER, MONTH_FIRST, ORDERS, UNIX, DateColumn
from parsers.dates.stamp import EARLIEST
from parsers.fields.published import MOST_AHEAD
from parsers.kinds import LinkKind
from parsers.language.words import lower
from parsers.source import Source, default_source, source_of_url, suggestion
from parsers.table_row import COLUMNS, DATES, MEDIA_TYPE, TableRow, columns_of
from parsers.text.urls import canonicalise

SAMPLE = 100  # rows whose names of columns count for the file
LONGEST_VALUE = 60  # letters of a refused cell
SOCIAL_NETWORKS = lower("""
    facebook.com fb.com fb.watch instagram.com threads.net threads.com twitter.com x.com t.co tiktok.com youtube.com youtu.be
    whatsapp.com wa.me telegram.me t.me linkedin.com pinterest.com reddit.com bsky.app
""")


class ImportFailedError(ValueError):
    """A path that cannot be imported; the message says why and what to do."""

    exit_code = 2


class RefusedCellError(ValueError):
    """A cell that cannot be what its column is."""

    def __init__(self, reason: str, value: str) -> None:
        super().__init__(reason)
        self.value = shorten(value, LONGEST_VALUE)


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table to import: the column of each field, the columns of none, and how its dates are read."""

    path: Path
    columns: Mapping[str, str]
    others: tuple[str, ...]
    date_columns: Mapping[str, DateColumn]  # by field
    sample: tuple[TableLine, ...]
    encoding: str | None = None  # of CSV, where it is stated

    @property
    def date_orders(self) -> dict[str, str]:
        return {field: each.order for field, each in self.date_columns.items() if each.order}

    def date_remark(self, field: str) -> str:
        """How the dates of a field are read, where that is not plain; else nothing."""
        if (column := self.date_columns.get(field)) is None:
            return ""
        n_unix = column.counts[UNIX]
        remarks = {
            "month first": column.order == MONTH_FIRST,
            "cells of both orders of day and month": column.is_contradictory,
            f"{n_unix} of {column.counts.total()} are unix times": n_unix,
        }
        text = ", ".join(remark for remark, holds in remarks.items() if holds)
        return f" ({text})" if text else ""


def parse_map(texts: Sequence[str]) -> dict[str, str]:
    """`url=link,headline=title`, in one text or several, as the column of each field. Raises ImportFailedError."""
    if not texts:
        return {}
    text = ",".join(texts)
    pairs = [pair.partition("=") for pair in text.split(",")]
    columns = {field.strip(): column.strip() for field, _, column in pairs}
    if not all(columns) or not all(columns.values()):
        raise ImportFailedError(f"--map {text!r} names nothing: write FIELD=COLUMN, as in url=link")
    if len(columns) < len(pairs):
        raise ImportFailedError(f"--map {text!r} names a field twice; give it one column")
    if unknown := next((name for name in columns if name not in COLUMNS), None):
        meant = suggestion(unknown, COLUMNS) or f"; there are {', '.join(COLUMNS)}"
        raise ImportFailedError(f"--map: there is no field {unknown!r}{meant}")
    return columns


def open_table(
    path: Path,
    mapped: Mapping[str, str],
    limit: int,
    *,
    needed: Iterable[str] = ("url", "body_text"),
    date_order: str | None = None,
    encoding: str | None = None,
) -> Table:
    """Read the first rows, and all dates. Raises ImportFailedError if no article can come out of it, or a date order must be stated."""
    lines = read_table(path, limit, encoding)
    try:
        sample = tuple(islice(lines, SAMPLE))
    except TableError as error:
        raise ImportFailedError(f"{path}: {error}") from error
    names = list(dict.fromkeys(name for each in sample for name in each.cells))
    if not names:
        why = (
            f"no row can be read: {sample[0].where} is {sample[0].fault}"
            if sample
            else "it is empty"
        )
        raise ImportFailedError(f"{path}: {why}")
    columns = _columns(path, names, mapped, needed)
    date_columns = {field: DateColumn(stated=date_order) for field in DATES if field in columns}
    _read_dates(columns, date_columns, chain(sample, lines))
    for field, column in date_columns.items():
        if column.order is None:
            raise ImportFailedError(f"{path}: {_unclear(columns[field], column)}")
    return Table(
        path=path,
        columns=columns,
        others=tuple(name for name in names if name not in columns.values()),
        date_columns=date_columns,
        sample=sample,
        encoding=encoding,
    )


def _columns(
    path: Path, names: list[str], mapped: Mapping[str, str], needed: Iterable[str]
) -> dict[str, str]:
    """The column of each field. Raises ImportFailedError."""
    if missing := next((column for column in mapped.values() if column not in names), None):
        meant = suggestion(missing, names) or f"; it has {', '.join(names)}"
        raise ImportFailedError(f"{path} has no column {missing!r}{meant}")
    columns = {**columns_of(names), **mapped}
    if unknown := [field for field in needed if field not in columns]:
        maps = ",".join(f"{field}=COLUMN" for field in unknown)
        has_addresses = unknown == ["body_text"] and "url" in columns
        instead = f"; `kliping fetch --from {path}` fetches the texts" if has_addresses else ""
        raise ImportFailedError(
            f"{path}: none of its columns is known as {' or '.join(unknown)}; write --map {maps}, it has {', '.join(names)}{instead}"
        )
    return columns


def _read_dates(
    columns: Mapping[str, str],
    date_columns: Mapping[str, DateColumn],
    lines: Iterable[TableLine],
) -> None:
    """What the cells of all rows show. A file that cannot be read to its end is read as far as an import would."""
    with suppress(TableError):
        for line in lines if date_columns else ():
            row = TableRow(cells=line.cells, columns=columns)
            for field, column in date_columns.items():
                if text := row.text(field):
                    column.add(text)


def _unclear(name: str, column: DateColumn) -> str:
    """Why the order of day and month must be stated."""
    shown = [text for kind in (*ORDERS, EITHER) for text in column.examples.get(kind, ())]
    why = (
        f"some cells of column {name!r} have the day first and others the month"
        if column.is_contradictory
        else f"nothing in column {name!r} says whether the day or the month is first"
    )
    return f"{why}: {', '.join(map(repr, shown))}; add --date-order dmy (day first) or --date-order mdy"


def read_rows(
    table: Table,
    sources: Mapping[str, Source],
    source_id: str | None,
    now: datetime,
    limit: int,
    skip: Skip,
    progress: Callable[[int], None],
) -> Iterator[tuple[Link, Response]]:
    """The rows that are articles. A later row counts as later, by a microsecond. Raises TableError, OSError."""
    orders = table.date_orders
    for n, line in enumerate(read_table(table.path, limit, table.encoding)):
        progress(line.n_bytes)
        row = TableRow(cells=line.cells, columns=table.columns, date_orders=orders)
        try:
            if line.fault:
                raise ValueError(line.fault)
            source, url = _address(row, sources, source_id)
            if source_id not in {None, source.name}:
                skip(Skipped(reason=f"not of {source_id}", where=line.where, is_fault=False))
                continue
            link, response = _pair(row, source, url, now + timedelta(microseconds=n))
        except ValueError as error:
            value = getattr(error, "value", None)
            skip(Skipped(reason=str(error), where=line.where, value=value))
        else:
            yield replace(link, discovered_by=f"{FROM_FILE}{table.path}, {line.where}"), response


def _address(
    row: TableRow, sources: Mapping[str, Source], source_id: str | None
) -> tuple[Source, str | None]:
    """The source, and the address if the table has addresses. Raises ValueError."""
    if "url" not in row.columns:
        return sources[source_id or ""], None
    return source_and_address(row.text("url"), sources, source_id)


def source_and_address(
    text: str | None, sources: Mapping[str, Source], source_id: str | None = None
) -> tuple[Source, str]:
    """The address of an article, canonical, and its source: a host without a source file is one. Raises ValueError."""
    if not text:
        raise ValueError("without an address")
    try:
        parts = urlsplit(url := canonicalise(text))
    except ValueError:
        raise RefusedCellError("its address is no web address", text) from None
    if parts.path in {"", "/"} and not parts.query:
        raise RefusedCellError("its address is a front page", text)
    source = source_of_url(url, sources) or (sources[source_id] if source_id else None)
    host = f".{parts.hostname}"
    if source is None and any(host.endswith(f".{name}") for name in SOCIAL_NETWORKS):
        raise RefusedCellError("its address is of a social network, which is no outlet", text)
    return source or default_source(parts.netloc), url


def _pair(row: TableRow, source: Source, url: str | None, at: datetime) -> tuple[Link, Response]:
    """Raises ValueError."""
    if not row.lines("body_text").strip():
        raise ValueError("without a text")
    for name in DATES:
        _check_date(row, name, at)
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
    if (text := row.text(field)) is None:
        return
    stamp, column = row.stamp(field), row.columns[field]
    if stamp is None:
        raise RefusedCellError(f"no date can be read in its column {column!r}", text)
    if stamp.day.year < EARLIEST or stamp.at(UTC) > now + MOST_AHEAD:
        raise RefusedCellError(f"an impossible date in its column {column!r}", text)
