"""A dry run: the stages of a run over a scratch home, so that nothing of the real home changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Unpack

from flows.clock import now_utc
from flows.http.limits import Budgets
from flows.load.worker_pool import Workers
from flows.logging import bound
from flows.runs.run import Run, RunOptions, new_run_id
from flows.settings import VERSION, Settings
from flows.stores import database
from parsers.source import Source
from warehouse.archive.archive import Archive
from warehouse.write.backfill_days import copy_known
from warehouse.write.database import Database


@contextmanager
def open_dry_run(
    settings: Settings,
    sources: Mapping[str, Source],
    source: Source,
    *,
    flow: str,
    **options: Unpack[RunOptions],
) -> Iterator[Run]:
    """A run that knows the addresses and days of the source that the published copy has.

    It writes to a scratch home. Of the real home it uses the hosts' turns in `locks`, where there are any: its requests
    are as polite as all others.
    """
    clock, budgets = options.get("clock", now_utc), options.get("budgets") or Budgets()
    started = clock()
    run_id = new_run_id(started)
    with TemporaryDirectory(prefix="kliping-dry-run-") as name, bound(run_id=run_id):
        scratch = Path(name)
        store, archive = Database(scratch), Archive(scratch / "archive")
        copy_known(store, database(settings), source)
        if not (settings.home / "locks").exists():
            settings = settings.model_copy(update={"home": scratch})
        with (
            store.kept_open(),
            Workers(sources, budgets, settings.readers) as workers,
            archive.writer(run_id, started, VERSION, flow) as writer,
        ):
            yield Run(
                sources=sources,
                store=store,
                archive=archive,
                workers=workers,
                run_id=run_id,
                flow=flow,
                settings=settings,
                row={},
                writer=writer,
                budgets=budgets,
                clock=clock,
            )
