"""The worker process of `flows.load.worker_pool`: parses pages and channels one by one, until its parent ends."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from flows.http.errors import describe_error, printable
from flows.load.outcome import Fetched, channels_of, interpret
from flows.load.worker_messages import FAILED, LOGGED, NO_MEMORY, SET_UP, encode
from parsers.article import Link, Response
from parsers.paging import next_page
from parsers.source import Source
from warehouse.archive.archive import Record, RecordLocation
from warehouse.child_process import Parent, limit_memory

Task = Callable[..., Any]
RepeatedLines = Mapping[str, frozenset[str]]  # by source: the boilerplate lines


def main() -> None:
    parent = Parent()
    limit_memory(int(sys.argv[1]))
    root = logging.getLogger()
    root.handlers = [logging.NullHandler()]
    _warm_up()
    _discard_output()
    root.handlers = [_LogSender(parent)]
    tasks: dict[str, Task] = {}
    for message in parent.messages():
        task, arguments, seconds = pickle.loads(message)  # noqa: S301 - from our own parent
        if task == SET_UP:
            tasks = _tasks(*arguments)
            parent.send(b"")
        else:
            parent.send(_answer(tasks[task], arguments, seconds))


def _tasks(sources: Mapping[str, Source], repeated: RepeatedLines) -> dict[str, Task]:
    return {
        # The parent has the records.
        "interpret": lambda fetched: replace(interpret(fetched, sources, repeated), records=()),
        "next_page": next_page,
        "channels_of": channels_of,
    }


def _answer(task: Task, arguments: tuple[Any, ...], seconds: int) -> bytes:
    """The result of a task, or why there is none."""
    # The parent keeps the deadline; the alarm ends a page that runs on after the parent was killed.
    signal.alarm(seconds)
    try:
        return encode(task(*arguments))
    except MemoryError:
        return NO_MEMORY
    except Exception as error:  # noqa: BLE001 - whatever a page causes is that page's failure
        return FAILED + orjson.dumps(printable(describe_error(error)))
    finally:
        signal.alarm(0)


class _LogSender(logging.Handler):
    """Sends log lines to the parent, which writes them."""

    def __init__(self, parent: Parent) -> None:
        super().__init__(logging.WARNING)
        self._parent = parent

    def emit(self, record: logging.LogRecord) -> None:
        line = {
            "level": record.levelno,
            "logger": record.name,
            "event": printable(record.getMessage()),
        }
        self._parent.send(LOGGED + orjson.dumps(line))


def _discard_output() -> None:
    """Before the first page: what a page makes a library print must not reach a terminal or a log."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(devnull, stream.fileno())
    os.close(devnull)


def _warm_up() -> None:
    """Parse a small page, so that late imports of the parsers do not count against the first page's deadline."""
    link = Link(url="http://kliping.test/", source_id="kliping")
    page = f"<html><body><article><h1>Kabar</h1>{'<p>Sembilan kapal nelayan kembali berlayar dari dermaga lama.</p>' * 9}".encode()
    response = Response(
        fetch_id="", requested_url=link.url, url=link.url, fetched_at=datetime.now(UTC), body=page
    )
    nowhere = RecordLocation(file="", offset=0, length=0)
    interpret(
        Fetched(
            link=link,
            run_id="",
            records=(Record(link=link, response=response, run_id="", location=nowhere),),
        ),
        {},
    )


if __name__ == "__main__":
    main()
