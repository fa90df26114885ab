"""People and bodies that the tagger alone sees: rows with one witness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from parsers.language.common_words import is_common_word
from parsers.language.words import people, people_exact
from parsers.structure.names.acronyms import NOT_SHORT
from parsers.structure.names.entities import EntityIndex, canonical
from parsers.structure.names.people import name_words
from parsers.structure.names.phrase_bounds import is_headline_word
from parsers.structure.names.phrase_scan import is_organization
from parsers.structure.tagger.features import word_class
from parsers.structure.tagger.tagger import TaggedName
from parsers.structure.tokens.text import Paragraph
from parsers.structure.tokens.token import EDGE, Span, Token, sites

LEAST_MARGIN = 150  # from which the tagger is sure
LEAST_LETTERS = 3  # of a name
OWN_WORDS = frozenset("CNAMXPi")  # classes of words that are not of everyday language or of offices


class TaggedEntity(NamedTuple):
    start: int
    end: int
    kind: str
    name: str  # the longest that the text gives
    is_whole: bool = True


def tagged_entities(
    entities: EntityIndex, tagged: Iterable[TaggedName], taken: Iterable[Span]
) -> Iterator[TaggedEntity]:
    """Those in no row of the rules, in no place and no date."""
    text = entities.body.text
    covered = bytearray(len(text))
    _cover(covered, taken)
    sure = [
        t
        for t in tagged
        if t.margin >= LEAST_MARGIN and not any(covered[t.start : t.end]) and _is_whole(t)
    ]
    longest = _longest_names(entities, {text[t.start : t.end]: t.kind for t in sure})
    for start, end, tagged_kind, *_ in sure:
        written = text[start:end]
        kind = "person" if entities.person(written) else tagged_kind
        name = canonical(written) if kind == "organization" else longest.get(written)
        if name and written not in entities.terms:
            yield TaggedEntity(start, end, kind, name, is_whole=name == written or kind != "person")
            _cover(covered, [(start, end)])
    yield from _by_last_word(entities, {*longest.values()}, covered)


def _is_whole(name: TaggedName) -> bool:
    """No part of a longer run of capitals, of the name of a programme, or a mere kind: Sekolah Menengah Atas."""
    (first, end), tokens = name.span, name.tokens
    before, after = tokens[first - 1] if first else EDGE, (*tokens[end : end + 1], EDGE)[0]
    if after.text == "(" and name.kind == "organization":
        return False  # Electronic Distance Measurement (EDM): a term, a stadium, a province
    is_inside = (before.is_capital and not _may_stand_before(before)) or (
        after.is_capital and not (after.is_titled or after.is_day or after.is_acronym)
    )
    is_of_work = not people("works").isdisjoint({before.lower, tokens[first].lower})
    is_headline = any(is_headline_word(tokens, first, at) for at in range(first + 1, end))
    if is_inside or is_of_work or is_headline or tokens[first].text in NOT_SHORT:
        return False
    if tokens[first].is_head:
        return is_organization(tokens, name.span)
    is_place = tokens[first].marker or tokens[first].region >= end - first  # Zona Asia
    is_other = is_place or tokens[first].text in people_exact("channels")
    return not (is_other or name.end - name.start < LEAST_LETTERS) and any(
        word_class(token) in OWN_WORDS for token in tokens[first:end]
    )


def _may_stand_before(token: Token) -> bool:
    return token.is_opener or token.is_titled or token.region > 0 or is_common_word(token.lower)


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
