"""A body of text as paragraphs, sentences and tokens, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from parsers.language.words import lower, table
from parsers.structure.tokens.token import (
    Token,
    district_words,
    features,
    region_words,
    with_region,
)

# A full stop joins what it stands between (Kompas.id, S.Sos), but not a sentence to the next where the blank was forgotten.
TOKEN = re.compile(r"(\w+(?:(?:[-’'&]|\.(?!(?<=[a-z][a-z].)[A-Z]))\w+)*|[^\w\s])")
# The look-behind keeps a run of n dots from being tried n times; a blank forgotten after a sentence ends it as well.
STOP = re.compile(
    r"[.!?…](?<![.!?…][.!?…])[.!?…]*+(?:[”“\"»’)\]]*+(?:\s++|$)|(?<=[a-z][a-z]\.)(?=[A-Z][a-z]))"
)
PAIR = re.compile(r"(?<![\w-])([A-Z][a-z]{2,})-([A-Z][a-z]{2,})(?![\w-])")
WORD = re.compile(r"[\w-]+")
HYPHEN = re.compile("-[A-Z][a-z]")
COUPLE = re.compile(
    r"\b(?:[Pp]asangan|[Pp]aslon|[Dd]uet)(?: [\w.]+){0,3}? ([A-Z][a-z]+-[A-Z][a-z]+)"
)
HALF = re.compile(r"()(-)()")  # keeps words and blanks in turn
TELLING = Token._fields.index("is_telling") - 3  # among what its spelling tells
NUMBER = re.compile(r"\d+")
ABBREVIATIONS = lower(table("grammar")["abbreviations"])
LONGEST_HALF = 20  # letters of a name
LEAST_ORDINARY = 4  # letters; shorter words are short names too often


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`number` counts from 1; tokens and offsets are those of the whole body. The rest are indices of tokens, so that rules look only there."""

    number: int
    start: int
    end: int
    text: str
    tokens: tuple[Token, ...]
    starts: list[int]  # of the tokens
    sentence_starts: list[int]  # an initial or an abbreviation ends none
    numbers: list[int]  # where digits begin, in `text`
    capitals: list[int]
    regional: list[int]  # where the name of a region begins
    heads: list[
        int
    ]  # where a name, an office or an institution may begin: an office may be written small
    cues: list[int]
    listed: list[tuple[int, str]]  # where a word of `listed` begins, in `text`, and which

    def where(self, words: frozenset[str]) -> list[int]:
        """Where one of these words begins, also inside a compound, in `text`. They must be some of `listed`."""
        return [at for at, word in self.listed if word in words]

    def sentence(self, at: int) -> tuple[int, int]:
        """The sentence around an offset, half-open, without the blank that follows it."""
        index = bisect_right(self.sentence_starts, at) - 1
        start = self.sentence_starts[max(index, 0)]
        following = (
            self.sentence_starts[index + 1] if index + 1 < len(self.sentence_starts) else self.end
        )
        return start, start + len(self.text[start - self.start : following - self.start].rstrip())

    def token_at(self, offset: int) -> int:
        """The first token that begins at the offset or later."""
        index = bisect_right(self.starts, offset)
        return index - 1 if index and self.starts[index - 1] == offset else index


def paragraph(number: int, start: int, text: str, pairs: frozenset[str] = frozenset()) -> Paragraph:
    """`pairs` are words with a hyphen that are two names."""
    new, tokens, capitals, heads, cues, listed = (
        tuple.__new__,
        list[Token](),
        list[int](),
        list[int](),
        list[int](),
        list[tuple[int, str]](),
    )
    regional = list[int]()
    parts, last = TOKEN.split(text), start  # blanks and words in turn
    if pairs:
        parts = [
            piece for part in parts for piece in (HALF.split(part) if part in pairs else (part,))
        ]
    for gap, word in zip(parts[::2], parts[1::2], strict=False):
        first = last + len(gap)
        last, told = first + len(word), features(word)
        if told[TELLING]:  # most words need no second look
            index, token = len(tokens), new(Token, (word, first, last) + told)  # noqa: RUF005 - for every word; twice as quick
            if token.is_capital:
                capitals.append(index)
            if token.regions:
                regional.append(index)
            if token.may_begin:
                heads.append(index)
            if token.may_attribute:
                cues.append(index)
            listed += [(first - start + at, word) for at, word in token.listed]
            tokens.append(token)
        else:
            tokens.append(new(Token, (word, first, last) + told))  # noqa: RUF005
    for index in regional:
        tokens[index] = with_region(tokens, index)
    ends = [
        m.end()
        for m in STOP.finditer(text)
        if not (_is_abbreviation(text, m.start()) or _goes_on(text, m))
    ]
    return Paragraph(
        number,
        start,
        start + len(text),
        text,
        tuple(tokens),
        [token[1] for token in tokens],
        [start, *(start + at for at in ends if at < len(text))],
        [match.start() for match in NUMBER.finditer(text)],
        capitals,
        [i for i in regional if tokens[i].region],
        heads,
        cues,
        listed,
    )


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    """A full stop before a small letter ends a degree or a short form, not the sentence: M.Pd. menyatakan."""
    return stop.group().strip() == "." and text[stop.end() : stop.end() + 1].islower()


def _is_abbreviation(text: str, dot: int) -> bool:
    if text[dot] != "." or dot == 0:
        return False
    head = text[max(0, dot - 12) : dot]
    word = head[max(head.rfind(" "), head.rfind("."), head.rfind("("), head.rfind("\u00a0")) + 1 :]
    return (len(word) == 1 and word.isupper()) or (
        dot + 1 < len(text) and word.lower() in ABBREVIATIONS
    )


@dataclass(frozen=True)
class Body:
    text: str

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        found, at = [], 0
        for number, text in enumerate(self.text.split("\n"), 1):
            found.append(paragraph(number, at, text, self._pairs))
            at += len(text) + 1
        return tuple(found)

    @cached_property
    def _pairs(self) -> frozenset[str]:
        """Herwin-Batia, where the text also names one of the two alone or calls them a couple; no route: Semarang-Demak."""
        near = (
            PAIR.finditer(self.text, max(0, at.start() - LONGEST_HALF), at.end() + LONGEST_HALF)
            for at in HYPHEN.finditer(self.text)
        )
        pairs, found = (
            {pair.group(): pair.groups() for matches in near for pair in matches},
            set[str](),
        )
        told, words = (
            (set(COUPLE.findall(self.text)), set(WORD.findall(self.text)))
            if pairs
            else (set(), set())
        )
        for pair, halves in pairs.items():
            placed = any(
                half.lower() in region_words() or half.lower() in district_words()
                for half in halves
            )
            if (pair in told or words & {*halves}) and halves[0] != halves[1] and not placed:
                found.add(pair)
        return frozenset(found)

    @cached_property
    def _starts(self) -> list[int]:
        return [p.start for p in self.paragraphs]

    def paragraph(self, at: int) -> Paragraph:
        return self.paragraphs[bisect_right(self._starts, at) - 1]

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Words this text also writes small: capitals make no name of them."""
        small = {t.text for p in self.paragraphs for t in p.tokens if t.is_small}
        return frozenset(word for word in small if len(word) >= LEAST_ORDINARY)
