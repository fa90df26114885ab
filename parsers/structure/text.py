"""A body of text as paragraphs, sentences and tokens, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from parsers.language.words import lower, table

from .lexicon import Token, features

TOKEN = re.compile(r"\w+(?:[-’'.&]\w+)*|[^\w\s]")
# The look-behind keeps a run of n dots from being tried n times.
STOP = re.compile(r"(?<![.!?…])[.!?…]++[”“\"»’)\]]*+(?:\s++|$)")
NUMBER = re.compile(r"\d+")
PART = re.compile(r"[^\W\d_]+")
ABBREVIATIONS = lower(table("grammar")["abbreviations"])
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
        base, new, found = self.start, tuple.__new__, []
        for match in TOKEN.finditer(self.text):
            start, end = match.span()
            text = match.group()
            found.append(new(Token, (text, base + start, base + end, *features(text))))  # quicker than by name
        return tuple(found)

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for token in self.tokens:
            found.setdefault(token.lower, []).append(token.start - self.start)
            if token.is_word and not token.lower.isalpha():
                for part in PART.finditer(token.text):
                    found.setdefault(part.group().lower(), []).append(token.start - self.start + part.start())
        return found

    def where(self, words: frozenset[str]) -> list[int]:
        """Where one of these words begins, also inside a compound, in `text`; much quicker than looking at every token."""
        return sorted({at for word in self._index.keys() & words for at in self._index[word]})

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Where digits begin, in `text`."""
        return tuple([match.start() for match in NUMBER.finditer(self.text)])

    @cached_property
    def capitals(self) -> tuple[int, ...]:
        """The indices of the tokens that begin with a capital: names begin there, so most rules look there alone."""
        return tuple([index for index, token in enumerate(self.tokens) if token.is_capital])

    @cached_property
    def cues(self) -> tuple[int, ...]:
        """Those that may attribute."""
        return tuple([i for i, token in enumerate(self.tokens) if token.cue or token.post or token.lower in {"menurut", ":"}])

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """Those where a name, an office or an institution may begin: an office may be written small."""
        return tuple([index for index, token in enumerate(self.tokens) if token.is_capital or token.is_titled])

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
        return frozenset({t.text for p in self.paragraphs for t in p.tokens if t.is_small and len(t.text) >= LEAST_ORDINARY})
