"""Commands that ask the published copy."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer import Argument, Option

from kliping.cli.app import FAILED, OK, READ, UsageError, app, chosen_range, published_copy
from kliping.cli.options import (
    MINUS,
    MOST_ROWS,
    Form,
    Outlet,
    Since,
    Until,
    output_option,
    query_words,
)
from kliping.cli.umask import write_output
from kliping.output import Format, one_line, say, show, to_json
from kliping.reading.labels import Language
from kliping.reading.periods import Period

if TYPE_CHECKING:
    from kliping.sandbox.user_queries import UserQuery
    from warehouse.read.published import Reader

PageFile = Annotated[
    Path | None, output_option("Write a brief of the week: one page to mail.", is_text=True)
]
LabelLanguage = Annotated[
    Language | None,
    Option("--language", help="Of the labels; default KLIPING_REPORT_LANGUAGE or en."),
]


@app.command(rich_help_panel=READ)
def sql(
    ctx: typer.Context,
    query: Annotated[str, Argument(help="A SELECT, such as 'FROM mart.articles'.")],
    form: Form = Format.TABLE,
) -> None:
    """Ask the published database in SQL.

    The table mart.data_dictionary has the meaning of every column.
    """
    import duckdb

    if not query.strip(" \t\r\n;"):
        raise UsageError("the query is empty; try 'FROM mart.articles LIMIT 3'")
    with published_copy(ctx.obj) as reader:
        try:
            if (n := len(reader.con.extract_statements(query))) > 1:
                raise UsageError(f"these are {n} queries: ask one at a time")
            rows = reader.rows(query)
        except duckdb.Error as error:
            raise UsageError(
                f"{one_line(error)}; mart.data_dictionary says what every column means"
            ) from error
    show(rows, form)


@app.command("report", rich_help_panel=READ)
def report_question(
    ctx: typer.Context,
    name: Annotated[str | None, Argument(help="A saved question.", show_default=False)] = None,
    since: Since = None,
    until: Until = None,
    source: Outlet = None,
    output: PageFile = None,
    language: LabelLanguage = None,
    form: Form = Format.TABLE,
) -> None:
    """Saved questions on coverage, voices, topics, edits and more.

    Without a name they are listed. With --output it writes five findings, each with its sentence, of the last seven days or of --since to
    --until. Days are those of western Indonesia.
    """
    from kliping.reading.brief import brief
    from kliping.reading.completeness import missed_estimate
    from kliping.reading.labels import Labels
    from kliping.reading.questions import is_count
    from kliping.sandbox.user_queries import user_queries

    language = language or Language(ctx.obj.report_language)
    if output and (name is not None or form is not Format.TABLE):
        raise UsageError("--output writes a brief of the days; leave NAME and --format out")
    own = user_queries(ctx.obj.home)
    if name is None and not output:
        _list_questions(own, form)
        return
    with published_copy(ctx.obj) as reader:
        chosen = chosen_range(reader, since, until, source)
        if output:
            text = brief(reader, **chosen, language=language)
            write_output(output, text, f"{len(text.encode()) // 1000} kB; open it in a browser")
            return
        rows = _answer(reader, own, str(name), chosen)
        missed = missed_estimate(reader, **chosen) if is_count(str(name)) else None
    if form is Format.TABLE and name not in own:
        rows = [_labelled(row, language, has_before=since is not None) for row in rows]
    elif missed:
        rows = [{**row, "unseen": row.get("unseen", missed.text)} for row in rows]
    has_range = bool(since or until or source)
    show(rows, form, empty="nothing of that kind yet" + (" in this range" if has_range else ""))
    if missed and rows and form is Format.TABLE:
        labels = Labels(language)
        text = labels.estimate(missed.text) if missed.is_known else labels.way_out(missed.reason)
        say(f"{labels.text('Estimated unseen')}: {text}", sys.stdout)


def _list_questions(own: Mapping[str, UserQuery], form: Format) -> None:
    from kliping.reading.questions import questions

    texts = questions() | {name: query.question for name, query in own.items()}
    show([{"name": name, "question": text} for name, text in texts.items()], form)


def _answer(
    reader: Reader, own: Mapping[str, UserQuery], name: str, chosen: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The answer to a question of the user's, or to a bundled one."""
    from kliping.reading.questions import ask
    from kliping.sandbox.user_queries import ask_user_query

    query = own.get(name)
    return ask_user_query(reader, query, chosen) if query else ask(reader, name, **chosen)


def _labelled(row: Mapping[str, Any], language: Language, *, has_before: bool) -> dict[str, Any]:
    """A row of a bundled question for people: in their language, with a series as bars."""
    from kliping.reading.labels import Labels
    from kliping.reading.series import spark

    labels = Labels(language)
    cells = dict(row)
    if "speaker_entity_id" in cells and cells.pop("speaker_entity_id") is None:
        cells["speaker"] = labels.text("speaker not resolved")
    topic = cells.pop("topic_en", None)
    if topic and language is Language.ENGLISH:
        cells["topic"] = topic
    if not has_before:
        cells.pop("before", None)
    for key, value in cells.items():
        if key.startswith("per_"):
            cells[key] = spark(value)
        elif key == "unseen":
            cells[key] = labels.cell(value)
        elif key in ("kind", "state", "cause", "speaker_class") and value:
            cells[key] = labels.text(value.replace("_", " "))
    return {labels.heading(key): value for key, value in cells.items()}


@app.command(rich_help_panel=READ, context_settings=MINUS)
def search(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        Argument(
            help='Words, "a phrase", speaker:menteri, korup*; AND, OR, `-word`, groups.',
            callback=query_words,
        ),
    ],
    since: Since = None,
    until: Until = None,
    source: Outlet = None,
    limit: Annotated[int, Option(min=1, max=MOST_ROWS, help="Most articles.")] = 20,
    form: Form = Format.TABLE,
) -> None:
    """Articles with these words, the best match first.

    Words match in all their Indonesian forms. docs/how-to/search.md has the language, with examples.
    """
    from kliping.cli.hits import show_hits
    from kliping.reading.search import n_found
    from kliping.reading.search import search as find
    from parsers.search_query import terms

    query = " ".join(words)
    with published_copy(ctx.obj) as reader:
        chosen = chosen_range(reader, since, until, source)
        rows = find(reader, query, **chosen, limit=limit)
        n = n_found(reader, **chosen)
    if form is Format.TABLE and rows:
        show_hits(rows, terms(query))
    else:
        show(rows, form, empty="no article is found")
    if n > len(rows):
        say(f"the best {len(rows)} of {n} articles: --limit shows more")


@app.command(rich_help_panel=READ, context_settings=MINUS)
def attention(
    ctx: typer.Context,
    words: Annotated[list[str], Argument(help="A query as for `search`.", callback=query_words)],
    by: Annotated[Period, Option(help="Length of a period.")] = Period.WEEK,
    per: Annotated[
        Literal["source"] | None, Option(help="A row for each outlet, too.", show_default=False)
    ] = None,
    since: Since = None,
    until: Until = None,
    source: Outlet = None,
    form: Form = Format.TABLE,
) -> None:
    """How many of all articles match a query, by day, week or month.

    No number stands where no outlet was crawled. docs/how-to/search.md says what the columns mean.
    """
    from kliping.reading.attention import attention as count
    from kliping.reading.attention import bursty_outlets
    from kliping.reading.completeness import missed_estimate
    from kliping.reading.labels import Labels

    with published_copy(ctx.obj) as reader:
        chosen = chosen_range(reader, since, until, source)
        rows = count(reader, " ".join(words), by=by, per_source=per is not None, **chosen)
        is_total = form is Format.TABLE and not per
        bursty = bursty_outlets(reader, chosen["source"]) if is_total else []
        missed = missed_estimate(reader, **chosen)
    labels = Labels(Language.ENGLISH)
    if has_unknown := form is Format.TABLE and any(r["unseen"] == "cannot tell" for r in rows):
        rows = [row | {"unseen": labels.cell(row["unseen"])} for row in rows]
    show(rows, form, empty="no article is stored yet")
    if has_unknown:
        say(f"unseen –: {labels.way_out(missed.reason)}", sys.stdout)
    if bursty:
        say(f"articles come in bursts, so compare longer periods: {', '.join(bursty)}", sys.stdout)


@app.command(rich_help_panel=READ)
def explain(
    ctx: typer.Context,
    url: Annotated[str, Argument(metavar="URL|ID")],
    text: Annotated[
        bool, Option("--text", help="Its stored text with every quote, figure, date … marked.")
    ] = False,
    form: Form = Format.TABLE,
) -> int:
    """All that is known about one address or article.

    An id may also be that of a page in quarantine.
    """
    from kliping.reading.explain import explain as look_up
    from kliping.reading.explain import text as stored_text

    if not url.strip():
        raise UsageError("give an address or an article's id; `kliping search` finds both")
    with published_copy(ctx.obj) as reader:
        chapters = look_up(reader, url)
        marked = stored_text(reader, url) if text else None
    if not chapters:
        say(f"nothing is known of {url}: no channel announced it, nobody imported it", sys.stdout)
        return FAILED
    if text and not marked:
        say(f"no text of {url} is stored", sys.stdout)
        return FAILED
    if marked:
        _show_marked_text(*marked, form)
    else:
        show_chapters(chapters, form)
    return OK


def _show_marked_text(text: str, spans: Sequence[Mapping[str, Any]], form: Format) -> None:
    from kliping.cli.article_view import show_text

    if form is Format.JSON:
        print(to_json({"text": text, "spans": spans}))
    else:
        show_text(text, spans)


def show_chapters(chapters: Mapping[str, Sequence[Mapping[str, Any]]], form: Format) -> None:
    """Tables with titles. A single row reads better from top to bottom."""
    if form is Format.JSON:
        print(to_json(chapters))
        return
    for name, rows in chapters.items():
        is_single = len(rows) == 1 and form is Format.TABLE
        show(_transposed(rows[0]) if is_single else rows, form, title=name)
        print()


def _transposed(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"what": key, "value": value} for key, value in row.items() if value is not None]
