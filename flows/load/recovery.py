"""What earlier runs left: the archive read again until the warehouse holds all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from flows.load.isolation import ends_the_run, failure_row
from flows.load.outcome import VERSIONS, Fetched, by_link, next_part, source_of
from flows.load.worker_pool import Workers
from parsers.source import Source
from warehouse.archive.archive import Archive, Place, Record, Writer, hold
from warehouse.archive.stretches import Kind
from warehouse.write.article_ids import compute_again, decided, undecided
from warehouse.write.outcome_rows import Row
from warehouse.write.store import Store

BULK = 500  # archived pages read and loaded at once, their bodies in memory: what each load costs is spread over them
BULK_BYTES = 64_000_000  # of their bodies
T = TypeVar("T")
Progress = Callable[[int, int], None]  # done, due
Note = Callable[[str], None]  # of what else is worth knowing


def unseen(_done: int, _due: int) -> None:
    """Nobody looks on."""


def unread(_note: str) -> None:
    """Nobody wants to know."""


def recover(
    store: Store,
    archive: Archive,
    sources: Mapping[str, Source],
    workers: Workers,
    progress: Progress = unseen,
    note: Note = unread,
    failures: list[Row] | None = None,
) -> int:
    """Load the records that count and that no row mentions, after cutting torn tails off; the records loaded.

    Files of living runs are theirs. Only while no other run can start, so that none fetches what is about to be loaded.
    An unexpected error becomes a row of `failures`, and the rest is loaded; without that list it is raised.
    """
    settled, n_loaded = store.settled(), 0
    due = [
        path for path in archive.files() if archive.size(path) != settled.get(archive.name(path), 0)
    ]
    for n, path in enumerate(due, 1):
        with hold(path) as mine:
            if mine:
                if n_torn := archive.mend(path):
                    note(f"{archive.name(path)}: {n_torn} bytes of a torn record were cut off")
                n_loaded += load_file(store, archive, sources, workers, path, note, failures)
        progress(n, len(due))
    return n_loaded


def erase(
    store: Store,
    archive: Archive,
    sources: Mapping[str, Source],
    workers: Workers,
    doomed: Mapping[str, set[str]],
    note: Note = unread,
) -> int:
    """Take records out of the archive, and write down where the others stand now; how many. Only while no other run reads.

    Who is killed between the two leaves a file of another length than the settled one, which the next recovery reads again.
    """
    n_erased = 0
    for name, fetch_ids in doomed.items():
        path = archive.folder / name
        with hold(path) as mine:
            if mine:
                archive.drop(path, fetch_ids, store.standing(fetch_ids).values())
                load_file(store, archive, sources, workers, path, note)
                n_erased += len(fetch_ids)
    return n_erased


def settle(
    store: Store,
    archive: Archive,
    sources: Mapping[str, Source],
    workers: Workers,
    writer: Writer,
    failures: list[Row] | None = None,
) -> None:
    """See that all a run archived is loaded; after a stop some of it may not be."""
    if writer.n_records:
        writer.sync()
        name = archive.name(writer.path)
        if store.n_loaded(name) == writer.n_records:
            store.settle(name, archive.size(writer.path))
        else:
            load_file(store, archive, sources, workers, writer.path, failures=failures)


def settle_ids(
    store: Store, archive: Archive, sources: Mapping[str, Source], workers: Workers
) -> None:
    """What an upgrade left of the computing of article ids. Only while no other run can start."""
    compute_again(store, sources)
    if not (articles := undecided(store)):
        return
    for batch in by_chain(store.places(None, articles=articles)):
        outcomes = workers.read(by_link(list(archive.readable(batch))))
        store.load(outcomes, sources, VERSIONS)
    decided(store)


def by_chain(chains: Iterable[list[Place]], progress: Progress = unseen) -> Iterator[list[Place]]:
    """The pages of one article go into one batch, so that its whole chain of versions is made by one parser."""
    chains = list(chains)
    due, done = sum(map(len, chains)), 0
    batch: list[Place] = []
    for chain in [*chains, []]:
        if batch and (not chain or len(batch) + len(chain) > BULK):
            yield batch
            progress(done := done + len(batch), due)
            batch = []
        batch += chain


def load_file(
    store: Store,
    archive: Archive,
    sources: Mapping[str, Source],
    workers: Workers,
    path: Path,
    note: Note = unread,
    failures: list[Row] | None = None,
) -> int:
    """Load what no row mentions of one file; the records loaded. Bodies are read a batch at a time.

    The file is settled unless something of it could not be loaded: the next run tries that again.
    """
    heads = _heads(archive, path, note)
    if store.n_loaded(archive.name(path)):
        store.stand({name: head.place for name, head in heads.items()}, archive.name(path))
    missing = heads.keys() - store.have(heads)
    earlier = store.begun(
        {heads[name].link.discovered_by for name in missing if heads[name].link.kind == "part"}
    )
    before = [_head(record) for places in earlier.values() for record in archive.readable(places)]
    groups = by_link(
        list({head.response.fetch_id: head for head in (*before, *heads.values())}.values())
    )
    due = [
        group
        for group in groups
        if any(head.response.fetch_id in missing for head in group.records)
    ]

    def load(groups: Sequence[Fetched]) -> None:
        left = [_as_left(each, sources, workers) for each in completed(store, archive, groups)]
        store.load(workers.read(left), sources, VERSIONS)

    embodied = (_embodied(archive, group) for group in due)
    loads = batches(embodied, body_bytes)
    n_failed = sum(_load_apart(batch, load, failures) for batch in loads)
    if archive.size(path) and not n_failed:
        store.settle(archive.name(path), archive.size(path))
    return len(missing)


def _load_apart(
    groups: Sequence[Fetched],
    load: Callable[[Sequence[Fetched]], None],
    failures: list[Row] | None,
) -> int:
    """How many could not be loaded. After an unexpected error in halves, down to the one that is to blame."""
    try:
        load(groups)
    except Exception as error:
        if failures is None or ends_the_run(error):
            raise
        if len(groups) == 1:
            failures.append(failure_row(groups[0].link.source_id, groups[0].link.url, error))
            return 1
        half = len(groups) // 2
        return sum(_load_apart(part, load, failures) for part in (groups[:half], groups[half:]))
    return 0


def _as_left(fetched: Fetched, sources: Mapping[str, Source], workers: Workers) -> Fetched:
    """A run that was killed may have ended between two pages of an article."""
    more = fetched.link.kind == "page" and next_part(
        fetched.records, source_of(fetched.link, sources), workers.next_page
    )
    return replace(fetched, unfinished=bool(more))


def _heads(archive: Archive, path: Path, note: Note) -> dict[str, Record]:
    """The records that count, by fetch."""
    heads, n_bytes = {}, 0
    for stretch in archive.stretches(path):
        if stretch.record:
            heads[stretch.record.response.fetch_id] = _head(stretch.record)
        elif stretch.kind in {Kind.DAMAGED, Kind.UNPROVED}:
            n_bytes += stretch.place.length
    if n_bytes:
        name = archive.name(path)
        note(f"{name}: {n_bytes} bytes are damaged or of no proved record; see `kliping doctor`")
    return heads


def _head(record: Record) -> Record:
    """Without what is large."""
    return replace(record, response=replace(record.response, body=b"", headers=()))


def batches(items: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """As many at once as memory has room for. `size` is the bytes of an item's bodies."""
    batch: list[T] = []
    n_bytes = 0
    for item in items:
        batch.append(item)
        n_bytes += size(item)
        if len(batch) >= BULK or n_bytes >= BULK_BYTES:
            yield batch
            batch, n_bytes = [], 0
    if batch:
        yield batch


def body_bytes(fetched: Fetched) -> int:
    return sum(len(record.response.body) for record in fetched.records)


def _embodied(archive: Archive, fetched: Fetched) -> Fetched:
    return replace(fetched, records=tuple(archive.read(record.place) for record in fetched.records))


def completed(
    store: Store, archive: Archive, fetched: Sequence[Fetched], kind: str = "part"
) -> Sequence[Fetched]:
    """With the bodies of unchanged answers of one kind, from where they were first kept."""
    missing = [
        r.response.same_as
        for each in fetched
        for r in each.records
        if r.link.kind == kind and r.response.same_as
    ]
    if not missing:
        return fetched
    found = archive.readable(store.standing(missing).values())
    bodies = {record.response.fetch_id: record.response.body for record in found}

    def whole(record: Record) -> Record:
        body = bodies.get(record.response.same_as or "") if record.link.kind == kind else None
        return (
            replace(record, response=replace(record.response, body=body, status=200))
            if body
            else record
        )

    return [replace(each, records=tuple(map(whole, each.records))) for each in fetched]
