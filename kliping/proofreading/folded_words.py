"""The words of a text as quotes are compared by: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

SIGNS = {"%": "persen"}
WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*|\d+|%")
OMISSION = r"[\[(]\s*(?:…|\.{2,})\s*[\])]|…|\.{3,}"
# [K]ami is the word kami; [pemerintah] is an insertion, which may stand in place of other words.
DRAFT = re.compile(
    rf"(?P<omission>{OMISSION})|(?P<word>\[\w\][^\W\d_]+|{WORD.pattern})|\[(?P<insertion>[^\]\n]*)\]"
)
NOT_LETTERS = re.compile(r"['’ʼ`\[\]]")


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is folded; the span is of what is written."""

    text: str
    start: int
    end: int
    # words of the source that may stand here: of an omission or insertion, whose text is ''
    may_skip: int = 0


LONGEST_OMISSION, LONGEST_INSERTION = 120, 8  # words


def fold(word: str) -> str:
    if word.isascii():
        return SIGNS.get(word) or NOT_LETTERS.sub("", word.lower())
    letters = unicodedata.normalize("NFKD", NOT_LETTERS.sub("", word.casefold()))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def source_words(text: str) -> list[Word]:
    return [Word(fold(m[0]), m.start(), m.end()) for m in WORD.finditer(text)]


def draft_words(text: str) -> list[Word]:
    """With a mark for each omission and each insertion in brackets."""
    words = []
    for match in DRAFT.finditer(text):
        if match["word"]:
            words.append(Word(fold(match["word"]), *match.span()))
        elif match["omission"]:
            words.append(Word("", *match.span(), LONGEST_OMISSION))
        else:
            words.append(Word("", *match.span(), LONGEST_INSERTION))
    return words
