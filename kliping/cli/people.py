"""kliping people: names that a person should look at."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from kliping.cli.app import OK, READ, UsageError, command_group, published_copy
from kliping.cli.options import MOST_ROWS, Form
from kliping.output import Format, printable, say, show, to_json
from kliping.sql_files import toml

if TYPE_CHECKING:
    from pathlib import Path

    from kliping.reading.name_review import Doubt

people_app = command_group("people", READ, "Who is who: names for you to check.")

COLUMNS = toml("cli/columns")["doubts"]


@people_app.command("review")
def people_review(
    ctx: typer.Context,
    limit: Annotated[int, Option(min=1, max=MOST_ROWS, help="Most questions.")] = 20,
    form: Form = Format.TABLE,
) -> int:
    """Ask whether two names are one person or body, and whether words are a name.

    The most frequent come first. Each answer is a line in identities.csv of the home, and counts from the next run or
    `kliping publish` on. Without a terminal, and with --format json or csv, the questions are listed.
    """
    from kliping.reading.name_review import doubts
    from warehouse.known_names import KnownNamesError, home_names

    try:
        lines = home_names(ctx.obj.home)
    except KnownNamesError as error:
        raise UsageError(f"correct the file first: {error}") from error
    with published_copy(ctx.obj) as reader:
        found = doubts(reader, lines, limit)
    if form is Format.TABLE and found and sys.stdin.isatty():
        _review(ctx.obj.home, found)
    elif form is Format.JSON:
        print(to_json([doubt.as_row() for doubt in found]))
    else:
        columns = COLUMNS if form is Format.TABLE else ()
        rows = [doubt.as_row() for doubt in found]
        show(rows, form, columns=columns, empty="no name is in doubt, or all are decided")
    return OK


def _review(home: Path, found: Sequence[Doubt]) -> None:
    """Ask one after the other; an answer is written at once, so none is lost."""
    from warehouse.own_names import add_line

    n_answers = 0
    for number, doubt in enumerate(found, 1):
        _show(doubt, f"{number} of {len(found)}")
        answer = _answer(doubt)
        if answer == "q":
            break
        if answer != "s":
            add_line(home, doubt.values(is_yes=answer == "y"))
            n_answers += 1
    if n_answers:
        note = "they count from the next run or `kliping publish` on"
        say(f"lines added to {home / 'identities.csv'}: {n_answers}; {note}")


def _show(doubt: Doubt, place: str) -> None:
    """Its reason, and the sentences of each name below it."""
    reason = ", ".join(filter(None, (doubt.reason, doubt.evidence)))
    say(f"\n{place}, articles: {doubt.n_articles}, {reason}", sys.stdout)
    for name, sentences in ((doubt.name, doubt.sentences), (doubt.also, doubt.also_sentences)):
        if name:
            say(name, sys.stdout)
            for sentence in sentences:
                say(f"  {sentence}", sys.stdout)


def _answer(doubt: Doubt) -> str:
    def check(text: str) -> str:
        letter = text.strip().lower()[:1]
        if letter not in {"y", "n", "s", "q"}:
            raise typer.BadParameter("answer y (yes), n (no), s (skip) or q (quit)")
        return letter

    return str(typer.prompt(f"{printable(doubt.question)} [y/n/s/q]", value_proc=check))
