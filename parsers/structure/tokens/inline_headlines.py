"""Headlines of other articles that a page prints within a line: Baca juga: Bupati Lantik Camat Baru Warga pun senang.

No mark tells where they end: their words have capitals, and the next sentence goes on in small ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from parsers.language.words import lower

LABEL = re.compile(r"\b(?:Baca [Jj]uga|BACA JUGA)\s*[:–—-]")
WORD = re.compile(r"[^\W_]+(?:[-’'.&][^\W_]+)*")
GLUED = re.compile(r"(?<=[a-z])[A-Z][a-z]+$")
LONGEST_START = 4  # words of a sentence before the first small one
SMALL = lower(
    "di ke dari dan yang untuk pada dengan dalam atau oleh sebagai bagi agar vs tak usai soal saat jadi hingga akan"
)


def cut_headlines(line: str, may_begin: Callable[[str], bool]) -> Iterator[tuple[int, bool]]:
    """Where each part of the line begins, and whether it is such a headline.

    `may_begin` says of a word with a capital that it is a title, or has the capital as the first of a sentence.
    """
    at, may_hold = 0, "aca " in line or "ACA " in line  # a search in each line would take longer
    while may_hold and (found := LABEL.search(line, at)):
        if found.start() > at:
            yield at, False
        at = _end(line, found.end(), may_begin)
        at -= line[at - 1] in '“"'  # of a quotation that begins the next sentence
        yield found.start(), True
    if at < len(line) or not line:
        yield at, False


def _end(line: str, start: int, may_begin: Callable[[str], bool]) -> int:
    """Before the sentence that the first small word is of, or the end of the line."""
    words = list[re.Match[str]]()
    for word in WORD.finditer(line, start):
        if word[0].islower() and word[0] not in SMALL:
            return _sentence_start(line, words, may_begin) if words else word.start()
        words.append(word)
    return len(line)


def _sentence_start(line: str, words: list[re.Match[str]], may_begin: Callable[[str], bool]) -> int:
    """Trump mengumumkan; Pep Guardiola, who is named elsewhere, sendiri; Ketika Dito ingin; JuniDia memulai."""
    last = words[-1]
    if glued := GLUED.search(last[0]):
        return last.start() + glued.start()
    for before, after in pairwise(words[-LONGEST_START:]):
        if not {"?", "!"}.isdisjoint(line[before.end() : after.start()]):
            return after.start()
    for before in reversed(words[-LONGEST_START:-1]):
        is_of_name = line.count(f"{before[0]} {last[0]}") > 1
        if not (may_begin(before[0]) or is_of_name):
            break
        last = before
    return last.start()
