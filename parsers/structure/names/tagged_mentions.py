"""People and bodies that the tagger alone sees: rows with one witness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from parsers.language.words import people
from parsers.structure.names.entities import EntityIndex, canonical
from parsers.structure.names.people import name_words
from parsers.structure.tagger.features import word_class
from parsers.structure.tagger.tagger import TaggedName
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import EDGE, Span, sites

LEAST_MARGIN = 100  # from which a name is a row
SURE_MARGIN = 800  # of a person, from which nine of ten are right
WITHIN_PLACE = 2  # words from Desa, Kota on
NO_FIRST = frozenset({"Si", "Tbk", "Persero", "Ltd"})  # Si Nyonya Tua is a nickname
MERE_WORDS = "DHKRXISLOTW"  # classes of words of everyday language and of offices


class TaggedEntity(NamedTuple):
    start: int
    end: int
    kind: str
    name: str  # the longest that the text gives
    is_whole: bool = True
    is_sure: bool = False


def tagged_entities(
    entities: EntityIndex, tagged: Iterable[TaggedName], taken: Iterable[Span]
) -> Iterator[TaggedEntity]:
    """Those in no row of the rules, in no place and no date."""
    text = entities.body.text
    covered = bytearray(len(text))
    _cover(covered, taken)
    names = [
        t
        for t in tagged
        if not any(covered[t.start : t.end]) and t.margin >= LEAST_MARGIN and _is_name(t)
    ]
    longest = _longest_names(entities, {text[t.start : t.end]: t.kind for t in names})
    for tag in names:
        start, end, written = tag.start, tag.end, text[tag.start : tag.end]
        kind = "person" if entities.person(written) else tag.kind
        name = canonical(written) if kind == "organization" else longest.get(written)
        if name and written not in entities.terms:
            is_sure = kind == tag.kind == "person" and tag.margin >= SURE_MARGIN
            is_whole = name == written or kind != "person"
            yield TaggedEntity(start, end, kind, name, is_whole, is_sure)
            _cover(covered, [(start, end)])
    yield from _by_last_word(entities, {*longest.values()}, covered)


def _is_name(name: TaggedName) -> bool:
    """No region, no prophet or film, nothing within a place's name, and not made of Tbk or of words of offices alone."""
    (first, end), tokens = name.span, name.run.tokens
    before = tokens[first - 1] if first else EDGE
    is_other = (
        not people("works").isdisjoint({before.lower, tokens[first].lower})
        or tokens[first].region >= end - first
    )
    is_other |= tokens[first].text in NO_FIRST
    begins = max(name.run.first, first - WITHIN_PLACE)
    is_other |= any(token.marker for token in tokens[begins:first])  # Desa Binaan Imigrasi
    mere = MERE_WORDS if name.kind == "person" else "X"
    return not is_other and any(word_class(token) not in mere for token in tokens[first:end])


def _cover(covered: bytearray, spans: Iterable[Span]) -> None:
    for start, end in spans:
        covered[start:end] = b"\1" * (end - start)


def _longest_names(entities: EntityIndex, kinds: dict[str, str]) -> dict[str, str]:
    """Each name to the fullest form of it. A word of a body's name is nobody's."""
    phrases = entities.phrases
    of_bodies = {w for p in phrases if (body := p.organization_name) for w in name_words(body)}
    longest: dict[str, str] = {}
    for name in sorted(kinds, key=lambda name: (-len(name_words(name)), name)):
        words = name_words(name)
        if person := entities.person(name):
            longest[name] = person.name
        elif kinds[name] == "person" and not words <= of_bodies:
            fuller = (full for full in longest.values() if words <= name_words(full))
            longest[name] = next(fuller, name)
    return longest


def _by_last_word(
    entities: EntityIndex, names: set[str], covered: bytearray
) -> Iterator[TaggedEntity]:
    """Franco Mastantuono … Mastantuono."""
    by_word = {name.split()[-1]: name for name in sorted(names) if " " in name}
    for paragraph in entities.body.paragraphs if by_word else ():
        for at in paragraph.capitals:
            token = paragraph.tokens[at]
            name = by_word.get(token.text)
            if name and not covered[token.start] and not is_within_name(paragraph, at):
                yield TaggedEntity(token.start, token.end, "person", name, is_whole=False)


def is_within_name(paragraph: Paragraph, at: int) -> bool:
    """After another capital, unless that one only begins the sentence: not Jalan Sudirman, but Gaji Iis."""
    before = paragraph.tokens[at - 1] if at else EDGE
    if not before.is_capital or before.is_opener:
        return False
    begins_sentence = before.start in paragraph.sentence_starts
    return not begins_sentence or before.is_common_name or before.text in sites("street")
