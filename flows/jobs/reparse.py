"""Reparse: load the archive again with the present parser; no network."""

from __future__ import annotations

from collections.abc import Iterable

from flows.load.loader import Loader
from flows.load.outcome import VERSIONS, by_link
from flows.load.recovery import Progress, by_chain, no_progress
from flows.runs.run import Run
from warehouse.archive.archive import Place
from warehouse.write.outcome_rows import Row

SAMPLES = 3


def reparse(run: Run, source_ids: Iterable[str] | None, progress: Progress) -> None:
    """Every archived page of the sources, or of all, under this parser.

    What the articles loaded so far have in common is counted first.
    """
    run.workers.set_repeated_lines(run.store.count_lines(source_ids))
    load_chains(run, run.store.places(source_ids), progress)


def preview(loader: Loader, source_ids: Iterable[str] | None, progress: Progress) -> list[Row]:
    """What `reparse` would change, a row a source and field, with samples. Every batch is loaded, compared and taken back."""
    loader.workers.set_repeated_lines(loader.store.count_lines(source_ids, keep=False))
    found: dict[tuple[str, str], Row] = {}
    for batch in by_chain(loader.store.places(source_ids), progress):
        outcomes = loader.interpret(by_link(list(loader.archive.readable(batch))))
        for row in loader.store.preview(outcomes, loader.sources, VERSIONS):
            key = row["source_id"], row["field"]
            found[key] = _added(found[key], row) if key in found else row
    return [found[key] for key in sorted(found)]


def load_chains(run: Run, chains: list[list[Place]], progress: Progress = no_progress) -> None:
    """An article's pages go into one batch, so that its whole chain of versions is made by one parser."""
    for batch in by_chain(chains, progress):
        run.need_room()
        run.load(by_link(list(run.archive.readable(batch))))


def _added(one: Row, other: Row) -> Row:
    sums = {name: one[name] + other[name] for name in ("articles", "rows_removed", "rows_added")}
    return one | sums | {"samples": [*one["samples"], *other["samples"]][:SAMPLES]}
