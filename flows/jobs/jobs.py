"""Jobs that a person or a schedule starts, from the first lock to the published end, with or without Prefect."""

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
from flows.jobs.import_files import Given, ImportFailedError, files_of, import_files, is_address
from flows.jobs.quarantine_retry import read_again, read_with_new_parser
from flows.jobs.reparse import preview, reparse
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
from warehouse.write.outcome_rows import Row
from warehouse.write.store import Days, Store

log = get_logger(__name__)

FEW_FILES = 20  # are read by one process: to start another takes longer than to read them
GRACE_SECONDS = 10.0  # for requests under way when a stop is asked for


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
    """What is new of the named sources. Raises Busy where others hold them all, StoreBusy, Stopped."""

    async def work(run: Run) -> None:
        held = held_sources(run, names)
        await asyncio.to_thread(read_with_new_parser, run, held)
        await ingest(run, held, limit=limit, stages=stages, progress=progress)

    params = {"sources": list(names), "limit": limit}
    return await _carry_out(
        work,
        settings,
        sources,
        flow="ingest",
        params=params,
        names=names,
        lock_kind=LockKind.INGEST,
        options=options,
    )


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
    """What has changed of the loaded articles of the named sources. Raises Busy where other revisits hold them all, StoreBusy, Stopped."""

    async def work(run: Run) -> None:
        await revisit(run, held_sources(run, names), limit=limit, stages=stages, progress=progress)

    params = {"sources": list(names), "limit": limit}
    return await _carry_out(
        work,
        settings,
        sources,
        flow="revisit",
        params=params,
        names=names,
        lock_kind=LockKind.REVISIT,
        options=options,
    )


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
    """The days of a source, while an ingest of it may go on beside. Raises Busy where another backfill holds it, StoreBusy, Stopped."""
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
    summary = await _carry_out(
        work,
        settings,
        sources,
        flow="backfill",
        params=params,
        names=[name],
        lock_kind=LockKind.BACKFILL,
        options=options,
    )
    return replace(summary, **results)


async def _carry_out(
    work: Callable[[Run], Awaitable[None]],
    settings: Settings,
    sources: Mapping[str, Source],
    *,
    flow: str,
    params: Row,
    names: Sequence[str],
    lock_kind: LockKind,
    options: RunOptions,
) -> Summary:
    """A run around the work, from its locks to its published end. Raises Stopped at the end where a signal came."""
    opened = open_run(
        settings,
        sources,
        flow=flow,
        params=params,
        hold_sources=names,
        lock_kinds=[lock_kind],
        **options,
    )
    with opened as run, closing(run), _stoppable(run) as stopped:
        try:
            await work(run)
        except asyncio.CancelledError:
            if not stopped:  # else by our own signal handler; the next run loads the rest
                raise
        summary = close_run(run)
    if stopped:
        raise Stopped(stopped[0])
    return summary


def import_paths(
    settings: Settings,
    sources: Mapping[str, Source],
    paths: Sequence[Path],
    given: Given,
    progress: Callable[[int, int], None],
) -> Summary:
    """Files, or those in folders, into the warehouse. Raises ImportFailedError before anything is written."""
    files = files_of(paths)
    if given.url and len(files) > 1:
        raise ImportFailedError("--url is the address of one page; give one file with it")
    if given.url and not is_address(given.url):
        raise ImportFailedError(f"--url {given.url!r} is no web address")
    params = {"paths": [str(p) for p in paths], "source": given.source_id, "url": given.url}
    n_workers = 1 if len(files) < FEW_FILES else 2
    with (
        open_run(
            settings, sources, flow="import", trigger="import", params=params, n_workers=n_workers
        ) as run,
        closing(run),
    ):
        import_files(run, files, given, lambda n: progress(n, len(files)))
        return close_run(run)


def reparse_sources(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str] | None,
    progress: Callable[[int, int], None],
    *,
    prefect_flow_run_id: str | None = None,
) -> Summary:
    """The archive into the warehouse again; the sources are held, so that no ingest writes between."""
    held = list(names) if names is not None else list(sources)
    options: RunOptions = {"trigger": "reparse", "prefect_flow_run_id": prefect_flow_run_id}
    params = {"sources": names and list(names)}
    with (
        open_run(
            settings, sources, flow="reparse", params=params, hold_sources=held, **options
        ) as run,
        closing(run),
    ):
        reparse(run, names, progress)
        return close_run(run)


def preview_reparse(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str] | None,
    progress: Callable[[int, int], None],
) -> list[Row]:
    """What `reparse_sources` would change, a row a source and field; nothing is kept."""
    store = Store(settings.home)
    with Workers(sources, Budgets()) as workers:
        return preview(
            Loader(
                sources=sources,
                store=store,
                archive=Archive(settings.home / "archive"),
                workers=workers,
            ),
            names,
            progress,
        )


def retry_pages(
    settings: Settings, sources: Mapping[str, Source], ids: Sequence[str], *, ask: bool = False
) -> Summary:
    """Quarantined pages, parsed again where the archive has them; the next ingest asks for the others, or with `ask` for all."""
    found = Store(settings.home).aside(ids=ids)
    again = [row["quarantine_id"] for row in found if row["is_readable"] and not ask]
    asked = [
        row["quarantine_id"]
        for row in found
        if row["quarantine_id"] not in again and not row["url"].startswith("urn:")
    ]
    held = sorted({row["source_id"] for row in found})
    with (
        open_run(
            settings,
            sources,
            flow="retry",
            trigger="cli",
            params={"ids": list(ids)},
            hold_sources=held,
        ) as run,
        closing(run),
    ):
        run.store.ask_again(asked, run.clock())
        if again:
            run.note(f"{read_again(run, again)} of {len(again)} pages are articles now")
        if asked:
            run.note(f"the next ingest asks for {len(asked)} pages")
        return close_run(run)


@contextmanager
def closing(run: Run) -> Iterator[None]:
    """A run that breaks says so in the ledger, where the ledger can still be written."""
    try:
        yield
    except BaseException:
        try:
            run.store.finish(run.run_id, run.clock(), "failed", {})
        except Exception:
            log.exception("the end of the run cannot be written down")
        raise


@contextmanager
def _stoppable(run: Run) -> Iterator[list[int]]:
    """SIGINT, SIGTERM and SIGHUP stop taking work, and after a while what is under way; the list holds the signal that came.

    A SIGHUP that nohup has us ignore stays ignored.
    """
    loop, task, came = asyncio.get_running_loop(), asyncio.current_task(), list[int]()

    def stop(number: int) -> None:
        came.append(number)
        run.stopping = True
        if task:
            loop.call_later(0 if len(came) > 1 else GRACE_SECONDS, task.cancel)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if (at_hangup := signal.getsignal(signal.SIGHUP)) is not signal.SIG_IGN:
        before[signal.SIGHUP] = at_hangup
    with suppress(
        ValueError, RuntimeError
    ):  # only the main thread gets signals; elsewhere the caller's handlers stand
        for number in before:
            loop.add_signal_handler(number, stop, number)
    try:
        yield came
    finally:
        with suppress(ValueError, RuntimeError):
            for number, handler in before.items():
                loop.remove_signal_handler(number)
                signal.signal(number, handler)  # Prefect's own, under a worker
