"""The end of waits for a bucket that is silent.

DuckDB repeats each request that gets no answer, for many minutes and in code that nothing interrupts. Meanwhile it would hold
the lock of the loader. So the process ends; then its session with PostgreSQL ends, and the lock with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from flows.runs.stop import end_process
from flows.settings import Settings
from flows.stores import storage_at
from warehouse.storage import AccessDenied, LakeError, Storage, StorageUnavailable

LOOK_SECONDS = 10.0  # between two looks at the bucket; where it is silent, a look takes 75


@contextmanager
def limited_silence(settings: Settings) -> Iterator[None]:
    """In the block, the process ends when the bucket of a lake has not answered for more than a minute."""
    is_over = Event()
    if settings.storage:
        storage = storage_at(settings, settings.storage)
        Thread(target=_watch, args=(storage, is_over), name="bucket", daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _watch(storage: Storage, is_over: Event) -> None:
    try:
        while not is_over.wait(LOOK_SECONDS):
            storage.require_bucket()
    except (AccessDenied, LakeError):
        return  # whoever needs the bucket says so
    except StorageUnavailable as error:
        if not is_over.is_set():
            end_process(str(error), error.exit_code)
