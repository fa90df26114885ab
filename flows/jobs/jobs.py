"""The jobs that a person or a schedule starts, each from its locks to the published copy, with or without Prefect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from flows.crawl.backfill import PLAIN_BACKFILL, BackfillStages, backfill
from flows.crawl.ingest import ingest, revisit
from flows.crawl.matching import Match, estimate_recall, recall_line
from flows.crawl.stages import PLAIN, Progress, Stages, no_progress
from flows.http.limits import Budgets
from flows.jobs.import_files import (
    FileReader,
    ImportOptions,
    files_of,
    import_files,
    open_tables,
)
from flows.jobs.import_preview import preview as preview_files
from flows.jobs.import_tables import ImportFailedError
from flows.jobs.reparse import preview, reparse, retry_quarantined, retry_with_new_parser
from flows.jobs.stored_files import is_warc
from flows.load.loader import Loader
from flows.load.worker_pool import Workers
from flows.logging import get_logger
from flows.runs.closing import close_run
from flows.runs.dry_run import open_dry_run
from flows.runs.locks import LockKind
from flows.runs.run import Run, RunOptions, held_sources, open_run
from flows.runs.stop import StopSignals, ignore
from flows.runs.summary import Summary
from flows.settings import Settings
from flows.stores import archive, database, existing_database, storage_at
from parsers.source import Source
from warehouse.queries import Row
from warehouse.silence import LakeUnavailable
from warehouse.storage import StorageUnavailable
from warehouse.write import quarantine, runs
from warehouse.write.frontier import Days

log = get_logger(__name__)

FEW_FILES = 20  # are parsed by one process: starting another takes longer
GRACE_SECONDS = 3.0  # for requests in flight when a signal stops the run


async def ingest_sources(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str],
    *,
    limit: int | None = None,
    stages: Stages = PLAIN,
    progress: Progress = no_progress,
    **options: Unpack[RunOptions],
) -> Summary:
    """Fetch and load what is new of the named sources. Raises Busy if other runs hold them all, DatabaseBusy, Stopped."""

    async def work(run: Run) -> None:
        held = held_sources(run, names)
        with run.store.turn() as may_write:
            if may_write:
                await asyncio.to_thread(retry_with_new_parser, run, held)
        await ingest(run, held, limit=limit, stages=stages, progress=progress)

    params = {"sources": list(names), "limit": limit}
    return await run_job(work, settings, sources, LockKind.INGEST, params, options)


async def revisit_sources(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str],
    *,
    limit: int | None = None,
    stages: Stages = PLAIN,
    progress: Progress = no_progress,
    **options: Unpack[RunOptions],
) -> Summary:
    """Fetch loaded articles of the sources again to find edits. Raises Busy if other revisits hold them all, DatabaseBusy, Stopped."""

    async def work(run: Run) -> None:
        await revisit(run, held_sources(run, names), limit=limit, stages=stages, progress=progress)

    params = {"sources": list(names), "limit": limit}
    return await run_job(work, settings, sources, LockKind.REVISIT, params, options)


async def backfill_source(
    settings: Settings,
    sources: Mapping[str, Source],
    name: str,
    days: Days,
    *,
    limit: int | None = None,
    dry_run: bool = False,
    match: Match | None = None,
    stages: BackfillStages = PLAIN_BACKFILL,
    progress: Progress = no_progress,
    **options: Unpack[RunOptions],
) -> Summary:
    """Fetch past days of a source; an ingest may run meanwhile. Raises Busy if another backfill holds it, DatabaseBusy, Stopped.

    A dry run only estimates; it holds nothing and stores nothing. With `match` only articles whose announcement matches are fetched.
    """
    if dry_run:
        return await _estimate_backfill(
            settings, sources, sources[name], days, match, stages, progress, options
        )
    results: dict[str, Any] = {}

    async def work(run: Run) -> None:
        rows, _ = await backfill(
            run, sources[name], days, limit=limit, match=match, stages=stages, progress=progress
        )
        results.update(days=tuple(rows))
        if match:
            recall = await asyncio.to_thread(estimate_recall, run.store, sources[name], days, match)
            results.update(match=recall)
            run.note(recall_line(recall))

    params: Row = {"sources": [name], "since": str(days[0]), "until": str(days[1]), "limit": limit}
    if match:
        params |= {"match": match.query, "seed": match.seed}
    options = {"trigger": "backfill", **options}
    summary = await run_job(work, settings, sources, LockKind.BACKFILL, params, options)
    return replace(summary, **results)


async def _estimate_backfill(
    settings: Settings,
    sources: Mapping[str, Source],
    source: Source,
    days: Days,
    match: Match | None,
    stages: BackfillStages,
    progress: Progress,
    options: RunOptions,
) -> Summary:
    opened = open_dry_run(settings, sources, source, flow="backfill", **options)
    with StopSignals("a dry run stores nothing") as stop, opened as run:
        stop.action = _stop_softly(run)
        rows, estimate = await backfill(
            run, source, days, dry_run=True, match=match, stages=stages, progress=progress
        )
        failures = (*runs.failures(run.store, run.run_id), *run.failures)
        return Summary(
            run_id=run.run_id,
            state="partial" if failures else "completed",
            rows=(),
            failures=failures,
            requests=tuple(runs.requests(run.store, run.run_id)),
            notes=(*run.notes, *(f"{source_id}: {what}" for source_id, what in run.cuts)),
            days=tuple(rows),
            estimate=estimate,
        )


async def run_job(
    work: Callable[[Run], Awaitable[None]],
    settings: Settings,
    sources: Mapping[str, Source],
    lock_kind: LockKind,
    params: Row,
    options: RunOptions,
) -> Summary:
    """Do the work in a run, from its locks to the published copy. Raises Stopped at the end if a signal came."""
    job = _open_job(
        settings,
        sources,
        flow=lock_kind.name.lower(),
        params=params,
        hold_sources=params["sources"],
        lock_kinds=[lock_kind],
        **options,
    )
    with job as (run, stop):
        stop.action = _stop_softly(run)
        try:
            await work(run)
        except asyncio.CancelledError:
            if (
                not stop.numbers
            ):  # else our own signal handler cancelled it; the next run loads the rest
                raise
        return close(run, stop)


def _stop_softly(run: Run) -> Callable[[int], None]:
    """An action for StopSignals: no new work, and after GRACE_SECONDS the rest of this task is cancelled."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop(_number: int) -> None:
        run.stopping = True
        if task:
            loop.call_soon_threadsafe(lambda: loop.call_later(GRACE_SECONDS, task.cancel))

    return stop


def do_in_run(
    work: Callable[[Run], object],
    settings: Settings,
    sources: Mapping[str, Source],
    **options: Any,
) -> Summary:
    """The work in a run of its own, with the options of `open_run`.

    A signal interrupts the work; what it did until then is published.
    """
    with _open_job(settings, sources, **options) as (run, stop):
        try:
            work(run)
        except BaseException:
            if not stop.numbers:
                raise
            run.stopping = True
        return close(run, stop)


@contextmanager
def _open_job(
    settings: Settings, sources: Mapping[str, Source], **options: Any
) -> Iterator[tuple[Run, StopSignals]]:
    """A run with the options of `open_run`, which `close` ends, and the signals that stop it."""
    with (
        StopSignals() as stop,
        open_run(settings, sources, **options) as run,
        mark_failed_on_error(run),
    ):
        StopSignals.done = lambda: f"run {run.run_id} archived {run.writer.n_records} responses"
        yield run, stop


def close(run: Run, stop: StopSignals) -> Summary:
    stop.action = ignore
    stop.summary = summary = close_run(run)
    return summary


def import_paths(
    settings: Settings,
    sources: Mapping[str, Source],
    paths: Sequence[Path | str],
    options: ImportOptions,
    progress: Callable[[int, int], None],
) -> Summary:
    """Import files, all files of folders, and WARC files at s3:// addresses. Raises ImportFailedError before anything is written."""
    reader = _open_files(settings, sources, paths, options)
    params: Row = {
        "paths": [str(p) for p in paths],
        "source": options.source_id,
        "url": options.url,
    }
    if options.columns:
        params["map"] = dict(options.columns)
    if options.date_order:
        params["date_order"] = options.date_order
    if options.encoding:
        params["encoding"] = options.encoding
    is_small = len(reader.files) < FEW_FILES and not reader.tables
    if is_small and not any(is_warc(each.name) for each in reader.files):
        settings = settings.model_copy(update={"readers": 1})

    def work(run: Run) -> None:
        import_files(run, reader, progress)

    return do_in_run(work, settings, sources, flow="import", trigger="import", params=params)


def _open_files(
    settings: Settings,
    sources: Mapping[str, Source],
    paths: Sequence[Path | str],
    options: ImportOptions,
) -> FileReader:
    """Raises ImportFailedError, and Stopped after a signal."""
    with StopSignals("nothing was imported"):
        files = files_of(paths, partial(storage_at, settings))
        if options.url and len(files) > 1:
            raise ImportFailedError("--url is the address of one page; give one file with it")
        return FileReader(
            files=files,
            tables=open_tables(files, options, Budgets().page.decoded_bytes),
            options=options,
            sources=sources,
            store=existing_database(settings),
        )


def preview_import(
    settings: Settings,
    sources: Mapping[str, Source],
    paths: Sequence[Path | str],
    options: ImportOptions,
) -> dict[str, list[Row]]:
    """What `import_paths` would do, as `import_preview.preview` says. Raises ImportFailedError."""
    return preview_files(_open_files(settings, sources, paths, options))


def reparse_sources(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str] | None,
    progress: Callable[[int, int], None],
    *,
    prefect_flow_run_id: str | None = None,
) -> Summary:
    """Load the archive again with the present parser. The sources are locked, so that no ingest writes meanwhile."""
    held = list(names) if names is not None else list(sources)
    return do_in_run(
        lambda run: reparse(run, names, progress),
        settings,
        sources,
        flow="reparse",
        trigger="reparse",
        params={"sources": names and list(names)},
        hold_sources=held,
        prefect_flow_run_id=prefect_flow_run_id,
    )


def preview_reparse(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str] | None,
    progress: Callable[[int, int], None],
) -> list[Row]:
    """What `reparse_sources` would change: a row for each source and field. Nothing is stored."""
    with Workers(sources, Budgets()) as workers:
        loader = Loader(
            sources=sources,
            store=database(settings),
            archive=archive(settings),
            workers=workers,
        )
        return preview(loader, names, progress)


def retry_pages(
    settings: Settings, sources: Mapping[str, Source], ids: Sequence[str], *, refetch: bool = False
) -> Summary:
    """Parse quarantined pages again if the archive has them; the next ingest fetches the others, or with `refetch` all."""
    rows = quarantine.pages(database(settings), ids=ids)
    to_parse = [row["quarantine_id"] for row in rows if row["is_readable"] and not refetch]
    to_fetch = [
        row["quarantine_id"]
        for row in rows
        if row["quarantine_id"] not in to_parse and not row["url"].startswith("urn:")
    ]
    held = sorted({row["source_id"] for row in rows})

    def retry(run: Run) -> None:
        quarantine.refetch(run.store, to_fetch, run.clock())
        if to_parse:
            n_articles = retry_quarantined(run, to_parse)
            run.note(f"{n_articles} of {len(to_parse)} pages are articles now")
        if to_fetch:
            run.note(f"the next ingest fetches {len(to_fetch)} pages")

    return do_in_run(
        retry,
        settings,
        sources,
        flow="retry",
        trigger="cli",
        params={"ids": list(ids)},
        hold_sources=held,
    )


@contextmanager
def mark_failed_on_error(run: Run) -> Iterator[None]:
    """If the block fails, store that in `ops.runs`, if the warehouse can still be written.

    A lake that is silent would be waited for once more: there the next run finds that this one has ended.
    """
    try:
        yield
    except (LakeUnavailable, StorageUnavailable):
        raise
    except BaseException:
        try:
            with run.store.turn() as may_write:
                if may_write:
                    runs.finish(run.store, run.run_id, run.clock(), "failed", {})
        except Exception:
            log.exception("the end of the run cannot be stored")
        raise
