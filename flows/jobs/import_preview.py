"""What an import would do, without doing it: how each column is understood, and what would become of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from flows.jobs.import_files import FileReader, Pair, body_size, place_in
from flows.jobs.import_tables import Table, shorten
from flows.load.foreign_warc import Skipped
from flows.load.outcome import address_article_id, source_of
from flows.load.recovery import batches
from parsers.dates.column import read_cell
from parsers.table_row import LONGEST_OWN_CELL, TableRow
from warehouse.queries import Row
from warehouse.write import fetches, frontier

MOST_EXAMPLES = 3
LONGEST_EXAMPLE = 40  # letters
NEW, ADDS, SAME, REFUSED = "new", "adds to an article", "nothing new", "refused"
FORGOTTEN = "its article was forgotten for good"


def preview(reader: FileReader) -> dict[str, list[Row]]:
    """Rows by `columns`, `summary` and `rows`. Nothing is stored."""
    skips, rows = reader.skips, list[Row]()
    seen = set[str]()  # fetches and articles of this import
    for path in reader.files:
        skip = skips.of(path)
        for batch in batches(reader.pairs(path), body_size):
            for (link, _), fate in _fates(reader, batch, seen):
                where = place_in(path, link) or link.url
                if fate is REFUSED:
                    skip(Skipped(reason=FORGOTTEN, where=where))
                else:
                    rows.append(_row(path, where, fate))
    refused = [
        _row(path, each.where, REFUSED, reason + (f": {each.value!r}" if each.value else ""))
        for (path, reason), first in skips.faults.items()
        for each in first
    ]
    n_rows = Counter(row["fate"] for row in rows)
    counts = [
        *((fate, n_rows[fate], None) for fate in (NEW, ADDS, SAME) if n_rows[fate]),
        *((REFUSED, n, reason) for (_, reason), n in skips.n_faults.items()),
        *(("left out", n, reason) for (_, reason), n in skips.others.items()),
    ]
    return {
        "columns": [row for table in reader.tables.values() for row in _columns(table)],
        "summary": [{"fate": fate, "n": n, "reason": reason} for fate, n, reason in counts],
        "rows": [*refused, *rows],
    }


def _row(path: object, where: str, fate: str, reason: str | None = None) -> Row:
    return {"file": str(path), "where": where, "fate": fate, "reason": reason}


def _fates(reader: FileReader, batch: Sequence[Pair], seen: set[str]) -> Iterator[tuple[Pair, str]]:
    store, urls = reader.store, [link.url for link, _ in batch]
    ids = [
        address_article_id(link, source_of(link, reader.sources)) or link.url for link, _ in batch
    ]
    loaded, present, forgotten = set[str](), set[str](), set[str]()
    if store:
        loaded = fetches.loaded_fetch_ids(store, (response.fetch_id for _, response in batch))
        present, forgotten = frontier.present_articles(store, ids, urls)
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
    rows = (TableRow(cells=line.cells, columns={"cell": column}) for line in table.sample)
    texts = dict.fromkeys(text for row in rows if (text := row.text("cell")))
    return [_example(text, order) for text in islice(texts, MOST_EXAMPLES)]


def _example(text: str, order: str | None) -> str:
    shown = shorten(text, LONGEST_EXAMPLE)
    if not order:
        return shown
    stamp = read_cell(text, order)
    clock = f" {stamp.clock:%H:%M}" if stamp and stamp.clock else ""
    return f"{shown} → {stamp.day}{clock}" if stamp else f"{shown} → not read"
