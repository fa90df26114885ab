"""The language of queries: terms, phrases and fields, and where their words are in a text.

A word is found in any case, with or without accents, and in its Indonesian forms.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.language.affixes import forms
from parsers.topics.finder import fold

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
FIELDS = frozenset(
    {"text", "headline", "speaker", "author", "source", "section", "tag", "topic", "place"}
)  # those of core.search_condition
BETWEEN = r"[^\pL\pN\n]+"  # the words of a phrase
SCORED = frozenset({"text", "headline"})


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
