"""The child of `flows.load.worker_pool`: reads pages and channels, one after the other, until its parent is gone."""

from __future__ import annotations

import logging
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO, Any

import orjson

from flows.http.errors import printable, unexpected
from flows.load.outcome import Fetched, channels_of, interpret
from flows.load.worker_messages import FAILED, HEADER, LOGGED, NO_MEMORY, SET_UP, encode, send
from parsers.article import Link, Response
from parsers.paging import next_page
from parsers.source import Source
from warehouse.archive.archive import Place, Record

Repeated = Mapping[str, frozenset[str]]  # by source: the lines that are no article's


def main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(
        sys.stderr.fileno(), sys.stdout.fileno()
    )  # a library that prints must not garble the answers
    memory_bytes = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    root = logging.getLogger()
    root.handlers = [logging.NullHandler()]
    _warm_up()
    _close_terminal()
    root.handlers = [_Sender(answers)]
    sources: Mapping[str, Source] = {}
    repeated: Repeated = {}
    while message := _next():
        task, arguments, seconds = pickle.loads(message)  # noqa: S301 - from our own parent
        if task == SET_UP:
            sources, repeated = arguments
            send(answers, b"")
        else:
            send(answers, _done(task, arguments, seconds, sources, repeated))


def _done(
    task: str,
    arguments: tuple[Any, ...],
    seconds: int,
    sources: Mapping[str, Source],
    repeated: Repeated,
) -> bytes:
    """The answer, or why there is none."""
    tasks: dict[str, Callable[..., Any]] = {
        "interpret": lambda fetched: replace(
            interpret(fetched, sources, repeated), records=()
        ),  # those the parent has
        "next_page": next_page,
        "channels_of": channels_of,
    }
    signal.alarm(
        seconds
    )  # the system's own end for a page that outlives the parent, which keeps the deadline otherwise
    try:
        return encode(tasks[task](*arguments))
    except MemoryError:
        return NO_MEMORY
    except Exception as error:  # noqa: BLE001 - whatever a page brings about is that page's failure
        return FAILED + orjson.dumps(printable(unexpected(error)))
    finally:
        signal.alarm(0)


class _Sender(logging.Handler):
    """Log lines go to the parent, which writes them."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(logging.WARNING)
        self.pipe = pipe

    def emit(self, record: logging.LogRecord) -> None:
        line = {
            "level": record.levelno,
            "logger": record.name,
            "event": printable(record.getMessage()),
        }
        send(self.pipe, LOGGED + orjson.dumps(line))


def _close_terminal() -> None:
    """From now on pages are read: nothing that they bring a library to print shall reach a terminal or a log."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _warm_up() -> None:
    """What the parsers load late is not for the first page to pay: its time is short."""
    link = Link(url="http://kliping.test/", source_id="kliping")
    page = f"<html><body><article><h1>Kabar</h1>{'<p>Sembilan kapal nelayan kembali berlayar dari dermaga lama.</p>' * 9}".encode()
    response = Response(
        fetch_id="", requested_url=link.url, url=link.url, fetched_at=datetime.now(UTC), body=page
    )
    nowhere = Place(file="", offset=0, length=0)
    interpret(
        Fetched(
            link=link,
            run_id="",
            records=(Record(link=link, response=response, run_id="", place=nowhere),),
        ),
        {},
    )


def _next() -> bytes:
    header = sys.stdin.buffer.read(HEADER.size)
    return sys.stdin.buffer.read(HEADER.unpack(header)[0]) if len(header) == HEADER.size else b""


if __name__ == "__main__":
    main()
