"""What an import would do, without doing it: how each column is understood, and what would become of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from flows.jobs.import_faults import ImportFile, Skips
from flows.jobs.import_files import FileReader, Pair
from flows.jobs.import_tables import Table
from flows.load.foreign_warc import Skip, Skipped
from flows.load.outcome import address_article_id, source_of
from flows.load.recovery import batches
from parsers import dates
from parsers.article import FROM_FILE, Link
from parsers.source import Source
from parsers.table_row import LONGEST_OWN_CELL, TableRow
from warehouse.queries import Row
from warehouse.write import fetches, frontier
from warehouse.write.database import Database

MOST_EXAMPLES = 3
LONGEST_EXAMPLE = 40  # letters
FORGOTTEN = "its article was forgotten for good"
ORDER_NAMES = {dates.DAY_FIRST: "day first", dates.MONTH_FIRST: "month first"}


class Fate(StrEnum):
    """What would become of a row or page."""

    NEW = "new"
    ADDS = "adds to an article"
    SAME = "nothing new"
    REFUSED = "refused"
    LEFT_OUT = "left out"


@dataclass(slots=True)
class Preview:
    """`columns` has a row for each column of the tables, `rows` one for each row or page."""

    columns: list[Row] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    skips: Skips = field(default_factory=Skips)

    def skip_of(self, path: ImportFile) -> Skip:
        count = self.skips.of(path)

        def skip(skipped: Skipped) -> None:
            count(skipped)
            fault = self.skips.faults.get((str(path), skipped.reason))
            if fault is None or fault.n == len(fault.places):  # beyond the first ones only counted
                fate = Fate.REFUSED if skipped.is_fault else Fate.LEFT_OUT
                value = f": {skipped.value!r}" if skipped.value else ""
                self._add(str(path), skipped.where, None, fate, f"{skipped.reason}{value}")

        return skip

    def add(self, path: ImportFile, link: Link, fate: Fate) -> None:
        where = link.discovered_by.removeprefix(f"{FROM_FILE}{path}").removeprefix(", ")
        if fate is Fate.REFUSED:
            self.skip_of(path)(Skipped(reason=FORGOTTEN, where=where or link.url))
        else:
            self._add(str(path), where or link.url, link.url, fate, None)

    def _add(self, file: str, where: str, url: str | None, fate: Fate, reason: str | None) -> None:
        self.rows.append(
            {"file": file, "where": where, "url": url, "fate": str(fate), "reason": reason}
        )

    @property
    def summary(self) -> list[Row]:
        """How many rows have which fate, the refused ones by reason."""
        counted = [str(fate) for fate in Fate if fate is not Fate.REFUSED]
        fates = [row["fate"] for row in self.rows]
        counts = [{"fate": each, "n": fates.count(each), "reason": None} for each in counted]
        refused = [
            {"fate": str(Fate.REFUSED), "n": fault.n, "reason": reason}
            for (_, reason), fault in self.skips.faults.items()
        ]
        return [row for row in counts if row["n"]] + refused


def preview(
    store: Database | None,
    reader: FileReader,
    files: Sequence[ImportFile],
    sources: Mapping[str, Source],
) -> Preview:
    """Nothing is stored. Without a store every row is new."""
    found = Preview(columns=[row for table in reader.tables.values() for row in _columns(table)])
    seen: set[str] = set()  # fetches and articles of this import
    for path in files:
        pairs = reader.pairs([path], store, datetime.now(UTC), found.skip_of, lambda *_: None)
        for batch in batches(pairs, lambda pair: len(pair[1].body)):
            for (link, _), fate in _fates(store, batch, sources, seen):
                found.add(path, link, fate)
    return found


def _fates(
    store: Database | None, batch: Sequence[Pair], sources: Mapping[str, Source], seen: set[str]
) -> Iterator[tuple[Pair, Fate]]:
    ids = [address_article_id(link, source_of(link, sources)) or link.url for link, _ in batch]
    loaded, present, forgotten = set[str](), set[str](), set[str]()
    if store:
        loaded = fetches.loaded_fetch_ids(store, (response.fetch_id for _, response in batch))
        urls = [link.url for link, _ in batch]
        present, forgotten = frontier.present_articles(store, ids, urls)
    for pair, article_id in zip(batch, ids, strict=True):
        link, response = pair
        if not forgotten.isdisjoint({article_id, link.url}):
            yield pair, Fate.REFUSED
        elif response.fetch_id in loaded | seen:
            yield pair, Fate.SAME
        else:
            is_known = not (present | seen).isdisjoint({article_id, link.url})
            yield pair, Fate.ADDS if is_known else Fate.NEW
        seen |= {response.fetch_id, article_id}


def _columns(table: Table) -> Iterator[Row]:
    fields = {column: name for name, column in table.columns.items()}
    for column in (*fields, *table.others):
        row_field = fields.get(column)
        yield {
            "file": str(table.path),
            "column": column,
            "field": row_field,
            "read_as": _read_as(table, column, row_field),
            "examples": _examples(table, column, row_field),
        }


def _read_as(table: Table, column: str, name: str | None) -> str:
    if name and name in table.date_columns:
        return _date_reading(table.date_columns[name], table.date_orders[name])
    if name:
        return "text"
    is_long = any(len(str(line.cells.get(column, ""))) > LONGEST_OWN_CELL for line in table.sample)
    most = f"; cells of more than {LONGEST_OWN_CELL} letters in the archive only" if is_long else ""
    return f"a column of your own, in mart.article_columns{most}"


def _date_reading(column: dates.DateColumn, order: str) -> str:
    """How the cells of a column of dates are read, and by what that was decided."""
    n_numeric = sum(column.counts[each] for each in (*dates.ORDERS, dates.EITHER))
    parts = ["a date"]
    if n_numeric:
        parts.append(
            f"{ORDER_NAMES[order]} ({column.counts[order]} of {n_numeric} numeric cells show it)"
        )
    if column.is_contradictory:
        parts.append("but some cells show the other order")
    if n_unix := column.counts[dates.UNIX]:
        parts.append(f"{n_unix} of {column.n_cells} cells are unix times")
    return ", ".join(parts)


def _examples(table: Table, column: str, name: str | None) -> list[str]:
    """The first different cells; of dates also what is read."""
    found: dict[str, str] = {}
    order = table.date_orders.get(name or "")
    for line in table.sample:
        text = TableRow(cells=line.cells, columns={"cell": column}).text("cell")
        if text and len(found) < MOST_EXAMPLES and text not in found:
            found[text] = text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]}…"
            if order:
                stamp = dates.read_cell(text, month_first=order == dates.MONTH_FIRST)
                clock = f" {stamp.clock:%H:%M}" if stamp and stamp.clock else ""
                found[text] += f" → {stamp.day}{clock}" if stamp else " → not read"
    return list(found.values())
