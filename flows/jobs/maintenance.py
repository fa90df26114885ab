"""Maintenance jobs: rebuild the warehouse, forget an article, drop old records, compact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from uuid import NAMESPACE_URL, uuid5

from flows.jobs.jobs import close, do_in_run, mark_failed_on_error
from flows.load.outcome import Fetched
from flows.load.recovery import Progress, erase
from flows.runs.errors import Busy
from flows.runs.locks import running_runs, start_lock
from flows.runs.run import Run, RunOptions, now_utc, open_run
from flows.runs.stop import StopSignals
from flows.runs.summary import Summary, name_list
from flows.settings import Settings
from flows.stores import database
from parsers.article import Link, Response
from parsers.kinds import LinkKind
from parsers.source import Source, default_source, source_of_url
from parsers.text.urls import canonicalise
from warehouse.queries import Row
from warehouse.read.html_report import REPORT
from warehouse.write import fetches, frontier, judgements
from warehouse.write.identities import link_names_and_copies
from warehouse.write.judgements import Judgement

RECORDS_REMAIN = "its records stay in the archive while other runs are running; the next run that starts alone removes them"
UNKNOWN = "the address was unknown; if it is ever fetched, it will not be loaded"


def rebuild(
    settings: Settings, sources: Mapping[str, Source], progress: Progress
) -> tuple[Summary, list[str]]:
    """Make the warehouse again from the archive alone; returns the summary and where the old warehouse is.

    The old warehouse is renamed; the ordinary recovery then loads the whole archive into a new one. If the rebuild is
    interrupted, the next run continues it. Pages that the old one knew and the archive no longer has are failures of the run.
    Raises Busy while any run is running.
    """
    locks = settings.home / "locks"
    with StopSignals() as stop:
        store = database(settings)
        with start_lock(locks, session=store.session):
            if run_ids := running_runs(locks, store.session):
                raise Busy(f"run {min(run_ids)} is running; wait for it, or stop it")
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


def forget(settings: Settings, sources: Mapping[str, Source], url: str) -> str:
    """Remove the article of an address from the warehouse, the published copy and the archive, for ever; returns a message or ''.

    The tombstone is a record in the archive and is loaded like all others, so a rebuild does not bring the article back.
    """
    url = address_to_forget(url)
    source = source_of_url(url, sources) or default_source(
        url.split("/")[2] if "//" in url else "files"
    )
    remark = UNKNOWN

    def take_down(run: Run) -> None:
        nonlocal remark
        known_source, article_id = frontier.article_of_url(run.store, url)
        _write_tombstone(
            run,
            Link(url=url, source_id=known_source or source.name, kind=LinkKind.TOMBSTONE),
            article_id,
        )
        link_names_and_copies(run.store, settings.topics)
        locks, session = settings.home / "locks", run.store.session
        with start_lock(locks, run.run_id, session):
            is_alone = running_runs(locks, session) == {run.run_id}
            if is_alone:
                erase(run, fetches.forgotten_records(run.store))
        (settings.home / REPORT).unlink(missing_ok=True)
        remark = RECORDS_REMAIN if not is_alone else "" if article_id else UNKNOWN

    params = {"url": url}
    do_in_run(
        take_down, settings, sources, flow="forget", params=params, hold_sources=[source.name]
    )
    return remark


def address_to_forget(text: str) -> str:
    """As it is stored. Raises ValueError for a text that is no address."""
    return text if text.startswith("urn:") else canonicalise(text)


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
    """Load what crashed runs left, compact the database, and publish; with `keep_days` also remove older archive records.

    The rows made from those records stay. Raises Busy if records are to be removed while another run is running.
    """
    params = {"sources": names and list(names), "keep_days": keep_days}
    options: RunOptions = {"trigger": trigger, "prefect_flow_run_id": prefect_flow_run_id}

    def work(run: Run) -> None:
        if keep_days:
            locks, session = settings.home / "locks", run.store.session
            with start_lock(locks, run.run_id, session):
                if others := running_runs(locks, session) - {run.run_id}:
                    raise Busy(f"run {min(others)} is running; wait for it, or stop it")
                old = fetches.records_before(
                    run.store, run.clock() - timedelta(days=keep_days), names
                )
                n = erase(run, old, run.note)
                run.note(f"{n} archive records removed")
        run.store.compact()

    return do_in_run(work, settings, sources, flow="maintain", params=params, **options)
