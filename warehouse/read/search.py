"""Full-text search, the best match first.

`mart.search` finds the articles by the word index, and so gives SQL what the command line has. Here the query is checked, and what was
found is ranked by reading the texts. A word is found in any case, with or without accents, and in its Indonesian forms.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from parsers.language.affixes import forms
from parsers.topics.finder import fold
from warehouse.queries import Row, sql
from warehouse.read.names import unknown_name
from warehouse.read.published import Reader
from warehouse.read.questions import outlet_titles, topics, unknown_outlet, unknown_topic

TERM = re.compile(r'(?P<no>-)?(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
WORD = re.compile(r"[^\W_]+")
# what is an operator elsewhere and none here: a number found without it would be wrong (core.search_sign)
SIGNS = re.compile(
    r"(?:^|(?<=\s))(?:AND|OR|NOT|NEAR(?:/\d+)?)(?=\s|$)|[()|~^]|&&|(?:^|(?<=\s))!\w|\w\?\w"
)
WILDCARD = re.compile(r'[^\s"]*\*[^\s"]*')
PHRASE = re.compile(r'"[^"]*"')
MOST_TERMS = 20  # different ones
ACCENTED = {
    "a": "aàáâãäåā",
    "c": "cç",
    "e": "eèéêëē",
    "i": "iìíîïī",
    "n": "nñ",
    "o": "oòóôõöō",
    "u": "uùúûüū",
    "y": "yýÿ",
}
FIND = sql("search/find")
SEARCH = sql("search/search")
COUNT = sql("search/count")
FIELDS = frozenset(
    {"text", "headline", "speaker", "author", "source", "section", "tag", "topic", "place"}
)  # those of core.search_condition
BETWEEN = r"[^\pL\pN\n]+"  # the words of a phrase
SCORED = frozenset({"text", "headline"})
HEADLINE_WEIGHT = 4
MOST_RANKED = 2_000  # articles whose texts are read for one query
AROUND = 80  # characters of the text before and after what was found


class QueryError(ValueError):
    """The query is not valid; the message says why."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    field: str  # one of FIELDS; `text` is the text and its headline
    is_wanted: bool
    written: str  # its words, as the query has them
    has_forms: bool
    pattern: str

    def found_in(self, text: str) -> Iterator[re.Match[str]]:
        """Where its words are; `re` has no classes of Unicode."""
        pattern = self.pattern.replace(BETWEEN, r"(?:[^\w\n]|_)+")
        return re.finditer(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", text, re.IGNORECASE)


def search(
    reader: Reader,
    query: str,
    *,
    since: date | None = None,
    until: date | None = None,
    source: str | None = None,
    limit: int = 20,
    offset: int = 0,
) -> list[Row]:
    """Articles that have all the terms, each with an excerpt around the first one, and where that stands in the text.

    A term is a word or a "phrase", of a field if one is given (speaker:menteri); a minus before it excludes.
    Of more than MOST_RANKED articles the latest are ranked; `n_found` counts all. Raises what `find` raises.
    """
    wanted = find(reader, query)
    range_ = {"since": since, "until": until, "source": source}
    limits = {"limit": limit, "offset": offset, "ranked": MOST_RANKED}
    rows = reader.rows_by_index(*_ranking(wanted, range_ | limits))
    return [row | excerpt(row.pop("body_text"), wanted) for row in rows]


def each_found(reader: Reader, query: str, **range_: Any) -> Iterator[Row]:
    """All that `search` finds, the best match first. Raises what `find` raises."""
    wanted = find(reader, query)
    limits = {"limit": None, "offset": 0, "ranked": None}
    for row in reader.each(*_ranking(wanted, range_ | limits)):
        yield row | excerpt(row.pop("body_text"), wanted)


def _ranking(wanted: Sequence[Term], parameters: Row) -> tuple[str, Row]:
    """The query for the articles of `found_articles`, with its parameters."""
    scored = {
        f"t{n}": rf"(?i)(?:^|[^\pL\pN])(?:{term.pattern})(?:$|[^\pL\pN])"
        for n, term in enumerate(wanted)
        if term.is_wanted and term.field in SCORED
    }
    script = SEARCH.replace("$hits", f"[{', '.join(map(_hits, scored))}]::DOUBLE[]")
    return script, parameters | scored


def n_found(reader: Reader, **range_: Any) -> int:
    """How many articles the last search of the reader found in these days."""
    n: int = reader.rows(COUNT, range_)[0]["n"]
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


def terms(query: str) -> list[Term]:
    """Each once. Raises QueryError."""
    if query.count('"') % 2:
        raise QueryError('a quotation mark (") is open: close the phrase with a second one')
    if sign := SIGNS.search(PHRASE.sub('""', query)) or WILDCARD.search(query):
        raise QueryError(
            f"{sign[0].strip()[:40]} means nothing in a query: all terms must occur, -word excludes, and words match in all their forms"
            + ("; the word itself is written in small letters" if sign[0].isalpha() else "")
        )
    found = [term for match in TERM.finditer(query) if (term := _term(match))]
    wanted = list({(term.field, term.is_wanted, term.pattern): term for term in found}.values())
    if not any(term.is_wanted for term in wanted):
        raise QueryError('nothing to search for: give a word, a "phrase" or field:word')
    if len(wanted) > MOST_TERMS:
        raise QueryError(
            f"a query has at most {MOST_TERMS} terms, not {len(wanted)}: leave out the most frequent words"
        )
    return wanted


def _term(match: re.Match[str]) -> Term | None:
    field = (match["field"] or "text").lower()
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, 1)
        meant = f"did you mean {near[0]}:?" if near else f"there are {', '.join(sorted(FIELDS))}"
        raise QueryError(
            f"no field {field}: to search in; {meant} (a colon that is none stands in quotation marks)"
        )
    written = " ".join((match["phrase"] or match["word"] or "").split())
    words = [fold(word) for word in WORD.findall(written)]
    is_field = (match["word"] or "").lower() in {f"{name}:" for name in FIELDS}
    if is_field or (match["field"] and not words):
        raise QueryError(f"{match[0]} has no word: write it behind the colon, without a space")
    if not words:
        return None
    has_forms = match["phrase"] is None and len(words) == 1 and field in SCORED
    return Term(
        field=field,
        is_wanted=not match["no"],
        written=written,
        has_forms=has_forms,
        pattern=_accents(forms(words[0])) if has_forms else BETWEEN.join(map(_accents, words)),
    )


def _accents(pattern: str) -> str:
    """Letters match with and without accents, except in sets and classes."""
    return re.sub(
        r"\[[^]]*\]|\\.|[a-z]",
        lambda found: f"[{ACCENTED[found[0]]}]" if found[0] in ACCENTED else found[0],
        pattern,
    )


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
