"""Where persons and institutions are named: full names, any word of them, short forms, and the pronouns of attributions."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from parsers.language.words import table

from .entities import Cast, Person, canonical
from .lexicon import is_acronym, is_common_name
from .rows import Acronym, Mention, Quote, entity_id
from .text import Body, Paragraph

SHORT_BRACKET = re.compile(r"\s?\(([^\s()]{2,15})\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    start: int
    end: int
    entity_type: str
    name: str
    mention_type: str
    rule: str


def mentions(body: Body, cast: Cast, quotes: tuple[Quote, ...], acronyms: tuple[Acronym, ...]) -> tuple[Mention, ...]:
    shorts = _defined(body, cast)
    named = [*_people(body, cast), *_organizations(body, cast, shorts), *_pronouns(quotes)]
    spans = [(n.start, n.end) for n in named]
    closed = sorted({*spans, *((f.start, f.end) for f in cast.found)})
    named += _again(body, cast, closed, _short_forms(named, acronyms) | shorts)
    ordered = sorted({(n.start, n.end): n for n in named}.values(), key=lambda n: (n.start, n.end))
    return tuple(replace(_row(body, n), mention_no=number) for number, n in enumerate(ordered, 1))


def _people(body: Body, cast: Cast) -> list[_Named]:
    found = []
    for phrase in cast.found:
        if phrase.name is None:
            continue
        text = body.text[slice(*phrase.name)]
        person = cast.who(text)
        name = person.name if person else text
        kind = "name" if text == name else "short_name"
        found.append(
            _Named(
                start=phrase.name[0], end=phrase.name[1], entity_type="person", name=name, mention_type=kind, rule="mention.person.phrase"
            )
        )
    return found


def _defined(body: Body, cast: Cast) -> dict[str, str]:
    """Short forms in brackets, and the body each stands for."""
    found: dict[str, str] = {}
    for phrase in cast.found:
        if phrase.organization and phrase.organization_name and (bracket := SHORT_BRACKET.match(body.text, phrase.organization[1])):
            found.setdefault(bracket.group(1), canonical(phrase.organization_name))
    return found


def _organizations(body: Body, cast: Cast, shorts: dict[str, str]) -> list[_Named]:
    found = []
    for phrase in cast.found:
        if phrase.organization is None:
            continue
        start, end = phrase.organization
        text = body.text[start:end]
        first = text.split(maxsplit=1)[0]
        name = shorts.get(first) or canonical(phrase.organization_name or text)
        short = name != text and (" " not in text or (first in shorts and first.isupper()))
        found.append(
            _Named(
                start=start,
                end=end,
                entity_type="organization",
                name=name,
                mention_type="acronym" if short else "name",
                rule="mention.organization.phrase",
            )
        )
        if (bracket := SHORT_BRACKET.match(body.text, end)) and any(c.isupper() for c in bracket.group(1)):
            found.append(
                _Named(
                    start=bracket.start(1),
                    end=bracket.end(1),
                    entity_type="organization",
                    name=name,
                    mention_type="acronym",
                    rule="mention.organization.bracket",
                )
            )
    return found


def _pronouns(quotes: tuple[Quote, ...]) -> list[_Named]:
    return [
        _Named(
            start=q.speaker_start,
            end=q.speaker_end,
            entity_type="person",
            name=q.speaker_name,
            mention_type=q.resolution,
            rule=f"mention.person.{q.resolution}",
        )
        for q in quotes
        if q.resolution in {"pronoun", "clitic"} and q.speaker_name and q.speaker_start is not None and q.speaker_end is not None
    ]


def _short_forms(named: list[_Named], acronyms: tuple[Acronym, ...]) -> dict[str, str]:
    """Short forms that stand for an institution of this text."""
    bodies = {n.name for n in named if n.entity_type == "organization"}
    return {a.short_form: a.expansion for a in acronyms if a.expansion in bodies}


def _again(body: Body, cast: Cast, closed: list[tuple[int, int]], short_forms: dict[str, str]) -> list[_Named]:
    """Names and short forms standing free elsewhere."""
    found: list[_Named] = []
    for paragraph in body.paragraphs:
        at, tokens = 0, paragraph.tokens
        while at < len(tokens):
            if not tokens[at].is_capital:
                at += 1
                continue
            end, person = _run(cast, paragraph, at)
            free = not _covers(closed, tokens[at].start)
            if person and free:
                text = body.text[tokens[at].start : tokens[end - 1].end]
                kind = "name" if text == person.name else "short_name"
                found.append(
                    _Named(
                        start=tokens[at].start,
                        end=tokens[end - 1].end,
                        entity_type="person",
                        name=person.name,
                        mention_type=kind,
                        rule="mention.person.again",
                    )
                )
            elif tokens[at].text in short_forms and free and is_acronym(tokens[at]):
                found.append(
                    _Named(
                        start=tokens[at].start,
                        end=tokens[at].end,
                        entity_type="organization",
                        name=short_forms[tokens[at].text],
                        mention_type="acronym",
                        rule="mention.organization.again",
                    )
                )
            at = max(end, at + 1)
    return found


def _covers(closed: list[tuple[int, int]], offset: int) -> bool:
    index = bisect_right(closed, (offset, 1 << 60)) - 1
    return any(closed[i][0] <= offset < closed[i][1] for i in range(max(index - 3, 0), index + 1))


def _run(cast: Cast, paragraph: Paragraph, at: int) -> tuple[int, Person | None]:
    """Capitals that are all words of one person's name, the longest run of them; the index after it."""
    tokens, end = paragraph.tokens, at
    if tokens[at].lower not in cast.by_word or cast.body.is_opener(tokens[at]) or _is_within(cast, paragraph, at):
        return at + 1, None
    while end < len(tokens) and tokens[end].is_capital and tokens[end].lower in cast.by_word:
        end += 1
    foreign = end < len(tokens) and tokens[end].is_capital and tokens[end].text not in table("units")["currencies"]
    return end, None if foreign else cast.who(" ".join(t.text for t in tokens[at:end]))


def _is_within(cast: Cast, paragraph: Paragraph, at: int) -> bool:
    """After another capital, unless that one only begins the sentence: not Jalan Sudirman, but Gaji Iis."""
    before = paragraph.tokens[at - 1] if at else None
    if before is None or not before.is_capital or cast.body.is_opener(before):
        return False
    return before.start not in paragraph.sentence_starts or is_common_name(before) or before.text in table("places")["street"].split()


def _row(body: Body, named: _Named) -> Mention:
    return Mention(
        mention_no=0,
        paragraph_no=body.paragraph(named.start).number,
        entity_id=entity_id(named.entity_type, named.name),
        entity_type=named.entity_type,
        entity_name=named.name,
        mention_type=named.mention_type,
        text=body.text[named.start : named.end],
        char_start=named.start,
        char_end=named.end,
        rule_id=named.rule,
    )
