"""Takes an import back: what it alone brought is deleted, and what other records state of its articles stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.jobs.jobs import do_in_run
from flows.load.outcome import VERSIONS, group_by_link
from flows.load.recovery import BATCH_PAGES, erase
from flows.runs.errors import Busy
from flows.runs.locks import running_runs, start_lock
from flows.runs.run import Run
from flows.settings import Settings
from flows.stores import database
from parsers.article import FROM_FILE
from parsers.source import Source
from warehouse.archive.archive import RecordLocation
from warehouse.read.html_report import REPORT
from warehouse.write import fetches
from warehouse.write import forget as rows_of_imports
from warehouse.write.database import Database
from warehouse.write.forget import FetchOfRun


class NoImportError(ValueError):
    """The run cannot be taken back; the message says why."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRows:
    """What an import brought, by article."""

    run_id: str
    by_article: Mapping[str, Sequence[FetchOfRun]]
    n_repeated: int  # rows that stay, because later answers of a server repeat them

    @property
    def n_rows(self) -> int:
        return sum(map(len, self.by_article.values()))

    @property
    def source_ids(self) -> list[str]:
        return sorted({each.source_id for rows in self.by_article.values() for each in rows})


def imported_rows(settings: Settings, run_id: str) -> ImportedRows:
    """Raises NoImportError for a run that is none, or no import."""
    store = database(settings)
    found = rows_of_imports.fetches_of_run(store, run_id)
    if not found:
        raise NoImportError(
            f"nothing is stored of a run {run_id}; `kliping report runs` lists the runs"
        )
    if not all(each.announced_by.startswith(FROM_FILE) for each in found):
        raise NoImportError(
            f"run {run_id} is no import: it fetched pages; name an article's address to forget it"
        )
    by_article: dict[str, list[FetchOfRun]] = {}
    for each in found:
        if not each.is_repeated:
            by_article.setdefault(each.article_id, []).append(each)
    n_repeated = sum(each.is_repeated for each in found)
    return ImportedRows(run_id=run_id, by_article=by_article, n_repeated=n_repeated)


def n_articles_with_other_records(settings: Settings, rows: ImportedRows) -> int:
    """The articles that stay, because a page or another table states them too."""
    store = database(settings)
    own = _locations(store, rows.by_article.values())
    chains = fetches.article_pages(store, None, article_ids=rows.by_article)
    return sum(any(place not in own for place in chain) for chain in chains)


def take_back(settings: Settings, sources: Mapping[str, Source], rows: ImportedRows) -> None:
    """Delete what the run alone brought from the warehouse, the published copy and the archive.

    No tombstone forbids a later import of the same rows. Raises Busy while another run is running.
    """

    def work(run: Run) -> None:
        locks, session = settings.home / "locks", run.store.session
        with start_lock(locks, run.run_id, session):
            if others := running_runs(locks, session) - {run.run_id}:
                raise Busy(f"run {min(others)} is running; wait for it, or stop it")
            for batch in _batches(rows):
                _take_back(run, batch)
            erase(run, fetches.forgotten_records(run.store))
            rows_of_imports.finish_take_back(run.store, rows.run_id, rows.by_article)
        (settings.home / REPORT).unlink(missing_ok=True)

    params = {"run": rows.run_id}
    do_in_run(work, settings, sources, flow="forget", params=params, hold_sources=rows.source_ids)


def _batches(rows: ImportedRows) -> Iterator[dict[str, Sequence[FetchOfRun]]]:
    batch: dict[str, Sequence[FetchOfRun]] = {}
    for article_id, of_article in rows.by_article.items():
        batch[article_id] = of_article
        if sum(map(len, batch.values())) >= BATCH_PAGES:
            yield batch
            batch = {}
    if batch:
        yield batch


def _take_back(run: Run, batch: Mapping[str, Sequence[FetchOfRun]]) -> None:
    """With all other records of the same articles, which are parsed again in the same transaction."""
    own = _locations(run.store, batch.values())
    chains = fetches.article_pages(run.store, None, article_ids=batch)
    others = [place for chain in chains for place in chain if place not in own]
    outcomes = run.interpret(group_by_link(list(run.archive.readable(others))))
    fetch_ids = [each.fetch_id for of_article in batch.values() for each in of_article]
    rows_of_imports.take_back(run.store, fetch_ids, outcomes, run.sources, VERSIONS)


def _locations(store: Database, rows: Iterable[Sequence[FetchOfRun]]) -> set[RecordLocation]:
    fetch_ids = [each.fetch_id for of_article in rows for each in of_article]
    return set(fetches.record_locations(store, fetch_ids).values())
