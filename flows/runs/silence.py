"""The end of waits for a server of a lake that is silent: one that takes everything and answers nothing.

Neither psycopg nor DuckDB ends a wait for PostgreSQL by itself. Of a bucket, DuckDB repeats each request that gets no answer, for
many minutes and in code that nothing interrupts. So the process ends, and its locks with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from flows.runs.stop import end_process
from flows.settings import Settings
from flows.stores import lake_location
from warehouse.lake import LakeLocation
from warehouse.silence import LakeUnavailable
from warehouse.storage import AccessDenied, LakeError, StorageUnavailable

# Between two looks. Where the bucket is silent, a look takes 75, and a new session with PostgreSQL 10.
LOOK_SECONDS = 10.0
TRIES = 3  # of PostgreSQL, which may be started again meanwhile


@contextmanager
def limited_silence(settings: Settings) -> Iterator[None]:
    """In the block, the process ends when a server of the lake has not answered for about a minute."""
    is_over = Event()
    if location := lake_location(settings):
        Thread(target=_watch, args=(location, is_over), name="silence", daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _watch(location: LakeLocation, is_over: Event) -> None:
    n_failed = 0
    while not is_over.wait(LOOK_SECONDS):
        try:
            location.storage.require_bucket()
            location.require_postgres()
        except (AccessDenied, LakeError):
            return  # whoever needs the server says so
        except (LakeUnavailable, StorageUnavailable) as error:
            n_failed += 1
            is_patient = isinstance(error, LakeUnavailable) and n_failed < TRIES
            if not is_patient and not is_over.is_set():
                end_process(str(error), error.exit_code)
        else:
            n_failed = 0
