"""A run: its locks, its archive file, and its row in `ops.runs`."""

from __future__ import annotations

import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import httpx
import orjson

from flows.clock import now_utc
from flows.home_file import read_home_file
from flows.http.limits import Budgets
from flows.http.politeness import host_key
from flows.load.announced import AnnouncedLinks
from flows.load.dask_workers import DaskWorkers
from flows.load.isolation import isolate_errors
from flows.load.loader import Loader
from flows.load.recovery import (
    Progress,
    erase,
    finish_upgrade,
    load_rest,
    no_progress,
    recover,
)
from flows.load.waiting import leave_rows, load_waiting
from flows.load.worker_pool import Workers
from flows.logging import bound, get_logger
from flows.runs.errors import Busy, HeldElsewhere
from flows.runs.listeners import deliver
from flows.runs.locks import (
    LockKind,
    remove_drafts,
    run_lock,
    running_runs,
    source_lock,
    start_lock,
)
from flows.runs.publishing import publish
from flows.runs.summary import Summary, with_end_of_pause
from flows.settings import VERSION, Settings
from flows.stores import archive, database, lake_location
from parsers.article import Link
from parsers.source import Source, default_source, source_of_url
from warehouse.archive.archive import Writer
from warehouse.disk import make_folder
from warehouse.queries import Row, utc
from warehouse.write import fetches, judgements, query_selection, repeated_lines, runs
from warehouse.write.claims import HostClaims
from warehouse.write.database import Database
from warehouse.write.disk_space import disk_full_as_error, need_room
from warehouse.write.outcome import Outcome
from warehouse.write.quality import errors, line, run_checks
from warehouse.write.step import Step
from warehouse.write.steps import run_steps

log = get_logger(__name__)

BATCH = 100  # pages of a source fetched before they are loaded: their bodies are in memory
CRAWLS = {
    "ingest",
    "revisit",
    "backfill",
    "fetch",
}  # the other flows load everything that is archived
# To another machine of a lake, where that one writes. A backfill and a fetch decide by the rows that they loaded.
LEAVE_ROWS = {"ingest", "revisit", "import"}
BULK = {"import", "reparse", "rebuild"}  # the flows whose pages other machines may parse
LOOKS_EVERYWHERE = {"maintain", "rebuild"}  # also for records that somebody put into the archive
REFRESH = timedelta(minutes=15)  # after which a long backfill publishes again
MAX_KILLS = 20  # worker processes that the pages of a source may kill in a crawl
REQUEST = ("source_id", "host", "reason", "n", "example", "detail")  # columns of `requests.sql`


class RunOptions(TypedDict, total=False):
    """Who started a run, and settings for tests."""

    trigger: str
    prefect_flow_run_id: str | None
    budgets: Budgets | None
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSource:
    """A source that another run holds."""

    source_id: str
    reason: str  # which run, and what to do; it names the source
    is_elsewhere: bool  # on another machine, which needs nobody's attention


@dataclass(kw_only=True)
class Run(Loader):
    """The state that all stages of a run share. Its rows are stored once their records are safe."""

    run_id: str
    flow: str  # ingest, revisit, backfill, fetch, import, reparse, retry, rebuild, forget, maintain, sample
    settings: Settings
    row: Row  # of ops.runs
    writer: Writer
    budgets: Budgets = field(default_factory=Budgets)
    clock: Callable[[], datetime] = now_utc
    published_at: datetime | None = None  # by refresh_published_copy
    stopping: bool = False  # start no more work
    busy: list[HeldSource] = field(default_factory=list)  # left out of this run
    cuts: list[tuple[str, str]] = field(default_factory=list)  # source, and what a limit left out
    notes: list[str] = field(default_factory=list)  # other lines for the summary
    failures: list[Row] = field(default_factory=list)  # other failures than of fetches and pages
    hosts: list[Row] = field(default_factory=list)  # the state of each host at the end
    announced: AnnouncedLinks = field(default_factory=AnnouncedLinks)  # and not loaded
    n_left: Counter[str] = field(default_factory=Counter)  # pages of each source, to the loader
    cpu_seconds: defaultdict[str, float] = field(  # by step
        default_factory=lambda: defaultdict(float)
    )

    def store_outcomes(self, outcomes: Iterable[Outcome]) -> None:
        """Store their rows in one transaction, once the archive has kept their records; or leave them to the loader of a lake."""
        outcomes = list(outcomes)
        self.writer.flush()
        with self.timed("load"), self.store.turn() as may_write:
            if may_write:
                load_waiting(self)
                super().store_outcomes(outcomes)
                return
            leave_rows(self, self.row, outcomes)
            self.announced.add(outcomes)
            self.n_left.update(each.link.source_id for each in outcomes if each.is_page)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the processor time of the block to that of the step. DuckDB works in the thread that asks it."""
        started = time.thread_time()
        try:
            yield
        finally:
            self.cpu_seconds[step] += time.thread_time() - started

    def is_over(self, source_id: str) -> bool:
        """Whether this run must start no more work on the source."""
        return self.stopping or self.workers.is_given_up(source_id)

    def source_id_of(self, url: str) -> str | None:
        """The name of the source whose site the address is on."""
        source = source_of_url(url, self.sources)
        return source.name if source else None

    def may_fetch(self, link: Link) -> bool:
        """Whether a discovered link is on the source's own site, on that of the page with the link, or on no source's site."""
        allowed = {None, link.source_id, self.source_id_of(link.discovered_by)}
        return self.source_id_of(link.url) in allowed

    def note(self, text: str) -> None:
        """A line for the summary."""
        log.info(text)
        self.notes.append(text)

    def note_cut(self, source_id: str, what: str) -> None:
        """Add what a limit left out to the summary."""
        log.info(what, source=source_id)
        self.cuts.append((source_id, what))

    def isolate_errors(self, source: Source) -> AbstractContextManager[None]:
        """Wrap the work on one outlet: an unexpected error ends that work, not the run."""
        return isolate_errors(self.failures, source.name, source.home)

    def need_room(self) -> None:
        """Check the free disk space, before a batch. Raises DiskFull."""
        need_room(self.settings.home, self.settings.min_free_bytes)


def new_run_id(started: datetime) -> str:
    return f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


@contextmanager
def open_run(
    settings: Settings,
    sources: Mapping[str, Source],
    *,
    flow: str,
    params: Row,
    hold_sources: Iterable[str] = (),
    lock_kinds: Sequence[LockKind] = tuple(LockKind),
    progress: Progress = no_progress,
    **options: Unpack[RunOptions],
) -> Iterator[Run]:
    """Take the locks, load what earlier runs left, and store the run in `ops.runs`; `closing.close_run` ends it.

    Sources that another run holds are left out and named in `run.busy`. Raises Busy, or HeldElsewhere, if none remains, and DiskFull.
    """
    make_folder(settings.home)
    clock, budgets = options.get("clock", now_utc), options.get("budgets") or Budgets()
    started, locks = clock(), settings.home / "locks"
    run_id, notes, failures = new_run_id(started), list[str](), list[Row]()
    disk = settings.home, settings.min_free_bytes
    with disk_full_as_error(*disk), bound(run_id=run_id), ExitStack() as stack:
        need_room(*disk)
        store = stack.enter_context(database(settings, run_id).kept_open())
        store.is_patient = flow not in LEAVE_ROWS
        row = _row(run_id, flow, started, params, options)
        held = _held_sources(hold_sources, sources, flow)
        busy = _take_locks(stack, locks, held, lock_kinds, run_id, started, store)
        loader = _loader(stack, settings, sources, flow, budgets, store)
        with start_lock(locks, run_id), store.turn() as may_write:
            stack.enter_context(run_lock(locks, run_id, store.session))
            if may_write:
                _finish_earlier_runs(loader, run_id, flow, locks, progress, notes, failures)
            _begin(loader, row, locks, may_write=may_write)
        run = Run(
            **vars(loader),
            run_id=run_id,
            flow=flow,
            settings=settings,
            row=row,
            writer=stack.enter_context(loader.archive.writer(run_id, started, VERSION, flow)),
            budgets=budgets,
            clock=clock,
            busy=busy,
            notes=notes,
            failures=failures,
        )
        yield run
    _deliver(run)


def _held_sources(
    names: Iterable[str], sources: Mapping[str, Source], flow: str
) -> dict[str, Source | None]:
    """Those of a crawl by name; other runs need no more than the names."""
    if flow not in CRAWLS:
        return dict.fromkeys(names)
    return {name: sources.get(name) or default_source(name) for name in names}


def _deliver(run: Run) -> None:
    for text in () if run.stopping else deliver(run.settings, run.clock()):
        log.warning(text, run=run.run_id)


def _loader(
    stack: ExitStack,
    settings: Settings,
    sources: Mapping[str, Source],
    flow: str,
    budgets: Budgets,
    store: Database,
) -> Loader:
    """With the processes, or the machines, that parse."""
    max_kills = MAX_KILLS if flow in CRAWLS else None
    location, dask_workers = lake_location(settings), None
    if settings.dask and location and flow in BULK:
        dask_workers = stack.enter_context(DaskWorkers(settings.dask, location.storage, sources))
    workers = stack.enter_context(Workers(sources, budgets, settings.readers, max_kills))
    return Loader(
        sources=sources,
        store=store,
        archive=archive(settings),
        workers=workers,
        dask_workers=dask_workers,
    )


def _take_locks(
    stack: ExitStack,
    folder: Path,
    held: Mapping[str, Source | None],
    kinds: Iterable[LockKind],
    run_id: str,
    started: datetime,
    store: Database,
) -> list[HeldSource]:
    """Take the locks of the sources; returns the sources that other runs hold. Raises Busy if that is all.

    The host of a source is asked by one machine at a time, whose lock files keep its pace.
    """
    busy: list[HeldSource] = []
    for name, source in held.items():
        try:
            with ExitStack() as of_source:
                for kind in kinds:
                    of_source.enter_context(
                        source_lock(folder, name, run_id, started, kind, store.session)
                    )
                if store.claims and source:
                    _claim_host(store.claims, source)
                stack.enter_context(of_source.pop_all())
        except Busy as other:
            is_elsewhere = isinstance(other, HeldElsewhere)
            busy.append(HeldSource(source_id=name, reason=str(other), is_elsewhere=is_elsewhere))
    if busy and len(busy) == len(held):
        error = HeldElsewhere if all(each.is_elsewhere for each in busy) else Busy
        raise error("\n".join(each.reason for each in busy))
    return busy


def _claim_host(claims: HostClaims, source: Source) -> None:
    """Raises HeldElsewhere where another machine asks the source's host."""
    host = host_key(httpx.URL(source.home))
    if other := claims.claim(host, source.fetch.delay_seconds):
        raise HeldElsewhere(
            f"{source.name} is not asked here: {other} asks {host}, and keeps its pace"
        )


def _begin(loader: Loader, row: Row, locks: Path, *, may_write: bool) -> None:
    if may_write:
        runs.begin(loader.store, row)
    else:
        loader.set_repeated_lines(repeated_lines.current(loader.store))
    remove_drafts(locks)


def _finish_earlier_runs(
    loader: Loader,
    run_id: str,
    flow: str,
    locks: Path,
    progress: Progress,
    notes: list[str],
    failures: list[Row],
) -> None:
    """Finish what earlier runs and upgrades left. Call it only while no other run of this home can start, in a turn to write."""
    store = loader.store
    running = running_runs(locks, store.session)
    repeated_lines.SAVED.restore(store)
    judgements.SAVED.restore(store)
    loader.set_repeated_lines(repeated_lines.current(store))
    finish_upgrade(loader)
    if store.session or running == {run_id}:
        in_place = store.session is not None
        erase(loader, fetches.forgotten_records(store), notes.append, in_place=in_place)
    everywhere = flow in LOOKS_EVERYWHERE
    load_waiting(loader)
    if recover(loader, progress, notes.append, failures, running=running, everywhere=everywhere):
        query_selection.SAVED.restore(store)
    if crashed := [run for run in runs.running(store) if run not in running]:
        runs.mark_crashed(store, crashed)


def _row(run_id: str, flow: str, started: datetime, params: Row, options: RunOptions) -> Row:
    return {
        "run_id": run_id,
        "flow_name": flow,
        "trigger": options.get("trigger", "cli"),
        "started_at": utc(started),
        "state": "running",
        "prefect_flow_run_id": options.get("prefect_flow_run_id"),
        "code_version": VERSION,
        "params": orjson.dumps(params).decode(),
    }


def cut_lines(run: Run) -> list[str]:
    """What limits left out."""
    return [f"{source}: {what}" for source, what in run.cuts]


def finish_run(run: Run) -> Summary:
    """Load what a stop left, count, check, store the end of the run, and publish unless a check finds an error."""
    store = run.store
    load_waiting(run)
    if not store.is_patient:  # another machine may have written when the run began
        runs.begin(store, run.row)
    load_rest(run, run.writer, failures=run.failures)
    run.workers.close()  # their memory is needed for what follows
    for message in _run_steps(run):
        run.note(message)
    with run.timed("checks"):
        quality = run_checks(store, run.run_id)
    failed_checks = errors(quality)
    rows = runs.counts(store, run.run_id)
    requests = tuple(_requests(run)) if run.flow in CRAWLS else ()
    failures = [
        *with_end_of_pause(runs.failures(store, run.run_id), run.hosts),
        *map(_as_failure, failed_checks),
        *run.failures,
    ]
    state = "partial" if failures or run.stopping else "completed"
    for source_id in run.workers.given_up_sources:
        killed = f"its pages had killed {MAX_KILLS} worker processes"
        run.note_cut(source_id, f"skipped until the next run, since {killed}")
    cuts = cut_lines(run)
    notes = [
        f"{row['source_id']}: {row['kind']} {row['feed_id']}: {row['note']}"
        for row in runs.notes(store, run.run_id)
    ]
    warnings = [line(row) for row in quality if row["n_found"] and row not in failed_checks]
    elsewhere = [each.reason for each in run.busy if each.is_elsewhere]
    sums = runs.sums(rows)
    columns = sums | {"cuts": cuts, "steps": _costs(run)}
    runs.finish(store, run.run_id, run.clock(), state, columns, run.hosts)
    if not failed_checks:
        _publish(run)
        runs.add_step(store, run.run_id, "publish", run.cpu_seconds["publish"])
    log.info("published" if not failed_checks else "not published", state=state, **sums)
    return Summary(
        run_id=run.run_id,
        state=state,
        rows=tuple(shown_rows(run, rows)),
        failures=tuple(failures),
        busy=tuple(each.reason for each in run.busy if not each.is_elsewhere),
        notes=(*notes, *elsewhere, *run.notes, *cuts, *warnings),
        quality=tuple(quality),
        requests=requests,
    )


def _costs(run: Run) -> list[Row]:
    """Of the steps that are over; what publishing takes is known when the row of the run is published."""
    spent = run.cpu_seconds.items()
    return [{"step": step, "cpu_seconds": cpu} for step, cpu in spent if step != "publish"]


def _run_steps(run: Run) -> list[str]:
    """Bring up to date what follows from the articles; returns messages for the user."""

    def report(step: Step, n_rows: int | None, cpu_seconds: float) -> None:
        run.cpu_seconds[step.name] += cpu_seconds
        reads, spent = ", ".join(step.reads), round(cpu_seconds, 3)
        log.info("step", step=step.name, rows=n_rows, cpu_seconds=spent, reads=reads)

    gender = read_home_file(run.settings.home).reports.gender
    return run_steps(run.store, run.settings.topics, report=report, gender=gender)


def shown_rows(run: Run, rows: Iterable[Row]) -> Iterable[Row]:
    """The counts of each source. Nobody fetched or discovered what a file holds."""
    if run.flow != "import":
        return rows
    names = {"n_fetched": "n_imported"}
    return [{names.get(k, k): n for k, n in row.items() if k != "n_discovered"} for row in rows]


def _publish(run: Run) -> None:
    with run.timed("publish"):
        _, notes = publish(run.settings, run.store, run.clock())
    for text in notes:
        run.note(text)


def refresh_published_copy(run: Run) -> None:
    """Publish what a long run has loaded so far, every REFRESH, unless a check finds an error."""
    run.published_at = run.published_at or run.clock()
    if run.clock() - run.published_at < REFRESH:
        return
    _run_steps(run)
    if not errors(run_checks(run.store, run.run_id)):
        _publish(run)
        log.info("published meanwhile")
    run.published_at = run.clock()


def _requests(run: Run) -> list[Row]:
    """What was asked; an outlet that an unexpected error kept from being asked counts as one that did not answer."""
    errors = (
        {**{name: row.get(name) for name in REQUEST}, "reason": row["kind"]} for row in run.failures
    )
    return [*runs.requests(run.store, run.run_id), *errors]


def _as_failure(check: Row) -> Row:
    """A failed check, which prevents publishing; the published copy stays as it was."""
    return {
        "source_id": "warehouse",
        "kind": "check",
        "reason": check["check_id"],
        "n": check["n_found"],
        "example": check["name"],
        "detail": f"{line(check)}; what is published is not replaced until this is fixed",
    }


def held_sources(run: Run, names: Iterable[str]) -> list[Source]:
    """The named sources that this run holds."""
    busy = {each.source_id for each in run.busy}
    return [run.sources.get(name) or default_source(name) for name in names if name not in busy]
