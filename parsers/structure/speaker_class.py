"""What a speaker is: government, business, citizen, …, by the words of the office, of the body, or of an unnamed speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from parsers.language.words import lower, table
from parsers.structure.tokens.token import Token

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
BEFORE_OFFICE = frozenset(
    {"plt", "plh", "pjs", "pj", "penjabat", "pelaksana", "tugas", "harian", "seorang", "salah", "satu", "para", "sejumlah", "wakil", "anggota", "sementara", "juru", "bicara", "jubir",
     "beberapa", "banyak", "pihak", "sang", "pengurus", "perwakilan", "narasumber", "penyintas"}
)  # fmt: skip
FORMER = frozenset({"mantan", "eks", "bekas"})
KIN = lower(table("grammar")["kin"]) | lower("ayah ibu bapak kakek nenek putra putri kekasih pacar")
LASTING = "celebrity"  # who played for a team or sang stays known for it
LONGEST_ENTRY = 5  # words of an office
UNCLASSIFIED = "none"  # the table of speakers of no class


class SpeakerClass(NamedTuple):
    """The class, and which words decide; with evidence but no name where they say that there is none, as of a candidate."""

    name: str | None = None
    evidence: str | None = None  # office, body, surface


@lru_cache(maxsize=65536)
def speaker_class(office: str | None, body: str | None, surface: str | None = None) -> SpeakerClass:
    """By what an article says of a speaker; an organisation that speaks is its own body. `surface`: an unnamed speaker as written."""
    offices, bodies, unnamed = _words(office), _words(body), _words(surface)
    # a role may go on in what was read as its body: dokter, spesialis paru
    whole = offices and offices + bodies
    for found, evidence in (
        (_at_head(whole), "office"),
        (_first(bodies, "bodies"), "body"),
        (_first(offices, "bodies"), "office"),
        (_first(offices[:3], "posts"), "office"),
        (_at_head(unnamed, "surfaces"), "surface"),
        (_at_head(unnamed), "surface"),
        (_at_head(unnamed, "bodies"), "surface"),
    ):
        if found:
            return SpeakerClass(None if found == UNCLASSIFIED else found, evidence)
    return SpeakerClass()


def _at_head(office: tuple[str, ...], kind: str = "offices") -> str | None:
    """By the words an office begins with, with or without those that only go before one."""
    for start in range(len(office)):
        if office[start] in FORMER and _at_head(office[start + 1 :]) == LASTING:
            return LASTING
        if found := _entry_at(office, start, kind):
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


def is_office_at(tokens: Sequence[Token], at: int) -> bool:
    """Whether an office of the table begins there."""
    return (
        _entry_at(tuple([t.lower for t in tokens[at : at + LONGEST_ENTRY]]), 0, "offices")
        is not None
    )


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
    return tuple(word.removesuffix("nya") for word in WORD.findall((text or "").lower()))


def is_kin(role: str) -> bool:
    """Mantan istri, anak korban, but not ibu negara, who is more than a citizen."""
    words = [word.removesuffix("nya") for word in role.lower().split() if word not in FORMER]
    is_citizen = speaker_class(" ".join(words), None).name in {"citizen", None}
    return is_citizen and not KIN.isdisjoint(words[:1])
