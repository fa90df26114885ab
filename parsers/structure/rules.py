"""Every rule a row may name, with what was measured of it: the rows of ref.rules."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.language.words import table


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionRule:
    """Precision and recall are None where nobody has measured them."""

    rule_id: str
    target: str
    description: str
    precision_measured: float | None = None
    recall_measured: float | None = None
    n_measured: int | None = None
    measured_on: str | None = None


RULES: tuple[ExtractionRule, ...] = tuple(
    ExtractionRule(rule_id=rule_id, **fields) for rule_id, fields in table("rules").items()
)
