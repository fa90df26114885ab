"""Where persons and institutions are named: full names, any word of them, short forms, and the pronouns of attributions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from parsers.facts import Acronym, Mention, Quote, entity_id
from parsers.language.words import table
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.people import NamedPerson
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import Tokens, sites

# A name of one word that has a domain or a capital inside, where somebody is told or cited.
MEDIUM = re.compile(
    r"\b(?:kepada|dikutip|dilansir|dihubungi|ditemui)(?: dari| oleh| laman| situs| tim| wartawan)* (\w{0,30}[A-Za-z]\w{1,30}\.[A-Za-z.]{2,8}\b|[A-Z][a-z]+[A-Z]\w+)"
)
LONGEST_BODY = 12  # words


class _Named(NamedTuple):
    start: int
    end: int
    entity_type: str
    name: str
    mention_type: str
    rule: str


def mentions(
    body: BodyText, entities: EntityIndex, quotes: tuple[Quote, ...], acronyms: tuple[Acronym, ...]
) -> tuple[Mention, ...]:
    shorts = entities.short_forms
    named = [
        *_media(body),
        *_people(body, entities, shorts),
        *_organizations(body, entities, shorts),
        *_pronouns(quotes),
    ]
    closed = sorted(
        {*((n.start, n.end) for n in named), *((f.start, f.end) for f in entities.phrases)}
    )
    bodies = {n.name for n in named if n.entity_type == "organization"}
    named += _again(
        entities,
        closed,
        entities.one_word_bodies
        | {a.short_form: a.expansion for a in acronyms if a.expansion in bodies}
        | shorts,
        shorts,
    )
    ordered = sorted({(n.start, n.end): n for n in named}.values())
    return tuple(_row(body, one, number) for number, one in enumerate(ordered, 1))


def _people(body: BodyText, entities: EntityIndex, shorts: dict[str, str]) -> Iterator[_Named]:
    for phrase in entities.phrases:
        if phrase.name:
            text = body.text[slice(*phrase.name)]
            if text in shorts:
                yield _Named(
                    *phrase.name,
                    "organization",
                    shorts[text],
                    "acronym",
                    "mention.organization.again",
                )
                continue
            person = entities.person(text)
            yield _person(
                *phrase.name, text, person.name if person else text, "mention.person.phrase"
            )


def _person(start: int, end: int, text: str, name: str, rule: str) -> _Named:
    return _Named(start, end, "person", name, "name" if text == name else "short_name", rule)


def _organizations(
    body: BodyText, entities: EntityIndex, shorts: dict[str, str]
) -> Iterator[_Named]:
    for phrase in entities.phrases:
        if phrase.organization is None:
            continue
        start, end = phrase.organization
        text = body.text[start:end]
        if " " not in text and (person := entities.person(text)):  # kuasa hukum Harimurti
            yield _person(start, end, text, person.name, "mention.person.phrase")
            continue
        first = text.split(maxsplit=1)[0]
        name = entities.body_name(phrase) or text
        short = name != text and (" " not in text or (first in shorts and first.isupper()))
        yield _Named(
            start,
            end,
            "organization",
            name,
            "acronym" if short else "name",
            "mention.organization.phrase",
        )
        if (bracket := entities.short_form(phrase)) and any(c.isupper() for c in bracket.group(1)):
            yield _Named(
                *bracket.span(1), "organization", name, "acronym", "mention.organization.bracket"
            )


def _media(body: BodyText) -> Iterator[_Named]:
    for paragraph in body.paragraphs:
        for match in MEDIUM.finditer(paragraph.text):
            yield _Named(
                paragraph.start + match.start(1),
                paragraph.start + match.end(1),
                "organization",
                match[1],
                "name",
                "mention.organization.medium",
            )


def _pronouns(quotes: tuple[Quote, ...]) -> Iterator[_Named]:
    for q in quotes:
        if (
            q.resolution in {"pronoun", "clitic"}
            and q.speaker_name
            and q.speaker_start is not None
            and q.speaker_end is not None
        ):
            yield _Named(
                q.speaker_start,
                q.speaker_end,
                "person",
                q.speaker_name,
                q.resolution,
                f"mention.person.{q.resolution}",
            )


def _again(
    entities: EntityIndex,
    closed: list[tuple[int, int]],
    short_forms: dict[str, str],
    bodies: dict[str, str],
) -> Iterator[_Named]:
    """Names and short forms standing free elsewhere."""
    by_word, longer = entities.by_word, _longer(entities)
    for paragraph in entities.body.paragraphs:
        tokens, free = paragraph.tokens, 0
        for at in paragraph.capitals:
            token = tokens[at]
            if (
                at < free
                or not (token.lower in by_word or token.text in short_forms or token.text in longer)
                or _covers(closed, token.start)
            ):
                continue
            if (length := _repeats(tokens, at, longer)) and not _is_within(paragraph, at):
                free, end = at + length, tokens[at + length - 1].end
                name = entities.body.text[token.start : end]
                yield _Named(
                    token.start,
                    end,
                    "organization",
                    longer[token.text][tuple(name.split())],
                    "name",
                    "mention.organization.again",
                )
                continue
            free, person = (at + 1, None) if token.text in bodies else _run(entities, paragraph, at)
            if person:
                text = entities.body.text[token.start : tokens[free - 1].end]
                yield _person(
                    token.start, tokens[free - 1].end, text, person.name, "mention.person.again"
                )
            elif token.text in short_forms and (
                token.is_acronym or token.text in bodies or not _is_within(paragraph, at)
            ):
                yield _Named(
                    token.start,
                    token.end,
                    "organization",
                    short_forms[token.text],
                    "name" if token.text == short_forms[token.text] else "acronym",
                    "mention.organization.again",
                )


def _longer(entities: EntityIndex) -> dict[str, dict[tuple[str, ...], str]]:
    """Bodies of several words by the first of them, and the name each goes by."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for phrase in entities.phrases:
        words = (
            tuple(entities.body.text[slice(*phrase.organization)].split())
            if phrase.organization
            else ()
        )
        if len(words) > 1 and (name := entities.body_name(phrase)):
            found.setdefault(words[0], {})[words] = name
    return found


def _repeats(tokens: Tokens, at: int, longer: dict[str, dict[tuple[str, ...], str]]) -> int:
    """How many tokens from there are the whole name of a body, with no capital after it."""
    if (names := longer.get(tokens[at].text)) is None:
        return 0
    words = tuple([t.text for t in tokens[at : at + LONGEST_BODY]])
    length = next((n for n in range(len(words), 1, -1) if words[:n] in names), 0)
    return 0 if at + length < len(tokens) and tokens[at + length].is_capital else length


def _covers(closed: list[tuple[int, int]], offset: int) -> bool:
    index = bisect_right(closed, (offset, 1 << 60)) - 1
    return any(closed[i][0] <= offset < closed[i][1] for i in range(max(index - 3, 0), index + 1))


def _run(entities: EntityIndex, paragraph: Paragraph, at: int) -> tuple[int, NamedPerson | None]:
    """Capitals that are all words of one person's name, the longest run of them; the index after it."""
    tokens, end = paragraph.tokens, at
    if (
        tokens[at].lower not in entities.by_word
        or tokens[at].is_opener
        or _is_within(paragraph, at)
    ):
        return at + 1, None
    while end < len(tokens) and tokens[end].is_capital and tokens[end].lower in entities.by_word:
        end += 1
    foreign = (
        end < len(tokens)
        and tokens[end].is_capital
        and tokens[end].text not in table("units")["currencies"]
    )
    return end, None if foreign else entities.person(" ".join(t.text for t in tokens[at:end]))


def _is_within(paragraph: Paragraph, at: int) -> bool:
    """After another capital, unless that one only begins the sentence: not Jalan Sudirman, but Gaji Iis."""
    before = paragraph.tokens[at - 1] if at else None
    if before is None or not before.is_capital or before.is_opener:
        return False
    return (
        before.start not in paragraph.sentence_starts
        or before.is_common_name
        or before.text in sites("street")
    )


def _row(body: BodyText, named: _Named, number: int) -> Mention:
    return Mention(
        mention_no=number,
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
