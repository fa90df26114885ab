"""Maintenance jobs: rebuild the warehouse, forget an article, take an import back, drop old records, compact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, groupby
from operator import itemgetter
from uuid import NAMESPACE_URL, uuid5

from flows.clock import now_utc
from flows.jobs.jobs import close, do_in_run, mark_failed_on_error
from flows.jobs.merged_files import merge_small_files
from flows.load.outcome import VERSIONS, Fetched, group_by_link
from flows.load.recovery import Progress, batches, erase
from flows.runs.errors import Busy
from flows.runs.locks import running_runs, start_lock
from flows.runs.run import Run, RunOptions, open_run
from flows.runs.stop import StopSignals
from flows.runs.summary import Summary, name_list
from flows.settings import Settings
from flows.stores import database, existing_database
from parsers.article import FROM_FILE, Link, Response
from parsers.kinds import LinkKind
from parsers.source import Source, default_source, source_of_url
from parsers.text.urls import canonicalise
from warehouse.archive.archive import RecordLocation
from warehouse.archive.stored import StoredArchive
from warehouse.judgement import Judgement
from warehouse.queries import Row
from warehouse.write import fetches, frontier, judgements
from warehouse.write.database import Database
from warehouse.write.load import take_back

RECORDS_REMAIN = "its records stay in the archive while other runs are running; the next run that starts alone removes them"
OLD_REPORT = "report.html"  # of all that was published; earlier versions left it in a home
UNKNOWN = "the address was unknown; if it is ever fetched, it will not be loaded"
NO_ARTICLE = (
    "nothing: no article is known at this address; if it is ever fetched, it will not be loaded"
)


class ForgetError(ValueError):
    """What was named cannot be deleted; the message says why."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    what: str  # for the question
    run: Callable[[Mapping[str, Source]], str]  # deletes it, and says what was done


def rebuild(
    settings: Settings, sources: Mapping[str, Source], progress: Progress
) -> tuple[Summary, list[str]]:
    """Make the warehouse again from the archive alone; returns the summary and where the old warehouse is.

    The old warehouse is renamed; the ordinary recovery then loads the whole archive into a new one. If the rebuild is
    interrupted, the next run continues it. Pages that the old one knew and the archive no longer has are failures of the run.
    Raises Busy while any run is running.
    """
    with StopSignals() as stop:
        store = database(settings)
        with _alone(settings, store):
            pages = fetches.page_records(store)
            old_files = store.move_aside(now_utc())
        with (
            open_run(settings, sources, flow="rebuild", params={}, progress=progress) as run,
            mark_failed_on_error(run),
        ):
            run.failures += _lost_pages(run, pages)
            return close(run, stop), old_files


def _lost_pages(run: Run, pages: Sequence[Row]) -> Iterator[Row]:
    """A failure for each source with pages whose records were not loaded, with their addresses."""
    loaded = fetches.loaded_fetch_ids(run.store, (page["fetch_id"] for page in pages))
    lost = [page for page in pages if page["fetch_id"] not in loaded]
    for source_id, of_source in groupby(lost, itemgetter("source_id")):
        urls = list(dict.fromkeys(page["url"] for page in of_source))
        yield {
            "source_id": source_id,
            "kind": "address",
            "reason": "lost",
            "n": len(urls),
            "example": name_list(urls),
            "detail": "the old warehouse had a page of it, the archive has it no more",
            "places": urls,
        }


@contextmanager
def _alone(settings: Settings, store: Database, run_id: str | None = None) -> Iterator[None]:
    """No other run that may write starts meanwhile. Raises Busy where one is running."""
    locks = settings.home / "locks"
    with start_lock(locks, run_id), store.turn():
        if others := running_runs(locks, store.session) - {run_id}:
            raise Busy(f"run {min(others)} is running; wait for it, or stop it")
        yield


def _erasing(settings: Settings, run: Run) -> AbstractContextManager[None]:
    """While records are taken out; in a lake they leave all others where they are, so other runs go on. Raises Busy."""
    return nullcontext() if run.store.session else _alone(settings, run.store, run.run_id)


def _erase_forgotten(run: Run) -> None:
    erase(run, fetches.forgotten_records(run.store), in_place=run.store.session is not None)


def article_to_forget(settings: Settings, text: str) -> Deletion:
    """The article of an address, for ever. Raises ForgetError for a text that is no address."""
    try:
        url = text if text.startswith("urn:") else canonicalise(text)
    except ValueError as error:
        raise ForgetError(f"{text} is not the address of an article: {error}") from error
    store = existing_database(settings)
    article = frontier.stored_article(store, url) if store else None
    what = "{headline} ({source_id}), for ever; versions: {n_versions}, quotes: {n_quotes}"

    def run(sources: Mapping[str, Source]) -> str:
        remark = forget(settings, sources, url)
        return f"forgotten: {text}" + (f"; {remark}" if remark else "")

    return Deletion(what=what.format(**article) if article else NO_ARTICLE, run=run)


def forget(settings: Settings, sources: Mapping[str, Source], url: str) -> str:
    """Remove the article of an address from the warehouse, the published copy and the archive, for ever; returns a message or ''.

    The tombstone is a record in the archive and is loaded like all others, so a rebuild does not bring the article back.
    """
    source = source_of_url(url, sources) or default_source(
        url.split("/")[2] if "//" in url else "files"
    )
    remark = ""

    def take_down(run: Run) -> None:
        nonlocal remark
        known_source, article_id = frontier.article_of_url(run.store, url)
        _write_tombstone(
            run,
            Link(url=url, source_id=known_source or source.name, kind=LinkKind.TOMBSTONE),
            article_id,
        )
        remark = RECORDS_REMAIN
        with suppress(Busy), _erasing(settings, run):
            _erase_forgotten(run)
            remark = "" if article_id else UNKNOWN
        (settings.home / OLD_REPORT).unlink(missing_ok=True)

    params = {"url": url}
    do_in_run(
        take_down, settings, sources, flow="forget", params=params, hold_sources=[source.name]
    )
    return remark


def _write_tombstone(run: Run, link: Link, article_id: str | None) -> None:
    now = run.clock()
    response = Response(
        fetch_id=str(uuid5(NAMESPACE_URL, f"tombstone {link.url} {now.isoformat()}")),
        requested_url=link.url,
        url=link.url,
        fetched_at=now,
        body=(article_id or "").encode(),
        status=None,
        headers=(("content-type", "text/plain"),),
    )
    record = run.writer.append(link, response)
    run.writer.sync()
    run.load([Fetched(link=link, run_id=run.run_id, records=(record,))])


def import_to_forget(settings: Settings, run_id: str) -> Deletion:
    """What an import alone brought, without what a later visit repeats; what other records state of its articles stays.

    No tombstone forbids a later import of the same rows. Raises ForgetError; the deletion raises Busy while another run is running.
    """
    store = database(settings)
    rows = fetches.of_run(store, run_id)
    if not rows:
        raise ForgetError(f"nothing is stored of a run {run_id}; see `kliping report runs`")
    if not all(row["announced_by"].startswith(FROM_FILE) for row in rows):
        raise ForgetError(f"run {run_id} is no import: it fetched pages; name an address instead")
    rows = [row for row in rows if not row["is_repeated"]]
    article_ids = {row["article_id"] for row in rows}
    n_kept = sum(map(bool, _other_records(store, rows)))
    kept = f", {n_kept} stay with what other records state" if n_kept else ""
    what = f"{len(rows)} rows or pages of import {run_id}: {len(article_ids) - n_kept} articles go{kept}"

    def run(sources: Mapping[str, Source]) -> str:
        _forget_rows(settings, sources, run_id, rows)
        return f"taken back: {what}"

    return Deletion(what=what, run=run)


def _forget_rows(
    settings: Settings, sources: Mapping[str, Source], run_id: str, rows: Sequence[Row]
) -> None:
    """Delete the rows of an import from the warehouse, the published copy and the archive."""
    of_articles = [list(group) for _, group in groupby(rows, itemgetter("article_id"))]

    def work(run: Run) -> None:
        with _erasing(settings, run):
            for batch in batches(of_articles, lambda _rows: 0):
                _take_back(run, list(chain.from_iterable(batch)))
            _erase_forgotten(run)
            fetches.remove_rows_of_run(run.store, run_id)
        (settings.home / OLD_REPORT).unlink(missing_ok=True)

    held = sorted({row["source_id"] for row in rows})
    do_in_run(work, settings, sources, flow="forget", params={"run": run_id}, hold_sources=held)


def _take_back(run: Run, rows: Sequence[Row]) -> None:
    """All other records of the same articles are parsed again, in the same transaction."""
    others = chain.from_iterable(_other_records(run.store, rows))
    outcomes = run.interpret(group_by_link(list(run.archive.readable(list(others)))))
    fetch_ids = [row["fetch_id"] for row in rows]
    take_back(run.store, fetch_ids, outcomes, run.sources, VERSIONS)


def _other_records(store: Database, rows: Sequence[Row]) -> list[list[RecordLocation]]:
    """The records of each article besides those of these fetches."""
    own = set(fetches.record_locations(store, (row["fetch_id"] for row in rows)).values())
    chains = fetches.article_pages(store, None, article_ids={row["article_id"] for row in rows})
    return [[place for place in places if place not in own] for places in chains]


def store_judgements(
    settings: Settings, sources: Mapping[str, Source], verdicts: Sequence[Judgement]
) -> Summary:
    """Keep the verdicts on a sample, and publish them. Raises DatabaseBusy."""
    params = {"n": len(verdicts)}
    return do_in_run(
        lambda run: judgements.add(run.store, verdicts),
        settings,
        sources,
        flow="sample",
        params=params,
    )


def maintain(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str] | None = None,
    keep_days: int | None = None,
    *,
    trigger: str = "cli",
    prefect_flow_run_id: str | None = None,
) -> Summary:
    """Load what crashed runs left, seal new records, compact the database, and publish; with `keep_days` also remove older archive records.

    The rows made from those records stay. Raises Busy if records are to be removed while another run is running.
    """
    params = {"sources": names and list(names), "keep_days": keep_days}
    options: RunOptions = {"trigger": trigger, "prefect_flow_run_id": prefect_flow_run_id}

    def work(run: Run) -> None:
        # cryptography is needed here only
        from flows.jobs.sealing import seal_archive  # noqa: PLC0415

        if isinstance(run.archive, StoredArchive):
            merge_small_files(run, run.archive)
        seal_archive(run)
        if keep_days:
            with _alone(settings, run.store, run.run_id):
                old = fetches.records_before(
                    run.store, run.clock() - timedelta(days=keep_days), names
                )
                n = erase(run, old, run.note)
                run.note(f"{n} archive records removed")
        run.store.compact()

    summary = do_in_run(work, settings, sources, flow="maintain", params=params, **options)
    database(settings).share()
    return summary
