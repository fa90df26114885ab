"""A run: the locks it holds, the archive file it writes, the ledger row it closes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from flows.http.limits import Budgets
from flows.load.isolation import isolated
from flows.load.outcome import VERSIONS, Fetched
from flows.load.recovery import Progress, completed, erase, recover, settle, settle_ids, unseen
from flows.load.worker_pool import Workers
from flows.runs.locks import LANES, Busy, living, remove_drafts, run_lock, source_lock, start_lock
from flows.settings import VERSION, Settings
from parsers.article import Link
from parsers.source import Source, owner
from warehouse.archive.archive import Archive, Writer
from warehouse.disk import make_folder
from warehouse.write.disk_space import need_room, room_told
from warehouse.write.outcome_rows import Outcome, Row, utc
from warehouse.write.quality import errors, line
from warehouse.write.store import Store

BATCH = 200  # pages asked for at once
CRAWLS = {"ingest", "revisit", "backfill"}  # others read what is archived, and read all of it
MAX_KILLS = (
    20  # readers that the pages of a source may kill in a run: other sources wait for each of them
)
SUMS = (
    "n_discovered",
    "n_fetched",
    "n_new",
    "n_changed",
    "n_unchanged",
    "n_quarantined",
    "n_failed",
)


def now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(kw_only=True)
class Loader:
    """What it takes to load archived records."""

    sources: Mapping[str, Source]
    store: Store
    archive: Archive
    workers: Workers

    def read(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        return self.workers.read(completed(self.store, self.archive, list(fetched)))

    def load(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        outcomes = self.read(fetched)
        if outcomes:
            self.store.load(outcomes, self.sources, VERSIONS)
        return outcomes


@dataclass(kw_only=True)
class Run(Loader):
    """What every stage of a run needs."""

    run_id: str
    flow: str  # ingest, revisit, backfill, import, reparse, retry, rebuild, forget, maintain
    trigger: str
    settings: Settings
    writer: Writer
    budgets: Budgets = field(default_factory=Budgets)
    clock: Callable[[], datetime] = now_utc
    stopping: bool = False  # take no more work
    busy: list[str] = field(default_factory=list)  # sources another run holds, with its name
    cuts: list[tuple[str, str]] = field(
        default_factory=list
    )  # what a limit left unasked: source and words
    notes: list[str] = field(default_factory=list)  # what else is worth telling
    failures: list[Row] = field(default_factory=list)  # what failed and is no fetch or page
    hosts: list[Row] = field(default_factory=list)  # what politeness knew at the end

    def is_over(self, source_id: str) -> bool:
        """No more work is taken on the source in this run."""
        return self.stopping or self.workers.gives_up(source_id)

    def owner_of(self, url: str) -> str | None:
        """The name of the source whose site the address is on."""
        found = owner(url, self.sources)
        return found.name if found else None

    def may_ask(self, link: Link) -> bool:
        """What the web names to a source is on its own site, on that of the page that names it, or on no source's."""
        allowed = {None, link.source_id, self.owner_of(link.discovered_by)}
        return self.owner_of(link.url) in allowed

    def note_cut(self, source_id: str, what: str) -> None:
        self.cuts.append((source_id, what))

    def isolated(self, source: Source) -> AbstractContextManager[None]:
        """Around the work on one outlet: an unexpected error ends that work, not the run."""
        return isolated(self.failures, source.name, source.home)

    def need_room(self) -> None:
        """Before a batch; raises DiskFull."""
        need_room(self.settings.home, self.settings.min_free_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did: a row a source, and why anything failed."""

    run_id: str
    state: str  # completed, partial, failed
    rows: tuple[Row, ...]
    failures: tuple[Row, ...]
    busy: tuple[str, ...] = ()
    notes: tuple[
        str, ...
    ] = ()  # what did not fail and is odd: limits, gaps, feeds that fell silent, what checks warn of
    quality: tuple[Row, ...] = ()  # a row a check, with what it found
    days: tuple[Row, ...] = ()  # of a backfill: what is known of each day asked for
    estimate: Row | None = None  # of a backfill that was to fetch no page: what it would take

    def total(self, name: str) -> int:
        return sum(row[name] for row in self.rows)


def new_run_id(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


@contextmanager
def open_run(
    settings: Settings,
    sources: Mapping[str, Source],
    *,
    flow: str,
    asked: Row,
    trigger: str = "cli",
    hold_sources: Iterable[str] = (),
    lanes: Sequence[str] = LANES,
    clock: Callable[[], datetime] = now_utc,
    prefect_flow_run_id: str | None = None,
    budgets: Budgets | None = None,
    n_readers: int = 2,
    progress: Progress = unseen,
) -> Iterator[Run]:
    """Take the locks, recover what earlier runs left, and write the run down; it is closed by `close_run`.

    Sources another run holds are left to it and named in `run.busy`; raises Busy where none is left, DiskFull. `progress` is of recovery.
    """
    make_folder(settings.home)
    started, locks = clock(), settings.home / "locks"
    run_id, store, archive = (
        new_run_id(started),
        Store(settings.home),
        Archive(settings.home / "archive"),
    )
    budgets, notes, failures = budgets or Budgets(), list[str](), list[Row]()
    with room_told(settings.home, settings.min_free_bytes), ExitStack() as stack:
        need_room(settings.home, settings.min_free_bytes)
        held, busy = _take(stack, settings, hold_sources, lanes, run_id, started)
        if busy and not held:
            raise Busy("\n".join(busy))
        most_kills = MAX_KILLS if flow in CRAWLS else None
        workers = stack.enter_context(Workers(sources, budgets, n_readers, most_kills))
        with start_lock(locks):
            stack.enter_context(run_lock(locks, run_id))
            alive = living(locks)
            store.recall_lines()
            workers.leave_out(store.repeated_lines())
            settle_ids(store, archive, sources, workers)
            if alive == {run_id}:
                erase(store, archive, sources, workers, store.forgotten(), notes.append)
            recover(store, archive, sources, workers, progress, notes.append, failures)
            if dead := [run for run in store.running() if run not in alive]:
                store.crashed(dead)
            store.begin(
                {
                    "run_id": run_id,
                    "flow_name": flow,
                    "trigger": trigger,
                    "started_at": utc(started),
                    "state": "running",
                    "prefect_flow_run_id": prefect_flow_run_id,
                    "code_version": VERSION,
                    "params": orjson.dumps(asked).decode(),
                }
            )
        remove_drafts(locks)
        writer = stack.enter_context(archive.writer(run_id, started, VERSION, flow))
        yield Run(
            run_id=run_id,
            flow=flow,
            trigger=trigger,
            settings=settings,
            sources=sources,
            store=store,
            archive=archive,
            writer=writer,
            workers=workers,
            budgets=budgets,
            clock=clock,
            busy=busy,
            notes=notes,
            failures=failures,
        )


def close_run(run: Run) -> Summary:
    """Load what a stop left unloaded, count, check, write the end down; publish unless a check forbids it."""
    settle(run.store, run.archive, run.sources, run.workers, run.writer, failures=run.failures)
    run.store.compare()
    quality = run.store.check(run.run_id)
    forbidden = errors(quality)
    rows, failures = (
        run.store.counts(run.run_id),
        [*run.store.failures(run.run_id), *map(_as_failure, forbidden), *run.failures],
    )
    state = "partial" if failures or run.stopping else "completed"
    for source_id in run.workers.given_up:
        run.note_cut(source_id, f"skipped once its pages had killed {MAX_KILLS} readers")
    cuts = [f"{source}: {what}" for source, what in run.cuts]
    notes = [
        f"{row['source_id']}: {row['kind']} {row['feed_id']}: {row['note']}"
        for row in run.store.notes(run.run_id)
    ]
    warnings = [line(row) for row in quality if row["n_found"] and row not in forbidden]
    said = {name: sum(row[name] for row in rows) for name in SUMS} | {"cuts": cuts}
    run.store.finish(run.run_id, run.clock(), state, said, run.hosts)
    if not forbidden:
        run.store.publish()
    return Summary(
        run_id=run.run_id,
        state=state,
        rows=tuple(rows),
        failures=tuple(failures),
        busy=tuple(run.busy),
        notes=(*notes, *run.notes, *cuts, *warnings),
        quality=tuple(quality),
    )


def _as_failure(found: Row) -> Row:
    """A check that forbids to publish; the readers' copy stays as it was."""
    return {
        "source_id": "warehouse",
        "kind": "check",
        "reason": found["check_id"],
        "n": found["n_found"],
        "example": found["name"],
        "detail": f"{line(found)}; kliping.duckdb is not replaced until this is mended",
    }


def _take(
    stack: ExitStack,
    settings: Settings,
    names: Iterable[str],
    lanes: Iterable[str],
    run_id: str,
    started: datetime,
) -> tuple[list[str], list[str]]:
    held, busy, lanes = [], [], list(lanes)
    for name in names:
        try:
            with ExitStack() as taken:
                for lane in lanes:
                    taken.enter_context(
                        source_lock(settings.home / "locks", name, run_id, started, lane)
                    )
                stack.enter_context(taken.pop_all())
            held.append(name)
        except Busy as other:
            busy.append(str(other))
    return held, busy


def held_sources(run: Run, names: Iterable[str]) -> list[Source]:
    """Those of the named sources that this run holds."""
    taken = {line.split(" ", 1)[0] for line in run.busy}
    return [run.sources[name] for name in names if name not in taken]


def plain(value: Any) -> Any:
    """For JSON."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
