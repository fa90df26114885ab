"""Every rule a row may name, with what was measured of it: the rows of ref.rules."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.language.words import table


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionRule:
    """Measured on text that no rule was written from; `precision` is None where too few rows were judged.

    `low` and `high` are the ends of the 95 % Wilson interval, None where no row was.
    """

    rule_id: str
    target: str
    description: str
    precision: float | None = None
    n: int = 0
    low: float | None = None
    high: float | None = None
    measured_on: str | None = None


RULES: tuple[ExtractionRule, ...] = tuple(
    ExtractionRule(rule_id=rule_id, **fields) for rule_id, fields in table("rules").items()
)
