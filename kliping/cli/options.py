"""Options and arguments that several commands share."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer import Argument, Option

from kliping.cli.umask import STANDARD_OUTPUT
from kliping.output import Format, printable

WESTERN_INDONESIA = timezone(timedelta(hours=7))  # whose days the articles have
MOST_ROWS = 1_000_000  # that anybody may ask for
MOST_SEED = 2**31 - 1
MINUS = {"ignore_unknown_options": True}  # of a command whose words are a query: -word is one
DAYS_HELP = "YYYY-MM-DD, YYYY-MM, today, yesterday, 7d (days ago), last-week, last-month, …"


def query_words(ctx: typer.Context, words: list[str]) -> list[str]:
    """Those of a query. Raises typer.BadParameter for an option that the command has not."""
    names = [name for option in ctx.command.params for name in option.opts if name.startswith("--")]
    for word in words:
        if word.startswith("--") and word[2:3].isalpha():
            near = get_close_matches(word.partition("=")[0], names, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise typer.BadParameter(f"no such option: {word}{hint}")
    return words


def path(text: str) -> Path:
    """A path that somebody wrote: an empty one, as of an unset variable, would be the current folder."""
    if not text.strip():
        raise typer.BadParameter("the path is empty: name a file or a folder")
    return Path(text)


def file_path(text: str) -> Path:
    """A path of what cannot be printed: a database, a folder."""
    if (file := path(text)) == STANDARD_OUTPUT:
        raise typer.BadParameter("this cannot go to standard output: name a file or a folder")
    return file


def output_option(meaning: str, metavar: str = "FILE", *, is_text: bool = False) -> Any:
    """`--output`: where a command writes what it makes. `-` is standard output, of a text."""
    parser = path if is_text else file_path
    return Option("--output", metavar=metavar, parser=parser, help=meaning)


def encoding_name(text: str) -> str:
    """Raises typer.BadParameter where Python knows no such encoding of texts."""
    try:
        "a".encode(text)
    except (LookupError, ValueError) as error:
        raise typer.BadParameter(f"there is no encoding {printable(text)!r}") from error
    return text


def path_or_address(text: str) -> Path | str:
    """An address in object storage stays a text."""
    return text if text.startswith("s3://") else path(text)


def today() -> date:
    return datetime.now(UTC).astimezone(WESTERN_INDONESIA).date()


def first_day(text: str) -> date:
    """The day, or the first of the week or month. Raises typer.BadParameter."""
    return _period(text)[0]


def last_day(text: str) -> date:
    """The day, or the last of the week or month. Raises typer.BadParameter."""
    return _period(text)[1]


def _period(text: str) -> tuple[date, date]:
    word = text.strip().lower()
    if match := re.fullmatch(r"(?a:(\d{1,4}))\s*([dw])", word):
        n_days = int(match[1]) * (7 if match[2] == "w" else 1)
        return (today() - timedelta(n_days),) * 2
    if match := re.fullmatch(r"(this|last)-(week|month)", word):
        return _week(match[1]) if match[2] == "week" else _month(match[1])
    if word in {"today", "yesterday"}:
        return (today() - timedelta(word == "yesterday"),) * 2
    try:
        if re.fullmatch(r"(?a:\d{4}-\d\d)", word):
            return _whole_month(date.fromisoformat(f"{word}-01"))
        if re.fullmatch(r"(?a:\d{4}-\d\d-\d\d)", word):
            return (date.fromisoformat(word),) * 2
    except ValueError:
        pass
    raise typer.BadParameter(
        f"{printable(text)!r} is no day: write {DAYS_HELP.removesuffix(', …')}"
    )


def _week(which: str) -> tuple[date, date]:
    monday = today() - timedelta(today().weekday() + 7 * (which == "last"))
    return monday, monday + timedelta(6)


def _month(which: str) -> tuple[date, date]:
    first = today().replace(day=1)
    return _whole_month(first if which == "this" else (first - timedelta(1)).replace(day=1))


def _whole_month(first: date) -> tuple[date, date]:
    return first, first.replace(day=monthrange(first.year, first.month)[1])


Form = Annotated[Format, Option("--format", help="How to print.")]
Names = Annotated[
    list[str] | None,
    Argument(metavar="SOURCE", help="Names of sources; default all.", show_default=False),
]
CrawledNames = Annotated[
    list[str] | None,
    Argument(
        metavar="SOURCE",
        help="Names of sources; default those that the home enables.",
        show_default=False,
    ),
]
Limit = Annotated[
    int | None, Option("--limit", min=1, max=MOST_ROWS, help="Most pages of each source.")
]
ListLimit = Annotated[int, Option("--limit", min=1, max=MOST_ROWS, help="Most rows of a list.")]
Since = Annotated[
    date | None, Option("--since", metavar="DAY", parser=first_day, help=f"First day: {DAYS_HELP}.")
]
Until = Annotated[
    date | None, Option("--until", metavar="DAY", parser=last_day, help="Last day, included.")
]
Query = Annotated[
    str | None,
    Option(
        "--match",
        metavar="QUERY",
        help="Fetch only articles whose announced title or address matches; a query of `kliping search`.",
    ),
]
Seed = Annotated[
    int,
    Option("--seed", min=0, max=MOST_SEED, help="Draws the sample that tells what --match misses."),
]
DryRun = Annotated[bool, Option("--dry-run", help="Estimate requests and time; fetch no page.")]
ColumnMap = Annotated[
    list[str] | None,
    Option(
        "--map",
        metavar="FIELD=COLUMN,…",
        help="Columns of a table whose names are not known: url=pranala,headline=kepala. Can be repeated.",
    ),
]
AsFetched = Annotated[
    bool,
    Option("--as-fetched", help="Saved pages count as fetched now: they may replace fetched ones."),
]
StatedDateOrder = Annotated[
    Literal["dmy", "mdy"] | None,
    Option(
        "--date-order",
        help="Of dates such as 03/04/2025, where their column does not show whether the day or the month is first.",
    ),
]
Encoding = Annotated[
    str | None,
    Option(
        "--encoding",
        parser=encoding_name,
        metavar="NAME",
        help="Of CSV that is not UTF-8, such as windows-1252 or utf-16.",
    ),
]
ImportDryRun = Annotated[
    bool,
    Option("--dry-run", help="Only show how columns are read, and what would become of each row."),
]
Outlet = Annotated[str | None, Option("--source", help="Only this outlet: name or title.")]
