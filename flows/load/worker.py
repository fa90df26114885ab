"""The worker processes of `flows.load.worker_pool`, and the program that forks them.

Each parses pages and channels one by one, until its parent ends.
"""

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
from flows.load.fork_server import serve
from flows.load.outcome import VERSIONS, Fetched, channels_of, interpret
from flows.load.worker_messages import FAILED, LOGGED, NO_MEMORY, ROWS, SET_UP, encode
from parsers.article import Link, Response
from parsers.kinds import LinkKind
from parsers.paging import next_page
from parsers.source import Source
from parsers.table_row import MEDIA_TYPE, TableRow
from warehouse.child_process import Parent, limit_memory
from warehouse.write.article_rows import with_rows
from warehouse.write.outcome import Outcome

SENTENCE = "Sembilan kapal nelayan kembali berlayar dari dermaga lama. "
# Text and teasers in equal boxes: all extractors are asked, and trafilatura asks jusText.
SMALL_PAGE = (
    f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "<p>{SENTENCE}</p>"}}</script>'
    f"<h1>Kabar</h1>{f'<div><p>{SENTENCE}</p></div><div><a href=/kabar>{SENTENCE}</a></div>' * 9}"
).encode()
Task = Callable[..., Any]
RepeatedLines = Mapping[str, frozenset[str]]  # by source: the boilerplate lines


def main() -> None:
    limit_memory(int(sys.argv[1]))
    logging.getLogger().handlers = [logging.NullHandler()]
    serve(work, _warm_up)


def work() -> None:
    """Answer the parent until it is gone."""
    parent = Parent()
    _discard_output()
    logging.getLogger().handlers = [_LogSender(parent)]
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
        "interpret": lambda fetched: _sent(interpret(fetched, sources, repeated)),
        "stage": lambda fetched: _sent(with_rows(interpret(fetched, sources, repeated), VERSIONS)),
        "next_page": next_page,
        "channels_of": channels_of,
    }


def _sent(outcome: Outcome) -> Outcome:
    """The parent has the records."""
    return replace(outcome, records=())


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


def _warm_up(task: bytes) -> None:
    """Parse a small page or row: what the parsers import late is then there for every worker, and counts against no page's deadline."""
    link = Link(url="http://kliping.test/", source_id="kliping", kind=LinkKind.FILE)
    response = Response(
        fetch_id="",
        requested_url=link.url,
        url=link.url,
        fetched_at=datetime.now(UTC),
        headers=(("content-type", MEDIA_TYPE if task == ROWS else "text/html"),),
        body=_small_row() if task == ROWS else SMALL_PAGE,
    )
    interpret(Fetched.unarchived(link, response), {})


def _small_row() -> bytes:
    columns = {"headline": "judul", "body_text": "isi"}
    return TableRow(cells={"judul": "Kabar", "isi": 9 * SENTENCE}, columns=columns).encode()


if __name__ == "__main__":
    main()
