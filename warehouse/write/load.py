"""Load outcomes into the warehouse, or show what loading them would change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb

from parsers.source import Source
from warehouse.queries import Row, execute, records, sql
from warehouse.write.article_rows import OF_VERSION, ROW_FAULTS, without_bad_rows
from warehouse.write.database import Database
from warehouse.write.outcome import Announced, Outcome, Versions
from warehouse.write.outcome_rows import STAGED, rows
from warehouse.write.quality import CHECKED_TABLES, prove
from warehouse.write.staging import StagedRows, stage

ALWAYS = "TRUE"
STEPS = (  # SQL, and the condition under which there is anything to do
    (sql("load/forget"), "EXISTS (FROM new_tombstones) OR EXISTS (FROM ops.tombstones)"),
    (sql("load/channels"), "EXISTS (FROM new_checks) OR EXISTS (FROM new_links)"),
    (sql("load/fetches"), ALWAYS),
    (sql("load/sources"), ALWAYS),
)
HAS_PAGES = "EXISTS (FROM new_states) OR EXISTS (FROM new_fetches WHERE kind NOT IN ('feed', 'sitemap', 'index', 'wordpress', 'robots'))"
OF_TABLE = sql("load/version_rows")
VERSION_ROWS = "".join(
    OF_TABLE.replace("$table", STAGED[name]).replace("$staged", f"new_{name}")
    for name in sorted(OF_VERSION)
)
PAGE_STEPS = (  # for batches with pages: most batches of a run are single channels
    (sql("load/frontier"), ALWAYS),
    (sql("load/articles"), ALWAYS),
    (sql("load/duplicates"), ALWAYS),
    (sql("load/article_columns"), "EXISTS (FROM new_fetches WHERE kind = 'file')"),
    (VERSION_ROWS, "EXISTS (FROM replaced_versions) OR EXISTS (FROM versions_new)"),
)
NEEDED = re.compile(r"^-- only where (\w+) has rows$", re.MULTILINE)
MADE = re.compile(r"^(CREATE TEMP TABLE|INSERT INTO) (\w+)\b(?!\.)", re.MULTILINE)
_PARSED: dict[str, list[duckdb.Statement]] = {}
PREVIEW_ARTICLES = sql("preview/articles")
TAKE_BACK = sql("forget/take_back")
FIELD_VALUES = sql("preview/field_values")
CHANGES = sql("preview/changes")
# What bad rows raise. Disk, memory, locks and our own SQL fail in other ways.
ROW_ERRORS = (
    duckdb.DataError,
    duckdb.IntegrityError,
    duckdb.InvalidInputException,
    *ROW_FAULTS,
)


def load_outcomes(
    db: Database, outcomes: Iterable[Outcome], sources: Mapping[str, Source], versions: Versions
) -> None:
    """Load one batch in one transaction; the same batch twice changes nothing.

    What cannot be loaded is quarantined, and the rest loads.
    """
    _BatchLoader(db, sources, versions).load_or_split(list(outcomes))


def load_rows(db: Database, staged: StagedRows) -> None:
    """Load rows that were staged elsewhere, in one transaction. Raises ROW_ERRORS; nothing is loaded then."""
    with _staged_rows(db, staged) as con:
        _merge(con)
        con.commit()


def preview_changes(
    db: Database, outcomes: Iterable[Outcome], sources: Mapping[str, Source], versions: Versions
) -> list[Row]:
    """What loading the batch would change, one row per source and field; nothing is kept."""
    changes: list[Row] = []
    _BatchLoader(db, sources, versions, changes).load_or_split(list(outcomes))
    return changes


@dataclass(frozen=True, slots=True)
class _BatchLoader:
    db: Database
    sources: Mapping[str, Source]
    versions: Versions
    changes: list[Row] | None = None  # of a preview, which keeps nothing else

    def load_or_split(self, batch: list[Outcome]) -> None:
        """Load the batch, or as large parts of it as the database accepts."""
        try:
            self._load(batch)
        except ROW_ERRORS as error:
            if len(batch) == 1:
                self._load([self._without_bad_rows(batch[0], error)])
            else:
                half = len(batch) // 2
                self.load_or_split(batch[:half])
                self.load_or_split(batch[half:])

    def _load(self, batch: list[Outcome]) -> None:
        with self._staged(batch) as con:
            if self.changes is None:
                _merge(con)
                con.commit()
            else:
                self.changes.extend(_changes(con))

    def _without_bad_rows(self, outcome: Outcome, error: Exception) -> Outcome:
        """A page is quarantined; a channel loses the links that cannot be loaded."""
        if outcome.is_page:
            return without_bad_rows(outcome, error)
        loadable = self._loadable_links(outcome, outcome.announced)
        n_bad = len(outcome.announced) - len(loadable)
        warning = f"{n_bad} of its links cannot be loaded: {type(error).__name__}: {error}"
        return replace(outcome, announced=loadable, warnings=(*outcome.warnings, warning))

    def _loadable_links(
        self, channel: Outcome, links: tuple[Announced, ...]
    ) -> tuple[Announced, ...]:
        try:
            with self._staged([replace(channel, announced=links)]) as con:
                _merge(con)
        except ROW_ERRORS:
            half = len(links) // 2
            if not half:
                return ()
            return self._loadable_links(channel, links[:half]) + self._loadable_links(
                channel, links[half:]
            )
        return links

    @contextmanager
    def _staged(self, batch: list[Outcome]) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction with the rows of the batch in `new_…`, rolled back unless the caller commits. Raises ROW_ERRORS."""
        # before the write lock, for which others wait
        staged = StagedRows.of(rows(batch, self.sources, self.versions))
        with _staged_rows(self.db, staged) as con:
            yield con


def take_back(
    db: Database,
    fetch_ids: list[str],
    outcomes: Iterable[Outcome],
    sources: Mapping[str, Source],
    versions: Versions,
) -> None:
    """Load outcomes as if these fetches had shown nothing; they are of all other records of the same articles."""
    with _staged_rows(db, StagedRows.of(rows(outcomes, sources, versions))) as con:
        execute(con, TAKE_BACK, {"fetch_ids": fetch_ids})
        _merge(con)
        con.commit()


@contextmanager
def _staged_rows(db: Database, staged: StagedRows) -> Iterator[duckdb.DuckDBPyConnection]:
    with db.write_connection() as con, db.staging_folder() as folder:
        con.begin()
        stage(con, folder, STAGED, staged)
        if not staged.tables.isdisjoint(CHECKED_TABLES):
            prove(con)
        yield con


def _merge(con: duckdb.DuckDBPyConnection) -> None:
    """Write the staged rows to their tables."""
    _run_due(con, STEPS)
    if _is_true(con, HAS_PAGES):
        _run_due(con, PAGE_STEPS)


def _run_due(con: duckdb.DuckDBPyConnection, steps: Iterable[tuple[str, str]]) -> None:
    empty: set[str] = set()
    for script, is_due in steps:
        if is_due == ALWAYS or _is_true(con, is_due):
            _run(con, script, empty)


def _run(con: duckdb.DuckDBPyConnection, script: str, empty: set[str]) -> None:
    """Every statement of the script that has something to do: each takes a millisecond even without a row.

    `empty` names the temporary tables that were made without rows, and have none yet.
    """
    if script not in _PARSED:
        _PARSED[script] = con.extract_statements(script)
    for statement in _PARSED[script]:
        needed, made = NEEDED.search(statement.query), MADE.search(statement.query)
        if needed and needed[1] in empty:
            continue
        has_rows = con.execute(statement).fetchall() != [(0,)]
        if made and has_rows:
            empty.discard(made[2])
        elif made and made[1] == "CREATE TEMP TABLE":
            empty.add(made[2])


def _is_true(con: duckdb.DuckDBPyConnection, condition: str) -> bool:
    return con.execute(f"SELECT {condition}").fetchall() == [(True,)]


def _changes(con: duckdb.DuckDBPyConnection) -> list[Row]:
    con.execute(PREVIEW_ARTICLES)
    con.execute(f"CREATE TEMP TABLE values_before AS {FIELD_VALUES}")
    _merge(con)
    con.execute(f"CREATE TEMP TABLE values_after AS {FIELD_VALUES}")
    return records(con.execute(CHANGES))
