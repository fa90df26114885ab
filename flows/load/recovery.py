"""Recovery: load what the archive has and the warehouse lacks, as after a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from flows.load.isolation import ends_the_run, failure_row
from flows.load.loader import Loader
from flows.load.outcome import Fetched, by_link, next_part, source_of
from warehouse.archive.archive import Archive, Place, Record, Writer, hold
from warehouse.archive.stretches import Kind
from warehouse.write.article_ids import compute_again, decided, undecided
from warehouse.write.outcome_rows import Row

BULK = 500  # archived pages read and loaded at once, their bodies in memory: what each load costs is spread over them
BULK_BYTES = 64_000_000  # of their bodies
T = TypeVar("T")
Progress = Callable[[int, int], None]  # done, due
Note = Callable[[str], None]  # a line for the summary of the run


def no_progress(_done: int, _due: int) -> None:
    """For callers that show none."""


def no_note(_note: str) -> None:
    """For callers that keep none."""


def recover(
    loader: Loader,
    progress: Progress = no_progress,
    note: Note = no_note,
    failures: list[Row] | None = None,
) -> int:
    """Load the records that count and that no row mentions, after cutting torn tails off; the records loaded.

    Files of living runs are theirs. Only while no other run can start, so that none fetches what is about to be loaded.
    An unexpected error becomes a row of `failures`, and the rest is loaded; without that list it is raised.
    """
    archive, settled, n_loaded = loader.archive, loader.store.settled(), 0
    due = [
        path for path in archive.files() if archive.size(path) != settled.get(archive.name(path), 0)
    ]
    for n, path in enumerate(due, 1):
        with hold(path) as mine:
            if mine:
                if n_torn := archive.mend(path):
                    note(f"{archive.name(path)}: {n_torn} bytes of a torn record were cut off")
                n_loaded += load_file(loader, path, note, failures)
        progress(n, len(due))
    return n_loaded


def erase(
    loader: Loader,
    doomed: Mapping[str, set[str]],
    note: Note = no_note,
) -> int:
    """Take records out of the archive, and store the new positions of the others; how many. Only while no other run reads.

    Who is killed between the two leaves a file of another length than the settled one, which the next recovery reads again.
    """
    n_erased = 0
    for name, fetch_ids in doomed.items():
        path = loader.archive.folder / name
        with hold(path) as mine:
            if mine:
                loader.archive.drop(path, fetch_ids, loader.store.standing(fetch_ids).values())
                load_file(loader, path, note)
                n_erased += len(fetch_ids)
    return n_erased


def load_rest(
    loader: Loader,
    writer: Writer,
    failures: list[Row] | None = None,
) -> None:
    """Load what a run archived and did not load, as after a stop."""
    if writer.n_records:
        writer.sync()
        name = loader.archive.name(writer.path)
        if loader.store.n_loaded(name) == writer.n_records:
            loader.store.settle(name, loader.archive.size(writer.path))
        else:
            load_file(loader, writer.path, failures=failures)


def finish_upgrade(loader: Loader) -> None:
    """Compute again the article ids that an upgrade changed. Only while no other run can start."""
    compute_again(loader.store, loader.sources)
    if not (articles := undecided(loader.store)):
        return
    for batch in by_chain(loader.store.places(None, articles=articles)):
        loader.load(by_link(list(loader.archive.readable(batch))))
    decided(loader.store)


def by_chain(
    chains: Iterable[list[Place]], progress: Progress = no_progress
) -> Iterator[list[Place]]:
    """Batches in which all pages of an article are together, so that one parser makes its whole chain of versions."""
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
    loader: Loader,
    path: Path,
    note: Note = no_note,
    failures: list[Row] | None = None,
) -> int:
    """Load what no row mentions of one file; the records loaded. Bodies are read a batch at a time.

    The file is settled unless something of it could not be loaded: the next run tries that again.
    """
    store, archive = loader.store, loader.archive
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
        loader.load([_as_left(each, loader) for each in loader.with_bodies(groups, "part")])

    n_failed = sum(
        _load_or_split(batch, load, failures)
        for batch in batches((_with_records(archive, group) for group in due), body_bytes)
    )
    if archive.size(path) and not n_failed:
        store.settle(archive.name(path), archive.size(path))
    return len(missing)


def _load_or_split(
    groups: Sequence[Fetched],
    load: Callable[[Sequence[Fetched]], None],
    failures: list[Row] | None,
) -> int:
    """How many could not be loaded. After an unexpected error in halves, down to the one that causes it."""
    try:
        load(groups)
    except Exception as error:
        if failures is None or ends_the_run(error):
            raise
        if len(groups) == 1:
            failures.append(failure_row(groups[0].link.source_id, groups[0].link.url, error))
            return 1
        half = len(groups) // 2
        return sum(_load_or_split(part, load, failures) for part in (groups[:half], groups[half:]))
    return 0


def _as_left(fetched: Fetched, loader: Loader) -> Fetched:
    """A run that was killed may have ended between two pages of an article."""
    more = fetched.link.kind == "page" and next_part(
        fetched.records, source_of(fetched.link, loader.sources), loader.workers.next_page
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


def _with_records(archive: Archive, fetched: Fetched) -> Fetched:
    return replace(fetched, records=tuple(archive.read(record.place) for record in fetched.records))
