"""The tools: each reads one published copy and answers in JSON. Their docstrings are what an agent reads of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import Field

from kliping.mcp_server.arguments import (
    LONGEST_VALUE,
    Cursor,
    Day,
    Draft,
    Limit,
    Outlet,
    Query,
    SQLText,
    Topic,
)
from kliping.mcp_server.citations import ARTICLE, cited, with_evidence
from kliping.mcp_server.list_tools import USUAL_ROWS, ListTool
from kliping.mcp_server.tool_answer import MOST_ROWS, NEXT_ROWS, RESERVED, answer, short_row
from kliping.proofreading.report import as_rows
from kliping.reading import browse
from kliping.reading.attention import attention
from kliping.reading.completeness import missed_estimate
from kliping.reading.draft_lookups import DraftLookups
from kliping.reading.explain import article_of_url, metadata, text
from kliping.reading.labels import Labels, Language
from kliping.reading.measured import measured
from kliping.reading.names import require_known, spelled
from kliping.reading.periods import Period
from kliping.reading.proofread import proofread
from kliping.reading.questions import ask, is_count, outlet, questions, topic_id
from kliping.reading.search import MOST_RANKED, n_found, search
from kliping.sandbox.pool import Limits, Sandbox
from kliping.sql_files import sql
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import ReaderText, reservations
from warehouse.read.shared_copy import Copies, Patience

TITLES = {  # of the methods of `Tools` that are offered, beside the lists
    "search": "Search articles",
    "attention": "Attention over time",
    "article": "Read an article",
    "question": "Saved questions",
    "proofread": "Check a draft",
    "dictionary": "Views and columns",
    "sql": "Ask in SQL",
}
LIMITS = Limits(seconds=5.0, rows=MOST_ROWS, answer_mb=1)  # of a query in SQL
TEXT_CHARACTERS = 5_000  # of an article at once
VIEWS, COLUMNS = sql("dictionary/views"), sql("dictionary/columns")
EXPLORER = "http://127.0.0.1:8484"
AGAIN = "the query is asked again, so give it an ORDER BY"


class NoAnswerError(Exception):
    """What was asked cannot be answered; the message says what to ask instead."""


class Tools:
    """The tools of one home, for many threads. Raises NothingPublished."""

    def __init__(
        self,
        home: Path,
        patience: Patience | None = None,
        sql_limits: Limits = LIMITS,
        explorer: str = EXPLORER,
    ) -> None:
        self._sandbox = Sandbox(home, sql_limits)  # its processes start with the first query
        self.copies = Copies(home, patience)
        self._explorer = explorer.rstrip("/")

    def close(self) -> None:
        self.copies.close()
        self._sandbox.close()

    def listed(
        self, tool: ListTool, *, limit: int = USUAL_ROWS, cursor: str | None = None, **values: Any
    ) -> Row:
        """Some rows of the list of a tool."""
        start = int(cursor or 0)
        with self.copies.reader() as reader:
            chosen = _chosen(reader, values)
            rows = browse.rows(reader, tool.name, chosen, limit=limit, offset=start)
            if not rows and not start:
                require_known(reader, tool.name, chosen)
            total = browse.n_rows(reader, tool.name, chosen)
            limits = (
                _limits(reader, tool.name, chosen)
                if "since" in tool.arguments
                else _measured(tool.name)
            )
            shown, notes = self._cited(reader, tool, rows)
        has_more = total > start + len(rows)
        return answer(
            shown, start=start, total=total, has_more=has_more, notes=notes, limits=limits
        )

    def _address(self, path: str, **values: Any) -> str:
        """Of a page of the explorer."""
        query = urlencode({name: value for name, value in values.items() if value is not None})
        return f"{self._explorer}{path}?{query}".removesuffix("?")

    def _cited(
        self, reader: Reader, tool: ListTool, rows: list[Row]
    ) -> tuple[list[Row], list[str]]:
        if tool.evidence_key:
            rows = with_evidence(reader, tool.name, tool.evidence_key, rows)
        shown, notes = _short_if_reserved(reader, rows, tool.hidden)
        return cited(reader, shown, self._explorer, tool.page), notes

    def search(
        self,
        query: Query,
        since: Day = None,
        until: Day = None,
        source: Outlet = None,
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
    ) -> Row:
        """Find articles by their words, the best match first: id, address, day, outlet, headline, excerpt and its span."""
        start = int(cursor or 0)
        with self.copies.reader() as reader:
            chosen = _range(reader, since, until, source)
            rows = search(reader, query, **chosen, limit=limit, offset=start)
            n = n_found(reader, **chosen)
            shown, notes = _short_if_reserved(reader, rows)
            shown = cited(reader, shown, self._explorer, ARTICLE)
            limits = _limits(reader, "search", chosen)
        if n > MOST_RANKED:
            notes.append(f"the latest {MOST_RANKED} are ranked: ask for fewer days to see others")
        has_more = min(n, MOST_RANKED) > start + len(rows)
        return answer(shown, start=start, total=n, has_more=has_more, notes=notes, limits=limits)

    def attention(
        self,
        query: Query,
        by: Period = Period.WEEK,
        since: Day = None,
        until: Day = None,
        source: Outlet = None,
        per_outlet: bool = False,
        cursor: Cursor = None,
    ) -> Row:
        """Count the articles that a query finds, by day, week or month, and their share of all articles.

        Counts are null where no outlet was crawled. `search` with the same query and days has the articles.
        """
        with self.copies.reader() as reader:
            chosen = _range(reader, since, until, source)
            rows = attention(reader, query, by=by, per_source=per_outlet, **chosen)
            limits = _limits(reader, "attention", chosen)
        return _page(rows, cursor, limits=limits, explorer=self._address("/search", q=query, by=by))

    def article(
        self,
        article: Annotated[
            str, Field(description="Its id or its address.", max_length=2 * LONGEST_VALUE)
        ],
        char_start: Annotated[
            int, Field(ge=0, le=100_000_000, description="Where to begin in the text.")
        ] = 0,
    ) -> Row:
        """Read an article: its metadata, its text, and as rows the spans of quotes, figures, dates, places and names.

        Of a text that its publisher reserves there is only the beginning.
        """
        with self.copies.reader() as reader:
            row = metadata(reader, article) or metadata(
                reader, article_of_url(reader, article) or ""
            )
            marked = text(reader, row["article_id"]) if row else None
            if not row or not marked:
                raise NoAnswerError(
                    "no article of this id or address is published; `search` finds both"
                )
            reserved = reservations(reader, [row["article_id"]]).get(row["article_id"], [])
            [shown] = cited(reader, [short_row(row)], self._explorer, ARTICLE)
        return _text_answer(shown, *marked, char_start, reserved)

    def question(
        self,
        name: Annotated[str, Field(description="Of the question, such as speakers or first.")],
        topic: Topic = None,
        since: Day = None,
        until: Day = None,
        source: Outlet = None,
        cursor: Cursor = None,
    ) -> Row:
        """Ask a saved question; its answer is the one of the explorer and of `kliping report`."""
        with self.copies.reader() as reader:
            chosen = _range(reader, since, until, source)
            rows = ask(reader, name, topic=topic_id(reader, topic), **chosen)
            limits = _limits(reader, name, chosen) if is_count(name) else _measured(name)
        page = self._address(f"/questions/{name}", since=since, until=until, source=source)
        return _page(rows, cursor, limits=limits, question=questions()[name], explorer=page)

    def proofread(self, draft: Draft, cursor: Cursor = None) -> Row:
        """Check a draft: each quote and figure in it beside what outlets published, with a verdict and the span of the source."""
        with self.copies.reader() as reader:
            rows = as_rows(proofread(draft, DraftLookups(reader)))
            sources = {row["source"]["article_id"] for row in rows if row["source"]}
            reserved = reservations(reader, sorted(sources))
            shown = [_short_finding(row, reserved) for row in rows]
            notes = [RESERVED] if shown != rows else []
            for row in shown:
                if row["source"]:
                    [row["source"]] = cited(reader, [row["source"]], self._explorer, ARTICLE)
        if not rows:
            raise NoAnswerError(
                "nothing to check: no quote of three words, no statement with its speaker, no figure with a unit"
            )
        return _page(shown, cursor, notes=notes, limits=_measured("quotes"))

    def dictionary(
        self,
        view: Annotated[
            str | None, Field(description="Such as mart.quotes.", max_length=LONGEST_VALUE)
        ] = None,
        cursor: Cursor = None,
    ) -> Row:
        """What `sql` can read: the views of the schema `mart` with their columns, or the columns of one view with their meaning."""
        with self.copies.reader() as reader:
            if view is None:
                return answer([], views=views(reader))
            rows = reader.rows(COLUMNS, {"view": view.removeprefix("mart.")})
        if not rows:
            raise NoAnswerError("there is no such view; without `view` there are all of them")
        return _page(rows, cursor)

    def sql(self, query: SQLText, cursor: Cursor = None) -> Row:
        """Ask in SQL, read-only: one SELECT, five seconds. `dictionary` has the views and columns.

        Of a text that its publisher reserves there are the first 280 characters only.
        """
        found = self._sandbox.ask(query)
        hint = f"{NEXT_ROWS} ({AGAIN}), or ask for fewer rows or columns"
        return _page(found.records(), cursor, has_more=found.truncated, hint=hint)


def views(reader: Reader) -> list[str]:
    """A line for each view of the schema `mart` that answers questions."""
    return [row["line"] for row in reader.rows(VIEWS)]


def _chosen(reader: Reader, values: Mapping[str, Any]) -> Row:
    """What an agent gave, by the names of the parameters of SQL files. Raises NoAnswerError, UnknownNameError."""
    chosen = {name.removesuffix("_id"): value for name, value in values.items()}
    if {"since", "until", "source"} & set(chosen):
        chosen |= _range(reader, *map(chosen.get, ("since", "until", "source")))
    if "topic" in chosen:
        chosen["topic"] = topic_id(reader, chosen["topic"])
    return spelled(reader, chosen)


def _range(
    reader: Reader, since: date | None, until: date | None, source: str | None
) -> dict[str, Any]:
    """Raises NoAnswerError, UnknownNameError."""
    if since and until and since > until:
        raise NoAnswerError(f"since {since} is after until {until}: exchange the two days")
    return {"since": since, "until": until, "source": outlet(reader, source)}


def _limits(reader: Reader, name: str, chosen: Mapping[str, Any]) -> list[str]:
    """What no channel announced in these days, and how often the rules of the list are right."""
    range_ = {key: chosen.get(key) for key in ("since", "until", "source")}
    missed = missed_estimate(reader, **range_)
    reason = f" ({missed.reason})" if missed.reason else ""
    return [f"articles of these weeks that no channel announced: {missed.text}{reason}", *_measured(name)]  # fmt: skip


def _measured(name: str) -> list[str]:
    return measured(name, Labels(Language.ENGLISH))


def _page(rows: list[Row], cursor: str | None, **about: Any) -> Row:
    """Of rows that are all there."""
    start = int(cursor or 0)
    return answer(rows[start:], start=start, total=len(rows), **about)


def _short_if_reserved(
    reader: Reader, rows: list[Row], hidden: tuple[str, ...] = ()
) -> tuple[list[Row], list[str]]:
    """The rows, and a note where some of them are of texts that publishers reserve."""
    ids = {row["article_id"] for row in rows if row.get("article_id")}
    reserved = reservations(reader, sorted(ids))
    withheld = dict.fromkeys(hidden)
    shown = [
        short_row(row) | withheld if row.get("article_id") in reserved else row for row in rows
    ]
    return shown, [RESERVED] if shown != rows else []


def _text_answer(
    row: Row, body: str, spans: list[Row], char_start: int, reserved: list[str]
) -> Row:
    """The part of a text from `char_start` on, with the spans that are in it."""
    text = ReaderText.of(body, is_reserved=bool(reserved)).shown
    end = min(char_start + TEXT_CHARACTERS, len(text))
    notes = []
    if reserved:
        notes = [
            f"the publisher reserves this text, so only its beginning is here: {'; '.join(reserved)}"
        ]
    elif end < len(text):
        notes = [f"the text has {len(text)} characters: ask for the rest with char_start={end}"]
    inside = [
        span for span in spans if char_start <= span["char_start"] and span["char_end"] <= end
    ]
    made = answer(
        inside,
        hint="ask with the `char_start` of the last one",
        notes=notes,
        limits=_measured("quotes") + _measured("figures"),
        article=row,
        text=text[char_start:end],
        char_start=char_start,
    )
    return made | {"next_cursor": None}


def _short_finding(finding: Row, reserved: Mapping[str, Any]) -> Row:
    source = finding["source"]
    if not source or source["article_id"] not in reserved:
        return finding
    return {**short_row(finding), "source": short_row(source)}
