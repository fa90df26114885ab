"""The tools: each reads one published copy and answers in JSON. Their docstrings are what an agent reads of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from kliping.mcp_server.tool_answer import MOST_ROWS, RESERVED, answer, short_row
from kliping.proofreading.report import as_rows
from kliping.reading import browse
from kliping.reading.attention import attention
from kliping.reading.draft_lookups import DraftLookups
from kliping.reading.explain import article_of_url, metadata, text
from kliping.reading.names import require_known, spelled
from kliping.reading.periods import Period
from kliping.reading.proofread import proofread
from kliping.reading.questions import outlet, topic_id
from kliping.reading.search import MOST_RANKED, n_found, search
from kliping.sandbox.pool import Limits, Sandbox
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import ReaderText, reservations
from warehouse.read.shared_copy import Copies, Patience

NAMES = (  # of the methods of `Tools` that are offered
    "search",
    "attention",
    "quotes",
    "figures",
    "article",
    "proofread",
    "sql",
)
LIMITS = Limits(seconds=5.0, rows=MOST_ROWS, answer_mb=1)  # of a query in SQL
TEXT_CHARACTERS = 10_000  # of an article at once
DRAFT_CHARACTERS = 20_000
LONGEST_VALUE = 500
FEWER_DAYS = "ask for fewer days, or for one outlet"
NEXT_ROWS = "ask for the next with `offset`"

Query = Annotated[
    str,
    Field(
        description='Words, "a phrase", korup*, "a b"~5, headline:banjir, speaker:menteri; AND, OR, NOT or -word, (groups); * is all.',
        max_length=LONGEST_VALUE,
    ),
]
Day = Annotated[date | None, Field(description="Such as 2026-11-24; both ends count.")]
Value = Annotated[str | None, Field(max_length=LONGEST_VALUE)]
Outlet = Annotated[
    str | None, Field(description="Name or title of an outlet.", max_length=LONGEST_VALUE)
]
Speaker = Annotated[
    str | None, Field(description="The whole name, in any case.", max_length=LONGEST_VALUE)
]
Topic = Annotated[
    str | None, Field(description="Id or label of a topic.", max_length=LONGEST_VALUE)
]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS, description="Most rows.")]
Offset = Annotated[int, Field(ge=0, le=1_000_000, description="Rows to leave out at the start.")]
SQLText = Annotated[str, Field(description="One SELECT in DuckDB's SQL.", max_length=100_000)]
Draft = Annotated[
    str, Field(description="The text, as Markdown or plain.", max_length=DRAFT_CHARACTERS)
]


class NoAnswerError(Exception):
    """What was asked cannot be answered; the message says what to ask instead."""


class Tools:
    """The tools of one home, for many threads. Raises NothingPublished."""

    def __init__(
        self, home: Path, patience: Patience | None = None, sql_limits: Limits = LIMITS
    ) -> None:
        self._sandbox = Sandbox(home, sql_limits)  # its processes start with the first query
        self._copies = Copies(home, patience)

    def close(self) -> None:
        self._copies.close()
        self._sandbox.close()

    def search(
        self,
        query: Query,
        since: Day = None,
        until: Day = None,
        source: Outlet = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> str:
        """Find articles by their words, the best match first: id, address, day, outlet, headline, excerpt and its span."""
        with self._copies.reader() as reader:
            chosen = _range(reader, since, until, source)
            rows = search(reader, query, **chosen, limit=limit, offset=offset)
            n = n_found(reader, **chosen)
            shown, notes = _short_if_reserved(reader, rows)
        if n > MOST_RANKED:
            notes.append(f"the latest {MOST_RANKED} are ranked: ask for fewer days to see others")
        hint = f"{n} articles were found; {NEXT_ROWS}"
        return answer(shown, has_more=n > offset + len(rows), hint=hint, notes=notes)

    def attention(
        self,
        query: Query,
        by: Period = Period.WEEK,
        since: Day = None,
        until: Day = None,
        source: Outlet = None,
        per_outlet: bool = False,
    ) -> str:
        """Count the articles that a query finds, by day, week or month, and their share of all articles.

        Counts are null where no outlet was crawled. `search` with the same query and days has the articles.
        """
        with self._copies.reader() as reader:
            chosen = _range(reader, since, until, source)
            rows = attention(reader, query, by=by, per_source=per_outlet, **chosen)
        return answer(rows, hint=FEWER_DAYS)

    def quotes(
        self,
        speaker: Speaker = None,
        entity_id: Value = None,
        topic: Topic = None,
        article_id: Value = None,
        since: Day = None,
        until: Day = None,
        source: Outlet = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> str:
        """List quotes, the latest first: words, speaker, role, and id, address and span of the article they stand in."""
        chosen: Row = {"speaker": speaker, "entity": entity_id, "article": article_id}
        with self._copies.reader() as reader:
            chosen |= _range(reader, since, until, source) | {"topic": topic_id(reader, topic)}
            return _listed(reader, "quotes", chosen, limit, offset)

    def figures(
        self,
        kind: browse.FigureKind | None = None,
        speaker: Speaker = None,
        topic: Topic = None,
        article_id: Value = None,
        since: Day = None,
        until: Day = None,
        source: Outlet = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> str:
        """List figures, the latest first: value, unit, noun, who says it, and id, address and span in the article."""
        chosen: Row = {"kind": kind, "speaker": speaker, "article": article_id}
        with self._copies.reader() as reader:
            chosen |= _range(reader, since, until, source) | {"topic": topic_id(reader, topic)}
            return _listed(reader, "figures", chosen, limit, offset)

    def article(
        self,
        article: Annotated[
            str, Field(description="Its id or its address.", max_length=2 * LONGEST_VALUE)
        ],
        char_start: Annotated[
            int, Field(ge=0, le=100_000_000, description="Where to begin in the text.")
        ] = 0,
    ) -> str:
        """Read an article: its metadata, its text, and as rows the spans of quotes, figures, dates, places and names.

        Of a text that its publisher reserves there is only the beginning.
        """
        with self._copies.reader() as reader:
            row = metadata(reader, article) or metadata(
                reader, article_of_url(reader, article) or ""
            )
            marked = text(reader, row["article_id"]) if row else None
            if not row or not marked:
                raise NoAnswerError(
                    "no article of this id or address is published; `search` finds both"
                )
            reserved = reservations(reader, [row["article_id"]])
        return _text_answer(row, *marked, char_start, reserved.get(row["article_id"], []))

    def proofread(self, draft: Draft) -> str:
        """Check a draft: each quote and figure in it beside what outlets published, with a verdict and the span of the source."""
        with self._copies.reader() as reader:
            rows = as_rows(proofread(draft, DraftLookups(reader)))
            sources = {row["source"]["article_id"] for row in rows if row["source"]}
            reserved = reservations(reader, sorted(sources))
        if not rows:
            raise NoAnswerError(
                "nothing to check: no quote of three words, no statement with its speaker, no figure with a unit"
            )
        shown = [_short_finding(row, reserved) for row in rows]
        return answer(shown, hint="send a shorter draft", notes=[RESERVED] if shown != rows else [])

    def sql(self, query: SQLText) -> str:
        """Ask in SQL, read-only: one SELECT, five seconds. `FROM mart.data_dictionary` has the tables and columns.

        Of a text that its publisher reserves there are the first 280 characters only.
        """
        found = self._sandbox.ask(query)
        return answer(
            found.records(), has_more=found.truncated, hint="ask for fewer rows or columns"
        )


def _range(
    reader: Reader, since: date | None, until: date | None, source: str | None
) -> dict[str, Any]:
    """Raises NoAnswerError, UnknownNameError."""
    if since and until and since > until:
        raise NoAnswerError(f"since {since} is after until {until}: exchange the two days")
    return {"since": since, "until": until, "source": outlet(reader, source)}


def _listed(reader: Reader, name: str, chosen: Mapping[str, Any], limit: int, offset: int) -> str:
    chosen = spelled(reader, chosen)
    rows = browse.rows(reader, name, chosen, limit=limit + 1, offset=offset)
    if not rows and not offset:
        require_known(reader, name, chosen)
    shown, notes = _short_if_reserved(reader, rows[:limit])
    return answer(shown, has_more=len(rows) > limit, hint=NEXT_ROWS, notes=notes)


def _short_if_reserved(reader: Reader, rows: list[Row]) -> tuple[list[Row], list[str]]:
    """The rows, and a note where some of them are of texts that publishers reserve."""
    reserved = reservations(reader, sorted({row["article_id"] for row in rows}))
    shown = [short_row(row) if row["article_id"] in reserved else row for row in rows]
    return shown, [RESERVED] if shown != rows else []


def _text_answer(
    row: Row, body: str, spans: list[Row], char_start: int, reserved: list[str]
) -> str:
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
    return answer(
        [span for span in spans if char_start <= span["char_start"] and span["char_end"] <= end],
        hint="ask with another `char_start`",
        notes=notes,
        article=short_row(row),
        text=text[char_start:end],
        char_start=char_start,
    )


def _short_finding(finding: Row, reserved: Mapping[str, Any]) -> Row:
    source = finding["source"]
    if not source or source["article_id"] not in reserved:
        return finding
    return {**short_row(finding), "source": short_row(source)}
