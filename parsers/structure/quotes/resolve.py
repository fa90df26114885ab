"""Quotes in reading order, each with the person or institution it belongs to."""

from __future__ import annotations

from heapq import merge
from typing import NamedTuple

from parsers.facts import Quote, entity_id
from parsers.language.words import lower, people, table
from parsers.structure.names.entities import EntityIndex, canonical
from parsers.structure.names.people import NamedPerson
from parsers.structure.names.phrase_parts import EntityPhrase
from parsers.structure.quotes.direct import direct_statements
from parsers.structure.quotes.english import english_statements
from parsers.structure.quotes.indirect import indirect_statements
from parsers.structure.quotes.quotation_marks import Quotation, find_quotations
from parsers.structure.quotes.statement import Statement
from parsers.structure.tokens.text import BodyText, Paragraph


class Identity(NamedTuple):
    """Who a statement belongs to, and how that is known."""

    resolution: str
    name: str | None = None
    role: str | None = None
    affiliation: str | None = None
    entity_type: str = "person"

    @property
    def is_somebody(self) -> bool:
        return bool(self.name or self.role)


UNRESOLVED = Identity(resolution="unresolved")
OBJECT_AFTER = frozenset(
    {"kepada", "dengan", "terhadap", "bersama", "bagi", "untuk", "pada", "dan", "tentang", "soal"}
)
NO_SUBJECT = OBJECT_AFTER | lower(table("grammar")["kin"])  # after these


def quotes(body: BodyText, entities: EntityIndex, *, language: str = "id") -> tuple[Quote, ...]:
    """Indirect statements, and who is meant, are read in Indonesian only."""
    quotations = find_quotations(body)
    if language == "id":
        statements = _statements(entities, quotations)
        identities = _identities(entities, quotations, statements)
    else:
        statements = (
            english_statements(body, quotations)
            if language == "en"
            else direct_statements(entities, quotations)
        )
        identities = [UNRESOLVED] * len(statements)
    pairs = zip(statements, identities, strict=True)
    return tuple(_row(body, number, s, i) for number, (s, i) in enumerate(pairs, 1))


def _statements(entities: EntityIndex, quotations: tuple[Quotation, ...]) -> list[Statement]:
    direct = direct_statements(entities, quotations)
    indirect = indirect_statements(entities, quotations, [s.extent for s in direct])
    return sorted([*direct, *indirect], key=lambda s: s.span)


def _identities(
    entities: EntityIndex, quotations: tuple[Quotation, ...], statements: list[Statement]
) -> list[Identity]:
    """In reading order, where a pronoun means the last person who spoke or stood as a subject before it.

    `lembaga itu` means the last institution.
    """
    events = merge(
        ((at, 0, who) for at, who in _subjects(entities, quotations)),
        ((_place(s), 1, s) for s in sorted(statements, key=_place)),
        key=lambda e: e[:2],
    )
    last = {"person": UNRESOLVED, "organization": UNRESOLVED}
    identities: dict[int, Identity] = {}
    for _, _, event in events:
        if isinstance(event, Statement):
            identity = identities[id(event)] = _identify(entities, event, **last)
        else:
            assert isinstance(event, Identity)
            identity = event
        if identity.resolution != "unresolved":
            last[identity.entity_type] = identity
    return _carry_back(statements, [identities[id(s)] for s in statements])


def _place(statement: Statement) -> int:
    return statement.attribution.cue_span[0] if statement.attribution else statement.span[1]


def _carry_back(statements: list[Statement], identities: list[Identity]) -> list[Identity]:
    """A quote that goes on in the next paragraph belongs to whoever the last of them names."""
    for index in range(len(statements) - 2, -1, -1):
        if statements[index].open_ended:
            following = identities[index + 1]
            resolution = "continuation" if following.name else "unresolved"
            identities[index] = following._replace(resolution=resolution)
    return identities


def _identify(
    entities: EntityIndex, statement: Statement, person: Identity, organization: Identity
) -> Identity:
    """`person` and `organization` are the last ones."""
    if statement.attribution is None:
        return person._replace(resolution="continuation") if person.is_somebody else UNRESOLVED
    speaker = statement.attribution.speaker
    surface = entities.body.text[slice(*speaker.span)] if speaker.span else ""
    if speaker.kind in {"pronoun", "clitic"}:
        is_plural = surface.lower() in people("plural_pronouns")
        is_person = person.is_somebody and not is_plural
        return person._replace(resolution=speaker.kind) if is_person else UNRESOLVED
    if speaker.kind == "noun" and surface and (holder := entities.person_with_role(surface)):
        return _person(holder, "role")
    if speaker.kind == "body":
        return organization
    if speaker.kind == "described":
        return person._replace(resolution="role") if person.name else UNRESOLVED
    return _phrase_identity(entities, speaker.phrase) if speaker.phrase else UNRESOLVED


def _phrase_identity(entities: EntityIndex, phrase: EntityPhrase) -> Identity:
    """The person, office holder or institution a phrase names."""
    if phrase.name:
        name = entities.body.text[slice(*phrase.name)]
        if name in entities.short_forms:
            return _organization(entities.short_forms[name])
        if person := entities.person(name):
            return _person(person, "full_name" if person.name == name else "short_name")
        return Identity(resolution="full_name", name=name)
    if phrase.role:
        if person := entities.person_with_role(phrase.role):
            return _person(person, "role")
        return Identity(resolution="role", role=phrase.role, affiliation=phrase.organization_name)
    body = entities.body_name(phrase)
    return _organization(body) if body else UNRESOLVED


def _person(person: NamedPerson, resolution: str) -> Identity:
    return Identity(
        resolution=resolution, name=person.name, role=person.role, affiliation=person.affiliation
    )


def _organization(name: str) -> Identity:
    return Identity(resolution="organization", name=name, entity_type="organization")


def _subjects(
    entities: EntityIndex, quotations: tuple[Quotation, ...]
) -> list[tuple[int, Identity]]:
    """The first person and institution of each sentence outside the marks, where nothing makes an object of the name."""
    subjects = [
        (at, body)
        for p in entities.body.paragraphs
        for at in p.sentence_starts
        if (body := _one_word_body(entities, p, at))
    ]
    last, index = (-1, ""), 0  # sentence and kind of the last subject
    for phrase in entities.phrases:
        while index < len(quotations) and quotations[index].end <= phrase.start:
            index += 1
        is_quoted = index < len(quotations) and quotations[index].start <= phrase.start
        who = _phrase_identity(entities, phrase)
        place = phrase.paragraph.sentence(phrase.start)[0], who.entity_type
        if who.name and place != last and not (is_quoted or _is_object(phrase)):
            last = place
            subjects.append((phrase.start, who))
    return sorted(subjects, key=lambda pair: pair[0])


def _one_word_body(entities: EntityIndex, paragraph: Paragraph, at: int) -> Identity | None:
    """The institution whose short form begins the sentence."""
    tokens, index = paragraph.tokens, paragraph.token_at(at)
    name = entities.one_word_bodies.get(tokens[index].text) if index < len(tokens) else None
    return _organization(name) if name else None


def _is_object(phrase: EntityPhrase) -> bool:
    tokens, at = phrase.paragraph.tokens, phrase.parts.start
    return at > 0 and tokens[at - 1].lower in NO_SUBJECT


def _row(body: BodyText, number: int, statement: Statement, identity: Identity) -> Quote:
    start, end = statement.span
    text, attribution = body.text[start:end], statement.attribution
    speaker, cue = (attribution.speaker.span, attribution.cue_span) if attribution else (None, None)
    affiliation = identity.affiliation
    return Quote(
        quote_no=number,
        paragraph_no=body.paragraph(start).number,
        quote_type=statement.rule_id.split(".")[1],
        text=text,
        char_start=start,
        char_end=end,
        word_count=len(text.split()),
        resolution=identity.resolution,
        rule_id=statement.rule_id,
        cue=attribution.cue if attribution else None,
        cue_class=attribution.cue_class if attribution else None,
        cue_start=cue[0] if cue else None,
        cue_end=cue[1] if cue else None,
        structure=attribution.structure if attribution else "Q",
        speaker_surface=body.text[slice(*speaker)] if speaker else None,
        speaker_start=speaker[0] if speaker else None,
        speaker_end=speaker[1] if speaker else None,
        speaker_name=identity.name,
        speaker_role=identity.role,
        speaker_affiliation=affiliation,
        speaker_entity_id=entity_id(identity.entity_type, identity.name) if identity.name else None,
        affiliation_entity_id=entity_id("organization", canonical(affiliation))
        if affiliation
        else None,
    )
