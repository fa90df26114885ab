"""Recovery: load what the archive has and the warehouse lacks, as after a crash."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from pathlib import Path
from typing import TypeVar

from flows.clock import now_utc
from flows.load.chains import Chain, group_chains
from flows.load.isolation import ends_the_run, failure_row
from flows.load.loader import Loader
from flows.load.outcome import Fetched, group_by_link, mark_unfinished
from parsers.kinds import LinkKind
from warehouse.archive.archive import Archive, Record, RecordLocation, Writer
from warehouse.archive.seals import note_removal
from warehouse.archive.segments import SegmentKind
from warehouse.queries import Row
from warehouse.write import fetches
from warehouse.write.article_ids import mark_decided, recompute, undecided_articles
from warehouse.write.load import ROW_ERRORS, load_rows
from warehouse.write.staging import StagedRows

BATCH_PAGES = 500  # archived pages loaded at once: each load has a fixed cost
DASK_BATCH = 2000  # records: of them only the lines are in memory
BATCH_BYTES = 24_000_000  # of their bodies, which are in memory
T = TypeVar("T")
Progress = Callable[[int, int], None]  # records done, records in all
Note = Callable[[str], None]  # adds a line to the summary of the run


def no_progress(_done: int, _due: int) -> None:
    """For callers that show no progress."""


def no_note(_note: str) -> None:
    """For callers without a summary."""


def recover(
    loader: Loader,
    progress: Progress = no_progress,
    note: Note = no_note,
    failures: list[Row] | None = None,
    *,
    running: Collection[str] = (),
    everywhere: bool = True,
) -> int:
    """Load the valid records that no row mentions, after cutting off torn tails; returns how many were loaded.

    Files of the running runs, which load them, are skipped. Unless it has to look `everywhere`, an archive in object storage is
    not listed, but for what may not be loaded. Call it only while no other run can start, so that none fetches what is
    about to be loaded. An unexpected error becomes a row of `failures`, and the rest is loaded; without that list it is
    raised.
    """
    archive, loaded_sizes, n_loaded = loader.archive, fetches.fully_loaded_files(loader.store), 0

    def is_loaded(path: Path) -> bool:
        return archive.size(path) == loaded_sizes.get(archive.name(path), 0)

    unloaded = archive.unloaded()
    archive.mark_loaded(archive.name(path) for path in unloaded if is_loaded(path))
    due = [
        path
        for path in (archive.files() if everywhere else unloaded)
        if not is_loaded(path) and not path.name.startswith(tuple(running))
    ]
    kept = list[Path]()
    for n, path in enumerate(due, 1):
        with archive.hold(path) as is_locked:
            if is_locked:
                if n_torn := archive.cut_torn_tail(path):
                    note(f"{archive.name(path)}: {n_torn} bytes of a torn record were cut off")
                archive.keep(path)
                if loader.dask_workers:
                    kept.append(path)
                else:
                    n_loaded += load_file(loader, path, note, failures)
        progress(n, len(due))
    return n_loaded + (_load_at_once(loader, kept, progress, note, failures) if kept else 0)


def _load_at_once(
    loader: Loader,
    paths: Sequence[Path],
    progress: Progress,
    note: Note,
    failures: list[Row] | None,
) -> int:
    """`load_file` for many files in object storage, which other machines parse together: one file keeps few of them busy."""
    archive = loader.archive
    n_missing, later = 0, dict[str, Path]()  # what `load_file` has to complete

    def chains() -> Iterator[Chain]:
        nonlocal n_missing
        done = 0
        for _, of_run in groupby(paths, key=lambda path: path.name.rpartition("-")[0]):
            for files in batches(of_run, lambda _path: 0):
                due = _due_groups(loader, files, note)
                if due.has_strangers:
                    later.update((archive.name(path), path) for path in files)
                else:
                    n_missing += len(due.missing)
                    yield from ([head.location for head in group.records] for group in due.groups)
                progress(done := done + len(files), len(paths))

    for left in load_by_dask(loader, group_chains(chains(), DASK_BATCH), recovers=True):
        later.update((each.file, archive.folder / each.file) for each in left)
    complete = {archive.name(path): archive.size(path) for path in paths}
    _mark_loaded(
        loader, {name: size for name, size in complete.items() if size and name not in later}
    )
    return n_missing + sum(load_file(loader, path, no_note, failures) for path in later.values())


def erase(
    loader: Loader,
    fetch_ids_by_file: Mapping[str, set[str]],
    note: Note = no_note,
    *,
    in_place: bool = False,
) -> int:
    """Take records out of the archive, and store the new locations of the others; returns how many were taken out.

    Call it only while no other run reads, or with `in_place`, which leaves the others where they are. If the process is killed
    between the two steps, the next start does it again.
    """
    n_erased = 0
    with loader.store.turn():
        for name, fetch_ids in fetch_ids_by_file.items():
            path = loader.archive.folder / name
            with loader.archive.hold(path) as is_locked:
                if is_locked:
                    note_removal(loader.archive, now_utc(), fetch_ids)
                    locations = fetches.record_locations(loader.store, fetch_ids).values()
                    loader.archive.drop(path, fetch_ids, locations, in_place=in_place)
                    load_file(loader, path, note)
                    n_erased += len(fetch_ids)
    return n_erased


def load_rest(loader: Loader, writer: Writer, failures: list[Row] | None = None) -> None:
    """Load what the run archived and did not load, as after a stop."""
    complete: dict[str, int] = {}
    for path, n_records in writer.finished():
        name = loader.archive.name(path)
        if fetches.n_loaded(loader.store, name) == n_records:
            complete[name] = loader.archive.size(path)
        else:
            load_file(loader, path, failures=failures)
    _mark_loaded(loader, complete)


def _mark_loaded(loader: Loader, n_bytes: Mapping[str, int]) -> None:
    """Every record of the files, each of this length, is loaded."""
    fetches.mark_files_loaded(loader.store, n_bytes)
    loader.archive.mark_loaded(n_bytes)


def finish_upgrade(loader: Loader) -> None:
    """Compute what an upgrade left to the next run. Call it only while no other run can start."""
    recompute(loader.store, loader.sources)
    if robots := fetches.robots_due(loader.store):
        loader.load(group_by_link(list(loader.archive.readable(robots))))
        fetches.mark_robots_read(loader.store)
    if not (articles := undecided_articles(loader.store)):
        return
    load_chains(loader, fetches.article_pages(loader.store, None, article_ids=articles))
    mark_decided(loader.store)


def load_chains(loader: Loader, chains: Iterable[Chain]) -> None:
    """Load records of the archive, those of a chain together."""
    for batch in by_chain(chains):
        loader.load(group_by_link(list(loader.archive.readable(batch))))


def by_chain(
    chains: Iterable[Chain], progress: Progress = no_progress
) -> Iterator[list[RecordLocation]]:
    """Batches that keep all pages of an article together, so that one parser makes its whole chain of versions."""
    due, done = sum(map(len, chains)), 0
    for group in group_chains(chains, BATCH_PAGES):
        batch = list(chain.from_iterable(group))
        yield batch
        progress(done := done + len(batch), due)


def load_file(
    loader: Loader, path: Path, note: Note = no_note, failures: list[Row] | None = None
) -> int:
    """Load the records of one file that no row mentions; returns how many. Bodies are read a batch at a time.

    The file is marked as loaded unless one of its records failed: then the next run tries again.
    """
    archive = loader.archive
    found = _due_groups(loader, [path], note)

    def load(groups: Sequence[Fetched]) -> None:
        next_page = loader.workers.next_page
        loader.load(
            mark_unfinished(each, loader.sources, next_page)
            for each in loader.with_bodies(groups, LinkKind.PART)
        )

    n_failed = sum(
        _load_or_split(batch, load, failures)
        for batch in batches((_with_records(archive, group) for group in found.groups), body_bytes)
    )
    if archive.size(path) and not n_failed:
        _mark_loaded(loader, {archive.name(path): archive.size(path)})
    return len(found.missing)


@dataclass(frozen=True, slots=True)
class _Due:
    """What of some files has to be loaded; no record has its body."""

    missing: set[str]  # the fetches without a row
    groups: list[Fetched]  # with other pages of the same articles
    has_strangers: (
        bool  # further pages of articles whose first page is not loaded, and is in another file
    )


def _due_groups(loader: Loader, paths: Sequence[Path], note: Note) -> _Due:
    store, archive = loader.store, loader.archive
    heads = dict[str, Record]()
    for path in paths:
        of_file = _read_heads(archive, path, note)
        if parts := archive.parts(path):
            fetches.move_locations(store, archive.name(path), parts)
        if fetches.n_loaded(store, archive.name(path)):
            fetches.update_record_locations(
                store,
                {name: head.location for name, head in of_file.items()},
                archive.name(path),
            )
        heads |= of_file
    missing = heads.keys() - fetches.loaded_fetch_ids(store, heads)
    first_pages = {
        heads[name].link.discovered_by for name in missing if heads[name].link.kind == LinkKind.PART
    }
    earlier = fetches.unfinished_articles(store, first_pages)
    before = [_head(record) for places in earlier.values() for record in archive.readable(places)]
    groups = group_by_link(
        list({head.response.fetch_id: head for head in (*before, *heads.values())}.values())
    )
    due = [
        group
        for group in groups
        if any(head.response.fetch_id in missing for head in group.records)
    ]
    strangers = first_pages - earlier.keys() - {head.link.url for head in heads.values()}
    return _Due(missing, due, bool(strangers))


def _load_or_split(
    groups: Sequence[Fetched], load: Callable[[Sequence[Fetched]], None], failures: list[Row] | None
) -> int:
    """Load the groups; returns how many failed. After an unexpected error load in halves, down to the one that causes it."""
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


def load_by_dask(
    loader: Loader,
    batches: Iterable[Sequence[Chain]],
    progress: Progress = no_progress,
    *,
    n_due: int = 0,
    recovers: bool = False,
) -> list[Chain]:
    """Load chains of records that other machines parse; those that have to be parsed here are returned."""
    assert loader.dask_workers
    left: list[Chain] = []
    done = 0
    for batch, answers in loader.dask_workers.parse(batches, recovers=recovers):
        staged = StagedRows.join(answer for answer in answers if answer)
        try:
            load_rows(loader.store, staged)
        except ROW_ERRORS:
            left += batch
        else:
            left += [c for c, answer in zip(batch, answers, strict=True) if answer is None]
        progress(done := done + sum(map(len, batch)), n_due)
    return left


def _read_heads(archive: Archive, path: Path, note: Note) -> dict[str, Record]:
    """The valid records by fetch id, without their bodies and headers."""
    heads, n_bytes = {}, 0
    for segment in archive.segments(path):
        if segment.record:
            heads[segment.record.response.fetch_id] = _head(segment.record)
        elif segment.kind in {SegmentKind.DAMAGED, SegmentKind.UNPROVED}:
            n_bytes += segment.location.length
    if n_bytes:
        name = archive.name(path)
        note(f"{name}: {n_bytes} bytes are damaged or of no valid record; see `kliping doctor`")
    return heads


def _head(record: Record) -> Record:
    """The record without its large parts."""
    return replace(record, response=replace(record.response, body=b"", headers=()))


def batches(
    items: Iterable[T], size: Callable[[T], int], limit: int = BATCH_PAGES
) -> Iterator[list[T]]:
    """Batches of limited number and bytes. `size` gives the bytes of an item's bodies."""
    batch: list[T] = []
    n_bytes = 0
    for item in items:
        batch.append(item)
        n_bytes += size(item)
        if len(batch) >= limit or n_bytes >= BATCH_BYTES:
            yield batch
            batch, n_bytes = [], 0
    if batch:
        yield batch


def body_bytes(fetched: Fetched) -> int:
    return sum(len(record.response.body) for record in fetched.records)


def _with_records(archive: Archive, fetched: Fetched) -> Fetched:
    return replace(
        fetched, records=tuple(archive.read(record.location) for record in fetched.records)
    )
