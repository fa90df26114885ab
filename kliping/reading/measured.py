"""How often the columns of a list are right, by rows that people read on real pages. It says nothing of a single row."""

from __future__ import annotations

from kliping.reading.labels import Labels
from kliping.sql_files import toml
from parsers.structure import RULES
from parsers.structure.rules import ExtractionRule

COLUMNS = toml("reading/measured")


def measured(name: str, labels: Labels) -> list[str]:
    """A phrase for each column of the list, with the 95 % interval and the number of rows read."""
    columns = COLUMNS.get(name, ())
    return [phrase(rule, labels) for rule in RULES if rule.rule_id in columns]


def phrase(rule: ExtractionRule, labels: Labels) -> str:
    what = labels.text(rule.description)
    if rule.precision is None or rule.low is None or rule.high is None:
        return f"{what}: {labels.text('not measured on real pages')}"
    share, low, high = (f"{100 * part:.0f}" for part in (rule.precision, rule.low, rule.high))
    right = labels.text(
        "{share} % right ({low} to {high} %) of {n} read on real pages",
        share=share,
        low=low,
        high=high,
        n=rule.n,
    )
    return f"{what}: {right}"
