"""`python crash_points.py POINT N COMMAND…` is `kliping COMMAND…`, killed by SIGKILL when it reaches a named point for the N-th time."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Self

import duckdb

from warehouse.archive import archive
from warehouse.write import copied_blocks, database, load, staging


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_soon() -> None:
    """Die during the next operation, from another thread: DuckDB releases Python's lock."""
    threading.Timer(random.uniform(0, 0.03), die).start()


class Trap:
    def __init__(self, n: int) -> None:
        self.left = n

    def springs(self) -> bool:
        self.left -= 1
        return self.left == 0


def nothing(*_: object) -> None:
    """The hook that does nothing."""


def around(
    module: object, name: str, *, before: Callable = nothing, after: Callable = nothing
) -> None:
    """Call hooks before and after a function, with its arguments."""
    real = getattr(module, name)

    def wrapped(*args, **kwargs):
        before(*args)
        result = real(*args, **kwargs)
        after(*args)
        return result

    setattr(module, name, wrapped)


def around_connection(**hooks: Callable) -> None:
    """Wrap methods of every connection to the warehouse, whose C class cannot be patched."""

    class Connection:
        def __init__(self, real: duckdb.DuckDBPyConnection) -> None:
            self.real = real
            for name, hook in hooks.items():
                setattr(
                    self,
                    name,
                    lambda *args, name=name, hook=hook: hook(getattr(self.real, name), *args),
                )

        def cursor(self) -> Connection:
            return Connection(self.real.cursor())

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.real.close()

        def __getattr__(self, name: str) -> object:
            return getattr(self.real, name)

    database.duckdb = SimpleNamespace(
        connect=lambda *a, **k: Connection(duckdb.connect(*a, **k)), Error=duckdb.Error
    )


def half_then_die(write: Callable, *args) -> None:
    *target, content = args
    write(*target, content[: len(content) // 2])
    die()


def before_archive_write(trap: Trap) -> None:
    around(archive, "_write", before=lambda *_: trap.springs() and die())


def in_archive_write(trap: Trap) -> None:
    real = archive._write
    archive._write = lambda file, block: (
        half_then_die(real, file, block) if trap.springs() else real(file, block)
    )


def after_archive_write(trap: Trap) -> None:
    around(archive, "_write", after=lambda *_: trap.springs() and die())


def before_transaction(trap: Trap) -> None:
    around(load._BatchLoader, "load_or_split", before=lambda *_: trap.springs() and die())


def while_staging(trap: Trap) -> None:
    around(staging, "encode", before=lambda *_: trap.springs() and die())


def in_transaction(trap: Trap) -> None:
    around_connection(commit=lambda commit: (trap.springs() and die(), commit()))


def in_commit(trap: Trap) -> None:
    around_connection(commit=lambda commit: (trap.springs() and die_soon(), commit()))


def after_transaction(trap: Trap) -> None:
    around_connection(commit=lambda commit: (commit(), trap.springs() and die()))


def in_checkpoint_at_close(trap: Trap) -> None:
    around_connection(
        close=lambda close: (close(), die()) if trap.springs() and not die_soon() else close()
    )


def in_checkpoint(trap: Trap) -> None:
    def execute(real: Callable, *args):
        is_due = args[0] == "CHECKPOINT" and trap.springs()
        if is_due:
            die_soon()
        result = real(*args)
        if is_due:
            die()
        return result

    around_connection(execute=execute)


def in_publish(trap: Trap) -> None:
    """In the middle of a block."""
    real = copied_blocks._write
    copied_blocks._write = lambda *args: half_then_die(real, *args) if trap.springs() else real(*args)  # fmt: skip


def before_the_copy_has_its_headers(trap: Trap) -> None:
    around(copied_blocks, "_copy_bytes", before=lambda _source, _target, start, _length: start == 0 and trap.springs() and die())  # fmt: skip


def before_the_copy_takes_its_name(trap: Trap) -> None:
    around(copied_blocks, "put_in_place", before=lambda *_: trap.springs() and die())


def after_the_copy_took_its_name(trap: Trap) -> None:
    around(copied_blocks, "put_in_place", after=lambda *_: trap.springs() and die())


# By how often a run of one outlet comes there at the least.
POINTS = {
    before_archive_write: 3,
    in_archive_write: 3,
    after_archive_write: 3,
    before_transaction: 1,
    while_staging: 5,
    in_transaction: 3,
    in_commit: 3,
    after_transaction: 3,
    in_checkpoint_at_close: 6,
    in_checkpoint: 1,
    in_publish: 10,
    before_the_copy_has_its_headers: 1,
    before_the_copy_takes_its_name: 1,
    after_the_copy_took_its_name: 1,
}

if __name__ == "__main__":
    point, n, *command = sys.argv[1:]
    next(p for p in POINTS if p.__name__ == point)(Trap(int(n)))
    sys.argv = ["kliping", *command]
    from kliping.cli import main

    main()
