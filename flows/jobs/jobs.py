"""The jobs that a person or a schedule starts, each from its locks to the published copy, with or without Prefect."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from flows.crawl.backfill import PLAIN_BACKFILL, BackfillStages, backfill
from flows.crawl.ingest import ingest, revisit
from flows.crawl.stages import PLAIN, Progress, Stages, no_progress
from flows.http.limits import Budgets
from flows.jobs.import_files import (
    ImportFailedError,
    ImportOptions,
    files_of,
    import_files,
)
from flows.jobs.reparse import preview, reparse, retry_quarantined, retry_with_new_parser
from flows.load.loader import Loader
from flows.load.worker_pool import Workers
from flows.logging import get_logger
from flows.runs.errors import Stopped
from flows.runs.locks import LockKind
from flows.runs.run import Run, RunOptions, close_run, held_sources, open_run
from flows.runs.summary import Summary
from flows.settings import Settings
from parsers.source import Source
from warehouse.archive.archive import Archive
from warehouse.queries import Row
from warehouse.write import quarantine, runs
from warehouse.write.database import Database
from warehouse.write.frontier import Days

log = get_logger(__name__)

FEW_FILES = 20  # are parsed by one process: starting another takes longer
GRACE_SECONDS = 10.0  # for requests in flight when a signal stops the run


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
        await asyncio.to_thread(retry_with_new_parser, run, held)
        await ingest(run, held, limit=limit, stages=stages, progress=progress)

    params = {"sources": list(names), "limit": limit}
    return await _run_job(work, settings, sources, LockKind.INGEST, params, options)


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
    return await _run_job(work, settings, sources, LockKind.REVISIT, params, options)


async def backfill_source(
    settings: Settings,
    sources: Mapping[str, Source],
    name: str,
    days: Days,
    *,
    limit: int | None = None,
    dry_run: bool = False,
    stages: BackfillStages = PLAIN_BACKFILL,
    progress: Progress = no_progress,
    **options: Unpack[RunOptions],
) -> Summary:
    """Fetch past days of a source; an ingest may run meanwhile. Raises Busy if another backfill holds it, DatabaseBusy, Stopped."""
    results: dict[str, Any] = {}

    async def work(run: Run) -> None:
        rows, estimate = await backfill(
            run, sources[name], days, limit=limit, dry_run=dry_run, stages=stages, progress=progress
        )
        results.update(days=tuple(rows), estimate=estimate)

    params = {
        "sources": [name],
        "since": str(days[0]),
        "until": str(days[1]),
        "limit": limit,
        "dry_run": dry_run,
    }
    options = {"trigger": "backfill", **options}
    summary = await _run_job(work, settings, sources, LockKind.BACKFILL, params, options)
    return replace(summary, **results)


async def _run_job(
    work: Callable[[Run], Awaitable[None]],
    settings: Settings,
    sources: Mapping[str, Source],
    lock_kind: LockKind,
    params: Row,
    options: RunOptions,
) -> Summary:
    """Do the work in a run, from its locks to the published copy. Raises Stopped at the end if a signal came."""
    opened = open_run(
        settings,
        sources,
        flow=lock_kind.name.lower(),
        params=params,
        hold_sources=params["sources"],
        lock_kinds=[lock_kind],
        **options,
    )
    with opened as run, mark_failed_on_error(run), _stop_on_signals(run) as signals:
        try:
            await work(run)
        except asyncio.CancelledError:
            if not signals:  # else our own signal handler cancelled it; the next run loads the rest
                raise
        summary = close_run(run)
    if signals:
        raise Stopped(signals[0])
    return summary


def import_paths(
    settings: Settings,
    sources: Mapping[str, Source],
    paths: Sequence[Path],
    options: ImportOptions,
    progress: Callable[[int, int], None],
) -> Summary:
    """Import files, and all files of folders. Raises ImportFailedError before anything is written."""
    files = files_of(paths)
    if options.url and len(files) > 1:
        raise ImportFailedError("--url is the address of one page; give one file with it")
    params = {"paths": [str(p) for p in paths], "source": options.source_id, "url": options.url}
    if len(files) < FEW_FILES:
        settings = settings.model_copy(update={"readers": 1})
    with (
        open_run(settings, sources, flow="import", trigger="import", params=params) as run,
        mark_failed_on_error(run),
    ):
        import_files(run, files, options, lambda n: progress(n, len(files)))
        return close_run(run)


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
    options: RunOptions = {"trigger": "reparse", "prefect_flow_run_id": prefect_flow_run_id}
    params = {"sources": names and list(names)}
    with (
        open_run(
            settings, sources, flow="reparse", params=params, hold_sources=held, **options
        ) as run,
        mark_failed_on_error(run),
    ):
        reparse(run, names, progress)
        return close_run(run)


def preview_reparse(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str] | None,
    progress: Callable[[int, int], None],
) -> list[Row]:
    """What `reparse_sources` would change: a row for each source and field. Nothing is stored."""
    store, archive = Database(settings.home), Archive(settings.home / "archive")
    with Workers(sources, Budgets()) as workers:
        loader = Loader(sources=sources, store=store, archive=archive, workers=workers)
        return preview(loader, names, progress)


def retry_pages(
    settings: Settings, sources: Mapping[str, Source], ids: Sequence[str], *, refetch: bool = False
) -> Summary:
    """Parse quarantined pages again if the archive has them; the next ingest fetches the others, or with `refetch` all."""
    rows = quarantine.pages(Database(settings.home), ids=ids)
    to_parse = [row["quarantine_id"] for row in rows if row["is_readable"] and not refetch]
    to_fetch = [
        row["quarantine_id"]
        for row in rows
        if row["quarantine_id"] not in to_parse and not row["url"].startswith("urn:")
    ]
    held = sorted({row["source_id"] for row in rows})
    with (
        open_run(
            settings,
            sources,
            flow="retry",
            trigger="cli",
            params={"ids": list(ids)},
            hold_sources=held,
        ) as run,
        mark_failed_on_error(run),
    ):
        quarantine.refetch(run.store, to_fetch, run.clock())
        if to_parse:
            n_articles = retry_quarantined(run, to_parse)
            run.note(f"{n_articles} of {len(to_parse)} pages are articles now")
        if to_fetch:
            run.note(f"the next ingest fetches {len(to_fetch)} pages")
        return close_run(run)


@contextmanager
def mark_failed_on_error(run: Run) -> Iterator[None]:
    """If the block fails, store that in `ops.runs`, if the warehouse can still be written."""
    try:
        yield
    except BaseException:
        try:
            runs.finish(run.store, run.run_id, run.clock(), "failed", {})
        except Exception:
            log.exception("the end of the run cannot be stored")
        raise


@contextmanager
def _stop_on_signals(run: Run) -> Iterator[list[int]]:
    """SIGINT, SIGTERM and SIGHUP stop new work, and after GRACE_SECONDS cancel the rest; a second signal cancels at once.

    The list gets the signals that came. If nohup made us ignore SIGHUP, it stays ignored.
    """
    loop, task, signals = asyncio.get_running_loop(), asyncio.current_task(), list[int]()

    def stop(number: int) -> None:
        signals.append(number)
        run.stopping = True
        if task:
            loop.call_later(0 if len(signals) > 1 else GRACE_SECONDS, task.cancel)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if (at_hangup := signal.getsignal(signal.SIGHUP)) is not signal.SIG_IGN:
        before[signal.SIGHUP] = at_hangup
    # Only the main thread gets signals; in other threads the caller's handlers stay.
    with suppress(ValueError, RuntimeError):
        for number in before:
            loop.add_signal_handler(number, stop, number)
    try:
        yield signals
    finally:
        with suppress(ValueError, RuntimeError):
            for number, handler in before.items():
                loop.remove_signal_handler(number)
                signal.signal(number, handler)  # Prefect's own, under a Prefect worker
