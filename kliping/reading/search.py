"""Full-text search, the best match first.

The reader finds the articles (`warehouse.read.search_sql`). Here the names in the query are checked, and what was found is ranked by
reading the texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Unpack

from kliping.reading.names import unknown_name
from kliping.reading.periods import EVERYTHING, Scope
from kliping.reading.questions import outlet_titles, topics
from kliping.reading.unknown_names import unknown_outlet, unknown_topic
from kliping.sql_files import sql
from parsers.search_query import SCORED, Term, terms
from warehouse.queries import Row
from warehouse.read.published import Reader

FIND = sql("search/find")
SEARCH = sql("search/search")
COUNT = sql("search/count")
HEADLINE_WEIGHT = 4
MOST_RANKED = 2_000  # articles whose texts are read for one query
AROUND = 80  # characters of the text before and after what was found


def search(
    reader: Reader, query: str, *, limit: int = 20, offset: int = 0, **scope: Unpack[Scope]
) -> list[Row]:
    """The articles of a query, each with an excerpt around the first of its terms, and where that stands in the text.

    docs/how-to/search.md has the language. Of more than MOST_RANKED articles the latest are ranked; `n_found` counts all.
    Raises what `find` raises.
    """
    wanted = find(reader, query)
    limits = {"limit": limit, "offset": offset, "ranked": MOST_RANKED}
    rows = reader.rows_by_index(*_ranking(wanted, {**EVERYTHING, **scope, **limits}))
    return [row | excerpt(row.pop("body_text"), wanted) for row in rows]


def each_found(reader: Reader, query: str, **scope: Unpack[Scope]) -> Iterator[Row]:
    """All that `search` finds, the best match first. Raises what `find` raises."""
    wanted = find(reader, query)
    limits = {"limit": None, "offset": 0, "ranked": None}
    for row in reader.each(*_ranking(wanted, {**EVERYTHING, **scope, **limits})):
        yield row | excerpt(row.pop("body_text"), wanted)


def _ranking(wanted: Sequence[Term], parameters: Row) -> tuple[str, Row]:
    """The query for the articles of `found_articles`, with its parameters."""
    scored = {
        f"t{n}": rf"(?i)(?:^|[^\pL\pN])(?:{term.scored})(?:$|[^\pL\pN])"
        for n, term in enumerate(wanted)
        if term.is_wanted and term.field in SCORED
    }
    script = SEARCH.replace("$hits", f"[{', '.join(map(_hits, scored))}]::DOUBLE[]")
    return script, parameters | scored


def n_found(reader: Reader, **scope: Unpack[Scope]) -> int:
    """How many articles the last search of the reader found in these days."""
    n: int = reader.rows(COUNT, {**EVERYTHING, **scope})[0]["n"]
    return n


def find(reader: Reader, query: str) -> list[Term]:
    """The terms; `found_articles` has what they find, for a list and its attention. Raises QueryError, UnknownNameError."""
    wanted = valid_terms(reader, query)
    reader.rows_by_index(FIND, {"query": query})
    if not reader.rows("SELECT 1 FROM found_articles LIMIT 1"):
        _require_names(reader, wanted)
    return wanted


def _require_names(reader: Reader, wanted: Iterable[Term]) -> None:
    """Raises UnknownNameError for a speaker or a place that no article has."""
    for term in wanted:
        alone = {"query": f'{term.field}:"{term.written}"'}
        is_name = term.is_wanted and term.field in {"speaker", "place"}
        if is_name and not reader.rows("FROM mart.search($query) LIMIT 1", alone):
            raise unknown_name(reader, term.field, term.written)


def valid_terms(reader: Reader, query: str) -> list[Term]:
    """The terms, whose outlets and topics are known here: others would count nothing. Raises QueryError, UnknownNameError."""
    wanted = terms(query)
    for term in wanted:
        if term.field == "source":
            titles = outlet_titles(reader)
            if not _is_in(term, (f"{key} {title}" for key, title in titles.items())):
                raise unknown_outlet(term.written, titles)
        elif term.field == "topic":
            rows = topics(reader)
            if not _is_in(term, (" ".join(filter(None, row.values())) for row in rows)):
                raise unknown_topic(term.written, [row["topic_id"] for row in rows])
    return wanted


def _is_in(term: Term, names: Iterable[str]) -> bool:
    return any(match for name in names for match in term.found_in(name))


def _hits(name: str) -> str:
    """How often the pattern with this name is found in an article."""
    in_text, in_headline = (
        f"len(regexp_extract_all({column}, ${name}))"
        for column in ("body_text", "coalesce(headline, '')")
    )
    return f"{in_text} + {HEADLINE_WEIGHT} * {in_headline}"


def excerpt(text: str, wanted: Sequence[Term]) -> Row:
    """The text around the first of the terms, or its beginning, in one line with a mark where text goes on; and its span."""
    first = first_match(text, wanted) or 0
    start, end = max(0, first - AROUND), first + AROUND
    if start:
        start = text.rfind(" ", 0, start) + 1
    if end < len(text):
        end = text.find(" ", end) if " " in text[end:] else len(text)
    pieces = ("…" if start else "", *text[start:end].split(), "…" if end < len(text) else "")
    return {
        "excerpt": " ".join(filter(None, pieces)),
        "char_start": start,
        "char_end": min(end, len(text)),
    }


def matches(text: str, wanted: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where the terms occur in a text or headline: start and end of each."""
    for term in wanted:
        if term.is_wanted and term.field in SCORED:
            for match in term.found_in(text):
                yield match.span()


def first_match(text: str, wanted: Sequence[Term]) -> int | None:
    """Where the first of the terms begins."""
    starts = (next(matches(text, [term]), (None, None))[0] for term in wanted)
    return min((start for start in starts if start is not None), default=None)
