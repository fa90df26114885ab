"""A run: the locks it holds, the archive file it writes, the ledger row it closes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from flows.fetch import Budgets
from flows.locks import LANES, Busy, living, remove_drafts, run_lock, source_lock, start_lock
from flows.reading import VERSIONS, Fetched, by_link, next_part, source_of
from flows.settings import VERSION, Settings
from flows.workers import Workers
from parsers.source import Source
from warehouse.archive import Archive, Record, Writer, hold
from warehouse.rows import Outcome, Row, utc
from warehouse.store import Store

BATCH = 200
SUMS = ("n_discovered", "n_fetched", "n_new", "n_changed", "n_unchanged", "n_quarantined", "n_failed")


def now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(kw_only=True)
class Run:
    """What every stage of a run needs."""

    run_id: str
    flow: str  # ingest, backfill, import, reparse
    trigger: str
    settings: Settings
    sources: Mapping[str, Source]
    store: Store
    archive: Archive
    writer: Writer
    workers: Workers
    budgets: Budgets = field(default_factory=Budgets)
    clock: Callable[[], datetime] = now_utc
    stopping: bool = False  # take no more work
    busy: list[str] = field(default_factory=list)  # sources another run holds, with its name
    cuts: list[tuple[str, str]] = field(default_factory=list)  # what a limit left unasked: source and words
    hosts: list[Row] = field(default_factory=list)  # what politeness knew at the end

    def note_cut(self, source_id: str, what: str) -> None:
        self.cuts.append((source_id, what))

    def load(self, fetched: Iterable[Fetched]) -> list[Outcome]:
        outcomes = self.workers.read(completed(self.store, self.archive, list(fetched)))
        if outcomes:
            self.store.load(outcomes, self.sources, VERSIONS)
        return outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did: a row a source, and why anything failed."""

    run_id: str
    state: str  # completed, partial, failed
    rows: tuple[Row, ...]
    failures: tuple[Row, ...]
    busy: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what did not fail and is odd: limits, gaps, feeds that fell silent
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
) -> Iterator[Run]:
    """Take the locks, recover what earlier runs left, and write the run down; it is closed by `close_run`.

    Sources another run holds are left to it and named in `run.busy`; raises Busy where none is left.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    started, locks = clock(), settings.home / "locks"
    run_id, store, archive = new_run_id(started), Store(settings.home), Archive(settings.home / "archive")
    budgets = budgets or Budgets()
    with ExitStack() as stack:
        held, busy = _take(stack, settings, hold_sources, lanes, run_id, started)
        if busy and not held:
            raise Busy("\n".join(busy))
        workers = stack.enter_context(Workers(sources, budgets, n_readers))
        workers.leave_out(store.repeated_lines())
        with start_lock(locks):
            stack.enter_context(run_lock(locks, run_id))
            recover(store, archive, sources, workers)
            alive = living(locks)
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
        writer = stack.enter_context(archive.writer(run_id, started, VERSION))
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
        )


def close_run(run: Run) -> Summary:
    """Load what a stop left unloaded, count, write the end down, publish."""
    settle(run.store, run.archive, run.sources, run.workers, run.writer)
    run.store.compare()
    rows, failures = run.store.counts(run.run_id), run.store.failures(run.run_id)
    state = "partial" if failures or run.stopping else "completed"
    cuts = [f"{source}: {what}" for source, what in run.cuts]
    notes = [f"{row['source_id']}: {row['kind']} {row['feed_id']}: {row['note']}" for row in run.store.notes(run.run_id)]
    said = {name: sum(row[name] for row in rows) for name in SUMS} | {"cuts": cuts}
    run.store.finish(run.run_id, run.clock(), state, said, run.hosts)
    run.store.publish()
    return Summary(run_id=run.run_id, state=state, rows=tuple(rows), failures=tuple(failures), busy=tuple(run.busy), notes=(*notes, *cuts))


def recover(store: Store, archive: Archive, sources: Mapping[str, Source], workers: Workers) -> int:
    """Load the whole records that no row mentions, after cutting torn tails off; the records loaded.

    Files of living runs are theirs. Only while no other run can start, so that none fetches what is about to be loaded.
    """
    settled, n_loaded = store.settled(), 0
    for path in archive.files():
        if archive.size(path) != settled.get(archive.name(path), 0):
            with hold(path) as mine:
                if mine:
                    archive.mend(path)
                    n_loaded += load_file(store, archive, sources, workers, path)
    return n_loaded


def settle(store: Store, archive: Archive, sources: Mapping[str, Source], workers: Workers, writer: Writer) -> None:
    """See that all a run archived is loaded; after a stop some of it may not be."""
    if writer.n_records:
        writer.sync()
        name = archive.name(writer.path)
        if store.n_loaded(name) == writer.n_records:
            store.settle(name, archive.size(writer.path))
        else:
            load_file(store, archive, sources, workers, writer.path)


def load_file(store: Store, archive: Archive, sources: Mapping[str, Source], workers: Workers, path: Path) -> int:
    """Load what no row mentions of one file, and settle it; the records loaded. Bodies are read a batch at a time."""
    heads = {record.response.fetch_id: _head(record) for record in archive.records(path)}
    missing = heads.keys() - store.have(heads)
    earlier = store.begun({heads[name].link.discovered_by for name in missing if heads[name].link.kind == "part"})
    before = [_head(record) for places in earlier.values() for record in archive.readable(places)]
    groups = by_link(list({head.response.fetch_id: head for head in (*before, *heads.values())}.values()))
    due = [group for group in groups if any(head.response.fetch_id in missing for head in group.records)]
    for first in range(0, len(due), BATCH):
        batch = completed(store, archive, [_embodied(archive, group) for group in due[first : first + BATCH]])
        store.load(workers.read([_as_left(each, sources, workers) for each in batch]), sources, VERSIONS)
    if heads:
        store.settle(archive.name(path), archive.size(path))
    return len(missing)


def _as_left(fetched: Fetched, sources: Mapping[str, Source], workers: Workers) -> Fetched:
    """A run that was killed may have ended between two pages of an article."""
    more = fetched.link.kind == "page" and next_part(fetched.records, source_of(fetched.link, sources), workers.next_page)
    return replace(fetched, unfinished=bool(more))


def _head(record: Record) -> Record:
    """Without what is large."""
    return replace(record, response=replace(record.response, body=b"", headers=()))


def _embodied(archive: Archive, fetched: Fetched) -> Fetched:
    return replace(fetched, records=tuple(archive.read(record.place) for record in fetched.records))


def completed(store: Store, archive: Archive, fetched: Sequence[Fetched], kind: str = "part") -> Sequence[Fetched]:
    """With the bodies of unchanged answers of one kind, from where they were first kept."""
    missing = [r.response.same_as for each in fetched for r in each.records if r.link.kind == kind and r.response.same_as]
    if not missing:
        return fetched
    found = archive.readable(store.standing(missing).values())
    bodies = {record.response.fetch_id: record.response.body for record in found}

    def whole(record: Record) -> Record:
        body = bodies.get(record.response.same_as or "") if record.link.kind == kind else None
        return replace(record, response=replace(record.response, body=body, status=200)) if body else record

    return [replace(each, records=tuple(map(whole, each.records))) for each in fetched]


def _take(
    stack: ExitStack, settings: Settings, names: Iterable[str], lanes: Iterable[str], run_id: str, started: datetime
) -> tuple[list[str], list[str]]:
    held, busy, lanes = [], [], list(lanes)
    for name in names:
        try:
            with ExitStack() as taken:
                for lane in lanes:
                    taken.enter_context(source_lock(settings.home / "locks", name, run_id, started, lane))
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
