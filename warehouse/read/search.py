"""Words in the stories, the most fitting first, by reading every text of the published copy.

There is no index, for it pays nothing. Of 100,000 articles (350 MB of text, two cores) reading finds in 0.2 to 1.3 s. DuckDB's full-text
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
from warehouse.read.published import Reader
from warehouse.write.outcome_rows import Row
from warehouse.write.store import SQL

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
BETWEEN = r"[^\pL\pN\n]+"  # the words of a phrase
SCORED = frozenset({"text", "headline"})
HEADLINE_WEIGHT = 4
AROUND = 80  # characters of the text before and after what was found


class QueryError(ValueError):
    """The words cannot be searched for as they stand; the message says why."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    field: str  # the file in sql/search; `text` is the text and its headline
    is_wanted: bool
    core: str  # stands in whatever the pattern finds, and is found faster
    pattern: str


def fields() -> list[str]:
    return sorted(path.stem for path in (SQL / "search").glob("*.sql"))


def search(
    reader: Reader,
    query: str,
    *,
    since: date | None = None,
    until: date | None = None,
    source: str | None = None,
    most: int = 20,
) -> list[Row]:
    """Stories that have all the terms, each with the place in its text where the first is found.

    A term is a word or a "phrase", of a field where one stands before it (speaker:menteri), unwanted after a minus. Raises QueryError.
    """
    said = terms(query)
    values = {
        f"t{n}": rf"(?i)(?:^|[^\pL\pN])(?:{term.pattern})(?:$|[^\pL\pN])"
        for n, term in enumerate(said)
    }
    values |= {f"c{n}": f"(?i){term.core}" for n, term in enumerate(said)}
    conditions = [_condition(term, n) for n, term in enumerate(said)]
    hits = [_hits(n) for n, term in enumerate(said) if term.is_wanted and term.field in SCORED]
    frame = (SQL / "search.sql").read_text()
    sql = frame.replace("$hits", f"[{', '.join(hits)}]::DOUBLE[]").replace(
        "$conditions", " AND ".join(conditions)
    )
    asked = {name: value for name, value in values.items() if re.search(rf"\${name}\b", sql)}
    found = reader.rows(
        sql, {"since": since, "until": until, "source": source, "most": most} | asked
    )
    return [row | {"excerpt": excerpt(row.pop("body_text"), said)} for row in found]


def terms(query: str) -> list[Term]:
    """Raises QueryError."""
    found = [term for said in TERM.finditer(query) if (term := _term(said))]
    if not any(term.is_wanted for term in found):
        raise QueryError('nothing to search for: give a word, a "phrase" or field:word')
    return found


def _term(said: re.Match[str]) -> Term | None:
    field = (said["field"] or "text").lower()
    if field not in fields():
        near = difflib.get_close_matches(field, fields(), 1)
        meant = f"did you mean {near[0]}:?" if near else f"there are {', '.join(fields())}"
        raise QueryError(
            f"no field {field}: to search in; {meant} (a colon that is none stands in quotation marks)"
        )
    words = [
        _folded(word)
        for word in WORD.findall(said["phrase"] if said["phrase"] is not None else said["word"])
    ]
    if not words:
        return None
    is_form = said["phrase"] is None and len(words) == 1 and field in SCORED
    return Term(
        field=field,
        is_wanted=not said["no"],
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
    """Outside of sets and classes, letters with and without accents."""
    return re.sub(
        r"\[[^]]*\]|\\.|[a-z]",
        lambda found: f"[{ACCENTED[found[0]]}]" if found[0] in ACCENTED else found[0],
        pattern,
    )


def _condition(term: Term, n: int) -> str:
    condition = (
        (SQL / "search" / f"{term.field}.sql")
        .read_text()
        .strip()
        .replace("$said", f"$t{n}")
        .replace("$core", f"$c{n}")
    )
    return f"({condition})" if term.is_wanted else f"coalesce(NOT ({condition}), TRUE)"


def _hits(n: int) -> str:
    in_text, in_headline = (
        f"len(regexp_extract_all({column}, $t{n}))"
        for column in ("body_text", "coalesce(headline, '')")
    )
    return f"{in_text} + {HEADLINE_WEIGHT} * {in_headline}"


def excerpt(text: str, said: Sequence[Term]) -> str:
    """The text around the first of the terms that stands in it; else its beginning."""
    first = min(_places(text, said), default=0)
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


def _places(text: str, said: Sequence[Term]) -> Iterator[int]:
    for term in said:
        pattern = term.pattern.replace(
            BETWEEN, r"(?:[^\w\n]|_)+"
        )  # as this language's expressions say it
        if (
            term.is_wanted
            and term.field == "text"
            and (found := re.search(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", text, re.IGNORECASE))
        ):
            yield found.start()
