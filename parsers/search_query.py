"""The one language of queries: a query becomes a tree of terms, and a tree answers for a text.

`warehouse.read.search_sql` finds with the same tree in a database. A word is found in any case, with or without accents, and in its
Indonesian forms. docs/how-to/search.md has a table of examples, which a test runs.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import permutations
from typing import Any

from parsers.language.affixes import forms
from parsers.topics.finder import fold

GRAMMAR = r"""
start: either
either: both (OR both)*
both: _item (AND? _item)*
_item: excluded | _unit
excluded: (NOT | MINUS)+ _unit
_unit: group | term | all | refused
group: FIELD? "(" either ")"
term: FIELD? (WORD | PHRASE)
all: ALL
refused: FOREIGN | EMPTY | STAR | OPEN

OR.5: /OR(?=[\s()"]|$)/
AND.5: /AND(?=[\s()"]|$)/
NOT.5: /NOT(?=[\s()"]|$)/
MINUS.5: /-+(?!-)(?=["(*]|[^\s"()]*[^\W_])/
FOREIGN.4: /NEAR(?:\/\d+)?(?=[\s()"]|$)|[|~^]+|&&|!(?=\w)|\w\?\w/
ALL.4: /\*(?=[\s()]|$)/
FIELD.3: /[A-Za-z]+:(?=["(]|[^\s"()]*[^\W_])/
EMPTY.3: /(?:FIELDS):(?=[^\w\s"(]*(?:[\s)]|$))/i
PHRASE.3: /"[^"]*"(?:~\d+(?=[\s()]|$))?/
WORD.2: /(?=[^\s"()|~^*]*[^\W_])(?:(?!&&|\w\?\w)[^\s"()|~^*])+(?:\*(?=[\s()]|$))?/
STAR.1: /\*/
OPEN.1: /"/
NOISE.0: /[^\s"()|~^*]+/
%ignore NOISE
%ignore /\s+/
"""
PIECE = re.compile(r"[^\W_]+\*?")  # a word of a term; with a star the beginning of one
LOOSE_STAR = re.compile(r"(?<![^\W_])\*|\*(?=[^\W_])")
MOST_TERMS = 20  # different ones
MOST_DEPTH = 20  # of groups in groups
MOST_NEAR = 3  # words of "a b"~5
MOST_BETWEEN = 30  # other words between two of them
SHOWN = 35  # characters of the query before and after a mistake
REMEMBERED = 1_000  # queries and patterns
LETTER_SETS = ("aàáâãäåā", "cç", "eèéêëē", "iìíîïī", "nñ", "oòóôõöō", "uùúûüū", "yýÿ")
ACCENTED = {letters[0]: letters for letters in LETTER_SETS}
FIELDS = frozenset(
    {"text", "headline", "speaker", "author", "source", "section", "tag", "topic", "place"}
)  # those of warehouse.read.search_sql
LETTERS = r"[\pL\pN]"  # of a word, where a database looks; `re` has no classes of Unicode
BETWEEN = r"[^\pL\pN\n]+"  # the words of a phrase
IN_PYTHON = {LETTERS: r"[^\W_]", BETWEEN: r"(?:[^\w\n]|_)+"}
SCORED = frozenset({"text", "headline"})
NOTHING = 'nothing to search for: give a word, a "phrase", field:word, or * for all articles'
STAR = "a * stands at the end of a word, or alone for all articles"
INSTEAD = {
    "|": " means nothing in a query: write OR between two terms",
    "&&": " means nothing in a query: terms side by side must all occur",
    "!": " means nothing in a query: -word excludes a word",
    "?": " means nothing in a query: korup* finds all words with this beginning",
    "^": " means nothing in a query: no term weighs more than another",
    "~": ' means nothing in a query: "a b"~5 finds words with at most 5 others between them',
    "NEAR": ' means nothing in a query: "a b"~5 finds words with at most 5 others between them',
}


class QueryError(ValueError):
    """The query is not valid; the message says why, and shows where."""

    exit_code = 2

    def __init__(self, reason: str, query: str = "", at: int = 0) -> None:
        start = max(0, at - SHOWN)
        shown = re.sub(r"\s", " ", query[start : at + SHOWN])
        place = f"\n  {shown}\n  {' ' * (at - start)}^" if query.strip() else ""
        super().__init__(f"{reason}{place}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    field: str  # one of FIELDS; `text` is the text and its headline
    is_wanted: bool
    written: str  # its words, as the query has them
    has_forms: bool
    words: tuple[str, ...]  # a pattern for each, in lower case
    n_between: int | None = None  # of "a b"~5: the most other words between two of them

    @property
    def pattern(self) -> str:
        if self.n_between is None:
            return BETWEEN.join(self.words)
        gap = f"{BETWEEN}(?:{LETTERS}+{BETWEEN}){{0,{self.n_between}}}"
        return "|".join(map(gap.join, permutations(self.words)))

    @property
    def scored(self) -> str:
        """What a hit is: the pattern, or one of the words that are near each other."""
        return self.pattern if self.n_between is None else "|".join(self.words)

    @property
    def is_plain(self) -> bool:
        """Whether it is a word or words in their order, and no beginning of a word."""
        return self.n_between is None and "*" not in self.written

    def found_in(self, text: str) -> Iterator[re.Match[str]]:
        """Where its words are."""
        return _in_python(self.pattern).finditer(text)

    def is_in(self, texts: Iterable[str]) -> bool:
        return any(match for text in texts for match in self.found_in(text))


@dataclass(frozen=True, slots=True)
class Junction:
    """All of its parts must be true, or any: of no parts all are, and none is."""

    parts: tuple[Term | Junction, ...]
    is_any: bool = False


Query = Term | Junction


def matches(query: Query, texts: Mapping[str, Sequence[str]]) -> bool:
    """Whether an article is found, of which these are the texts by field; `text` needs the headline as well."""
    return bool(truth(query, lambda term: term.is_in(texts.get(term.field, ()))))


def truth(query: Query, is_found: Callable[[Term], bool | None]) -> bool | None:
    """Whether the query holds where a term is found, or not, or nobody knows (None)."""
    if isinstance(query, Term):
        found = is_found(query)
        return None if found is None else found == query.is_wanted
    values = {truth(part, is_found) for part in query.parts}
    if query.is_any in values:
        return query.is_any
    return None if None in values else not query.is_any


def terms(query: str | Query) -> list[Term]:
    """Each once, also those that exclude. Raises QueryError."""
    leaves = _leaves(parse(query) if isinstance(query, str) else query)
    return list({(term.field, term.is_wanted, term.pattern): term for term in leaves}.values())


@lru_cache(REMEMBERED)
def parse(query: str) -> Query:
    """Raises QueryError."""
    from lark import UnexpectedToken  # noqa: PLC0415 - it takes 50 ms, and most commands need no query

    try:
        tree = _parser().parse(query)
    except UnexpectedToken as error:
        raise _missing(query, error.token) from None
    found = _Builder(query).node(tree.children[0], "text", is_wanted=True)
    if (n := len(terms(found))) > MOST_TERMS:
        raise QueryError(f"a query has at most {MOST_TERMS} terms, not {n}: leave some out")
    return found


@cache
def _parser() -> Any:
    from lark import Lark  # noqa: PLC0415 - as above

    return Lark(GRAMMAR.replace("FIELDS", "|".join(FIELDS)), parser="lalr", lexer="basic")


def _missing(query: str, token: Any) -> QueryError:
    """Where the grammar does not go on, something is missing before."""
    is_end = token.type == "$END"
    at = len(query.rstrip()) if is_end else token.start_pos
    signs = [sign.type for sign in _parser().lex(query) if sign.start_pos < at]
    if not signs and is_end:
        return QueryError(NOTHING)
    is_open = signs.count("LPAR") > signs.count("RPAR")
    is_after_term = bool(signs) and signs[-1] in {"WORD", "PHRASE", "ALL", "RPAR"}
    if is_end and is_after_term:
        return QueryError("a bracket is open: close it with )", query, at)
    if token.type == "RPAR" and not is_open:
        return QueryError("this bracket closes none", query, at)
    hint = "; the word itself is written in small letters" if token.isupper() else ""
    message = {
        "$END": "a term is missing before the end",
        "RPAR": "a term is missing before this bracket",
    }.get(token.type, f"a term is missing before {token}{hint}")
    return QueryError(message, query, at)


def _refusal(sign: Any) -> str:
    """Why a sign means nothing."""
    match sign.type:
        case "OPEN":
            return 'a quotation mark (") is open: close the phrase with a second one'
        case "EMPTY":
            return f"{sign} has no word: write it behind the colon, without a space"
        case "STAR":
            return STAR
    instead = next(text for key, text in INSTEAD.items() if key in sign)
    return f"{sign[:40]}{instead}"


class _Builder:
    """From what the grammar finds, `not` taken into the terms."""

    def __init__(self, query: str) -> None:
        self._query = query

    def node(self, tree: Any, field: str, *, is_wanted: bool, depth: int = 0) -> Query:
        signs = [part for part in tree.children if hasattr(part, "type")]
        if tree.data == "refused":
            raise QueryError(_refusal(signs[0]), self._query, signs[0].start_pos)
        if tree.data == "all":
            return Junction((), is_any=not is_wanted)
        if tree.data == "term":
            *prefix, words = signs
            return self._term(words, self._field(prefix, field), is_wanted=is_wanted)
        if tree.data == "group":
            field, depth = self._field(signs, field), depth + 1
            if depth > MOST_DEPTH:
                raise QueryError(f"a query has at most {MOST_DEPTH} groups in groups")
        if tree.data == "excluded":
            is_wanted = is_wanted == (len(signs) % 2 == 0)
        parts = tuple(
            self.node(part, field, is_wanted=is_wanted, depth=depth)
            for part in tree.children
            if not hasattr(part, "type")
        )
        return (
            parts[0] if len(parts) == 1 else Junction(parts, (tree.data == "either") == is_wanted)
        )

    def _field(self, prefix: Sequence[Any], otherwise: str) -> str:
        if not prefix:
            return otherwise
        field = str(prefix[0]).removesuffix(":").lower()
        if field not in FIELDS:
            near = difflib.get_close_matches(field, FIELDS, 1)
            meant = (
                f"did you mean {near[0]}:?" if near else f"there are {', '.join(sorted(FIELDS))}"
            )
            reason = f"no field {field}: to search in; {meant} (a colon that is none stands in quotation marks)"
            raise QueryError(reason, self._query, prefix[0].start_pos)
        return field

    def _term(self, token: Any, field: str, *, is_wanted: bool) -> Term:
        written, at, is_phrase, apart = str(token), token.start_pos, token.type == "PHRASE", ""
        if is_phrase:
            _, written, apart = written.split('"')
        if star := LOOSE_STAR.search(written):
            raise QueryError(STAR, self._query, at + is_phrase + star.start())
        pieces, apart = PIECE.findall(written), apart.removeprefix("~")
        if not pieces:
            raise QueryError(f"{token} has no word in it", self._query, at)
        is_near = (
            2 <= len(pieces) <= MOST_NEAR and len(apart) <= 2 and int(apart or 0) <= MOST_BETWEEN
        )
        if apart and not is_near:
            reason = f'"a b"~5 has 2 or {MOST_NEAR} words, and at most {MOST_BETWEEN} others between them'
            raise QueryError(reason, self._query, at)
        has_forms = not is_phrase and len(pieces) == 1 and field in SCORED and "*" not in written
        return Term(
            field=field,
            is_wanted=is_wanted,
            written=" ".join(written.split()),
            has_forms=has_forms,
            words=tuple(_word(piece, has_forms=has_forms) for piece in pieces),
            n_between=int(apart) if apart else None,
        )


def _word(piece: str, *, has_forms: bool) -> str:
    """A pattern for all spellings of a word, of its forms, or of the words that it begins."""
    word = fold(piece.removesuffix("*"))
    rest = f"{LETTERS}*" if piece.endswith("*") else ""
    return _accents(forms(word) if has_forms else re.escape(word)) + rest


def _accents(pattern: str) -> str:
    """Letters match with and without accents, except in sets and classes."""
    return re.sub(
        r"\[[^]]*\]|\\.|[a-z]",
        lambda found: f"[{ACCENTED[found[0]]}]" if found[0] in ACCENTED else found[0],
        pattern,
    )


@lru_cache(REMEMBERED)
def _in_python(pattern: str) -> re.Pattern[str]:
    for database, python in IN_PYTHON.items():
        pattern = pattern.replace(database, python)
    return re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", re.IGNORECASE)


def _leaves(query: Query) -> Iterator[Term]:
    if isinstance(query, Term):
        yield query
    else:
        for part in query.parts:
            yield from _leaves(part)
