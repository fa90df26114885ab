"""The verdict of a person on a row of a sample."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judgement:
    """A row of a sample counts once for each of its rules."""

    row_key: str
    rule_id: str
    is_right: bool
