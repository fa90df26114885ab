"""Pages put aside, once more: read again from the archive, or asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flows.jobs.reparse import load_chains
from flows.load.outcome import VERSIONS
from flows.runs.run import Run
from parsers.source import Source


def read_again(run: Run, ids: Sequence[str]) -> int:
    """Those of the pages that are articles now. An article's other pages are read with it, so that one parser makes its chain."""
    load_chains(run, run.store.places(None, ids))
    run.store.refused(ids, VERSIONS.parser)
    return len(ids) - len(run.store.aside(ids=ids))


def read_with_new_parser(run: Run, sources: Iterable[Source]) -> None:
    """What another parser refused, at most 200 pages a run; the run tells of it."""
    named = {source.name: source for source in sources}
    ids: dict[str, list[str]] = {}
    for row in run.store.aside(source_ids=named, parser=VERSIONS.parser):
        ids.setdefault(row["source_id"], []).append(row["quarantine_id"])
    n_read = 0
    for name, of_source in ids.items():
        with run.isolated(named[name]):
            n_read += read_again(run, of_source)
    if ids:
        run.note(
            f"{n_read} of {sum(map(len, ids.values()))} pages that another parser put aside are articles now"
        )
