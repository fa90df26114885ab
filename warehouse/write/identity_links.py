"""Which names stand for one person, body or office: a function of the names and of what articles and files say about them.

Each rule yields candidates: a link from a name to the name it stands for, with its evidence. The first rule that links a name decides.
Links are then followed to the end (`canonical`), which merges all names of one chain.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple

from parsers.facts import entity_id
from parsers.language.words import common_names, lower
from parsers.structure.names.name_forms import (
    body_form,
    is_regional_office,
    is_single_office,
    needs_region,
    office_form,
)
from warehouse.known_names import KnownName, name_key

WINDOW = timedelta(days=400)  # in which two names that hold an office can be one person
LONGEST_CHAIN = 10
# Given names that many people share: a short form may leave them out.
FREQUENT = lower("muhammad mohammad mohamad muhamad moh ahmad achmad abdul siti sri andi")
INITIALS = re.compile(r"(?:[A-Z]\.?){1,4}")
BY_NAME_ALONE = ("identity.variant", "identity.bare")
OPEN_TO_CLASHES = ("identity.user", "identity.spelling", "identity.body", "identity.office")


class Name(NamedTuple):
    """A name in the current versions."""

    entity_id: str
    kind: str  # person, organization, unknown, office
    name: str
    n_articles: int
    first_day: date | None
    last_day: date | None


class AlsoCalled(NamedTuple):
    entity_id: str
    value: str
    n_articles: int
    article_id: str  # one that says so


class OfficeHeld(NamedTuple):
    """An office in its full form, and the days on which articles say that the name holds it."""

    entity_id: str
    office: str
    first_day: date
    last_day: date
    n_articles: int


class Proposal(NamedTuple):
    """A link that the names of all articles speak for; `kind`: what the name is instead of a person or a body."""

    entity_id: str
    target: str
    rule_id: str
    evidence: str
    kind: str | None


class IdentityLink(NamedTuple):
    """The name stands for `target`; `office`: only in articles that say it holds that office; `kind`: what it is instead."""

    name: Name
    target: str
    rule_id: str
    evidence: str
    office: str | None = None
    kind: str | None = None  # none: no name at all


@dataclass(frozen=True, kw_only=True)
class IdentityFinder:
    """Joins names by the rules of `find`, in its order, `links` and `by_office` the result."""

    names: dict[str, Name]  # by entity_id
    also_called: Iterable[AlsoCalled]
    offices: Iterable[OfficeHeld]
    proposals: Iterable[Proposal]
    bundled: tuple[KnownName, ...]
    user: tuple[KnownName, ...]
    links: dict[str, IdentityLink] = field(default_factory=dict)  # by entity_id
    by_office: list[IdentityLink] = field(default_factory=list)

    def find(self) -> None:
        """Fill `links` and `by_office`. An earlier rule goes before a later one; no rule depends on the order of names."""
        self._set_kinds()
        for link in (
            *self._from_file(self.user, "identity.user"),  # the user knows best
            *self._from_appositions(),  # the articles say so
            *self._from_offices(),  # in these articles at least
            *self._from_file(self.bundled, "identity.known"),
            *self._from_spelling(),
            *self._from_corpus(),
            *self._from_body_forms(),  # for names that nothing else joins
        ):
            if link.office is not None:
                self.by_office.append(link)
            elif not self._is_different(link):
                self.links.setdefault(link.name.entity_id, link)
        for link in list(self.links.values()):  # whose chain ends at somebody else
            if self._is_different(link):
                del self.links[link.name.entity_id]
        self.by_office[:] = [n for n in self.by_office if not self._is_different(n)] + list(
            self._other_people()
        )
        for name in self.names.values():
            if name.entity_id not in self.links and (_is_local(name) or self._is_anybody(name)):
                self.links[name.entity_id] = IdentityLink(name, name.name, "identity.local", "")

    def canonical(self, kind: str, name: str) -> str:
        """The name at the end of the chain; the first in order of the alphabet where the chain is a ring."""
        chain = [name]
        while len(chain) < LONGEST_CHAIN:
            link = self.links.get(entity_id(kind, chain[-1]))
            target = (
                link.target if link else self._known.get((kind, name_key(chain[-1])), chain[-1])
            )
            if kind == "organization" and target == chain[-1]:
                target = body_form(target)
            if target == chain[-1]:
                return target
            if target in chain:
                return min(chain[chain.index(target) :])
            chain.append(target)
        return chain[-1]

    def weak_pairs(self) -> list[tuple[str, str]]:
        """Names that an unverified line joins, and what they stand for."""
        return [
            (key, entity_id(link.name.kind, self.canonical(link.name.kind, link.target)))
            for key, link in self.links.items()
            if link.rule_id == "identity.unverified"
        ]

    def _is_anybody(self, name: Name) -> bool:
        """A given name alone, unless a file has it or two articles give it one office: Agus, warga setempat."""
        key = name_key(name.name)
        is_given = name.kind == "person" and key in common_names()
        return (
            is_given
            and (name.kind, key) not in self._known
            and name.entity_id not in self._office_holders
        )

    @cached_property
    def _office_holders(self) -> set[str]:
        """Those to whom two articles give one office."""
        return {row.entity_id for row in self.offices if row.n_articles > 1}

    # -- names and keys

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], list[Name]]:
        by_key: dict[tuple[str, str], list[Name]] = defaultdict(list)
        for name in sorted(self.names.values()):
            by_key[name.kind, name_key(name.name)].append(name)
        return by_key

    @cached_property
    def _known(self) -> dict[tuple[str, str], str]:
        """Every known spelling to the name it stands for; the user's file goes before the bundled one."""
        known_names: dict[tuple[str, str], str] = {}
        for line in (*self.user, *self.bundled):
            if line.status == "verified":
                for spelling in (line.name, *line.also):
                    known_names.setdefault((line.kind, name_key(spelling)), line.name)
        return known_names

    @cached_property
    def _different(self) -> set[frozenset[str]]:
        return {
            frozenset((name_key(line.name), name_key(other)))
            for line in self.user
            if line.status == "different"
            for other in line.also
        }

    def _is_different(self, link: IdentityLink) -> bool:
        """Whether the user says so of the name and its target, or the end of the chain."""
        kind, key = link.name.kind, name_key(link.name.name)
        return bool(self._different) and any(
            frozenset((key, name_key(target))) in self._different
            for target in (link.target, self.canonical(kind, link.target))
        )

    @cached_property
    def _people_by_word(self) -> dict[str, list[Name]]:
        by_word: dict[str, list[Name]] = defaultdict(list)
        for name in sorted(self.names.values()):
            if name.kind == "person":
                for word in name_words(name.name):
                    by_word[word].append(name)
        return by_word

    def _longer(self, words: frozenset[str]) -> list[Name]:
        """The people whose names have all these words and more."""
        rarest = min(words, key=lambda word: len(self._people_by_word.get(word, ())), default="")
        return [n for n in self._people_by_word.get(rarest, ()) if words < name_words(n.name)]

    # -- the rules

    def _set_kinds(self) -> None:
        """Names of nobody, and of a body, a person or a thing that was taken for something else: no other rule sees them."""
        for link in (*self._no_names(), *self._other_kinds()):
            if self.names.pop(link.name.entity_id, None):
                self.links[link.name.entity_id] = link

    def _no_names(self) -> Iterator[IdentityLink]:
        """By the files, and what is a person there but a body here, or the other way round."""
        no_names: dict[tuple[str, str], tuple[str, str]] = {}
        for rule_id, lines in (("identity.known", self.bundled), ("identity.user", self.user)):
            for line in lines:
                for spelling in (line.name, *line.also):
                    if line.status == "none":
                        no_names[line.kind, name_key(spelling)] = rule_id, line.evidence
                    else:
                        no_names.pop((line.kind, name_key(spelling)), None)
        for name in list(self.names.values()):
            key = name_key(name.name)
            other = "person" if name.kind == "organization" else "organization"
            if (name.kind, key) in no_names:
                yield IdentityLink(name, name.name, *no_names[name.kind, key], kind="none")
            elif (name.kind, key) not in self._known and (other, key) in self._known:
                target = self._known[other, key]
                yield IdentityLink(name, target, "identity.known", target, kind=other)

    def _other_kinds(self) -> Iterator[IdentityLink]:
        for row in self.proposals:
            name = self.names.get(row.entity_id)
            if row.kind and name and (name.kind, name_key(name.name)) not in self._known:
                yield IdentityLink(name, row.target, row.rule_id, row.evidence, kind=row.kind)

    def _from_file(self, lines: tuple[KnownName, ...], rule_id: str) -> Iterator[IdentityLink]:
        for line in lines:
            if line.status in {"different", "none"}:
                continue
            rule = "identity.unverified" if line.status == "unverified" else rule_id
            for spelling in (line.name, *line.also):
                for name in self._by_key.get((line.kind, name_key(spelling)), ()):
                    if name.entity_id != entity_id(line.kind, line.name):
                        yield IdentityLink(name, line.name, rule, line.evidence)

    def _from_appositions(self) -> Iterator[IdentityLink]:
        """Names that articles give beside another: of all that have the same, only one may be."""
        called: dict[tuple[str, str], list[AlsoCalled]] = defaultdict(list)
        for row in sorted(self.also_called):
            if row.entity_id in self.names:
                called[self.names[row.entity_id].kind, name_key(row.value)].append(row)
        for (kind, key), rows in called.items():
            aliases = self._by_key.get((kind, key), ())
            targets = {self._root(self.names[row.entity_id]) for row in rows}
            targets = _longest(targets) if kind == "person" else targets
            if not aliases or len(targets) != 1 or needs_region(rows[0].value):
                continue
            target, n_articles = min(targets), sum(row.n_articles for row in rows)
            if self._known.get((kind, key), target) != target:
                continue
            if n_articles > 1 or (kind == "person" and self._is_rare(key)):
                for name in aliases:
                    if name.name != target and name.entity_id != rows[0].entity_id:
                        yield IdentityLink(name, target, "identity.apposition", rows[0].article_id)

    def _root(self, name: Name) -> str:
        """Its known or full form."""
        known_name = self._known.get((name.kind, name_key(name.name)), name.name)
        return (
            body_form(known_name)
            if name.kind == "organization" and known_name == name.name
            else known_name
        )

    def _is_rare(self, key: str) -> bool:
        """Whether it has a title or several words, or is no word of other names."""
        return " " in key or (key not in common_names() and not self._longer(frozenset((key,))))

    def _from_offices(self) -> Iterator[IdentityLink]:
        """A shorter name with the office of a longer one at about the same time, where only one longer name fits."""
        matched: dict[str, list[IdentityLink]] = defaultdict(list)
        counts: dict[str, int] = defaultdict(int)
        for row in sorted(self.offices):
            name = self.names.get(row.entity_id)
            if name is None or name.kind != "person" or not is_single_office(row.office):
                continue
            counts[name.entity_id] += 1
            targets = _longest(set(self._holders(name, row)))
            if len(targets) == 1:
                target = min(targets)
                says = f"{row.office}, {row.first_day} to {row.last_day}"
                link = IdentityLink(name, target, "identity.office", says, row.office)
                matched[name.entity_id].append(link)
        for key, links in matched.items():
            targets = {link.target for link in links}
            if len(targets) == 1 and len(links) == counts[key] and self._is_alone(links[0]):
                yield links[0]._replace(office=None)
            else:
                yield from links

    def _holders(self, name: Name, row: OfficeHeld) -> Iterator[str]:
        if ("person", name_key(name.name)) in self._known:
            return
        word = min(name_words(name.name), default="")
        for holder, first, last in self._held.get((row.office, word), ()):
            is_near = first - WINDOW <= row.last_day and row.first_day <= last + WINDOW
            if is_near and _is_short_for(name.name, holder):
                known_name = self._known.get(("person", name_key(holder)), holder)
                yield known_name if _is_short_for(name.name, known_name) else holder

    @cached_property
    def _held(self) -> dict[tuple[str, str], list[tuple[str, date, date]]]:
        """Who holds an office by articles and by the files, from a day to a day; by the office and each word of the name."""
        held: dict[tuple[str, str], list[tuple[str, date, date]]] = defaultdict(list)
        for row in self.offices:
            if row.entity_id in self.names:
                name = self.names[row.entity_id].name
                for word in name_words(name):
                    held[row.office, word].append((name, row.first_day, row.last_day))
        for line in (*self.user, *self.bundled):
            for office in line.offices:
                last = date(min(office.last_year, 9000), 12, 31)
                for word in name_words(line.name):
                    first = date(office.first_year, 1, 1)
                    held[office.office, word].append((line.name, first, last))
        return held

    def _is_alone(self, link: IdentityLink) -> bool:
        """Whether no other person's name has its words; a single one may be no common name."""
        words = name_words(link.name.name)
        if len(words) == 1 and min(words) in common_names():
            return False
        mine = name_words(link.target)
        return all(name_words(other.name) & mine > words for other in self._longer(words))

    def _from_spelling(self) -> Iterator[IdentityLink]:
        """Spellings that differ in case, apostrophes or dots only: the most frequent one."""
        for names in self._by_key.values():
            first = min(names, key=lambda n: (-n.n_articles, n.name))
            for name in names:
                if name.entity_id != first.entity_id:
                    yield IdentityLink(name, first.name, "identity.spelling", first.name)

    def _from_corpus(self) -> Iterator[IdentityLink]:
        """Not two who hold different offices of which each has one holder, where the names alone say that they are one."""
        for row in self.proposals:
            name = self.names.get(row.entity_id)
            target = name and self.names.get(entity_id(name.kind, row.target))
            if not name or not target or (name.kind, name_key(name.name)) in self._known:
                continue
            if row.rule_id not in BY_NAME_ALONE or not self._hold_different(name, target):
                yield IdentityLink(name, row.target, row.rule_id, row.evidence)

    def _hold_different(self, name: Name, other: Name) -> bool:
        """Whether each has offices that one person holds, and none is the same or a shorter form of it."""
        mine, others = (self._single_offices.get(n.entity_id, ()) for n in (name, other))
        pairs = [(a, b) for a in mine for b in others]
        return bool(pairs) and not any(a.startswith(b) or b.startswith(a) for a, b in pairs)

    @cached_property
    def _single_offices(self) -> dict[str, set[str]]:
        offices: dict[str, set[str]] = defaultdict(set)
        for row in self.offices:
            if is_single_office(row.office):
                offices[row.entity_id].add(row.office)
        return offices

    def _from_body_forms(self) -> Iterator[IdentityLink]:
        for name in self.names.values():
            if name.kind == "organization" and (full := body_form(name.name)) != name.name:
                yield IdentityLink(name, full, "identity.body", full)
            elif name.kind == "office" and (full := office_form(name.name)) != name.name:
                yield IdentityLink(name, full, "identity.office_form", full)

    def _other_people(self) -> Iterator[IdentityLink]:
        """Articles in which a joined name heads a region that the person it stands for never headed."""
        offices: dict[str, set[str]] = defaultdict(set)
        rows = [row for row in self.offices if is_regional_office(row.office)]
        for row in rows:
            name = self.names.get(row.entity_id)
            if name and name.entity_id not in self.links:
                offices[self.canonical("person", name.name)].add(row.office)
        for line in (*self.user, *self.bundled):
            offices[line.name].update(office.office for office in line.offices)
        for row in rows:
            link = self.links.get(row.entity_id)
            if link and link.rule_id not in OPEN_TO_CLASHES and link.name.kind == "person":
                target = self.canonical("person", link.target)
                if row.office not in offices[target] and not name_words(row.office) & name_words(
                    target
                ):
                    yield IdentityLink(
                        link.name, link.name.name, "identity.other", row.office, row.office
                    )


def _is_local(name: Name) -> bool:
    """Initials, and a body that every region has, without its region: somebody else in every article."""
    if name.kind == "organization":
        return needs_region(name.name)
    return name.kind == "person" and INITIALS.fullmatch(name.name) is not None


@lru_cache(maxsize=1 << 16)
def name_words(name: str) -> frozenset[str]:
    return frozenset(word for word in name_key(name).replace(",", " ").split() if len(word) > 1)


def _longest(names: set[str]) -> set[str]:
    """Without those that are short for another, or differ from one in initials only."""
    shortest = {name_words(n): n for n in sorted(names, key=lambda n: (-len(n), n))}
    names = set(shortest.values())
    return {n for n in names if not any(_is_short_for(n, other) for other in names)}


def _is_short_for(short: str, long: str) -> bool:
    """Whether a name can be short for another. Of several words, it begins as the other does: Iriana Joko Widodo is not Joko Widodo."""
    words, longer = name_words(short), name_words(long)
    if not words < longer:
        return False
    first, *rest = name_key(long).split()
    while rest and (first in FREQUENT or len(first) == 1) and first not in words:
        first, *rest = rest
    return len(words) == 1 or first == name_key(short).split()[0]
