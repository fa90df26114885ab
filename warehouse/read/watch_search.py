"""Which of the recent articles each watch chooses: each text is read once for all of them.

The words of a text and their roots are looked up among those that the watches look for; only where one is there, its watches are tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from parsers.language.affixes import roots, stems
from parsers.topics.finder import fold
from warehouse.queries import Row, sql
from warehouse.read.published import Reader
from warehouse.read.questions import UnknownNameError
from warehouse.read.search import SCORED, WORD, Term, valid_terms

PERSONS, NAMED, FOUND = sql("watch/persons"), sql("watch/named"), sql("watch/found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What to look for. `search` and `person` choose articles; `changed` asks for edits of them, or of all articles."""

    name: str
    search: str | None = None
    person: str | None = None
    changed: str | None = None  # figure, quote


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WatchSearch:
    """A watch that can be asked."""

    watch: Watch
    since: datetime
    terms: tuple[Term, ...] = ()
    entities: frozenset[str] = frozenset()  # the person, under all names

    @property
    def keys(self) -> set[str]:
        """A text that fits has one of these words or roots; empty where that cannot be said."""
        for term in self.terms:
            words = [fold(word) for word in WORD.findall(term.written)]
            if term.is_wanted and term.field in SCORED and all(map(str.isascii, words)):
                word = max(words, key=len)
                return {word, *roots(word)}
        return set()

    def fits(self, row: Row) -> bool:
        """Whether the text has all terms, of which each is one of SCORED."""
        return all(term.is_wanted == _has(row, term) for term in self.terms)


def _has(row: Row, term: Term) -> bool:
    texts = (row["body_text"] if term.field == "text" else "", row["headline"] or "")
    return any(re.search(term.in_python, text, re.IGNORECASE) for text in texts)


def first_places(text: str, terms: Iterable[Term]) -> list[int]:
    """Where a text or headline has each of the wanted terms first."""
    scored = (term for term in terms if term.is_wanted and term.field in SCORED)
    found = (re.search(term.in_python, text, re.IGNORECASE) for term in scored)
    return [match.start() for match in found if match]


def prepare(
    reader: Reader, watches: Mapping[Watch, datetime]
) -> tuple[list[WatchSearch], dict[Watch, str]]:
    """The watches, each with the moment since when it looks; and why some cannot be asked, with the key of the file."""
    people: dict[str, set[str]] = {}
    if named := [watch.person for watch in watches if watch.person]:
        for row in reader.rows(PERSONS, {"people": named}):
            people.setdefault(row["name"], set()).add(row["entity_id"])
    searches, problems = [], {}
    for watch, since in watches.items():
        if watch.person and watch.person not in people:
            problems[watch] = (
                f"watch.{watch.name}.person: no article names a person {watch.person!r}; mart.people has the names as Kliping writes them"
            )
            continue
        try:
            terms = valid_terms(reader, watch.search) if watch.search else ()
        except UnknownNameError as error:
            problems[watch] = f"watch.{watch.name}.search: {error}"
            continue
        entities = frozenset(people.get(watch.person or "", ()))
        searches.append(
            WatchSearch(watch=watch, since=since, terms=tuple(terms), entities=entities)
        )
    return searches, problems


class _WordKeys(dict[str, set[str]]):
    """A word as spelled -> itself and its roots."""

    def __missing__(self, word: str) -> set[str]:
        folded = fold(word)
        self[word] = {folded} | stems(folded)
        return self[word]


class WatchIndex:
    def __init__(self, searches: Iterable[WatchSearch]) -> None:
        self._searches = tuple(searches)
        self._without_keys = [search for search in self._searches if not search.keys]
        self._by_key: dict[str, list[WatchSearch]] = {}
        for search in self._searches:
            for key in search.keys:
                self._by_key.setdefault(key, []).append(search)
        self._keys = _WordKeys()

    def choose(
        self, reader: Reader, texts: Sequence[Row]
    ) -> Iterator[tuple[WatchSearch, list[Row]]]:
        """The texts of each watch, in their order, with the place where its person is named first."""
        candidates: dict[WatchSearch, list[Row]] = {search: [] for search in self._searches}
        for row in texts:
            for search in self._candidates(row):
                candidates[search].append(row)
        named = self._named(reader, texts)
        for search, rows in candidates.items():
            if search.entities:
                rows = [  # noqa: PLW2901 - fewer of them
                    row | {"named_at": min(places)}
                    for row in rows
                    if (places := [at for entity, at in named.get(row["version_id"], ()) if entity in search.entities])
                ]  # fmt: skip
            if chosen := _found(reader, search, rows):
                yield search, chosen

    def _candidates(self, row: Row) -> set[WatchSearch]:
        words = set(WORD.findall(f"{row['headline'] or ''}\n{row['body_text']}"))
        keys = set[str]().union(*map(self._keys.__getitem__, words))
        return {
            *self._without_keys,
            *(search for key in keys & self._by_key.keys() for search in self._by_key[key]),
        }

    def _named(self, reader: Reader, texts: Sequence[Row]) -> dict[str, list[tuple[str, int]]]:
        """Of each text the wanted entities, each with its first place."""
        named: dict[str, list[tuple[str, int]]] = {}
        if entities := {each for search in self._searches for each in search.entities}:
            versions = [row["version_id"] for row in texts]
            for row in reader.rows(NAMED, {"versions": versions, "entities": [*entities]}):
                named.setdefault(row["version_id"], []).append((row["canonical_id"], row["named_at"]))  # fmt: skip
        return named


def _found(reader: Reader, search: WatchSearch, rows: list[Row]) -> list[Row]:
    """Those that the query finds. The fields of a text are read here; the index of the home knows the others."""
    if not rows or all(term.field in SCORED for term in search.terms):
        return [row for row in rows if search.fits(row)]
    versions = [row["version_id"] for row in rows]
    found = reader.rows(FOUND, {"search": search.watch.search, "versions": versions})
    ids = {row["version_id"] for row in found}
    return [row for row in rows if row["version_id"] in ids]
