"""Quotes in reading order, each with the person or institution it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from parsers.facts import Quote, entity_id
from parsers.language.words import people
from parsers.structure.names.entities import EntityIndex, canonical
from parsers.structure.names.office_beside import described_office
from parsers.structure.names.people import NO_OFFICE, Office, office_of
from parsers.structure.names.phrase_scan import entity_phrase
from parsers.structure.quotes.candidates import (
    Candidates,
    Trace,
    name_traces,
    named_in,
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
    phrase_identity,
)
from parsers.structure.quotes.speakers import described_at
from parsers.structure.quotes.statement import NO_SPEAKER, Statement
from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import Span, person_nouns

MOST_SKIPPED = 4  # paragraphs between a quote and its continuation
NAMED = frozenset({"full_name", "short_name", "role"})


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
    """In reading order, as whoever speaks leaves a trace for the references that follow."""
    events: list[tuple[int, int, Trace | Statement | Span]] = [
        *((trace.at, 0, trace) for trace in name_traces(entities, quotations, statements)),
        *((span[0], 1, span) for span in _described_subjects(entities)),
        *((place(s), 2, s) for s in statements),
    ]
    candidates, reached = Candidates(entities.body), 0
    identities: dict[int, Identity] = {}
    described: list[tuple[Span, str]] = []
    for at, _, event in sorted(events, key=lambda event: event[:2]):
        if isinstance(event, Statement):
            identity = _identify(entities, event, candidates, reached)
            reached = event.span[1]
            identities[id(event)] = with_confidence(identity)
            speaker = event.attribution.speaker if event.attribution else NO_SPEAKER
            if speaker.kind == "described" and speaker.span and identity.name:
                described.append((speaker.span, identity.name))
            trace = _speaker_trace(at, event, identity)
        elif isinstance(event, Trace):
            trace = event
        else:
            identity = candidates.best(at, frozenset())
            described += [(event, identity.name)] if identity.name else []
            trace = Trace(at, identity, "subject", is_new_speaker=True)
        if trace:
            candidates.add(trace)
    found = _carry_back(statements, [identities[id(s)] for s in statements])
    return _with_described_offices(entities, described, found)


def _speaker_trace(at: int, statement: Statement, identity: Identity) -> Trace | None:
    """Somebody without a name leaves a trace too: what follows may be theirs."""
    if statement.attribution is None:
        return None
    is_unnamed = statement.attribution.speaker.kind == "noun"
    if not (identity.key or is_unnamed):
        return None
    is_new = is_unnamed or identity.resolution in NAMED
    return Trace(at, identity, "speaker", is_new_speaker=is_new)


def place(statement: Statement) -> int:
    return statement.attribution.cue_span[0] if statement.attribution else statement.span[1]


def _carry_back(statements: list[Statement], identities: list[Identity]) -> list[Identity]:
    """A quote that no mark closes belongs to whoever the next one names."""
    for index in range(len(statements) - 2, -1, -1):
        if statements[index].open_ended:
            following = identities[index + 1]
            resolution = "continuation" if following.name else "unresolved"
            identities[index] = following._replace(resolution=resolution)
    return identities


def _with_described_offices(
    entities: EntityIndex, described: list[tuple[Span, str]], identities: list[Identity]
) -> list[Identity]:
    """Whoever the text calls `pemain Arunika FC itu` is that, where nothing else tells the office.

    One word, `aktivis itu`, does not say surely enough who is meant.
    """
    offices: dict[str, Office] = {}
    for (start, end), name in described:
        if name in offices or " " not in entities.body.text[start:end]:
            continue
        paragraph = entities.body.paragraph(start)
        at, after = paragraph.token_at(start), paragraph.token_at(end)
        if parts := described_office(paragraph.tokens, at, after, entities.words):
            offices[name] = office_of(entity_phrase(paragraph, parts), "office.described")
    return [
        identity._replace(office=offices[identity.name])
        if identity.name in offices and identity.office == NO_OFFICE
        else identity
        for identity in identities
    ]


def _identify(
    entities: EntityIndex, statement: Statement, candidates: Candidates, reached: int
) -> Identity:
    """The last statement has `reached` that far."""
    at, named = place(statement), named_in(entities, statement.span)
    if statement.attribution is None:
        start, end = map(entities.body.paragraph, (statement.span[0], max(reached - 1, 0)))
        skipped = min(max(start.number - end.number - 1, 0), MOST_SKIPPED)
        return _referred(candidates.best(at, frozenset(), skipped=skipped), "continuation")
    speaker = statement.attribution.speaker
    surface = entities.body.text[slice(*speaker.span)] if speaker.span else ""
    if surface.lower() in people("plural_pronouns"):
        return UNRESOLVED  # never one person
    if speaker.kind in {"pronoun", "clitic", "described"}:
        best = candidates.best(at, named, person=speaker.kind == "pronoun")
        if surface.lower() == "pihaknya" and best.office == NO_OFFICE:
            return UNRESOLVED._replace(candidate=best.name)  # it may be a body that is not named
        return _referred(best, speaker.kind)
    if speaker.kind == "name":
        return name_identity(entities, surface)
    return phrase_identity(entities, speaker.phrase) if speaker.phrase else UNRESOLVED


def _referred(identity: Identity, resolution: str) -> Identity:
    return identity._replace(resolution=resolution) if identity.key else identity


def _described_subjects(entities: EntityIndex) -> Iterator[Span]:
    """Descriptions of the one named before with which a sentence begins: Politikus itu …"""
    for paragraph in entities.body.paragraphs:
        for at in paragraph.sentence_starts:
            index, phrase = paragraph.token_at(at), entities.at(at)
            if index == len(paragraph.tokens) or (phrase and phrase.name):
                continue
            if paragraph.tokens[index].lower in person_nouns():
                speaker = described_at(paragraph, index)
                if speaker and speaker.span:
                    yield speaker.span


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
