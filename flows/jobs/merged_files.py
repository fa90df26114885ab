"""Few large objects instead of many small ones in the archive of a lake: each load of a crawl makes one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from flows.load.recovery import batches, load_file
from flows.runs.run import Run
from warehouse.archive.seals import seals
from warehouse.archive.stored import MERGED, StoredArchive
from warehouse.write import fetches

SMALL = 4_000_000  # bytes
MOST = 1000  # files for one
KEEP_DAYS = 7  # as long as snapshots: whoever reads one looks for records where they were


def merge_small_files(run: Run, archive: StoredArchive) -> None:
    """Merge files of a month that are loaded and not sealed yet, and remove those that were merged some days ago."""
    n_files = n_merged = 0
    with run.store.turn():
        archive.remove_old_parts(run.clock() - timedelta(days=KEEP_DAYS))
        for files in _groups(run, archive):
            if merged := archive.merge(files, run.run_id, run.clock()):
                load_file(run, merged, run.note)
                n_files, n_merged = n_files + len(files), n_merged + 1
    if n_merged:
        run.note(f"{n_files} archive files merged into {n_merged}")


def _groups(run: Run, archive: StoredArchive) -> Iterator[list[Path]]:
    loaded = fetches.fully_loaded_files(run.store)
    sealed = {name for seal in seals(archive) for name in seal.files}
    running = tuple(run.store.session.running_runs() if run.store.session else ())
    small = [
        path
        for path in archive.files()
        if archive.size(path) == loaded.get(archive.name(path))
        and archive.size(path) < SMALL
        and MERGED not in path.name
        and archive.name(path) not in sealed
        and not path.name.startswith(running)
    ]
    for _, of_month in groupby(small, lambda path: path.parent):
        yield from batches(of_month, archive.size, MOST)
