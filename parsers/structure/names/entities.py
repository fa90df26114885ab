"""Everybody a text names: the phrases in reading order, the persons, and the institutions with their short forms."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from parsers.facts import Acronym
from parsers.language.common_words import is_common_word
from parsers.language.words import (
    aliases,
    listed_bodies,
    people,
    people_exact,
    roles,
    table,
)
from parsers.structure.names.acronyms import NOT_SHORT, acronyms
from parsers.structure.names.evidence import (
    body_tails,
    company_names,
    person_anchors,
    person_initials,
)
from parsers.structure.names.name_forms import office_form
from parsers.structure.names.people import (
    MOST_NAMESAKES,
    NamedPerson,
    name_of,
    name_words,
    persons,
    with_title,
)
from parsers.structure.names.phrase_parts import EntityPhrase
from parsers.structure.names.phrase_scan import scan
from parsers.structure.names.text_words import TextWords
from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import region_words

BODY_WORDS = (
    people_exact("foreign")
    | people_exact("suffixes")
    | {"Bureau", "Committee", "Federation", "Motor", "Organization", "Society", "Union"}
)
SHORT_BRACKET = re.compile(r"\s?\(([^\s()]{2,15})\)")


@dataclass(frozen=True)
class EntityIndex:
    body: BodyText

    @cached_property
    def acronyms(self) -> tuple[Acronym, ...]:
        return acronyms(self.body)

    @cached_property
    def words(self) -> TextWords:
        text, firms = self.body.text, company_names(self.body.text)
        return TextWords(
            ordinary=self.body.ordinary | body_tails(text),
            anchors=person_anchors(self.body) - {word for name in firms for word in name},
            initials=person_initials(text),
            companies=firms,
            expansions={
                a.char_start: a.char_start + len(a.expansion)
                for a in self.acronyms
                if a.short_form.isupper() and a.expansion[0].isupper()
            },
        )

    @cached_property
    def phrases(self) -> tuple[EntityPhrase, ...]:
        """In reading order. A word that is an office or a common noun, too, names somebody only as a word of a longer name: Imam after Imam Fauzi."""
        phrases, text = scan(self.body, self.words), self.body.text
        names = [name_words(name_of(p, text)) for p in phrases if p.name]
        of_longer = {word for words in names if len(words) > 1 for word in words}
        found: list[EntityPhrase] = []
        for phrase in phrases:
            name = name_of(phrase, text) if phrase.name else ""
            word = "" if name.lower() in of_longer else name.lower()
            if word in roles():
                found.append(phrase._replace(name=None, surface=None, role=name))
            elif not word or name.isupper() or not is_common_word(word):
                found.append(with_title(phrase, text, of_longer))
            elif phrase.role or phrase.organization:
                found.append(phrase._replace(name=None, surface=None))
        return tuple(found)

    @cached_property
    def _starts(self) -> list[int]:
        return [p.start for p in self.phrases]

    def at(self, start: int) -> EntityPhrase | None:
        """The phrase that begins exactly there."""
        return next(iter(self.between(start, start + 1)), None)

    def between(self, start: int, end: int) -> tuple[EntityPhrase, ...]:
        """The phrases that begin there."""
        return self.phrases[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    @cached_property
    def persons(self) -> tuple[NamedPerson, ...]:
        return persons(self.phrases, self.body.text, self.words)

    @cached_property
    def by_word(self) -> dict[str, list[NamedPerson]]:
        """Persons by every word of their names and nicknames."""
        by_word: dict[str, list[NamedPerson]] = {}
        for person in self.persons:
            for word in person.words:
                by_word.setdefault(word, []).append(person)
        return by_word

    def person(self, name: str) -> NamedPerson | None:
        """The person a name or any word of it stands for; the first with the most complete name where several would do."""
        if name not in self._person_cache:
            words = name_words(name)
            rarest = min(words, key=lambda w: (len(self.by_word.get(w, ())), w), default="")
            self._person_cache[name] = next(
                (p for p in self.by_word.get(rarest, ())[:MOST_NAMESAKES] if words <= p.words), None
            )
        return self._person_cache[name]

    @cached_property
    def _person_cache(self) -> dict[str, NamedPerson | None]:
        return {}

    def person_with_role(self, role: str, body: str | None = None) -> NamedPerson | None:
        """Whoever has the office in the text: of that body, or the first where the text names none with it."""
        word = table("people")["other_words"].get(role.lower(), role.lower())
        holders = self._by_role.get(word) or self._by_role.get(office_form(word).lower()) or ()
        return next((p for p in holders if body is None or self._is_of(p, body)), None)

    def _is_of(self, person: NamedPerson, body: str) -> bool:
        """Kepala Dinas Sosial is the Kepala of Dinas Sosial Kota X, not that of Dinas Kesehatan."""
        if person.office.affiliation is None:
            return False
        own, other = (
            name_words(canonical(self.short_forms.get(name, name)))
            for name in (person.office.affiliation, body)
        )
        return own <= other or other <= own

    @cached_property
    def _by_role(self) -> dict[str, list[NamedPerson]]:
        """A role, and what it begins with, to those who have it: Kapolres, but not Presiden Direktur for Presiden."""
        by_role: dict[str, list[NamedPerson]] = {}
        continuations = roles() | people("role_words")
        for person in self.persons:
            words = (person.office.role or "").lower().split()
            for length in range(1, len(words) + 1):
                if length == len(words) or words[length] not in continuations:
                    by_role.setdefault(" ".join(words[:length]), []).append(person)
            if words:  # Menkes
                by_role.setdefault(office_form(person.office.role or "").lower(), []).append(person)
        return by_role

    def short_form(self, phrase: EntityPhrase) -> re.Match[str] | None:
        """The short form in brackets after an institution; Sulawesi Selatan (Sulsel) is a region's."""
        if phrase.organization is None:
            return None
        bracket = SHORT_BRACKET.match(self.body.text, phrase.organization[1])
        if bracket is None or bracket[1] in NOT_SHORT | people_exact("no_bodies"):
            return None
        word = bracket[1].lower()
        is_other = word in roles() or (word,) in region_words().get(word, ())
        return None if is_other else bracket

    @cached_property
    def short_forms(self) -> dict[str, str]:
        """Short forms in brackets, and the body each stands for."""
        bodies: dict[str, str] = {}
        for phrase in self.phrases:
            if phrase.organization_name and (short := self.short_form(phrase)):
                bodies.setdefault(short[1], canonical(phrase.organization_name))
        return bodies

    @cached_property
    def one_word_bodies(self) -> dict[str, str]:
        """Single words that stand for an institution: short forms, names of one word, initials of longer names."""
        names = {name for p in self.phrases if (name := self.body_name(p))}
        initials = {
            "".join(w[0] for w in name.split() if w[0].isupper()): name
            for name in sorted(names)
            if name.count(" ") > 1
        }
        return (
            {short: name for short, name in initials.items() if len(short) > 2}
            | {name: name for name in names if " " not in name}
            | self.short_forms
        )

    def body_name(self, phrase: EntityPhrase) -> str | None:
        """The name the institution of a phrase goes by."""
        if phrase.organization is None or phrase.organization_name is None:
            return None
        first = self.body.text[slice(*phrase.organization)].split(maxsplit=1)[0]
        name = self.expansions.get(phrase.organization_name, phrase.organization_name)
        return self.short_forms.get(first) or self._companies.get(name) or canonical(name)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Short forms of no body here, as of others elsewhere: Pajak Kendaraan Bermotor (PKB)."""
        return frozenset(
            short
            for short, words in self.expansions.items()
            if short.isupper() and short not in self.short_forms and not _may_be_body(words)
        )

    @cached_property
    def expansions(self) -> dict[str, str]:
        return {a.short_form: a.expansion for a in reversed(self.acronyms)}

    @cached_property
    def _companies(self) -> dict[str, str]:
        """Astra Cipta to PT Astra Cipta Tbk."""
        names = {p.organization_name for p in self.phrases if p.organization_name}
        return {
            name.removesuffix(" Tbk").split(" ", 1)[1]: name
            for name in names
            if name.startswith(("PT ", "CV ")) and name.count(" ") > 1
        }


def _may_be_body(expansion: str) -> bool:
    words = expansion.split()
    is_listed = expansion in listed_bodies(2) or words[0] in people_exact("institutions")
    return is_listed or not BODY_WORDS.isdisjoint(words)


def canonical(organization: str) -> str:
    return aliases().get(organization.lower(), organization)
