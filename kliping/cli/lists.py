"""Commands that answer with the lists of the explorer: what was changed, what a person said, what an event was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option

from kliping.cli.app import FAILED, OK, READ, app, chosen_range, published_copy
from kliping.cli.options import MINUS, Form, ListLimit, Outlet, Since, Until, query_words
from kliping.cli.queries import show_chapters
from kliping.output import Format, say, show
from kliping.sql_files import sql, toml

if TYPE_CHECKING:
    from warehouse.queries import Row
    from warehouse.read.published import Reader

Kind = Literal[
    "headline", "number", "quote", "name", "correction", "date", "author", "section", "stealth", "undated"
]  # fmt: skip
COLUMNS = toml("cli/columns")


@app.command(rich_help_panel=READ)
def edits(
    ctx: typer.Context,
    kind: Annotated[Kind | None, Option(help="Only edits of this kind.")] = None,
    words: Annotated[
        bool, Option("--words", help="A row for each changed paragraph, with its words.")
    ] = False,
    since: Since = None,
    until: Until = None,
    source: Outlet = None,
    limit: ListLimit = 20,
    form: Form = Format.TABLE,
) -> None:
    """What outlets changed after publication, the latest first."""
    name = "changes" if words else "edits"
    with published_copy(ctx.obj) as reader:
        chosen = {**chosen_range(reader, since, until, source), "kind": kind}
        rows, n = _listed(reader, name, chosen, limit)
    show(_narrow(name, rows, form), form, empty="no edit is found")
    _say_if_cut(len(rows), n)


@app.command(rich_help_panel=READ)
def person(
    ctx: typer.Context,
    name: Annotated[list[str], Argument(metavar="NAME", help="A name, a part of one, or an id.")],
    limit: ListLimit = 20,
    form: Form = Format.TABLE,
) -> None:
    """A person in the news: offices, quotes, figures.

    Quotes count under all names of the person. A part of a name lists the people who have it.
    """
    from kliping.reading.names import require_known

    with published_copy(ctx.obj) as reader:
        wanted = " ".join(name)
        rows = _people(reader, wanted)
        if not rows:
            require_known(reader, "people", {"name": wanted})
        if len(rows) > 1:
            show(_narrow("people", rows[:limit], form), form)
            _say_if_cut(len(rows[:limit]), len(rows))
            return
        show_chapters(_person(reader, rows[0], limit, form), form)


def _people(reader: Reader, wanted: str) -> list[Row]:
    """The one with the id, those with the whole name, or those whose name has it as a part."""
    from kliping.reading import browse
    from kliping.reading.entity_page import entity

    if found := entity(reader, wanted):
        rows = browse.rows(reader, "people", {"name": found[0]["name"]})
        return [row for row in rows if row["entity_id"] == found[0]["entity_id"]]
    rows = browse.rows(reader, "people", {"name": wanted})
    return [row for row in rows if row["name"].casefold() == wanted.casefold()] or rows


def _person(reader: Reader, row: Row, limit: int, form: Format) -> dict[str, list[Row]]:
    from kliping.reading.entity_page import entity

    chapters = {"person": [row]}
    if found := entity(reader, row["entity_id"]):
        chapters |= {part: found[1][part] for part in ("offices", "written")}
    for name in ("quotes", "figures"):
        rows, _ = _listed(reader, name, {"entity": row["entity_id"]}, limit)
        chapters[name] = _narrow(name, rows, form)
    return {name: rows for name, rows in chapters.items() if rows}


@app.command(rich_help_panel=READ, context_settings=MINUS)
def event(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        Argument(metavar="ID|QUERY", help="An id, or words as for `search`.", callback=query_words),
    ],
    since: Since = None,
    until: Until = None,
    source: Outlet = None,
    limit: ListLimit = 20,
    form: Form = Format.TABLE,
) -> int:
    """An event: its reports by the minute, and their figures.

    A query lists the events whose articles match. If there is one only, it is shown as by its id.
    """
    from kliping.reading.search import find

    query = " ".join(words)
    with published_copy(ctx.obj) as reader:
        chosen = chosen_range(reader, since, until, source)
        if chapters := _event(reader, query, form):
            show_chapters(chapters, form)
            return OK
        find(reader, query)
        rows = reader.rows(sql("event/found"), {**chosen, "limit": limit})
        if len(rows) == 1:
            show_chapters(_event(reader, rows[0]["event_id"], form), form)
            return OK
    show(_narrow("found", rows, form), form, empty="no event is found")
    return OK if rows else FAILED


def _event(reader: Reader, event_id: str, form: Format) -> dict[str, list[Row]]:
    """Its reports and what is compared of their figures; empty where there is no such event."""
    chapters = {
        name: _narrow(name, _listed(reader, name, {"event": event_id}, None)[0], form)
        for name in ("reports", "compared_figures")
    }
    return {name: rows for name, rows in chapters.items() if rows}


def _listed(reader: Reader, name: str, chosen: Row, limit: int | None) -> tuple[list[Row], int]:
    """The first rows of a list, and how many it has."""
    from kliping.reading import browse

    rows = browse.rows(reader, name, chosen, limit=limit)
    return rows, len(rows) if limit is None else browse.n_rows(reader, name, chosen)


def _narrow(name: str, rows: list[Row], form: Format) -> list[Row]:
    if form is not Format.TABLE:
        return rows
    return [{column: row[column] for column in COLUMNS[name]} for row in rows]


def _say_if_cut(n_shown: int, n: int) -> None:
    if n > n_shown:
        say(f"{n_shown} of {n} rows: --limit shows more")
