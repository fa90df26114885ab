"""A body of text as paragraphs, sentences and tokens, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from parsers.language.words import lower, passives, people, table

TOKEN = re.compile(r"\w+(?:[-’'.&]\w+)*|[^\w\s]")
# The look-behind keeps a run of n dots from being tried n times.
STOP = re.compile(r"(?<![.!?…])[.!?…]++[”“\"»’)\]]*+(?:\s++|$)")
ABBREVIATIONS = lower(table("grammar")["abbreviations"])


SHORT_NAMES = frozenset({"Dg", "Moh", "Muh", "Abd", "Md"})  # names written short before a full stop


class Token(NamedTuple):
    """A word or mark with its place in the body; a named tuple, because a text has thousands."""

    text: str
    start: int
    end: int
    lower: str
    is_capital: bool
    is_word: bool

    @property
    def is_initial(self) -> bool:
        """R in R. Andika, M in M Fadil; Moh in Moh. Fadil."""
        return (len(self.text) == 1 and self.is_capital) or self.text in SHORT_NAMES


def token(text: str, start: int) -> Token:
    return Token(text, start, start + len(text), text.lower(), text[0].isupper(), text[0].isalnum())


LEAST_OPENER = 6  # letters: Sebaliknya, Semuanya, but not Sonya
LEAST_ORDINARY = 4  # letters; shorter words are short names too often


@dataclass(frozen=True)
class Paragraph:
    """`number` counts from 1; tokens and offsets are those of the whole body."""

    number: int
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple([token(m.group(), self.start + m.start()) for m in TOKEN.finditer(self.text)])

    @cached_property
    def starts(self) -> tuple[int, ...]:
        return tuple(token.start for token in self.tokens)

    @cached_property
    def sentence_starts(self) -> tuple[int, ...]:
        """Where sentences begin, in the body. An initial or an abbreviation ends none."""
        ends = (m.end() for m in STOP.finditer(self.text) if not _is_abbreviation(self.text, m.start()))
        return (self.start, *(self.start + at for at in ends if at < len(self.text)))

    def sentence(self, at: int) -> tuple[int, int]:
        """The sentence around an offset, half-open, without the blank that follows it."""
        index = bisect_right(self.sentence_starts, at) - 1
        start = self.sentence_starts[max(index, 0)]
        following = self.sentence_starts[index + 1] if index + 1 < len(self.sentence_starts) else self.end
        return start, start + len(self.text[start - self.start : following - self.start].rstrip())

    def token_at(self, offset: int) -> int:
        """The first token that begins at the offset or later."""
        index = bisect_right(self.starts, offset)
        return index - 1 if index and self.starts[index - 1] == offset else index


def _is_abbreviation(text: str, dot: int) -> bool:
    if text[dot] != "." or dot == 0:
        return False
    head = text[max(0, dot - 12) : dot]
    word = re.split(r"[\s.(]", head)[-1]
    return (len(word) == 1 and word.isupper()) or (dot + 1 < len(text) and word.lower() in ABBREVIATIONS)


@dataclass(frozen=True)
class Body:
    text: str

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        found, at = [], 0
        for number, text in enumerate(self.text.split("\n"), 1):
            found.append(Paragraph(number, at, text))
            at += len(text) + 1
        return tuple(found)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(p.start for p in self.paragraphs)

    def paragraph(self, at: int) -> Paragraph:
        return self.paragraphs[bisect_right(self._starts, at) - 1]

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Words this text also writes small: capitals make no name of them."""
        return frozenset(t.text for p in self.paragraphs for t in p.tokens if t.text.islower() and len(t.text) >= LEAST_ORDINARY)

    def is_opener(self, token: Token) -> bool:
        """A capital that only begins a sentence."""
        word = token.lower
        return word in people("openers") or word in passives() or (word.endswith("nya") and len(word) > LEAST_OPENER)
