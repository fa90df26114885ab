"""What the whole text says about its words; the parts of a phrase are read with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextWords:
    ordinary: frozenset[str]  # also written small, or of a body after its short form
    anchors: frozenset[str]  # stand for a person alone: kata Denny
    initials: frozenset[str]  # of persons without a name
    companies: frozenset[tuple[str, ...]]
    # where the words begin that a short form follows in brackets, and where they end
    expansions: Mapping[int, int]
