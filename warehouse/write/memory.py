"""How much memory DuckDB may take for the large work at the end of a run; what is more goes to disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import duckdb

LIMIT = "256MB"
T = TypeVar("T")


def with_limited_memory(con: duckdb.DuckDBPyConnection, task: Callable[[], T]) -> T:
    """The result of the task. Not all that DuckDB holds can go to disk: where the limit is too low, the task is done again without it."""
    try:
        con.execute(f"SET memory_limit = '{LIMIT}'")
        result = task()
    except duckdb.OutOfMemoryException:
        with suppress(duckdb.TransactionException):  # none is open
            con.rollback()
        _remove_limit(con)
        return task()
    _remove_limit(con)
    return result


def _remove_limit(con: duckdb.DuckDBPyConnection) -> None:
    """RESET alone changes what is shown, but not what is in force."""
    con.execute("RESET memory_limit")
    ((limit,),) = con.execute("SELECT current_setting('memory_limit')").fetchall()
    con.execute(f"SET memory_limit = '{limit}'")
