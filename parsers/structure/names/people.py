"""The persons of a text: fuller names with their offices, nicknames, and what kind of thing a name is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from parsers.language.words import lower, openers, table
from parsers.structure.names.evidence import is_apposed, is_described
from parsers.structure.names.office_beside import office_beside
from parsers.structure.names.phrase_parts import EntityPhrase
from parsers.structure.names.phrase_scan import entity_phrase
from parsers.structure.names.text_words import TextWords
from parsers.structure.speaker_class import is_kin
from parsers.structure.tokens.token import EDGE, verb_at

HUMAN_VERBS = lower(table("grammar")["human_verbs"])
OF_NAME = "pemilik nama"  # pemilik nama asli Sari Wulandari
MOST_NAMESAKES = 20  # people who share a word of their names
TITLE = "Pak|Bu|Mbah|Mama|Mas|Mbak|Bang"  # no part of a nickname
NICKNAME_TITLES = frozenset({"Gus", "Cak", "Kang", "Bung", "Ning"})
NICKNAME = re.compile(
    r"\b(?:(?:akrab|biasa|kerap|karib) (?:disapa|dipanggil)|alias) "
    rf"(?:(?:{TITLE}) )?((?:(?:Gus|Cak|Kang|Bung|Ning) )?[A-Z]\w+)"
)
NICKNAME_FIRST = re.compile(
    r"([A-Z]\w+),? (?:begitu|demikian) (?:ia|dia|\w+nya)? ?"
    r"(?:akrab |biasa |kerap |karib )?(?:disapa|dipanggil|sapaan|panggilan)"
)


class Office(NamedTuple):
    """`rule` is the one of ref.rules that found it."""

    role: str | None = None
    affiliation: str | None = None
    rule: str | None = None


NO_OFFICE = Office()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPerson:
    """Office and institution are the first that the text gives."""

    name: str
    words: frozenset[str]
    office: Office = NO_OFFICE
    kind: str = "person"  # or unknown


@lru_cache(maxsize=4096)
def name_words(name: str) -> frozenset[str]:
    return frozenset(w for w in re.findall(r"[\w’'-]+", name.lower()) if len(w) > 1)


def name_of(phrase: EntityPhrase, text: str) -> str:
    assert phrase.name is not None
    return " ".join(text[slice(*phrase.name)].split())


def with_title(phrase: EntityPhrase, text: str, of_longer: set[str]) -> EntityPhrase:
    """A nickname with its title, Gus Ipul; not where the word is of a longer name in the text: Gus Yusuf, of Saifullah Yusuf."""
    if phrase.name is None or phrase.surface is None or phrase.parts.name is None:
        return phrase
    (start, end), title = phrase.name, text[slice(phrase.surface[0], phrase.name[0])].split()
    name = text[start:end]
    if not title or title[-1] not in NICKNAME_TITLES or " " in name or name.lower() in of_longer:
        return phrase
    first, last = phrase.parts.name
    return phrase._replace(
        name=(text.rindex(title[-1], 0, start), end),
        parts=phrase.parts._replace(name=(first - 1, last)),
    )


def persons(
    phrases: Iterable[EntityPhrase], text: str, text_words: TextWords
) -> tuple[NamedPerson, ...]:
    """Fuller names swallow shorter ones."""
    with_name = [p for p in phrases if p.name]
    groups: dict[str, list[EntityPhrase]] = {}
    owners: dict[str, list[str]] = {}  # a word to the names that have it
    for phrase in sorted(with_name, key=lambda p: -len(name_words(name_of(p, text)))):
        words = name_words(name_of(phrase, text))
        rarest = min(words, key=lambda w: (len(owners.get(w, ())), w), default="")
        name = next(
            (n for n in owners.get(rarest, ())[:MOST_NAMESAKES] if words <= name_words(n)),
            name_of(phrase, text),
        )
        if name not in groups:
            for word in words:
                owners.setdefault(word, []).append(name)
        groups.setdefault(name, []).append(phrase)
    nicknames = _nicknames(with_name, text)
    offices = {name: _office(group, with_name, text_words) for name, group in groups.items()}
    return tuple(
        _person(name, group, nicknames, offices[name], text) for name, group in groups.items()
    )


def _office(group: list[EntityPhrase], with_name: list[EntityPhrase], words: TextWords) -> Office:
    """The first office that the text gives a person, within a phrase or else beside one."""
    group.sort(key=lambda p: p.start)
    own = next((p for p in group if p.role or p.organization), None)
    for phrase in [own] if own else group:
        low, high = _free_tokens(phrase, with_name)
        if parts := office_beside(phrase.paragraph.tokens, phrase.parts, low, high, words):
            return office_of(entity_phrase(phrase.paragraph, parts), "office.beside")
    return office_of(own, "office.phrase") if own else NO_OFFICE


def office_of(phrase: EntityPhrase, rule: str) -> Office:
    role = phrase.role or ""
    if not (role or phrase.organization_name) or role.lower().startswith(OF_NAME):
        return NO_OFFICE
    return Office(phrase.role, phrase.organization_name, "office.kin" if is_kin(role) else rule)


def _free_tokens(phrase: EntityPhrase, with_name: list[EntityPhrase]) -> tuple[int, int]:
    """The tokens of its paragraph from the person named before to the one named after it."""
    at = bisect_left(with_name, phrase.start, key=lambda p: p.start)
    before, after = with_name[at - 1] if at else phrase, with_name[at + 1 : at + 2]
    low = before.parts.end if at and before.paragraph is phrase.paragraph else 0
    is_near = after and after[0].paragraph is phrase.paragraph
    return low, after[0].parts.start if is_near else len(phrase.paragraph.tokens)


def _nicknames(with_name: list[EntityPhrase], text: str) -> dict[str, frozenset[str]]:
    """Names to the nicknames of the text: yang akrab disapa Nana, alias Nana. They are of the last person named before."""
    nicknames: dict[str, frozenset[str]] = {}
    if not any(word in text for word in ("sapa", "panggil", "alias ")):
        return nicknames
    starts = [p.start for p in with_name]
    for match in (*NICKNAME.finditer(text), *NICKNAME_FIRST.finditer(text)):
        last = bisect_right(starts, match.start(1))
        before = reversed(with_name[max(0, last - MOST_NAMESAKES) : last])
        if name := next((n for p in before if (n := name_of(p, text)) != match[1]), None):
            nicknames[name] = nicknames.get(name, frozenset()) | name_words(match[1])
    return nicknames


def _person(
    name: str,
    group: list[EntityPhrase],
    nicknames: dict[str, frozenset[str]],
    office: Office,
    text: str,
) -> NamedPerson:
    return NamedPerson(
        name=name,
        words=name_words(name).union(*(nicknames.get(name_of(p, text), ()) for p in group)),
        office=office,
        kind=_name_kind(group),
    )


def _name_kind(phrases: list[EntityPhrase]) -> str:
    """Person, or unknown: what these phrases of the text have in common."""
    is_person = any(_is_surely_person(p) or _speaks_like_a_person(p) for p in phrases)
    return "person" if is_person else "unknown"


def _is_surely_person(phrase: EntityPhrase) -> bool:
    """More than one capital before a verb, as of a brand or a paper: Tesla mencatat."""
    tokens, parts = phrase.paragraph.tokens, phrase.parts
    assert parts.name is not None
    words = [t for t in tokens[slice(*parts.name)] if t.is_word]
    before = tokens[parts.start - 1] if parts.start else EDGE
    return (
        len(words) > 1
        or words[0].is_common_name
        or words[0].text.isupper()  # initials
        or parts.aged
        or parts.surface != parts.name
        or phrase.role is not None
        or before.is_post
        or before.lower in openers()
        or any(is_described(tokens, end) for end in (parts.name[1], parts.end))
        or is_apposed(tokens, parts.start, parts.end)
    )


def _speaks_like_a_person(phrase: EntityPhrase) -> bool:
    """Menurut X, … and X bercerita: papers and companies announce, people tell."""
    tokens, parts = phrase.paragraph.tokens, phrase.parts
    before = tokens[parts.start - 1] if parts.start else EDGE
    after = tokens[parts.end] if parts.end < len(tokens) else EDGE
    verb = verb_at(tokens, parts.end)
    is_cited = before.lower == "menurut" and after.text == ","
    return is_cited or (verb is not None and verb.word in HUMAN_VERBS)
