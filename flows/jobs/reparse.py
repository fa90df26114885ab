"""Reparse: load archived pages again with the present parser, all of them or quarantined ones; no network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flows.load.chains import Chain, group_chains
from flows.load.loader import Loader
from flows.load.outcome import VERSIONS, group_by_link
from flows.load.recovery import (
    DASK_BATCH,
    Progress,
    by_chain,
    load_by_dask,
    no_progress,
)
from flows.runs.run import Run
from parsers.source import Source
from warehouse.queries import Row
from warehouse.write import fetches, quarantine, repeated_lines
from warehouse.write.load import preview_changes

SAMPLES = 3


def reparse(run: Run, source_ids: Iterable[str] | None, progress: Progress) -> None:
    """Load every archived page of the sources, or of all, with this parser. Boilerplate lines are counted first."""
    run.set_repeated_lines(repeated_lines.count(run.store, source_ids))
    _load_chains(run, fetches.article_pages(run.store, source_ids), progress)


def preview(loader: Loader, source_ids: Iterable[str] | None, progress: Progress) -> list[Row]:
    """What `reparse` would change: a row for each source and field, with samples. Every batch is rolled back."""
    loader.set_repeated_lines(repeated_lines.count(loader.store, source_ids, keep=False))
    rows: dict[tuple[str, str], Row] = {}
    for batch in by_chain(fetches.article_pages(loader.store, source_ids), progress):
        outcomes = loader.interpret(group_by_link(list(loader.archive.readable(batch))))
        for row in preview_changes(loader.store, outcomes, loader.sources, VERSIONS):
            key = row["source_id"], row["field"]
            rows[key] = _add_rows(rows[key], row) if key in rows else row
    return [rows[key] for key in sorted(rows)]


def retry_quarantined(run: Run, ids: Sequence[str]) -> int:
    """Parse quarantined pages again; returns how many are articles now. Other pages of an article are parsed with it."""
    _load_chains(run, fetches.article_pages(run.store, None, ids))
    quarantine.mark_retry_failed(run.store, ids, VERSIONS.parser)
    return len(ids) - len(quarantine.pages(run.store, ids=ids))


def retry_with_new_parser(run: Run, sources: Iterable[Source]) -> None:
    """Parse again what another version of the parser quarantined, at most 200 pages a run."""
    by_name = {source.name: source for source in sources}
    ids: dict[str, list[str]] = {}
    for row in quarantine.pages(run.store, source_ids=by_name, parser=VERSIONS.parser):
        ids.setdefault(row["source_id"], []).append(row["quarantine_id"])
    n_articles = 0
    for name, of_source in ids.items():
        with run.isolate_errors(by_name[name]):
            n_articles += retry_quarantined(run, of_source)
    if ids:
        n_pages = sum(map(len, ids.values()))
        run.note(
            f"{n_articles} of {n_pages} pages that another parser quarantined are articles now"
        )


def _load_chains(run: Run, chains: Sequence[Chain], progress: Progress = no_progress) -> None:
    """All pages of an article are in one batch, so that one parser makes its whole chain of versions."""
    if run.dask_workers:
        n_due = sum(map(len, chains))
        batches = group_chains(chains, DASK_BATCH)
        chains = load_by_dask(run, batches, progress, n_due=n_due)
    for batch in by_chain(chains, progress):
        run.need_room()
        run.load(group_by_link(list(run.archive.readable(batch))))


def _add_rows(one: Row, other: Row) -> Row:
    sums = {name: one[name] + other[name] for name in ("articles", "rows_removed", "rows_added")}
    return one | sums | {"samples": [*one["samples"], *other["samples"]][:SAMPLES]}
