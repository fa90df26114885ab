"""What a reader process answers: JSON, and checked by the parent against the declared types before it is believed.

A page that takes a reader over can send any bytes. Unpickled they could run code in the parent; read as JSON they are
at worst a wrong value.
"""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from functools import cache
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from parsers.article import Link
from warehouse.write.outcome_rows import Outcome

DONE, FAILED, NO_MEMORY = b"+", b"-", b"m"  # the first byte of an answer
TYPES: dict[str, Any] = {"read": Outcome, "next_page": str | None, "channels_of": tuple[Link, ...]}


class AnswerError(ValueError):
    """A reader sent what no reader of ours sends."""


class ReaderError(Exception):
    """The reader could not do the work; the message says why."""


def encode(value: Any) -> bytes:
    """A value of one of `TYPES`."""
    try:
        return DONE + orjson.dumps(value, default=str)  # a Decimal
    except TypeError:  # a lone surrogate, which neither JSON nor the database can hold
        return DONE + json.dumps(_whole(value), default=_text).encode()


def decode(task: str, answer: bytes) -> Any:
    """The value. Raises AnswerError, ReaderError, MemoryError."""
    if answer[:1] == NO_MEMORY:
        raise MemoryError
    try:
        if answer[:1] == FAILED:
            raise ReaderError(_type_of("error").validate_json(answer[1:], strict=True))
        if answer[:1] == DONE:
            return _type_of(task).validate_json(answer[1:], strict=True)
    except ValidationError as error:
        raise AnswerError(f"no answer to {task}: {error.error_count()} faults") from error
    raise AnswerError(f"no answer to {task}")


@cache
def _type_of(task: str) -> TypeAdapter[Any]:
    """Built when it is first needed: it costs what a page costs."""
    return TypeAdapter(TYPES.get(task, str))


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if is_dataclass(value) and not isinstance(value, type):
        return _whole(asdict(value))
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list | tuple) else value
