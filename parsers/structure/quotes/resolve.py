"""Quotes in reading order, each with the person or institution it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from parsers.facts import Quote, entity_id
from parsers.language.words import people
from parsers.structure.names.entities import EntityIndex, canonical
from parsers.structure.names.office_beside import described_office, is_personal
from parsers.structure.names.people import NO_OFFICE, Office, office_of
from parsers.structure.names.phrase_scan import entity_phrase
from parsers.structure.quotes.candidates import (
    STRONG,
    Candidates,
    Trace,
    name_traces,
    named_in,
    opens_sentence,
    position_of,
)
from parsers.structure.quotes.confidence import with_confidence
from parsers.structure.quotes.direct import direct_statements
from parsers.structure.quotes.english import english_statements
from parsers.structure.quotes.indirect import indirect_statements
from parsers.structure.quotes.quotation_marks import Quotation, find_quotations
from parsers.structure.quotes.speaker_identity import (
    UNRESOLVED,
    Identity,
    name_identity,
    person_identity,
    phrase_identity,
)
from parsers.structure.quotes.speakers import described_at
from parsers.structure.quotes.statement import Statement
from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import person_nouns

MOST_SKIPPED = 4  # paragraphs between a quote and its continuation
SPEAKERS_SIDE = "pihaknya"
NAMED = frozenset({"full_name", "short_name", "role"})
REFERENCES = frozenset({"pronoun", "clitic", "continuation", "described"})


def quotes(body: BodyText, entities: EntityIndex, *, language: str = "id") -> tuple[Quote, ...]:
    """Indirect statements, and who is meant, are read in Indonesian only."""
    if language == "id":
        statements, identities = speakers(body, entities)
    else:
        statements = english_statements(body, find_quotations(body))
        identities = [UNRESOLVED] * len(statements)
    pairs = zip(statements, identities, strict=True)
    return tuple(_row(body, number, s, i) for number, (s, i) in enumerate(pairs, 1))


def speakers(body: BodyText, entities: EntityIndex) -> tuple[list[Statement], list[Identity]]:
    """The statements of an Indonesian text, and whose they are."""
    quotations = find_quotations(body)
    direct = direct_statements(entities, quotations)
    indirect = indirect_statements(entities, quotations, [s.extent for s in direct])
    statements = sorted([*direct, *indirect], key=lambda s: s.span)
    return statements, _identities(entities, quotations, statements)


def _identities(
    entities: EntityIndex, quotations: tuple[Quotation, ...], statements: list[Statement]
) -> list[Identity]:
    """In reading order, as whoever speaks leaves a trace for the references that follow.

    `lembaga itu` means the last institution.
    """
    events: list[tuple[int, int, Trace | Statement | None]] = [
        *((trace.at, 0, trace) for trace in name_traces(entities, quotations, statements)),
        *((at, 1, None) for at in _described_subjects(entities)),
        *((place(s), 2, s) for s in statements),
    ]
    candidates, organization, reached = Candidates(entities.body), UNRESOLVED, 0
    identities: dict[int, Identity] = {}
    described: list[tuple[int, str | None]] = []  # where, and whom
    for at, _, event in sorted(events, key=lambda event: event[:2]):
        if isinstance(event, Statement):
            identity = _identify(entities, event, candidates, organization, reached)
            reached = event.span[1]
            sure = with_confidence(identity)
            identities[id(event)] = sure
            identity = sure if identity.resolution in REFERENCES else identity
            if event.attribution and event.attribution.speaker.kind == "described":
                described.append(((event.attribution.speaker.span or (at, at))[0], sure.name))
            trace = _speaker_trace(entities.body.text, at, event, identity)
        elif isinstance(event, Trace):
            trace, identity = event, event.identity
        else:
            identity = candidates.best(at, frozenset(), "described")
            if identity.entity_type == "person" and _says_more(entities.body, at):
                described.append((at, identity.name))
            trace = Trace(at, identity, "subject", is_new_speaker=True) if identity.key else None
        is_body = identity.entity_type == "organization"
        organization = identity if is_body else organization
        if trace and (isinstance(event, Statement) or not is_body):
            candidates.add(trace)
    found = _carry_back(statements, [identities[id(s)] for s in statements])
    return _with_described_offices(entities, described, found)


def _speaker_trace(text: str, at: int, statement: Statement, identity: Identity) -> Trace | None:
    """Somebody without a name leaves a trace too: what follows may be theirs."""
    if statement.attribution is None:
        return None
    speaker = statement.attribution.speaker
    surface = text[slice(*speaker.span)].lower() if speaker.span else ""
    is_unnamed = speaker.kind == "noun" and surface != SPEAKERS_SIDE
    if not (identity.key or is_unnamed):
        return None
    position = "speaker"
    if speaker.phrase and statement.rule_id.endswith(".svc"):
        found = position_of(speaker.phrase, speaker.phrase.paragraph.sentence(at)[0])
        position = found if found in {"argued", "clause"} else position
    is_new = is_unnamed or identity.resolution in NAMED
    return Trace(at, identity, position, is_new_speaker=is_new and position in STRONG)


def place(statement: Statement) -> int:
    return statement.attribution.cue_span[0] if statement.attribution else statement.span[1]


def _carry_back(statements: list[Statement], identities: list[Identity]) -> list[Identity]:
    """A quote that goes on in the next paragraph belongs to whoever the last of them names."""
    for index in range(len(statements) - 2, -1, -1):
        if statements[index].open_ended:
            following = identities[index + 1]
            resolution = "continuation" if following.name else "unresolved"
            identities[index] = following._replace(resolution=resolution)
    return identities


def _with_described_offices(
    entities: EntityIndex, described: list[tuple[int, str | None]], identities: list[Identity]
) -> list[Identity]:
    """Whoever the text calls `pemain Arunika FC itu` is that, where nothing else tells the office."""
    offices: dict[str, Office] = {}
    for start, name in described:
        paragraph = entities.body.paragraph(start)
        at = paragraph.token_at(start)
        speaker = described_at(paragraph, at, any_noun=True)
        if name and name not in offices and speaker and speaker.span:
            end = paragraph.token_at(speaker.span[1])
            if parts := described_office(paragraph.tokens, at, end, entities.words):
                offices[name] = office_of(entity_phrase(paragraph, parts), "office.described")
    return [
        identity._replace(office=offices[identity.name])
        if identity.name in offices and identity.office == NO_OFFICE
        else identity
        for identity in identities
    ]


def _identify(
    entities: EntityIndex,
    statement: Statement,
    candidates: Candidates,
    organization: Identity,
    reached: int,
) -> Identity:
    """`organization` is the last one; the last statement has `reached` that far."""
    at, named = place(statement), named_in(entities, statement.span)
    if statement.attribution is None:
        start, end = map(entities.body.paragraph, (statement.span[0], max(reached - 1, 0)))
        skipped = min(max(start.number - end.number - 1, 0), MOST_SKIPPED)
        return _referred(candidates.best(at, frozenset(), skipped=skipped), "continuation")
    speaker = statement.attribution.speaker
    surface = entities.body.text[slice(*speaker.span)] if speaker.span else ""
    if surface.lower() in people("plural_pronouns"):
        return UNRESOLVED  # never one person
    if speaker.span and speaker.kind in {"pronoun", "clitic"}:
        opens = opens_sentence(entities, speaker.span[0]) and speaker.kind == "pronoun"
        only = "opening_pronoun" if opens else ""
        best = candidates.best(at, named, only, person=speaker.kind == "pronoun")
        return _referred(best, speaker.kind)
    if surface.lower() == SPEAKERS_SIDE:
        return _speakers_side(candidates.best(at, named))
    if speaker.kind == "noun" and surface and (holder := entities.person_with_role(surface)):
        return person_identity(holder, "role")
    if speaker.kind == "body":
        return organization
    if speaker.kind == "described":
        return _referred(candidates.best(at, named, "described"), "described")
    if speaker.kind == "name":
        return name_identity(entities, surface)
    if speaker.phrase is None:
        return UNRESOLVED
    return phrase_identity(entities, speaker.phrase)


def _speakers_side(speaker: Identity) -> Identity:
    """Pihaknya speaks for the body of the last speaker: it is theirs where they hold an office."""
    if not speaker.name:
        return speaker
    if speaker.office != NO_OFFICE:
        return speaker._replace(resolution="role")
    return UNRESOLVED._replace(candidate=speaker.name)


def _referred(identity: Identity, resolution: str) -> Identity:
    return identity._replace(resolution=resolution) if identity.key else identity


def _described_subjects(entities: EntityIndex) -> Iterator[int]:
    """Where a sentence begins with a description of the one named before: Politikus itu …"""
    for paragraph in entities.body.paragraphs:
        for at in paragraph.sentence_starts:
            index, phrase = paragraph.token_at(at), entities.at(at)
            if index == len(paragraph.tokens) or (phrase and phrase.name):
                continue
            if paragraph.tokens[index].lower in person_nouns():
                speaker = described_at(paragraph, index)
                if speaker and speaker.kind == "described":
                    yield at


def _says_more(body: BodyText, at: int) -> bool:
    """Gelandang asal Medan itu, Pelatih Arunika FC itu; but who is meant by `Aktivis tersebut` is not sure."""
    paragraph = body.paragraph(at)
    index = paragraph.token_at(at)
    speaker = described_at(paragraph, index)
    words = paragraph.tokens[index + 1 : paragraph.token_at(speaker.end)] if speaker else ()
    return any(t.is_capital or is_personal(t) for t in words)


def _row(body: BodyText, number: int, statement: Statement, identity: Identity) -> Quote:
    start, end = statement.span
    text, attribution = body.text[start:end], statement.attribution
    speaker, cue = (attribution.speaker.span, attribution.cue_span) if attribution else (None, None)
    role, affiliation, office_rule = identity.office
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
        confidence=identity.confidence,
        speaker_candidate=identity.candidate,
        speaker_surface=body.text[slice(*speaker)] if speaker else None,
        speaker_start=speaker[0] if speaker else None,
        speaker_end=speaker[1] if speaker else None,
        speaker_name=identity.name,
        speaker_role=role,
        speaker_affiliation=affiliation,
        speaker_entity_id=entity_id(identity.entity_type, identity.name) if identity.name else None,
        affiliation_entity_id=entity_id("organization", canonical(affiliation))
        if affiliation
        else None,
        office_rule_id=office_rule,
    )
