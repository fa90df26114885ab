"""Finds who is named: every phrase with a person or an institution, in reading order, and who is who among them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from parsers.facts import Acronym
from parsers.language.words import aliases, lower, openers, people, people_exact, table
from parsers.structure.names.acronyms import NOT_SHORT, acronyms
from parsers.structure.names.evidence import (
    anchors,
    companies,
    initials,
    is_apposed,
    is_described,
    is_facility,
    is_site,
    speaks,
    tails,
)
from parsers.structure.names.phrase_parts import LONGEST_NAME, PhraseParts, Reader
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import (
    EDGE,
    Span,
    Token,
    Tokens,
    is_age,
    is_nickname,
    is_title,
    region_length,
    region_words,
    span_of,
    suffix_length,
    verb_at,
)

LONGEST_RUN = 12  # capitals in a row looked at for a name
SHORT_BRACKET = re.compile(r"\s?\(([^\s()]{2,15})\)")
CALLED = re.compile(
    r"\b(?:(?:akrab|biasa|kerap|karib) (?:disapa|dipanggil)|alias) (?:(?:Pak|Bu|Mbah|Mama|Kang|Mas|Mbak|Bang|Cak) )?([A-Z]\w+)"
)
CALLED_SO = re.compile(
    r"([A-Z]\w+),? (?:begitu|demikian) (?:ia|dia|\w+nya)? ?(?:akrab |biasa |kerap |karib )?(?:disapa|dipanggil|sapaan|panggilan)"
)
DESKS = frozenset({"Bidang", "Divisi", "Bagian", "Urusan"})
DEMONSTRATIVES = lower(table("grammar")["demonstratives"])
AGENTS = lower(table("grammar")["agents"])
MOST_NAMESAKES = 20  # people who share a word of their names


class EntityPhrase(NamedTuple):
    """A phrase of the body. Spans are code points; `organization` is the institution's own name up to a short form in brackets.

    `organization_name` goes on after the bracket: Dinas Kesehatan (Dinkes) Surabaya is Dinas Kesehatan Surabaya.
    """

    paragraph: Paragraph
    phrase: PhraseParts
    start: int
    end: int
    name: Span | None = None
    surface: Span | None = None
    role: str | None = None
    organization: Span | None = None
    organization_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    words: frozenset[str]
    role: str | None = None
    affiliation: str | None = None


@lru_cache(maxsize=4096)
def name_words(name: str) -> frozenset[str]:
    return frozenset(w for w in re.findall(r"[\w’'-]+", name.lower()) if len(w) > 1)


@dataclass(frozen=True)
class EntityIndex:
    """Everybody the text names."""

    body: BodyText

    @cached_property
    def reader(self) -> Reader:
        known = companies(self.body.text)
        return Reader(
            ordinary=self.body.ordinary | tails(self.body.text),
            anchors=anchors(self.body) - {word for name in known for word in name},
            initials=initials(self.body.text),
            companies=known,
            defined=frozenset(a.char_start for a in self.acronyms if a.short_form.isupper()),
        )

    @cached_property
    def acronyms(self) -> tuple[Acronym, ...]:
        return acronyms(self.body)

    @cached_property
    def found(self) -> tuple[EntityPhrase, ...]:
        """A name that is an office, too, is one only as a word of a longer name: Imam after Imam Fauzi."""
        found = [f for p in self.body.paragraphs for f in self._scan(p)]
        longer = {
            w
            for f in found
            if f.name and len(self._words(f)) > 1
            for w in self._words(f)
            if w in people("roles")
        }
        return tuple(
            self._as_office(f)
            if f.name and self._name(f).lower() in people("roles") - longer
            else f
            for f in found
        )

    def _as_office(self, found: EntityPhrase) -> EntityPhrase:
        return found._replace(name=None, surface=None, role=self._name(found))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(f.start for f in self.found)

    def at(self, start: int) -> EntityPhrase | None:
        """The phrase that begins exactly there."""
        index = bisect_right(self._starts, start) - 1
        return self.found[index] if index >= 0 and self.found[index].start == start else None

    def between(self, start: int, end: int) -> tuple[EntityPhrase, ...]:
        low, high = bisect_right(self._starts, start - 1), bisect_right(self._starts, end - 1)
        return self.found[low:high]

    def _scan(self, paragraph: Paragraph) -> list[EntityPhrase]:
        tokens, free, found = paragraph.tokens, 0, list[EntityPhrase]()
        for at in paragraph.heads:
            if at < free:
                continue
            if is_site(tokens, at) and not self.reader.company(tokens, at, len(tokens)):
                free = next(
                    (
                        i
                        for i in range(at, len(tokens))
                        if not (tokens[i].is_capital or _is_abbreviated(tokens, i))
                    ),
                    len(tokens),
                )
            elif (
                (
                    self._begins(tokens, at)
                    or (found and self._is_beside(tokens, found[-1].phrase, at))
                )
                and (phrase := self.reader.read(tokens, at))
                and self._keeps(tokens, phrase)
            ):
                found.append(self._found(paragraph, phrase))
                free = phrase.end
        return found

    def _begins(self, tokens: Tokens, at: int) -> bool:
        token, before = tokens[at], tokens[at - 1] if at else EDGE
        if token.is_day:
            return False
        housed = before.lower == "rumah" and not token.is_role
        on_paper = before.lower in people("papers") and not (token.is_head or housed)
        if before.lower in people("works"):
            return False  # turnamen Liga Nusantara
        if on_paper or token.is_titled or token.is_opener:
            return token.is_titled and not on_paper
        if token.is_head or token.is_ministry:
            begins = (at < 2 or not tokens[at - 2].is_word) and not (
                before.is_head or before.is_site or before.is_common_name
            )
            return not before.is_capital or before.is_opener or before.is_role or begins
        return self._begins_name(tokens, at)

    def _begins_name(self, tokens: Tokens, at: int) -> bool:
        before, token, ordinary = tokens[at - 1] if at else EDGE, tokens[at], self.body.ordinary
        if self.reader.known(tokens, at) or (
            not (before.is_capital and not before.is_opener)
            and suffix_length(tokens, at, len(tokens), ordinary)
        ):
            return True
        if self.reader.region(tokens, at) or before.marker:
            return False
        if token.text in self.reader.initials:
            return True
        if token.is_acronym or "." in token.text:
            return token.is_acronym and speaks(tokens, at)
        if before.lower == "menurut" or before.lower in openers() or before.is_post:
            return True
        return not is_title(token, ordinary) and self._is_named(tokens, at, before)

    def _is_named(self, tokens: Tokens, at: int, before: Token) -> bool:
        """What stands around plain capitals makes them a person's name."""
        common = tokens[at].is_common_name
        if common and (
            before.lower == "kepada" or (before.lower == "ke" and at > 1 and tokens[at - 2].cue)
        ):
            return True
        end, last = at + 1, min(at + LONGEST_RUN, len(tokens))
        nicknamed = 3 * is_nickname(tokens, at + 1)
        end += nicknamed
        while end < last and (
            tokens[end].is_capital or (tokens[end].text == "." and tokens[end - 1].is_initial)
        ):
            end += 1
        if verb_at(tokens, end) or (end - at > 1 and (common or self._is_agent(tokens, at, end))):
            return True
        known = any(t.text in self.reader.anchors for t in tokens[at:end])
        return (
            known
            or nicknamed > 0
            or is_age(tokens, end)
            or is_described(tokens, end)
            or is_apposed(tokens, at, end)
        )

    def _is_beside(self, tokens: Tokens, last: PhraseParts, at: int) -> bool:
        """Budi Santoso dan Chusnunia Hapsari: two plain words joined to a name of as many."""
        paired = (
            last.name is not None
            and last.name[1] - last.name[0] > 1
            and last.end == at - 1
            and tokens[at - 1].text in {"dan", "serta", "-"}
        )
        run = tokens[at : at + 2]
        return (
            paired
            and len(run) > 1
            and all(
                t.is_capital
                and not (is_title(t, self.body.ordinary) or t.is_opener or t.is_site or t.regions)
                for t in run
            )
        )

    def _is_agent(self, tokens: Tokens, at: int, end: int) -> bool:
        """Dicetak Raihan Tuanakotta, Huang Zhi/Lin Mei: an unknown name of two or three plain words."""
        told = at > 0 and (
            tokens[at - 1].lower in AGENTS
            or tokens[at - 1].text == "/"
            or (end < len(tokens) and tokens[end].text == "/")
        )
        return (
            told
            and end - at < LONGEST_NAME
            and not any(
                t.is_acronym
                or self.reader.region(tokens, i)
                or is_title(t, self.body.ordinary)
                or suffix_length(tokens, at, end, self.body.ordinary)
                for i, t in enumerate(tokens[at:end], at)
            )
        )

    def _keeps(self, tokens: Tokens, phrase: PhraseParts) -> bool:
        """A role written small is a phrase only with a name; an institution needs more than a word for its kind."""
        if phrase.name is not None:
            return self._is_person(tokens, phrase, phrase.name)
        if phrase.role is not None:
            return tokens[phrase.start].is_capital
        return phrase.affiliation is not None and self._is_organization(tokens, phrase.affiliation)

    def _is_person(self, tokens: Tokens, phrase: PhraseParts, name: Span) -> bool:
        """A single unknown word after an office is a name only where somebody speaks, or with an age, a rank or a comma."""
        first, words = tokens[name[0]], [t for t in tokens[name[0] : name[1]] if t.is_word]
        if (
            phrase.role is None
            and phrase.affiliation is None
            and first.is_role
            and not first.is_common_name
        ):
            return False
        if name[1] < len(tokens) and (
            tokens[name[1]].text.isdigit()
            or (tokens[phrase.start].is_small and tokens[name[1]].lower in DEMONSTRATIVES)
        ):
            return False  # mantan Camat Mentarang itu
        placed = any(
            region_length(tokens, i) == name[0] - i
            for i in range(max(phrase.start, name[0] - 3), name[0])
        )
        if (
            len(words) > 1
            or phrase.aged
            or first.text in self.reader.initials
            or placed
            or first.is_common_name
            or first.text in self.reader.anchors
            or phrase.surface != phrase.name
        ):
            return True
        before = tokens[phrase.start - 1] if phrase.start else EDGE
        speaks = before.lower == "menurut" or before.cue or verb_at(tokens, name[1])
        return (
            bool(speaks)
            or phrase.end > name[1]
            or is_described(tokens, name[1])
            or (name[0] > 0 and tokens[name[0] - 1].text == ",")
        )

    def _is_organization(self, tokens: Tokens, span: Span) -> bool:
        bracket = next((i for i in range(*span) if tokens[i].text == "("), span[1])
        words = [t for t in tokens[span[0] : bracket] if t.is_word]
        first = words[0]
        if first.text in people_exact("standalone") or first.is_ministry:
            return (
                span[0] == 0
                or not tokens[span[0] - 1].is_capital
                or tokens[span[0] - 1].is_opener
                or tokens[span[0] - 1].is_role
            )
        if len(words) < 2 or is_facility(words):
            return len(words) == 1 and first.is_acronym and speaks(tokens, span[0])
        defined = bracket < span[1] or (span[1] < len(tokens) and tokens[span[1]].text == "(")
        if first.text in people_exact("generic") and not (
            first.text in people_exact("chambers") and (defined or len(words) > 2)
        ):
            return any(
                not t.is_title or t.is_acronym or region_length(tokens, i)
                for i, t in enumerate(tokens[span[0] + 1 : bracket], span[0] + 1)
                if t.is_capital
            )
        return first.is_acronym or any(t.is_capital for t in words[1:])

    def _found(self, paragraph: Paragraph, phrase: PhraseParts) -> EntityPhrase:
        tokens = paragraph.tokens
        role, body = self._text(tokens, phrase.role), self._organization(tokens, phrase)
        return EntityPhrase(
            paragraph=paragraph,
            phrase=phrase,
            start=tokens[phrase.start].start,
            end=tokens[phrase.end - 1].end,
            name=span_of(tokens, phrase.name) if phrase.name else None,
            surface=span_of(tokens, phrase.surface) if phrase.surface else None,
            role=role,
            organization=span_of(tokens, body[0]) if body else None,
            organization_name=" ".join(part for span in body if (part := self._text(tokens, span)))
            if body
            else None,
        )

    def _organization(self, tokens: Tokens, phrase: PhraseParts) -> tuple[Span, Span | None] | None:
        """The institution up to the short form of its own, and what follows the bracket.

        Where the short form is an office (Kapolres) there is no body.
        """
        span = phrase.affiliation
        if span is None or (phrase.name is None and not self._is_organization(tokens, span)):
            return None
        first, alone = tokens[span[0]], span[1] - span[0] == 1
        desk = next(
            (
                i
                for i in range(span[0] + 1, span[1])
                if tokens[i].text in DESKS and tokens[i - 1].is_acronym
            ),
            span[1],
        )
        span = span[0], desk  # Wakil Ketua APK Bidang X
        if alone and (len(first.text) == 1 or first.text in people_exact("generic")):
            return None  # Sekretaris Komisi E; (MTI) Pusat Nama
        if (
            phrase.role
            and any(t.lower in people("residents") for t in tokens[slice(*phrase.role)])
            and not (first.is_head or first.is_acronym or first.is_ministry)
        ):
            return None  # Lurah Grogol Selatan, warga Grogol Petamburan: a place
        start, end = span
        opening = next((i for i in range(start + 1, end - 1) if tokens[i].text == "("), None)
        if opening is None:
            return span, None
        if tokens[opening + 1].is_role:
            return None
        closing = next((i for i in range(opening, end) if tokens[i].text == ")"), end - 1)
        return (start, opening), (closing + 1, end) if closing + 1 < end else None

    def _text(self, tokens: Tokens, span: Span | None) -> str | None:
        return self.body.text[slice(*span_of(tokens, span))] if span else None

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Fuller names swallow shorter ones; office and institution are the first the text gives."""
        merged: dict[str, list[EntityPhrase]] = {}
        owners: dict[str, list[str]] = {}  # a word to the names that have it
        for found in sorted((f for f in self.found if f.name), key=lambda f: -len(self._words(f))):
            words = self._words(found)
            some = min(words, key=lambda w: (len(owners.get(w, ())), w), default="")
            name = next(
                (n for n in owners.get(some, ())[:MOST_NAMESAKES] if words <= name_words(n)),
                self._name(found),
            )
            if name not in merged:
                for word in words:
                    owners.setdefault(word, []).append(name)
            merged.setdefault(name, []).append(found)
        called = self._called()
        return tuple(
            self._person(name, sorted(group, key=lambda f: f.start), called)
            for name, group in merged.items()
        )

    def _called(self) -> dict[str, frozenset[str]]:
        """Full names to the nicknames the text gives: yang akrab disapa Nana, alias Nana. They are of the last person named before."""
        found: dict[str, frozenset[str]] = {}
        if not any(word in self.body.text for word in ("sapa", "panggil", "alias ")):
            return found
        named = [f for f in self.found if f.name]
        starts = [f.start for f in named]
        for match in (*CALLED.finditer(self.body.text), *CALLED_SO.finditer(self.body.text)):
            last = bisect_right(starts, match.start(1))
            before = (self._name(f) for f in reversed(named[max(0, last - MOST_NAMESAKES) : last]))
            if name := next((n for n in before if n != match.group(1)), None):
                found[name] = found.get(name, frozenset()) | name_words(match.group(1))
        return found

    def _words(self, found: EntityPhrase) -> frozenset[str]:
        return name_words(self._name(found))

    def _name(self, found: EntityPhrase) -> str:
        assert found.name is not None
        return self.body.text[slice(*found.name)]

    def _person(
        self, name: str, group: list[EntityPhrase], called: dict[str, frozenset[str]]
    ) -> Person:
        titled = next((f for f in group if f.role or f.organization), group[0])
        nicknames = frozenset(word for f in group for word in called.get(self._name(f), ()))
        return Person(
            name=name,
            words=name_words(name) | nicknames,
            role=titled.role,
            affiliation=titled.organization_name,
        )

    @cached_property
    def by_word(self) -> dict[str, tuple[Person, ...]]:
        index: dict[str, list[Person]] = {}
        for person in self.people:
            for word in person.words:
                index.setdefault(word, []).append(person)
        return {word: tuple(group) for word, group in index.items()}

    def who(self, name: str) -> Person | None:
        """The person a name or any word of it stands for; the first with the most complete name where several would do."""
        if name not in self._known:
            words = name_words(name)
            some = min(words, key=lambda w: (len(self.by_word.get(w, ())), w), default="")
            self._known[name] = next(
                (p for p in self.by_word.get(some, ())[:MOST_NAMESAKES] if words <= p.words), None
            )
        return self._known[name]

    @cached_property
    def _known(self) -> dict[str, Person | None]:
        """What `who` has answered; a text asks for a name many times."""
        return {}

    @cached_property
    def shorts(self) -> dict[str, str]:
        """Short forms in brackets, and the body each stands for."""
        found: dict[str, str] = {}
        for phrase in self.found:
            if phrase.organization and phrase.organization_name and (short := self.bracket(phrase)):
                found.setdefault(short.group(1), canonical(phrase.organization_name))
        return found

    @cached_property
    def bodies(self) -> dict[str, str]:
        """Single words that stand for an institution of the text: short forms it defines, names of one word, initials of longer ones."""
        names = {name for f in self.found if f.organization and (name := self.body_name(f))}
        alone = {name: name for name in names if " " not in name}
        initials = {
            "".join(w[0] for w in name.split() if w[0].isupper()): name
            for name in sorted(names)
            if name.count(" ") > 1
        }
        return (
            {short: name for short, name in initials.items() if len(short) > 2}
            | alone
            | self.shorts
        )

    def bracket(self, phrase: EntityPhrase) -> re.Match[str] | None:
        """The short form after an institution; Sulawesi Selatan (Sulsel) is a region's."""
        assert phrase.organization is not None
        found = SHORT_BRACKET.match(self.body.text, phrase.organization[1])
        if found and found.group(1) in NOT_SHORT:
            return None
        return (
            found
            if found
            and (found.group(1).lower(),) not in region_words().get(found.group(1).lower(), ())
            else None
        )

    def body_name(self, phrase: EntityPhrase) -> str | None:
        """The name the institution of a phrase goes by."""
        if phrase.organization is None or phrase.organization_name is None:
            return None
        first = self.body.text[slice(*phrase.organization)].split(maxsplit=1)[0]
        told = self._expansions.get(phrase.organization_name, phrase.organization_name)
        return self.shorts.get(first) or self._companies.get(told) or canonical(told)

    @cached_property
    def _expansions(self) -> dict[str, str]:
        return {a.short_form: a.expansion for a in reversed(self.acronyms)}

    @cached_property
    def _companies(self) -> dict[str, str]:
        """Astra Cipta to PT Astra Cipta Tbk."""
        names = {f.organization_name for f in self.found if f.organization_name}
        return {
            name.removesuffix(" Tbk").split(" ", 1)[1]: name
            for name in names
            if name.startswith(("PT ", "CV ")) and name.count(" ") > 1
        }

    def short(self, paragraph: Paragraph, at: int) -> EntityPhrase | None:
        """A person of the text by one word of the name, where no phrase begins there: Widyawati, yang akrab disapa Wid, …"""
        token = paragraph.tokens[at]
        if not token.is_capital or token.is_opener or token.lower not in self.by_word:
            return None
        span, phrase = (
            (token.start, token.end),
            PhraseParts(start=at, end=at + 1, name=(at, at + 1), surface=(at, at + 1)),
        )
        return EntityPhrase(
            paragraph=paragraph,
            phrase=phrase,
            start=token.start,
            end=token.end,
            name=span,
            surface=span,
        )

    def with_role(self, role: str) -> Person | None:
        return self._by_role.get(table("people")["other_words"].get(role.lower(), role.lower()))

    @cached_property
    def _by_role(self) -> dict[str, Person]:
        """A role, and what it begins with, to the first person who has it: Kapolres, but not Presiden Direktur for Presiden."""
        found: dict[str, Person] = {}
        for person in self.people:
            words = (person.role or "").lower().split()
            for length in range(1, len(words) + 1):
                if length == len(words) or words[length] not in people("roles") | people(
                    "role_words"
                ):
                    found.setdefault(" ".join(words[:length]), person)
        return found


def _is_abbreviated(tokens: Tokens, at: int) -> bool:
    """As in RSUD dr. Soedomo: a title written small, or the full stop after a title or an initial."""
    before = tokens[at - 1] if at else EDGE
    return tokens[at].is_honorific or (
        tokens[at].text == "."
        and before.end == tokens[at].start
        and (before.is_honorific or before.is_initial)
    )


def canonical(organization: str) -> str:
    return aliases().get(organization.lower(), organization)
