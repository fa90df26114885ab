"""kliping check: whether anything at all is wrong, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from kliping.cli.app import CARE, FAILED, OK, app, exit_code, load_sources, message, published_copy
from kliping.cli.options import Form
from kliping.output import Format, one_line, show

if TYPE_CHECKING:
    from flows.settings import Settings
    from warehouse.queries import Row

STATES = {"ok": "ok", "note": "note", "partial": "note", "warn": "note"}  # all others are bad


@app.command(rich_help_panel=CARE)
def check(ctx: typer.Context, form: Form = Format.TABLE) -> int:
    """Whether anything at all is wrong, in one table.

    Of outlets and runs, the machine, source files, topics and watches it lists what is not ok, with the command that says more. Exit
    code 1 if something is `bad`; a `note` repairs itself, or is a choice.
    """
    rows = [row for part in PARTS for row in _part(ctx.obj, part)]
    show(rows, form)
    return FAILED if any(row["state"] == "bad" for row in rows) else OK


def _part(settings: Settings, part: str) -> Iterator[Row]:
    """What is not ok in a part, or one row if all is. An error of ours is a finding: the other parts are looked at too."""
    command, examine = PARTS[part]
    n_ok = n_others = 0
    try:
        for what, state, note in examine(settings):
            n_ok += state == "ok"
            if state != "ok":
                n_others += 1
                yield _row(part, what, STATES.get(state, "bad"), note, command)
    except Exception as error:
        if exit_code(error) is None:
            raise
        yield _row(part, None, "bad", one_line(message(error)), command)
        return
    if not n_others:
        yield _row(part, None, "ok", f"looked at {n_ok}", None)


def _row(part: str, what: str | None, state: str, note: str | None, command: str | None) -> Row:
    return {"part": part, "what": what, "state": state, "note": note, "more": command}


Finding = tuple[str, str, str | None]  # what, its state, a note


def _outlets(settings: Settings) -> Iterator[Finding]:
    from kliping.cli.status import OF_RUNS, state_rows

    rows, outage = state_rows(settings, None)
    if outage:
        yield "network", "bad", outage.text
    for row in rows:
        is_unreached = outage and row["kind"] not in OF_RUNS
        name = row.get("source_id") or row["kind"]
        what = " ".join(filter(None, (name, row["channel"])))
        note = ": ".join(filter(None, (row["state"], row["note"])))
        yield what, "ok" if is_unreached else row["state"], note


def _machine(settings: Settings) -> Iterator[Finding]:
    from kliping.cli.doctor import examine

    for row in examine(settings):
        remedy = f" – {row['do']}" if row["do"] else ""
        yield row["check"], row["state"], f"{row['finding']}{remedy}"


def _source_files(settings: Settings) -> Iterator[Finding]:
    for name in load_sources(settings):
        yield name, "ok", None


def _topics(settings: Settings) -> Iterator[Finding]:
    from warehouse.write.topics import BROAD_PERCENT, ENOUGH_ARTICLES, TOO_BROAD, read_topics

    topics = read_topics(settings.home, settings.topics)
    if not topics:
        return
    limits = {"percent": BROAD_PERCENT, "enough": ENOUGH_ARTICLES}
    with published_copy(settings) as reader:
        broad = {row["topic_id"]: row["percent"] for row in reader.rows(TOO_BROAD, limits)}
    for topic_id in {topic.topic_id for topic in topics} - broad.keys():
        yield topic_id, "ok", None
    for topic_id, percent in broad.items():
        yield topic_id, "bad", f"{percent} % of all articles: too much to be a topic"


def _watches(settings: Settings) -> Iterator[Finding]:
    from kliping.cli.watch import watch_problems
    from kliping.watches.watch_file import read_watches
    from kliping.watches.watch_search import prepare

    file = read_watches(settings.home)
    for problem in watch_problems(file):
        yield file.path.name, "bad", problem
    if not file.watches:
        return
    with published_copy(settings) as reader:
        searches, unasked = prepare(reader, dict.fromkeys(file.watches, datetime.now(UTC)))
    for search in searches:
        yield search.watch.name, "ok", None
    for watch, problem in unasked.items():
        yield watch.name, "bad", problem


PARTS: dict[str, tuple[str, Callable[[Settings], Iterator[Finding]]]] = {
    "outlets and runs": ("kliping status", _outlets),
    "machine": ("kliping doctor", _machine),
    "source files": ("kliping sources check", _source_files),
    "topics": ("kliping topics check", _topics),
    "watches": ("kliping watch check", _watches),
}
