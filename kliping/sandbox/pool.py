"""Answers queries of people we do not know, on the published copy, within limits.

`with Sandbox(home) as sandbox: answer = sandbox.ask("FROM mart.articles")`. It may be used from several threads at once; each
query has a process to itself. Every publish is followed by itself, and whatever a query does, the next one is answered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kliping.sandbox.errors import KINDS, LimitError, UnavailableError
from kliping.sandbox.query_result import Answer, Column
from warehouse.child_process import (
    ChildLost,
    ChildPool,
    ChildProcess,
    Deadline,
    NoneFreeError,
    NotStartedError,
    PoolClosedError,
    start_program,
)
from warehouse.read.published import published

PROGRAM = ("-P", "-m", "kliping.sandbox.worker")
HEAD_BYTES = 1 << 20  # of the names and types of an answer's columns
ENVIRONMENT = {  # nothing of ours, which may have secrets in it
    "PYTHONPATH": str(Path(__file__).parents[2]),
    "MALLOC_ARENA_MAX": "1",  # what threads reserve for themselves is not left to the query
    "DUCKDB_JE_MALLOC_CONF": "retain:false",  # what a query gave back is free for the next
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    seconds: float = 20.0
    memory_mb: int = 1024  # of the process of a query; half of it is DuckDB's buffers
    threads: int = 2
    rows: int = 1000
    answer_mb: int = 4
    processes: int = 2  # so many queries at once
    wait_seconds: float = 5.0  # for one of them


class Sandbox:
    """Raises NothingPublished where there is no copy to begin with."""

    def __init__(self, home: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        setup = {
            "path": str(published(home).absolute()),
            "memory_mb": self.limits.memory_mb,
            "threads": self.limits.threads,
        }
        self.processes = ChildPool(
            self.limits.processes,
            lambda: ChildProcess(start_program(PROGRAM, ENVIRONMENT)),
            json.dumps(setup).encode(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """From any thread; queries that run end with UnavailableError."""
        self.processes.close()

    def ask(self, sql: str, *, exact: bool = False) -> Answer:
        """The rows as JSON values; exactly, as texts that DuckDB can cast back to the columns' types. Raises QueryError."""
        request = {
            "sql": sql,
            "exact": exact,
            "rows": self.limits.rows,
            "bytes": self.limits.answer_mb << 20,
        }
        head, text = self._reply(json.dumps(request).encode())
        if "error" in head:
            raise KINDS[head["error"]](head["message"])
        columns = tuple(Column(name=name, type=kind) for name, kind in head["columns"])
        return Answer(columns=columns, text=text, truncated=head["truncated"])

    def _reply(self, request: bytes) -> tuple[dict[str, Any], str]:
        """The head of an answer and its rows. Raises LimitError, UnavailableError."""
        limits = self.limits
        # as UTF-8 a character has four bytes at most
        most_bytes = HEAD_BYTES + 4 * (limits.answer_mb << 20)
        try:
            with self.processes.child(limits.wait_seconds) as child:
                deadline = Deadline(child.pid, limits.seconds, patience=1)
                child.send(request, deadline)
                head_line, _, rows = child.receive(deadline, most_bytes).partition(b"\n")
                head: dict[str, Any] = json.loads(head_line)
                if head.get("last"):
                    child.stop()
        except NoneFreeError as error:
            raise UnavailableError(
                f"{limits.processes} queries are running already; ask again in a moment"
            ) from error
        except PoolClosedError as error:
            raise UnavailableError("the server is being stopped") from error
        except (NotStartedError, OSError) as error:
            raise UnavailableError("a process for the query does not start") from error
        except ChildLost as lost:
            raise _limit_of(lost, limits.seconds) from lost
        return head, rows.decode()


def _limit_of(lost: ChildLost, seconds: float) -> LimitError:
    if isinstance(lost.cause, TimeoutError):
        return LimitError(f"the query takes longer than {seconds:g} s")
    return LimitError("the query broke its process, most likely for want of memory")
