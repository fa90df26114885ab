"""Takes an import back: what it alone brought is deleted, and what other records state of its articles stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, groupby

from flows.jobs.jobs import do_in_run
from flows.load.outcome import VERSIONS, group_by_link
from flows.load.recovery import batches, erase
from flows.runs.errors import Busy
from flows.runs.locks import running_runs, start_lock
from flows.runs.run import Run
from flows.settings import Settings
from flows.stores import database
from parsers.article import FROM_FILE
from parsers.source import Source
from warehouse.queries import Row
from warehouse.read.html_report import REPORT
from warehouse.write import fetches
from warehouse.write.load import take_back as load_without


class NoImportError(ValueError):
    """The run cannot be taken back; the message says why."""

    exit_code = 2


def imported_rows(settings: Settings, run_id: str) -> tuple[list[Row], int]:
    """The fetches of an import by article, and how many of the articles other records state too.

    Without those that a later visit repeats. Raises NoImportError.
    """
    store = database(settings)
    rows = fetches.of_run(store, run_id)
    if not rows:
        raise NoImportError(f"nothing is stored of a run {run_id}; see `kliping report runs`")
    if not all(row["announced_by"].startswith(FROM_FILE) for row in rows):
        raise NoImportError(f"run {run_id} is no import: it fetched pages; name an address instead")
    own = [row for row in rows if not row["is_repeated"]]
    places = set(fetches.record_locations(store, (row["fetch_id"] for row in own)).values())
    chains = fetches.article_pages(store, None, article_ids={row["article_id"] for row in own})
    return own, sum(not places.issuperset(each) for each in chains)


def take_back(
    settings: Settings, sources: Mapping[str, Source], run_id: str, rows: Iterable[Row]
) -> None:
    """Delete the rows of an import from the warehouse, the published copy and the archive.

    No tombstone forbids a later import of the same rows. Raises Busy while another run is running.
    """
    of_articles = [list(group) for _, group in groupby(rows, key=lambda row: row["article_id"])]

    def work(run: Run) -> None:
        locks, session = settings.home / "locks", run.store.session
        with start_lock(locks, run.run_id, session):
            if others := running_runs(locks, session) - {run.run_id}:
                raise Busy(f"run {min(others)} is running; wait for it, or stop it")
            for batch in batches(of_articles, lambda _rows: 0):
                _take_back(run, list(chain.from_iterable(batch)))
            erase(run, fetches.forgotten_records(run.store))
            fetches.remove_rows_of_run(run.store, run_id)
        (settings.home / REPORT).unlink(missing_ok=True)

    held = sorted({row["source_id"] for each in of_articles for row in each})
    do_in_run(work, settings, sources, flow="forget", params={"run": run_id}, hold_sources=held)


def _take_back(run: Run, rows: list[Row]) -> None:
    """With all other records of the same articles, which are parsed again in the same transaction."""
    fetch_ids = [row["fetch_id"] for row in rows]
    own = set(fetches.record_locations(run.store, fetch_ids).values())
    chains = fetches.article_pages(run.store, None, article_ids={row["article_id"] for row in rows})
    others = [place for places in chains for place in places if place not in own]
    outcomes = run.interpret(group_by_link(list(run.archive.readable(others))))
    load_without(run.store, fetch_ids, outcomes, run.sources, VERSIONS)
