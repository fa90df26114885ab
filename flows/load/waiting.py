"""What waits for the loader of a lake: a run leaves its rows while another machine writes, and the next that may write loads them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from flows.load.loader import Loader
from flows.load.outcome import VERSIONS
from flows.load.recovery import load_file
from warehouse.queries import Row
from warehouse.write import runs
from warehouse.write.load import ROW_ERRORS, load_rows
from warehouse.write.outcome import Outcome
from warehouse.write.outcome_rows import rows
from warehouse.write.staging import StagedRows
from warehouse.write.waiting import WaitingNote, WaitingRows


def leave_rows(loader: Loader, run: Row, outcomes: Collection[Outcome]) -> None:
    """For whoever may write; their records are in the bucket. `run` is its row of ops.runs."""
    assert loader.store.waiting
    pages = [outcome for outcome in outcomes if outcome.is_page]
    note = WaitingNote(
        run=run,
        files=sorted({record.location.file for each in outcomes for record in each.records}),
        urls=[page.link.url for page in pages],
    )
    n_articles = sum(bool(page.rows or page.article) for page in pages)
    staged = StagedRows.of(rows(outcomes, loader.sources, VERSIONS))
    loader.store.waiting.add(note, n_articles, staged, VERSIONS)


def load_waiting(loader: Loader) -> None:
    """Load all that waits, in order. Call it only where the warehouse may be written.

    A kill leaves the notes of what is not loaded, and perhaps of what is: to load that again changes nothing.
    """
    while (waiting := loader.store.waiting) and (notes := waiting.next()):
        for note in {note.run["run_id"]: note for note in notes}.values():
            runs.begin(loader.store, note.run)
        files = _load(loader, waiting, notes)
        waiting.remove(notes)
        for name in files:
            load_file(loader, loader.archive.folder / name)
        for run in (note.run for note in notes if "finished_at" in note.run):
            sums = runs.sums(runs.counts(loader.store, run["run_id"]))
            at = datetime.fromisoformat(f"{run['finished_at']}Z")
            runs.finish(loader.store, run["run_id"], at, run["state"], sums)


def _load(loader: Loader, waiting: WaitingRows, notes: Sequence[WaitingNote]) -> list[str]:
    """In one transaction; the archive files of what other code made, or the database refuses: they have to be parsed again."""
    staged = {note.number: waiting.read(note, VERSIONS) for note in notes}
    due = [note for note in notes if not staged[note.number]]
    try:
        load_rows(loader.store, StagedRows.join(filter(None, staged.values())))
    except ROW_ERRORS:
        due = list(notes)
    return sorted({name for note in due for name in note.files})
