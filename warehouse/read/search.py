"""Full-text search, the best match first, by reading every text of the published copy.

There is no index: it does not pay. Of 100,000 articles (350 MB of text, two cores) reading finds in 0.2 to 1.3 s. DuckDB's full-text
index answers in 0.8 to 1.7 s, takes 80 s and 141 MB more at every publish, knows neither phrases nor fields, and cuts Indonesian words too
short (`python benchmarks/bench_search.py`). A word is found in any case, with or without accents, and in its Indonesian forms.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from parsers.language.affixes import forms, roots
from warehouse.queries import SQL, Row, sql
from warehouse.read.published import Reader

TERM = re.compile(r'(?P<no>-)?(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
WORD = re.compile(r"[^\W_]+")
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
SEARCH = sql("search/search")
FIELDS = {path.stem: path.read_text().strip() for path in (SQL / "search" / "fields").glob("*.sql")}
BETWEEN = r"[^\pL\pN\n]+"  # the words of a phrase
SCORED = frozenset({"text", "headline"})
HEADLINE_WEIGHT = 4
AROUND = 80  # characters of the text before and after what was found


class QueryError(ValueError):
    """The query is not valid; the message says why."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    field: str  # a file in sql/search/fields; `text` is the text and its headline
    is_wanted: bool
    core: str  # part of whatever the pattern matches, and faster to find
    pattern: str


def search(
    reader: Reader,
    query: str,
    *,
    since: date | None = None,
    until: date | None = None,
    source: str | None = None,
    limit: int = 20,
) -> list[Row]:
    """Articles that have all the terms, each with an excerpt around the first one.

    A term is a word or a "phrase", of a field if one is given (speaker:menteri); a minus before it excludes. Raises QueryError.
    """
    wanted = terms(query)
    patterns = {
        f"t{n}": rf"(?i)(?:^|[^\pL\pN])(?:{term.pattern})(?:$|[^\pL\pN])"
        for n, term in enumerate(wanted)
    }
    patterns |= {f"c{n}": f"(?i){term.core}" for n, term in enumerate(wanted)}
    conditions = [_condition(term, n) for n, term in enumerate(wanted)]
    hits = [_hits(n) for n, term in enumerate(wanted) if term.is_wanted and term.field in SCORED]
    script = SEARCH.replace("$hits", f"[{', '.join(hits)}]::DOUBLE[]").replace(
        "$conditions", " AND ".join(conditions)
    )
    parameters = {"since": since, "until": until, "source": source, "limit": limit} | {
        name: pattern for name, pattern in patterns.items() if re.search(rf"\${name}\b", script)
    }
    rows = reader.rows(script, parameters)
    return [row | {"excerpt": excerpt(row.pop("body_text"), wanted)} for row in rows]


def terms(query: str) -> list[Term]:
    """Raises QueryError."""
    wanted = [term for match in TERM.finditer(query) if (term := _term(match))]
    if not any(term.is_wanted for term in wanted):
        raise QueryError('nothing to search for: give a word, a "phrase" or field:word')
    return wanted


def _term(match: re.Match[str]) -> Term | None:
    field = (match["field"] or "text").lower()
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, 1)
        meant = f"did you mean {near[0]}:?" if near else f"there are {', '.join(sorted(FIELDS))}"
        raise QueryError(
            f"no field {field}: to search in; {meant} (a colon that is none stands in quotation marks)"
        )
    words = [
        _folded(word)
        for word in WORD.findall(match["phrase"] if match["phrase"] is not None else match["word"])
    ]
    if not words:
        return None
    is_form = match["phrase"] is None and len(words) == 1 and field in SCORED
    return Term(
        field=field,
        is_wanted=not match["no"],
        core=_accents("|".join(root[1:] for root in roots(words[0])) or words[0])
        if is_form
        else _accents(max(words, key=len)),
        pattern=_accents(forms(words[0])) if is_form else BETWEEN.join(map(_accents, words)),
    )


def _folded(word: str) -> str:
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", word.lower())
        if not unicodedata.combining(letter)
    )


def _accents(pattern: str) -> str:
    """Letters match with and without accents, except in sets and classes."""
    return re.sub(
        r"\[[^]]*\]|\\.|[a-z]",
        lambda found: f"[{ACCENTED[found[0]]}]" if found[0] in ACCENTED else found[0],
        pattern,
    )


def _condition(term: Term, n: int) -> str:
    condition = FIELDS[term.field].replace("$pattern", f"$t{n}").replace("$core", f"$c{n}")
    return f"({condition})" if term.is_wanted else f"coalesce(NOT ({condition}), TRUE)"


def _hits(n: int) -> str:
    in_text, in_headline = (
        f"len(regexp_extract_all({column}, $t{n}))"
        for column in ("body_text", "coalesce(headline, '')")
    )
    return f"{in_text} + {HEADLINE_WEIGHT} * {in_headline}"


def excerpt(text: str, wanted: Sequence[Term]) -> str:
    """The text around the first of the terms in it; its beginning if there is none."""
    first = min((start for start, _ in matches(text, wanted)), default=0)
    start, end = max(0, first - AROUND), first + AROUND
    if start:
        start = text.rfind(" ", 0, start) + 1
    if end < len(text):
        end = text.find(" ", end) if " " in text[end:] else len(text)
    return (
        ("… " if start else "")
        + " ".join(text[start:end].split())
        + (" …" if end < len(text) else "")
    )


def matches(text: str, wanted: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where the terms occur in a text or headline: start and end of each."""
    for term in wanted:
        pattern = term.pattern.replace(BETWEEN, r"(?:[^\w\n]|_)+")  # \pL and \pN are not for `re`
        if term.is_wanted and term.field in SCORED:
            for match in re.finditer(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", text, re.IGNORECASE):
                yield match.span()
