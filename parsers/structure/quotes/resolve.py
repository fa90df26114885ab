"""Quotes in reading order, each with the person it belongs to."""

from __future__ import annotations

from heapq import merge
from typing import NamedTuple

from parsers.facts import Quote, entity_id
from parsers.language.words import lower, people, table
from parsers.structure.names.entities import EntityIndex, EntityPhrase, Person, canonical
from parsers.structure.quotes.direct import Statement, direct
from parsers.structure.quotes.english import english
from parsers.structure.quotes.indirect import indirect
from parsers.structure.quotes.quotation_marks import Marked, pairs
from parsers.structure.tokens.text import BodyText, Paragraph


class Known(NamedTuple):
    """Who a statement belongs to, and how that is known."""

    resolution: str
    name: str | None = None
    role: str | None = None
    affiliation: str | None = None
    entity_type: str = "person"


UNKNOWN = Known(resolution="unresolved")
OBJECT_AFTER = frozenset(
    {"kepada", "dengan", "terhadap", "bersama", "bagi", "untuk", "pada", "dan", "tentang", "soal"}
)

NO_SUBJECT = OBJECT_AFTER | lower(table("grammar")["kin"])  # after these


def statements(entities: EntityIndex, marked: tuple[Marked, ...]) -> list[Statement]:
    spoken = direct(entities, marked)
    return sorted(
        [*spoken, *indirect(entities, marked, [s.inside for s in spoken])], key=lambda s: s.span
    )


def quotes(body: BodyText, entities: EntityIndex, *, language: str = "id") -> tuple[Quote, ...]:
    """Indirect statements are read in Indonesian only."""
    marked = pairs(body)
    found = (
        statements(entities, marked)
        if language == "id"
        else english(body, marked)
        if language == "en"
        else direct(entities, marked)
    )
    known = (
        _resolve(entities, marked, found) if language == "id" else [UNKNOWN] * len(found)
    )  # who is meant is told in Indonesian only
    return tuple(
        _row(body, number, s, k) for number, (s, k) in enumerate(zip(found, known, strict=True), 1)
    )


def _resolve(
    entities: EntityIndex, marked: tuple[Marked, ...], found: list[Statement]
) -> list[Known]:
    """In reading order; a pronoun means the last person who spoke or stood as a subject before it, `lembaga itu` the last institution."""
    subjects = _subjects(entities, marked)
    events = merge(
        ((at, 0, who) for at, who in subjects),
        ((_place(s), 1, s) for s in sorted(found, key=_place)),
        key=lambda e: (e[0], e[1]),
    )
    last, known = {"person": UNKNOWN, "organization": UNKNOWN}, {}
    for _, _, event in events:
        if isinstance(event, Statement):
            told = known[id(event)] = _know(entities, event, **last)
        else:
            assert isinstance(event, Known)
            told = event
        if told.resolution != "unresolved":
            last[told.entity_type] = told
    return _forwarded(found, [known[id(s)] for s in found])


def _place(statement: Statement) -> int:
    return statement.attribution.cue_span[0] if statement.attribution else statement.span[1]


def _forwarded(found: list[Statement], known: list[Known]) -> list[Known]:
    """A quote that goes on in the next paragraph belongs to whoever the last of them names."""
    for index in range(len(found) - 2, -1, -1):
        if found[index].open_ended:
            known[index] = _as(
                known[index + 1], "continuation" if known[index + 1].name else "unresolved"
            )
    return known


def _know(entities: EntityIndex, statement: Statement, person: Known, organization: Known) -> Known:
    if statement.attribution is None:
        return _as(person, "continuation") if person.role or person.name else UNKNOWN
    speaker = statement.attribution.speaker
    if speaker.kind in {"pronoun", "clitic"}:
        text = entities.body.text[slice(*speaker.span)] if speaker.span else ""
        return (
            _as(person, speaker.kind)
            if (person.role or person.name) and text.lower() not in people("plural_pronouns")
            else UNKNOWN
        )
    if (
        speaker.kind == "noun"
        and speaker.span
        and (holder := entities.with_role(entities.body.text[slice(*speaker.span)]))
    ):
        return _person(holder, "role")
    if speaker.kind == "body":
        return organization
    if speaker.kind == "described":
        return _as(person, "role") if person.name else UNKNOWN
    return known_phrase(entities, speaker.found) if speaker.found else UNKNOWN


def _as(known: Known, resolution: str) -> Known:
    return known._replace(resolution=resolution)


def known_phrase(entities: EntityIndex, found: EntityPhrase) -> Known:
    """The person, office holder or institution a phrase names."""
    text = entities.body.text
    if found.name:
        name = text[slice(*found.name)]
        if name in entities.shorts:
            return Known(
                resolution="organization", name=entities.shorts[name], entity_type="organization"
            )
        person = entities.who(name)
        return (
            _person(person, "full_name" if person.name == name else "short_name")
            if person
            else Known(resolution="full_name", name=name)
        )
    organization = entities.body_name(found)
    if found.role:
        person = entities.with_role(found.role)
        return (
            _person(person, "role")
            if person
            else Known(resolution="role", role=found.role, affiliation=found.organization_name)
        )
    return (
        Known(resolution="organization", name=organization, entity_type="organization")
        if organization
        else UNKNOWN
    )


def _person(person: Person, resolution: str) -> Known:
    return Known(
        resolution=resolution, name=person.name, role=person.role, affiliation=person.affiliation
    )


def _subjects(entities: EntityIndex, marked: tuple[Marked, ...]) -> list[tuple[int, Known]]:
    """The first person and institution of each sentence outside the marks, where nothing makes an object of the name."""
    found = [
        (at, body)
        for p in entities.body.paragraphs
        for at in p.sentence_starts
        if (body := _short(entities, p, at))
    ]
    seen, index = (-1, ""), 0
    for phrase in entities.found:
        while index < len(marked) and marked[index].end <= phrase.start:
            index += 1
        inside = index < len(marked) and marked[index].start <= phrase.start
        start = phrase.paragraph.sentence(phrase.start)[0]
        who = known_phrase(entities, phrase)
        if not who.name or inside or (start, who.entity_type) == seen or _is_object(phrase):
            continue
        seen = start, who.entity_type
        found.append((phrase.start, who))
    return sorted(found, key=lambda pair: pair[0])


def _short(entities: EntityIndex, paragraph: Paragraph, at: int) -> Known | None:
    """The institution whose short form begins the sentence."""
    index = paragraph.token_at(at)
    name = (
        entities.bodies.get(paragraph.tokens[index].text) if index < len(paragraph.tokens) else None
    )
    return Known(resolution="organization", name=name, entity_type="organization") if name else None


def _is_object(phrase: EntityPhrase) -> bool:
    tokens, at = phrase.paragraph.tokens, phrase.phrase.start
    return at > 0 and tokens[at - 1].lower in NO_SUBJECT


def _row(body: BodyText, number: int, statement: Statement, known: Known) -> Quote:
    start, end = statement.span
    text = body.text[start:end]
    said = statement.attribution
    surface = said.speaker.span if said else None
    return Quote(
        quote_no=number,
        paragraph_no=body.paragraph(start).number,
        quote_type=statement.quote_type,
        text=text,
        char_start=start,
        char_end=end,
        word_count=len(text.split()),
        resolution=known.resolution,
        rule_id=statement.rule,
        cue=said.cue if said else None,
        cue_class=said.cue_class if said else None,
        cue_start=said.cue_span[0] if said else None,
        cue_end=said.cue_span[1] if said else None,
        structure=said.structure if said else "Q",
        speaker_surface=body.text[slice(*surface)] if surface else None,
        speaker_start=surface[0] if surface else None,
        speaker_end=surface[1] if surface else None,
        speaker_name=known.name,
        speaker_role=known.role,
        speaker_affiliation=known.affiliation,
        speaker_entity_id=entity_id(known.entity_type, known.name) if known.name else None,
        affiliation_entity_id=entity_id("organization", canonical(known.affiliation))
        if known.affiliation
        else None,
    )
