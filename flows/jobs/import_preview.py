"""What an import would do, without doing it: how each column is understood, and what would become of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from flows.jobs.import_files import ImportFile, ImportOptions, Pair, Skips, file_pairs
from flows.jobs.import_tables import Table
from flows.load.foreign_warc import Skipped
from flows.load.outcome import address_article_id, source_of
from flows.load.recovery import batches
from parsers import dates
from parsers.article import FROM_FILE
from parsers.source import Source
from parsers.table_row import LONGEST_OWN_CELL, TableRow
from warehouse.queries import Row
from warehouse.write import fetches, frontier
from warehouse.write.database import Database

MOST_EXAMPLES = 3
LONGEST_EXAMPLE = 40  # letters
NEW, ADDS, SAME, REFUSED = "new", "adds to an article", "nothing new", "refused"
FORGOTTEN = "its article was forgotten for good"


def preview(
    store: Database | None,
    files: Sequence[ImportFile],
    tables: Mapping[ImportFile, Table],
    options: ImportOptions,
    sources: Mapping[str, Source],
) -> dict[str, list[Row]]:
    """Rows by `columns`, `summary` and `rows`. Nothing is stored. Without a store every row is new."""
    skips, now = Skips(), datetime.now(UTC)
    rows: list[Row] = []
    seen: set[str] = set()  # fetches and articles of this import
    for path in files:
        skip = skips.of(path)
        pairs = file_pairs(
            path, tables.get(path), options, sources, store, now, skip, lambda _n_bytes: None
        )
        for batch in batches(pairs, lambda pair: len(pair[1].body)):
            for (link, _), fate in _fates(store, batch, sources, seen):
                where = link.discovered_by.removeprefix(f"{FROM_FILE}{path}").removeprefix(", ")
                if fate is REFUSED:
                    skip(Skipped(reason=FORGOTTEN, where=where or link.url))
                else:
                    rows.append(_row(path, where or link.url, fate))
    counts = Counter(row["fate"] for row in rows)
    fates = (fate for fate in (NEW, ADDS, SAME) if counts[fate])
    summary = [{"fate": fate, "n": counts[fate], "reason": None} for fate in fates]
    summary += [
        {"fate": REFUSED, "n": n, "reason": why} for (_, why), n in skips.n_faults.items() if n
    ]
    summary += [{"fate": "left out", "n": n, "reason": why} for (_, why), n in skips.others.items()]
    refused = [
        _row(path, each.where, REFUSED, reason + (f": {each.value!r}" if each.value else ""))
        for (path, reason), first in skips.faults.items()
        for each in first
    ]
    columns = [row for table in tables.values() for row in _columns(table)]
    return {"columns": columns, "summary": summary, "rows": [*refused, *rows]}


def _row(path: object, where: str, fate: str, reason: str | None = None) -> Row:
    return {"file": str(path), "where": where, "fate": fate, "reason": reason}


def _fates(
    store: Database | None, batch: Sequence[Pair], sources: Mapping[str, Source], seen: set[str]
) -> Iterator[tuple[Pair, str]]:
    ids = [address_article_id(link, source_of(link, sources)) or link.url for link, _ in batch]
    loaded, present, forgotten = set[str](), set[str](), set[str]()
    if store:
        loaded = fetches.loaded_fetch_ids(store, (response.fetch_id for _, response in batch))
        present, forgotten = frontier.present_articles(store, ids, [link.url for link, _ in batch])
    for pair, article_id in zip(batch, ids, strict=True):
        names, fetch_id = {article_id, pair[0].url}, pair[1].fetch_id
        if names & forgotten:
            yield pair, REFUSED
        elif fetch_id in loaded or fetch_id in seen:
            yield pair, SAME
        else:
            yield pair, ADDS if names & present or names & seen else NEW
        seen |= {fetch_id, article_id}


def _columns(table: Table) -> Iterator[Row]:
    fields = {column: name for name, column in table.columns.items()}
    for column in (*fields, *table.others):
        name = fields.get(column)
        yield {
            "file": str(table.path),
            "column": column,
            "read_as": f"{name}{table.date_remark(name)}" if name else _own(table, column),
            "examples": _examples(table, column, table.date_orders.get(name or "")),
        }


def _own(table: Table, column: str) -> str:
    is_long = any(len(str(line.cells.get(column, ""))) > LONGEST_OWN_CELL for line in table.sample)
    most = f"; cells of more than {LONGEST_OWN_CELL} letters in the archive only" if is_long else ""
    return f"a column of your own, in mart.article_columns{most}"


def _examples(table: Table, column: str, order: str | None) -> list[str]:
    """The first different cells; of dates also what is read."""
    found: dict[str, str] = {}
    for line in table.sample:
        text = TableRow(cells=line.cells, columns={"cell": column}).text("cell")
        if text and len(found) < MOST_EXAMPLES and text not in found:
            found[text] = text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]}…"
            if order:
                stamp = dates.read_cell(text, month_first=order == dates.MONTH_FIRST)
                clock = f" {stamp.clock:%H:%M}" if stamp and stamp.clock else ""
                found[text] += f" → {stamp.day}{clock}" if stamp else " → not read"
    return list(found.values())
