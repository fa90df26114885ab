"""The work a person or a schedule asks for, from its first lock to its published end, with or without Prefect."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict, Unpack

from flows.crawl.backfill import backfill
from flows.crawl.ingest import Call, Tell, directly, ingest, revisit, silent
from flows.http.limits import Budgets
from flows.jobs.import_files import Given, ImportFailedError, files_of, import_files, is_address
from flows.jobs.quarantine_retry import read_again, read_with_new_parser
from flows.jobs.reparse import preview, reparse
from flows.load.recovery import Progress
from flows.load.worker_pool import Workers
from flows.runs.locks import AGAIN, LIVE, PAST
from flows.runs.run import Loader, Run, Summary, close_run, held_sources, open_run
from flows.settings import Settings
from parsers.source import Source
from warehouse.archive.archive import Archive
from warehouse.write.outcome_rows import Row
from warehouse.write.store import Days, Store

FEW_FILES = 20  # are read by one process: to start another takes longer than to read them
GRACE_SECONDS = 10.0  # for requests under way when a stop is asked for


class Said(TypedDict, total=False):
    """What is known of a run from outside."""

    trigger: str
    prefect_flow_run_id: str | None
    budgets: Budgets | None
    clock: Callable[[], datetime]


class Stopped(Exception):  # noqa: N818 - the operator's wish
    """A signal asked for the end; what was done is loaded and published."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}; what was loaded is published")
        self.exit_code = 128 + number


async def ingest_sources(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str],
    *,
    limit: int | None = None,
    call: Call = directly,
    tell: Tell = silent,
    **said: Unpack[Said],
) -> Summary:
    """What is new of the named sources. Raises Busy where others hold them all, StoreBusy, Stopped."""

    async def work(run: Run) -> None:
        held = held_sources(run, names)
        await asyncio.to_thread(read_with_new_parser, run, held)
        await ingest(run, held, limit=limit, call=call, tell=tell)

    asked = {"sources": list(names), "limit": limit}
    return await _carry_out(
        work, settings, sources, flow="ingest", asked=asked, names=names, lane=LIVE, said=said
    )


async def revisit_sources(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str],
    *,
    limit: int | None = None,
    call: Call = directly,
    tell: Tell = silent,
    **said: Unpack[Said],
) -> Summary:
    """What has changed of the loaded stories of the named sources. Raises Busy where other revisits hold them all, StoreBusy, Stopped."""

    async def work(run: Run) -> None:
        await revisit(run, held_sources(run, names), limit=limit, call=call, tell=tell)

    asked = {"sources": list(names), "limit": limit}
    return await _carry_out(
        work, settings, sources, flow="revisit", asked=asked, names=names, lane=AGAIN, said=said
    )


async def backfill_source(
    settings: Settings,
    sources: Mapping[str, Source],
    name: str,
    days: Days,
    *,
    limit: int | None = None,
    dry_run: bool = False,
    call: Call = directly,
    tell: Tell = silent,
    **said: Unpack[Said],
) -> Summary:
    """The days of a source, while an ingest of it may go on beside. Raises Busy where another backfill holds it, StoreBusy, Stopped."""
    found: dict[str, Any] = {}

    async def work(run: Run) -> None:
        rows, estimate = await backfill(
            run, sources[name], days, limit=limit, dry_run=dry_run, call=call, tell=tell
        )
        found.update(days=tuple(rows), estimate=estimate)

    asked = {
        "sources": [name],
        "since": str(days[0]),
        "until": str(days[1]),
        "limit": limit,
        "dry_run": dry_run,
    }
    said = {"trigger": "backfill", **said}
    summary = await _carry_out(
        work, settings, sources, flow="backfill", asked=asked, names=[name], lane=PAST, said=said
    )
    return replace(summary, **found)


async def _carry_out(
    work: Callable[[Run], Awaitable[None]],
    settings: Settings,
    sources: Mapping[str, Source],
    *,
    flow: str,
    asked: Row,
    names: Sequence[str],
    lane: str,
    said: Said,
) -> Summary:
    """A run around the work, from its locks to its published end. Raises Stopped at the end where a signal came."""
    opened = open_run(
        settings, sources, flow=flow, asked=asked, hold_sources=names, lanes=[lane], **said
    )
    with opened as run, closing(run), _stoppable(run) as stopped:
        try:
            await work(run)
        except (
            asyncio.CancelledError
        ):  # by our own hand; what is archived and not loaded, the next run loads
            if not stopped:
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
    progress: Progress,
) -> Summary:
    """Files, or those in folders, into the warehouse. Raises ImportFailedError before anything is written."""
    files = files_of(paths)
    if given.url and len(files) > 1:
        raise ImportFailedError("--url is the address of one page; give one file with it")
    if given.url and not is_address(given.url):
        raise ImportFailedError(f"--url {given.url!r} is no web address")
    asked = {"paths": [str(p) for p in paths], "source": given.source_id, "url": given.url}
    n_readers = 1 if len(files) < FEW_FILES else 2
    with (
        open_run(
            settings, sources, flow="import", trigger="import", asked=asked, n_readers=n_readers
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
    said: Said = {"trigger": "reparse", "prefect_flow_run_id": prefect_flow_run_id}
    asked = {"sources": names and list(names)}
    with (
        open_run(settings, sources, flow="reparse", asked=asked, hold_sources=held, **said) as run,
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
    """Pages put aside, read again where the archive has them; the next ingest asks for the others, or with `ask` for all."""
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
            asked={"ids": list(ids)},
            hold_sources=held,
        ) as run,
        closing(run),
    ):
        run.store.ask_again(asked, run.clock())
        if again:
            run.notes.append(f"{read_again(run, again)} of {len(again)} pages are articles now")
        if asked:
            run.notes.append(f"the next ingest asks for {len(asked)} pages")
        return close_run(run)


@contextmanager
def closing(run: Run) -> Iterator[None]:
    """A run that breaks says so in the ledger, where the ledger can still be written."""
    try:
        yield
    except BaseException:
        with suppress(Exception):
            run.store.finish(run.run_id, run.clock(), "failed", {})
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
