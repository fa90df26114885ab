"""Which of the recent articles each watch chooses: each text is read once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kliping.reading.questions import outlet
from kliping.reading.search import valid_terms
from kliping.reading.unknown_names import UnknownNameError
from kliping.sql_files import sql
from kliping.watches.watch import Watch
from parsers.search_query import SCORED, Junction, Query, Term, parse, terms, truth
from parsers.topics.finder import Beginnings, Pattern, entry_words
from warehouse.queries import Row
from warehouse.read.published import Reader

EVERY_ARTICLE = Junction(())
PERSONS, NAMED, FOUND = sql("watch/persons"), sql("watch/named"), sql("watch/found")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WatchSearch:
    """A watch that can be asked."""

    watch: Watch
    since: datetime
    query: Query = EVERY_ARTICLE
    entities: frozenset[str] = frozenset()  # the person, under all names
    outlet: str | None = None  # its title

    @property
    def terms(self) -> list[Term]:
        return terms(self.query)


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
        key = "search"
        try:
            valid_terms(reader, watch.search or "*")
            key = "outlet"
            title = outlet(reader, watch.outlet)
        except UnknownNameError as error:
            problems[watch] = f"watch.{watch.name}.{key}: {error}"
            continue
        entities = frozenset(people.get(watch.person or "", ()))
        searches.append(
            WatchSearch(
                watch=watch,
                since=since,
                query=parse(watch.search or "*"),
                entities=entities,
                outlet=title,
            )
        )
    return searches, problems


class WatchIndex:
    def __init__(self, searches: Iterable[WatchSearch]) -> None:
        self._searches = tuple(searches)
        plain = {t.pattern: t for each in self._searches for t in each.terms if t.field in SCORED and t.is_plain}  # fmt: skip
        self._terms = Beginnings(
            Pattern(term.pattern, entry_words(term.written, has_forms=term.has_forms))
            for term in plain.values()
        )

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
            chosen = [*_naming(search, rows, named)] if search.entities else rows
            if chosen := _found(reader, search, chosen):
                yield search, chosen

    def _candidates(self, row: Row) -> list[WatchSearch]:
        """Those that the text and its headline do not exclude."""
        headline, body = row["headline"] or "", row["body_text"]
        found = {"headline": {hit.pattern.entry for hit in self._terms.hits(headline)}}
        found["text"] = found["headline"] | {hit.pattern.entry for hit in self._terms.hits(body)}
        texts = {"headline": (headline,), "text": (headline, body)}

        def is_found(term: Term) -> bool | None:
            if term.field not in SCORED:
                return None
            return term.pattern in found[term.field] if term.is_plain else term.is_in(texts[term.field])  # fmt: skip

        return [search for search in self._searches if truth(search.query, is_found) is not False]

    def _named(self, reader: Reader, texts: Sequence[Row]) -> dict[str, Row]:
        """Of each text the wanted entities, each with its first place."""
        named: dict[str, Row] = {}
        if entities := {each for search in self._searches for each in search.entities}:
            versions = [row["version_id"] for row in texts]
            for row in reader.rows(NAMED, {"versions": versions, "entities": [*entities]}):
                named.setdefault(row["version_id"], {})[row["canonical_id"]] = row["named_at"]
        return named


def _naming(search: WatchSearch, rows: Iterable[Row], named: Mapping[str, Row]) -> Iterator[Row]:
    for row in rows:
        places = named.get(row["version_id"], {})
        if own := search.entities & places.keys():
            yield row | {"named_at": min(places[entity] for entity in own)}


def _found(reader: Reader, search: WatchSearch, rows: list[Row]) -> list[Row]:
    """Those that the whole query finds: the index of the home knows its other fields."""
    if not rows or all(term.field in SCORED for term in search.terms):
        return rows
    versions = [row["version_id"] for row in rows]
    found = reader.rows(FOUND, {"search": search.watch.search, "versions": versions})
    ids = {row["version_id"] for row in found}
    return [row for row in rows if row["version_id"] in ids]
