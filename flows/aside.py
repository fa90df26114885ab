"""Pages put aside, once more: read again from the archive, or asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flows.reading import VERSIONS
from flows.reparse import load_chains
from flows.run import Run


def read_again(run: Run, ids: Sequence[str]) -> int:
    """Those of the pages that are articles now. An article's other pages are read with it, so that one parser makes its chain."""
    load_chains(run, run.store.places(None, ids))
    run.store.refused(ids, VERSIONS.parser)
    return len(ids) - len(run.store.aside(ids=ids))


def read_with_new_parser(run: Run, source_ids: Iterable[str]) -> None:
    """What another parser refused, at most 200 pages a run; the run tells of it."""
    ids = [
        row["quarantine_id"]
        for row in run.store.aside(source_ids=source_ids, parser=VERSIONS.parser)
    ]
    if ids:
        run.notes.append(
            f"{read_again(run, ids)} of {len(ids)} pages that another parser put aside are articles now"
        )
