"""What the whole text says about its words; the parts of a phrase are read with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextWords:
    small: frozenset[str]  # also written small
    ordinary: frozenset[str]  # those, and words that belong to a body after its short form
    anchors: frozenset[str]  # stand for a person alone: kata Denny
    initials: frozenset[str]  # of persons without a name
    companies: frozenset[tuple[str, ...]]
    expansions: frozenset[int]  # where a body's name begins that a short form follows in brackets
