"""How the numbers of a study came about, in words: a paragraph for a section on methods, and what was measured of the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kliping.reading.labels import Labels
from kliping.reading.measured import phrase
from kliping.studies.study_file import Study
from parsers.structure import RULES
from warehouse.queries import Row

# the words of SQL that ask for what a rule finds; else the name of the rule itself
ASKING = {
    "column.speaker": {"quotes"},
    "column.person": {"mentions", "people"},
    "column.organization": {"organizations"},
    "column.figure": {"figures"},
    "column.place": {"places"},
    "event.articles": {"events", "event_articles", "event_links"},
    "comparison.figures": {"figure_comparisons"},
}
# the share of all there are that is found, but for compared figures on pages that no rule was written from: docs/benchmarks
RECALL = {
    "column.speaker": "431/498 = .86 (.83–.89)",
    "column.person": "711/808 = .88 (.86–.90)",
    "column.organization": "587/723 = .81 (.78–.84)",
    "column.place": "296/400 = .74 (.69–.78)",
    "event.articles": "54/100 = .54 (.44–.63)",
    "comparison.figures": "13/22 = .59 (.39–.77)",
}
DATES = "193/240 = .80 (.75–.85)"
FOUND = "found of all there are: {recall}"
NOT_MEASURED = "how many of all there are it finds was not measured"
COUNTED = (
    "Counted were {n_scope} articles of {n_outlets} outlets from {first} to {last}, in days of western Indonesian time, "
    "as they were loaded."
)
EACH = (
    "Each number is the number of rows of one SQL query over tables that rules made of the texts ({made_by}, rules {versions}); "
    "a number with a whole has a 95 % Wilson interval, as if its rows were drawn at random."
)


def rules(study: Study, labels: Labels) -> Iterator[str]:
    """How often the rules that the counts depend on are right, and how much they find."""
    words = {word for count in study.counts for word in re.findall(r"\w+", count.sql + count.of)}
    for rule in RULES:
        column = {rule.rule_id.removeprefix("column.")}
        if words & ASKING.get(rule.rule_id, column):
            recall = RECALL.get(rule.rule_id)
            found = labels.text(FOUND if recall else NOT_MEASURED, recall=recall)
            yield f"{phrase(rule, labels)}; {found}"
    if "dates" in words:  # their rules have no column of their own
        yield f"{labels.text('dates that texts name')}; {labels.text(FOUND, recall=DATES)}"


def methods(study: Study, totals: Row, versions: list[Row], made_by: str, labels: Labels) -> str:
    """A paragraph, ready for a section on methods."""
    first, last = labels.day(study.since), labels.day(study.until)
    numbers = {name: labels.number(value) for name, value in totals.items()}
    sentences = [
        labels.text(COUNTED, first=first, last=last, **numbers),
        labels.text("The query “{query}” found {n_articles} of them.", query=study.query, **numbers) if study.query else "",
        labels.text("{n_copies} of the articles that were counted from are copies of another one.", **numbers),
        labels.text(EACH, made_by=made_by, versions=", ".join(str(row["extractor_version"]) for row in versions)),
        labels.text("The rules err; the intervals do not include their errors."),
    ]  # fmt: skip
    return " ".join(filter(None, sentences))
