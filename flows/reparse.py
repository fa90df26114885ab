"""The archive into the warehouse again: the ordinary load over old records, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flows.reading import by_link
from flows.run import BATCH, Run
from warehouse.archive import Place


def reparse(run: Run, source_ids: Iterable[str] | None, progress: Callable[[int, int], None]) -> int:
    """Every archived page of the sources, or of all, under this parser; the pages read.

    What the articles loaded so far have in common is counted first. An article's pages go into one batch, so that its whole chain of
    versions is made by one parser.
    """
    run.store.count_lines(source_ids)
    run.workers.leave_out(run.store.repeated_lines())
    chains = run.store.places(source_ids)
    due, done = sum(map(len, chains)), 0
    for batch in _batches(chains):
        run.need_room()
        run.load(by_link([run.archive.read(place) for place in batch]))
        done += len(batch)
        progress(done, due)
    return done


def _batches(chains: Iterable[list[Place]]) -> Iterator[list[Place]]:
    batch: list[Place] = []
    for chain in chains:
        if batch and len(batch) + len(chain) > BATCH:
            yield batch
            batch = []
        batch += chain
    if batch:
        yield batch
