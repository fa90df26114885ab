"""Where persons and institutions are named: full names, any word of them, short forms, and the pronouns of attributions."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from parsers.facts import Acronym, Mention, Place, Quote, entity_id
from parsers.language.words import is_listed_body, people_exact, table
from parsers.language.words import name_words as listed_words
from parsers.structure.names.entities import EntityIndex, canonical
from parsers.structure.names.people import NamedPerson, name_of, name_words
from parsers.structure.names.tagged_mentions import (
    TaggedEntity,
    is_within_name,
    tagged_entities,
)
from parsers.structure.tagger.tagger import Clues, TaggedName, tagged_names
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import EDGE, Span, Tokens, text_of

# A name of one word that has a domain or a capital inside, where somebody is told or cited.
MEDIUM = re.compile(
    r"\b(?:kepada|dikutip|dilansir|dihubungi|ditemui)"
    r"(?: dari| oleh| laman| situs| tim| wartawan)* "
    r"(\w{0,30}[A-Za-z]\w{1,30}\.(?:[a-z.]{2,8}|[A-Z.]{2,8})\b|[A-Z][a-z]+[A-Z]\w+)"
)
# Papers are one word, too, and sites have a domain: detikcom, TribunMedan.com.
OUTLET = re.compile(
    r"(?<![\w./@-])(detik(?!ers)[A-Za-z]{2,10}|Tribun(?!ners)[a-z]{4,12}"
    r"|[A-Z]\w{2,30}\.(?:com|COM|co\.id|id|ID|net))(?![\w/]|\.\w)"
)
# One of these is in every match, and most texts have none of them.
MEDIUM_WORDS = ("kepada ", "dikutip ", "dilansir ", "dihubungi ", "ditemui ")
OUTLET_PARTS = ("detik", "Tribun", ".com", ".COM", ".co.id", ".id", ".ID", ".net")
HOSPITAL = re.compile(r"(?:RS|RSUD|RSUP|RSIA|RSAB|RSPAD|RSJ|Rumah Sakit) \S")
LONGEST_BODY = 12  # words
PRONOUN_RULES = {"pronoun": "mention.person.pronoun", "clitic": "mention.person.clitic"}
TAGGER_RULES = {
    "person": "mention.person.tagger",
    "organization": "mention.organization.tagger",
}
POSITIONS = {  # of a word that is the first or the last of a name
    (True, True): "only",
    (True, False): "first",
    (False, True): "last",
    (False, False): "middle",
}
SURE_RULE = "mention.person.sure"
MEDIUM_RULE = "mention.organization.medium"
BodyNames = dict[str, dict[tuple[str, ...], str]]


class EntitySpan(NamedTuple):
    start: int
    end: int
    entity_type: str
    name: str
    mention_type: str
    rule_id: str


def mentions(
    body: BodyText,
    entities: EntityIndex,
    quotes: tuple[Quote, ...],
    acronyms: tuple[Acronym, ...],
    places: Sequence[Place] = (),
    dates: Iterable[Span] = (),
) -> tuple[Mention, ...]:
    """In `places` and `dates` the tagger alone names nobody; whom or what it denies has no row, but for a speaker with a listed name and a body that speaks."""
    spans = [
        (p.char_start, p.char_end)
        for p in places
        if p.char_start is not None and p.char_end is not None
    ]
    ruled = ruled_names(body, entities, quotes, acronyms, spans)
    tagged = tagged_names(body, clues(body, ruled, places))
    speakers = {q.speaker_name for q in quotes if q.speaker_name and not _is_doubtful(q)}
    bodies = _seen_bodies(ruled, tagged)
    ruled = [
        s
        for s in ruled
        if s.name in speakers
        or not (_is_denied_body(body, s, bodies) or _is_denied(body, s, tagged))
    ]
    whole = [(p.start, p.end) for p in entities.phrases if p.name]
    alone = tuple(
        tagged_entities(
            entities, tagged, [*((s.start, s.end) for s in ruled), *whole, *spans, *dates]
        )
    )
    named = [(n.kind, n.start, n.end) for n in tagged] + [(n.kind, n.start, n.end) for n in alone]
    ends = {(at, kind) for kind, *span in named for at in span}
    found = sorted([*ruled, *map(_tagged, alone)])
    return tuple(_row(body, span, number, ends) for number, span in enumerate(found, 1))


def without_denied(
    quotes: Iterable[Quote], found: tuple[Mention, ...]
) -> tuple[tuple[Quote, ...], tuple[Mention, ...]]:
    """A speaker without a listed name whom the tagger denies wherever he is named is only a candidate."""
    named = {m.entity_id for m in found if m.mention_type not in PRONOUN_RULES}
    denied = {q.speaker_entity_id for q in quotes if _is_doubtful(q)} - named
    kept = (m for m in found if m.entity_id not in denied)
    numbered = (replace(m, mention_no=number) for number, m in enumerate(kept, 1))
    return tuple(_unnamed(q) if q.speaker_entity_id in denied else q for q in quotes), tuple(
        numbered
    )


def _is_doubtful(quote: Quote) -> bool:
    """A person of whose name no word is a listed one."""
    name = quote.speaker_name
    if not name or quote.speaker_entity_id != entity_id("person", name):
        return False
    return listed_words().isdisjoint(name.lower().split())


def _unnamed(quote: Quote) -> Quote:
    return replace(
        quote,
        resolution="unresolved",
        speaker_entity_id=None,
        speaker_name=None,
        speaker_candidate=quote.speaker_name,
    )


def ruled_names(
    body: BodyText,
    entities: EntityIndex,
    quotes: tuple[Quote, ...],
    acronyms: tuple[Acronym, ...],
    places: Sequence[Span],
) -> list[EntitySpan]:
    """Those that the rules find."""
    spans = [
        *_media(body),
        *_persons(entities),
        *_organizations(entities),
        *_pronouns(quotes),
    ]
    spans += _hospitals(body, places, spans)
    names = {s.name for s in spans if s.entity_type == "organization"}
    one_word_bodies = (
        entities.one_word_bodies
        | {a.short_form: a.expansion for a in acronyms if a.expansion in names}
        | entities.short_forms
    )
    for term in entities.terms:
        one_word_bodies.pop(term, None)
    covered = {*((s.start, s.end) for s in spans), *((p.start, p.end) for p in entities.phrases)}
    spans += _again(entities, sorted(covered), one_word_bodies)
    return sorted({(s.start, s.end): s for s in _named_outside(spans, places)}.values())


def _named_outside(spans: list[EntitySpan], places: Sequence[Span]) -> Iterator[EntitySpan]:
    """Those that stand alone somewhere: RSUP Dr. Kariadi, Raja Ampat are places, and name nobody."""
    inner = set(filter(_within_one(places), spans))
    alone = {(span.entity_type, span.name) for span in spans if span not in inner}
    return (s for s in spans if s not in inner or (s.entity_type, s.name) in alone)


def _within_one(places: Iterable[Span]) -> Callable[[EntitySpan], bool]:
    """Whether a longer place holds all of a span."""
    ordered = sorted(places)
    starts = [start for start, _ in ordered]
    reach = [0, *accumulate((end for _, end in ordered), max)]  # of the first n places

    def is_within(span: EntitySpan) -> bool:
        up_to, before = bisect_right(starts, span.start), bisect_left(starts, span.start)
        return reach[up_to] > span.end or reach[before] >= span.end

    return is_within


def _is_denied(body: BodyText, span: EntitySpan, tagged: Sequence[TaggedName]) -> bool:
    """A person where the tagger, which knows what the rules found, sees no name."""
    is_name = span.entity_type == "person" and span.mention_type not in PRONOUN_RULES
    if not is_name or body.paragraph(span.start).is_headline:
        return False
    before = tagged[: bisect_left(tagged, (span.end,))][-1:]
    return not (before and before[0].end > span.start)


def _seen_bodies(ruled: Iterable[EntitySpan], tagged: Iterable[TaggedName]) -> set[str]:
    """Names of which the tagger sees a body with one bound in common at least once."""
    edges = {at for n in tagged if n.kind == "organization" for at in (n.start, n.end)}
    return {s.name for s in ruled if not edges.isdisjoint((s.start, s.end))}


def _is_denied_body(body: BodyText, span: EntitySpan, seen: set[str]) -> bool:
    is_phrase = span.entity_type == "organization" and span.rule_id != MEDIUM_RULE
    is_known = span.name in seen or span.name.isupper() or is_listed_body(span.name)
    return is_phrase and not is_known and not body.paragraph(span.start).is_headline


def clues(body: BodyText, ruled: Iterable[EntitySpan], places: Iterable[Place]) -> Clues:
    """What the tagger may know of the rules."""
    names = dict[int, tuple[str, str, str]]()
    of_places, elsewhere = dict[int, str](), dict[str, str]()
    for span in ruled:
        if span.entity_type in TAGGER_RULES and span.mention_type not in PRONOUN_RULES:
            kind, rule = span.entity_type[0], span.rule_id.rpartition(".")[2]
            tokens = _tokens(body, span.start, span.end)
            last = len(tokens) - 1
            for at, token in enumerate(tokens):
                names[token.start] = kind, POSITIONS[at == 0, at == last], rule
            for word in (*body.text[span.start : span.end].split(), *span.name.split()):
                if kind not in elsewhere.get(word, ""):
                    elsewhere[word] = "".join(sorted(elsewhere.get(word, "") + kind))
    for place in places:
        if place.char_start is not None and place.char_end is not None:
            of_places |= {
                t.start: place.rule_id for t in _tokens(body, place.char_start, place.char_end)
            }
    return Clues(names, of_places, elsewhere)


def _tokens(body: BodyText, start: int, end: int) -> Tokens:
    paragraph = body.paragraph(start)
    first = paragraph.token_at(start)
    return paragraph.tokens[first : bisect_left(paragraph.starts, end)]


def _tagged(entity: TaggedEntity) -> EntitySpan:
    mention_type = "name" if entity.is_whole else "short_name"
    rule_id = SURE_RULE if entity.is_sure else TAGGER_RULES[entity.kind]
    return EntitySpan(entity.start, entity.end, entity.kind, entity.name, mention_type, rule_id)


def _persons(entities: EntityIndex) -> Iterator[EntitySpan]:
    for phrase in entities.phrases:
        if phrase.name is None:
            continue
        name = name_of(phrase, entities.body.text)
        if name in entities.short_forms:
            yield _organization(*phrase.name, entities.short_forms[name], "acronym")
        else:
            person = entities.person(name) or NamedPerson(name=name, words=name_words(name))
            yield _person(*phrase.name, name, person, "mention.person.phrase")


def _person(start: int, end: int, text: str, person: NamedPerson, rule_id: str) -> EntitySpan:
    mention_type = "name" if text == person.name else "short_name"
    return EntitySpan(start, end, person.kind, person.name, mention_type, rule_id)


def _organization(
    start: int,
    end: int,
    name: str,
    mention_type: str,
    rule_id: str = "mention.organization.again",
) -> EntitySpan:
    return EntitySpan(start, end, "organization", name, mention_type, rule_id)


def _organizations(entities: EntityIndex) -> Iterator[EntitySpan]:
    for phrase in entities.phrases:
        if phrase.organization is None:
            continue
        start, end = phrase.organization
        text = entities.body.text[start:end]
        first, is_one_word = text.split(maxsplit=1)[0], " " not in text
        if is_one_word and (person := entities.person(text)):  # kuasa hukum Harimurti
            yield _person(start, end, text, person, "mention.person.phrase")
            continue
        if text in entities.terms:
            continue
        name = entities.body_name(phrase) or text
        is_defined = first in entities.short_forms and first.isupper()
        mention_type = "acronym" if name != text and (is_one_word or is_defined) else "name"
        yield _organization(start, end, name, mention_type, "mention.organization.phrase")
        short = entities.short_form(phrase)
        if short and any(c.isupper() for c in short[1]):
            yield _organization(*short.span(1), name, "acronym", "mention.organization.bracket")


def _hospitals(body: BodyText, places: Iterable[Span], spans: list[EntitySpan]) -> list[EntitySpan]:
    """They are bodies as much as places: RS Harapan Kita merawat tiga korban."""
    named = [(start, " ".join(body.text[start:end].split()), end) for start, end in places]
    return [
        _organization(start, end, canonical(name), "name", "mention.organization.hospital")
        for start, name, end in named
        if HOSPITAL.match(name)
        and not any(
            s.start < end and start < s.end and s.entity_type == "organization" for s in spans
        )
    ]


def _media(body: BodyText) -> Iterator[EntitySpan]:
    for pattern, parts in ((MEDIUM, MEDIUM_WORDS), (OUTLET, OUTLET_PARTS)):
        for match in pattern.finditer(body.text if any(p in body.text for p in parts) else ""):
            if match[1] in people_exact("channels"):
                continue  # dikutip dari YouTube Nama
            yield _organization(*match.span(1), match[1], "name", MEDIUM_RULE)


def _pronouns(quotes: tuple[Quote, ...]) -> Iterator[EntitySpan]:
    """Those that mean a person: `katanya` of a body names nobody."""
    for q in quotes:
        rule_id, name = PRONOUN_RULES.get(q.resolution), q.speaker_name or ""
        start, end, is_person = (
            q.speaker_start,
            q.speaker_end,
            q.speaker_entity_id == entity_id("person", name),
        )
        if rule_id and is_person and start is not None and end is not None:
            yield EntitySpan(start, end, "person", name, q.resolution, rule_id)


def _again(
    entities: EntityIndex, covered: list[Span], one_word_bodies: dict[str, str]
) -> Iterator[EntitySpan]:
    """Names and short forms standing free elsewhere."""
    body_names = _body_names(entities)
    for paragraph in entities.body.paragraphs:
        tokens, free = paragraph.tokens, 0
        for at in paragraph.capitals:
            token, word = tokens[at], tokens[at].text
            may_be_name = (
                token.lower in entities.by_word or word in one_word_bodies or word in body_names
            )
            if at < free or not may_be_name or _is_covered(covered, token.start):
                continue
            is_within = is_within_name(paragraph, at)
            name, length = _body_at(tokens, at, body_names)
            if name and not is_within:
                free = at + length
                yield _organization(token.start, tokens[free - 1].end, name, "name")
                continue
            is_short_form = word in entities.short_forms
            free, person = (at + 1, None) if is_short_form else _person_at(entities, paragraph, at)
            if person:
                end = tokens[free - 1].end
                text = entities.body.text[token.start : end]
                yield _person(token.start, end, text, person, "mention.person.again")
            elif word in one_word_bodies and (token.is_acronym or is_short_form or not is_within):
                name = one_word_bodies[word]
                mention_type = "name" if word == name else "acronym"
                yield _organization(token.start, token.end, name, mention_type)


def _body_names(entities: EntityIndex) -> BodyNames:
    """Bodies of several words by the first of them, and the name each goes by."""
    names: BodyNames = {}
    for phrase in entities.phrases:
        if name := entities.body_name(phrase):
            assert phrase.organization is not None
            words = tuple(entities.body.text[slice(*phrase.organization)].split())
            if len(words) > 1:
                names.setdefault(words[0], {})[words] = name
    return names


def _body_at(tokens: Tokens, at: int, names: BodyNames) -> tuple[str | None, int]:
    """The body whose whole name stands there with no capital after it, and how many tokens it has."""
    by_words = names.get(tokens[at].text)
    if by_words is None:
        return None, 0
    run = tuple([t.text for t in tokens[at : at + LONGEST_BODY]])
    for length in range(len(run), 1, -1):
        if run[:length] in by_words:
            after = tokens[at + length] if at + length < len(tokens) else EDGE
            return (None, 0) if after.is_capital else (by_words[run[:length]], length)
    return None, 0


def _is_covered(covered: list[Span], offset: int) -> bool:
    index = bisect_right(covered, (offset, 1 << 60)) - 1
    nearby = covered[max(index - 3, 0) : index + 1]
    return any(start <= offset < end for start, end in nearby)


def _person_at(
    entities: EntityIndex, paragraph: Paragraph, at: int
) -> tuple[int, NamedPerson | None]:
    """Capitals that are all words of one person's name, the longest run of them; the index after it."""
    tokens, end = paragraph.tokens, at
    is_word = tokens[at].lower in entities.by_word and not tokens[at].is_opener
    if not is_word or is_within_name(paragraph, at):
        return at + 1, None
    while end < len(tokens) and tokens[end].is_capital and tokens[end].lower in entities.by_word:
        end += 1
    after = tokens[end] if end < len(tokens) else EDGE
    is_longer = after.is_capital and after.text not in table("units")["currencies"]
    return end, None if is_longer else entities.person(text_of(tokens[at:end]))


def _row(body: BodyText, span: EntitySpan, number: int, ends: set[tuple[int, str]]) -> Mention:
    """`ends` are those of the names that the tagger sees: one of them in common is the same name."""
    return Mention(
        mention_no=number,
        paragraph_no=body.paragraph(span.start).number,
        entity_id=entity_id(span.entity_type, span.name),
        entity_type=span.entity_type,
        entity_name=span.name,
        mention_type=span.mention_type,
        text=body.text[span.start : span.end],
        char_start=span.start,
        char_end=span.end,
        rule_id=span.rule_id,
        is_tagged=not ends.isdisjoint((at, span.entity_type) for at in (span.start, span.end)),
    )
