"""kliping watch: queries with names, whose new hits go to feeds and destinations."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Option

from kliping.cli.app import FAILED, OK, READ, UsageError, command_group, published_copy
from kliping.cli.options import MOST_ROWS, WESTERN_INDONESIA, Form, Since, today
from kliping.output import Format, say, show

if TYPE_CHECKING:
    from pathlib import Path

    from kliping.watches.watch_file import WatchFile

watch_app = command_group("watch", READ, "New hits of your queries, after each publish.")


@watch_app.command("check")
def watch_check(
    ctx: typer.Context,
    since: Since = None,
    limit: Annotated[int, Option(min=1, max=MOST_ROWS, help="Most hits of a watch.")] = 5,
    form: Form = Format.TABLE,
) -> int:
    """Validate watches.toml and its addresses, and show the latest hits of each watch.

    Of the last seven days, or from --since on. Nothing is sent, and nothing counts as found. docs/how-to/watch.md has the keys of the file.
    """
    from kliping.watches.feeds import marked_diff
    from kliping.watches.watch_hits import find_hits, recent_articles
    from kliping.watches.watch_search import prepare

    file, rows = _watches(ctx.obj.home), []
    first = since or today() - timedelta(days=7)
    start = datetime.combine(first, time(), WESTERN_INDONESIA)
    with published_copy(ctx.obj) as reader:
        searches, unasked = prepare(reader, dict.fromkeys(file.watches, start))
        found = find_hits(reader, searches, recent_articles(reader, start))
    problems = watch_problems(file, unasked.values())
    for watch, hits in found.items():
        for hit in hits[: -limit - 1 : -1]:
            row: dict[str, Any] = asdict(hit) | {"diff": marked_diff(hit.diff)}
            rows.append({"watch": watch.name, "n_hits": len(hits), **row})
    show(rows, form, empty=f"no hit since {first}")
    for line in problems:
        say(line)
    return FAILED if problems else OK


def watch_problems(file: WatchFile, unasked: Iterable[str] = ()) -> list[str]:
    """A line for each watch and each address that cannot be used; `unasked` says why some watches cannot be asked."""
    from kliping.watches.sending import Sender

    with closing(Sender()) as sender:
        checked = {name: sender.check(each) for name, each in file.destinations.items()}
    unknown = [f"destination.{name}.address: {why}" for name, why in checked.items() if why]
    return [*file.problems, *(f"{file.path}: {each}" for each in (*unknown, *unasked))]


@watch_app.command("run")
def watch_run(ctx: typer.Context) -> int:
    """Pass all watches now, as each publish does: feeds are written, new hits sent."""
    from kliping.watches.sending import send_messages
    from kliping.watches.watch_pass import pass_watches

    _watches(ctx.obj.home)
    code, now = OK, datetime.now(UTC)
    notes = pass_watches(ctx.obj.home, partial(published_copy, ctx.obj), now)
    for note in chain(notes, send_messages(ctx.obj.home, now)):
        code = FAILED if note.is_problem else code
        say(note.text, sys.stderr if note.is_problem else sys.stdout)
    return code


def _watches(home: Path) -> WatchFile:
    """Raises UsageError if there is none, and WatchFileError."""
    from kliping.watches.watch_file import read_watches

    file = read_watches(home)
    if not file.watches and not file.problems:
        raise UsageError(
            f'{file.path} has no watch yet; write one, such as: watch.banjir.search = "banjir"'
        )
    return file
