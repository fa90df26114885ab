"""A body of text as paragraphs, sentences and tokens, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise, takewhile
from typing import NamedTuple

from parsers.language.common_words import is_common_word
from parsers.language.words import lower, table
from parsers.structure.tokens.inline_headlines import cut_headlines
from parsers.structure.tokens.lost_blanks import halves
from parsers.structure.tokens.token import (
    DIGITS,
    Token,
    Tokens,
    district_words,
    features,
    region_words,
    spelled,
    with_region,
)

# A full stop joins what it stands between (Kompas.id, S.Sos), but not two sentences without a blank,
# nor a title and a name (Hj.Berta). A hyphen does not join -nya.
TOKEN = re.compile(
    r"(\w+(?:(?:-(?!nya\b)|[’'&]|\.(?!(?<=[a-z][a-z].)[A-Z]|(?<=[A-Z]{2}.)[A-Z][a-z]{2}|(?<=\d.)[A-Z][a-z]{2}|(?<=\b[DHI][rj].)[A-Z][a-z]{2}))\w+)*|[^\w\s])"
)
# The look-behind keeps a run of n dots from being tried n times. A missing blank ends a sentence too.
STOP = re.compile(
    r"[.!?…](?<![.!?…][.!?…])[.!?…]*+(?:[”“\"»’)\]]*+(?:\s++|$)|(?<=[a-z\d][a-z\d)]\.)(?=[A-Z][a-z])|(?<=[A-Z][A-Z]\.)(?=[A-Z][a-z][a-z]))"
)
PAIR = re.compile(r"(?<![\w-])([A-Z][a-z]{2,})-([A-Z][a-z]{2,})(?![\w-])")
WORD = re.compile(r"[\w-]+")
HYPHEN = re.compile("-[A-Z][a-z]")
COUPLE = re.compile(
    r"\b(?:[Pp]asangan|[Pp]aslon|[Dd]uet)(?: [\w.]+){0,3}? ([A-Z][a-z]+-[A-Z][a-z]+)"
)
HALF = re.compile(r"()(-)()")  # keeps words and blanks in turn
IS_INDEXED = Token._fields.index("is_indexed")
ABBREVIATIONS = lower(table("grammar")["abbreviations"])
LONGEST_HALF = 20  # letters of a name
LEAST_HEADLINE = 5  # words
CAPITALS_OF_HEADLINE = 0.7  # least share of the words after the first
LEAST_ORDINARY = 4  # letters; shorter words are short names too often


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """`number` counts from 1; offsets are those of the whole body.

    The lists are indices of tokens where they name no other unit, so that rules look only there.
    """

    number: int
    start: int
    end: int
    text: str
    tokens: tuple[Token, ...]
    starts: list[int]  # of the tokens
    sentence_starts: list[int]  # an initial or an abbreviation ends none
    capitals: list[int]
    regional: list[int]  # where the name of a region begins
    heads: list[int]  # where a name, an institution or an office (also a small word) may begin
    cues: list[int]
    is_headline: bool
    word_places: list[tuple[int, str]]  # where a word of `index_words` begins, in `text`

    def where(self, words: frozenset[str]) -> list[int]:
        """Where one of these `index_words` begins, also inside a compound, in `text`."""
        return [at for at, word in self.word_places if word in words]

    @property
    def numbers(self) -> list[int]:
        return [at for at, word in self.word_places if word == DIGITS]

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
        return bisect_left(self.starts, offset)


class _TextLine(NamedTuple):
    number: int
    start: int
    text: str
    parts: list[str]  # what is no token, and the tokens, in turn
    is_other: bool = (
        False  # a headline of another article: it names nobody new, and nobody speaks in it
    )


def _lines(text: str) -> Iterator[_TextLine]:
    """The lines, parted at headlines of other articles within them."""
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        cuts = [*cut_headlines(line, may_begin_sentence), (len(line), False)]
        for (first, is_other), (end, _) in pairwise(cuts):
            part = line[first:end]
            yield _TextLine(number, start + first, part, TOKEN.split(part), is_other)
        start += len(line) + 1


def paragraph(line: _TextLine, halves: Mapping[str, tuple[str, ...]]) -> Paragraph:
    """`halves` are words that are several, with what stands between them."""
    number, start, text, parts, is_other = line
    if halves:
        parts = [piece for part in parts for piece in halves.get(part, (part,))]
    words, places = parts[1::2], [*accumulate(map(len, parts), initial=start)]
    starts = places[1:-1:2]
    tokens = [
        tuple.__new__(Token, (word, first, last) + fields)  # noqa: RUF005 - twice as quick
        for word, first, last, fields in zip(
            words, starts, places[2::2], map(features, words), strict=True
        )
    ]
    indexed = [(at, token) for at, token in enumerate(tokens) if token[IS_INDEXED]]  # few words are
    for at in (regional := [at for at, token in indexed if token.regions]):
        tokens[at] = with_region(tokens, at)
    return Paragraph(
        number=number,
        start=start,
        end=start + len(text),
        text=text,
        tokens=tuple(tokens),
        is_headline=_is_headline(tuple(tokens)),
        starts=starts,
        sentence_starts=[start, *(start + at for at in _sentence_ends(text))],
        capitals=[at for at, token in indexed if token.is_capital],
        regional=[at for at in regional if tokens[at].region],
        heads=[at for at, token in indexed if token.may_begin and not is_other],
        cues=[at for at, token in indexed if token.may_attribute and not is_other],
        word_places=[
            (token.start - start + at, part)
            for _, token in indexed
            for at, part in token.index_words
        ],
    )


def _sentence_ends(text: str) -> Iterator[int]:
    """Where a sentence ends that another one follows."""
    for stop in STOP.finditer(text):
        ends = not (_is_abbreviation(text, stop.start()) or _goes_on(text, stop))
        if ends and stop.end() < len(text):
            yield stop.end()


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


def _is_place(word: str) -> bool:
    return word in region_words() or word in district_words()


def _is_headline(tokens: Tokens) -> bool:
    """Of another article, or of a section: most words have a capital, also common ones, so that none tells a name."""
    if len(tokens) < LEAST_HEADLINE or not (tokens[-1].is_word or tokens[-1].text in "?!"):
        return False
    words = [t for t in tokens if t.is_word]
    capitals = [t for t in words[1:] if t.is_capital]
    return (
        len(words) >= LEAST_HEADLINE
        and len(capitals) >= CAPITALS_OF_HEADLINE * (len(words) - 1)
        and any(is_common_word(t.lower) and not t.is_title and not t.regions for t in capitals)
    )


def may_begin_sentence(word: str) -> bool:
    token = spelled(word)
    return token.is_titled or token.is_opener


def _is_tag_line(line: Paragraph) -> bool:
    """Small words without a mark, or nothing: raja ampat."""
    return not line.capitals and all(t.is_word for t in line.tokens)


@dataclass(frozen=True)
class BodyText:
    """The text of one article, and what is computed of it once."""

    text: str

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        lines = [*_lines(self.text)]
        parted = {pair: tuple(HALF.split(pair)) for pair in self._pairs()}
        parted |= halves(set[str]().union(*(line.parts[1::2] for line in lines)))
        return tuple(paragraph(line, parted) for line in lines)

    def _pairs(self) -> frozenset[str]:
        """Herwin-Batia: two people, where the text also names one alone or calls them a couple.

        Semarang-Demak is a route.
        """
        nearby = (
            PAIR.finditer(self.text, max(0, at.start() - LONGEST_HALF), at.end() + LONGEST_HALF)
            for at in HYPHEN.finditer(self.text)
        )
        pairs = {pair.group(): pair.groups() for matches in nearby for pair in matches}
        if not pairs:
            return frozenset()
        couples, words = set(COUPLE.findall(self.text)), set(WORD.findall(self.text))
        return frozenset(
            pair
            for pair, halves in pairs.items()
            if (pair in couples or words & {*halves})
            and halves[0] != halves[1]
            and not any(_is_place(half.lower()) for half in halves)
        )

    @cached_property
    def _starts(self) -> list[int]:
        return [p.start for p in self.paragraphs]

    def paragraph(self, at: int) -> Paragraph:
        return self.paragraphs[bisect_right(self._starts, at) - 1]

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Words this text also writes small: capitals make no name of them. Tags below a text write names small, too."""
        tags = takewhile(_is_tag_line, reversed(self.paragraphs))
        without_tags = self.paragraphs[: len(self.paragraphs) - sum(1 for _ in tags)]
        small = {t.text for p in without_tags for t in p.tokens if t.is_small}
        return frozenset(word for word in small if len(word) >= LEAST_ORDINARY)
