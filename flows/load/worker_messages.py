"""The answers of a worker process: JSON, which the parent validates against the declared types; rows, which the database validates.

A page that takes over a worker process can send any bytes. Unpickled, they could run code in the parent; read as JSON,
they can only be a wrong value.
"""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass, replace
from functools import cache
from typing import Any

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from parsers.article import Link
from warehouse.child_process import AnswerError
from warehouse.write.outcome import Outcome

SET_UP = "set_up"  # the task that gives a worker process the sources and their boilerplate lines
PAGES, ROWS = b"p", b"r"  # kinds of tasks: rows of tables need less of the parsers
DONE, FAILED, NO_MEMORY, LOGGED = b"+", b"-", b"m", b"l"  # the first byte of a message
TYPES: dict[str, Any] = {
    "interpret": Outcome,
    "stage": Outcome,
    "next_page": str | None,
    "channels_of": tuple[Link, ...],
}


class LogLine(BaseModel):
    """What a worker process logs about a page."""

    level: int
    logger: str
    event: str


class WorkerError(Exception):
    """The task failed in the worker process; the message says why."""


def log_line(message: bytes) -> LogLine:
    """Raises AnswerError."""
    try:
        return LogLine.model_validate_json(message[1:])
    except ValidationError as error:
        raise AnswerError("an invalid log line") from error


def encode(value: Any) -> bytes:
    """The message for a value of one of `TYPES`; the rows of an article, which are JSON already, in a line of their own."""
    if isinstance(value, Outcome) and value.rows and value.rows.json:
        head = replace(value, rows=replace(value.rows, json=b""))
        return encode(head) + b"\n" + value.rows.json
    try:
        return DONE + orjson.dumps(value, default=_scalar)
    except TypeError:  # a lone surrogate, which neither JSON nor the database can hold
        text = json.dumps(value, default=_plain, ensure_ascii=False)
        return DONE + text.encode("utf-8", "replace")


def decode(task: str, answer: bytes) -> Any:
    """The value of a message. Raises AnswerError, WorkerError, MemoryError."""
    if answer[:1] == NO_MEMORY:
        raise MemoryError
    try:
        if answer[:1] == FAILED:
            raise WorkerError(_type_of("error").validate_json(answer[1:], strict=True))
        if answer[:1] == DONE:
            head, _, rows = answer[1:].partition(b"\n")
            value = _type_of(task).validate_json(head, strict=True)
            return _with_lines(value, rows) if task == "stage" else value
    except ValidationError as error:
        raise AnswerError(f"no answer to {task}: {error.error_count()} faults") from error
    raise AnswerError(f"no answer to {task}")


def _with_lines(outcome: Outcome, rows: bytes) -> Outcome:
    """With the rows of its article, of which the database reads each line as one object. Raises AnswerError."""
    if not outcome.rows:
        return replace(outcome, article=None)
    if rows[:1] != b"{" or b"\n" in rows:
        raise AnswerError("no rows")
    return replace(outcome, article=None, rows=replace(outcome.rows, json=rows))


@cache
def _type_of(task: str) -> TypeAdapter[Any]:
    """Built on first use, since it takes as long as a page."""
    return TypeAdapter(TYPES.get(task, str))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.isoformat() if hasattr(value, "isoformat") else _scalar(value)


def _scalar(value: Any) -> str:
    """Of a Decimal, or of bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)
