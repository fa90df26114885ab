"""What a speaker is: government, business, citizen, …, by the words of the office and of the body."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from parsers.language.words import table

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
BEFORE_OFFICE = frozenset(
    {"plt", "plh", "pjs", "pj", "penjabat", "pelaksana", "tugas", "harian", "seorang", "salah", "satu", "para", "sejumlah", "wakil", "anggota", "sementara", "juru", "bicara", "jubir"}
)  # fmt: skip
UNCLASSIFIED = "none"  # the table of speakers of no class


@lru_cache(maxsize=65536)
def speaker_class(office: str | None, body: str | None) -> str | None:
    """The class, by what an article says of a speaker; an organisation that speaks is its own body. None where neither tells."""
    offices, bodies = _words(office), _words(body)
    found = (
        _at_head(offices)
        or _first(bodies, "bodies")
        or _first(offices, "bodies")
        or _first(offices[:3], "posts")
    )
    return None if found == UNCLASSIFIED else found


def _at_head(office: tuple[str, ...]) -> str | None:
    """By the words an office begins with, with or without those that only go before one."""
    for start in range(len(office)):
        if found := _entry_at(office, start, "offices"):
            return found
        if office[start] not in BEFORE_OFFICE:
            return None
    return None


def _first(words: tuple[str, ...], kind: str) -> str | None:
    return next((found for at in range(len(words)) if (found := _entry_at(words, at, kind))), None)


def _entry_at(words: tuple[str, ...], at: int, kind: str) -> str | None:
    """The class of the longest entry that begins there."""
    entries, longest = _entries(kind)
    lengths = range(min(longest, len(words) - at), 0, -1)
    return next((found for n in lengths if (found := entries.get(words[at : at + n]))), None)


@cache
def _entries(kind: str) -> tuple[dict[tuple[str, ...], str], int]:
    """The words of each entry -> its class, and the most words of one."""
    entries = {
        _words(entry): name
        for name, lists in table("speaker_classes").items()
        for entry in lists.get(kind, "").split(";")
    }
    return entries, max(map(len, entries))


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(WORD.findall((text or "").lower()))
