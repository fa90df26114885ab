"""The precision of every rule, by rows that a person judged on pages that no rule was written from.

    python benchmarks/bench_precision.py [--write]

Prints the figures of verdicts.csv, and with `--write` puts them into parsers/language/rules.toml.
verdicts.csv has the rows, rules and verdicts of sheets that `kliping sample` drew, and none of their text: a row names its page, span and value by a
digest. verdicts_english.csv has those of English pages of fundus and scrapinghub. Each file keeps the verdict on what the rules made of
the pages before any rule was written from them: once a rule has been changed with a page in view, that page says nothing of it any more.
columns.csv counts the rows of whole columns that were read in newspaper articles, whatever rule they are of. What was measured on
invented articles only, as events and comparisons of figures (bench_events.py), is no precision of a rule here.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter
from pathlib import Path

from measurement import run, share

from kliping.reading.sample import judgements
from parsers.structure import RULES
from warehouse.intervals import wilson

ROOT = Path(__file__).parents[1]
RULES_FILE = ROOT / "parsers" / "language" / "rules.toml"
VERDICTS = ROOT / "benchmarks" / "verdicts.csv"
ENGLISH = ROOT / "benchmarks" / "verdicts_english.csv"
COLUMNS = ROOT / "benchmarks" / "columns.csv"
FEWEST = 15  # judged rows for a share
READ = "read by eye on 2026-11-26, as the rules were before any was written from these pages"
MEASURED_ON = {
    VERDICTS: f"35 Indonesian pages of 12 sites, 2016-2024, {READ}",
    ENGLISH: f"109 English pages, 2012-2026, {READ}",
}


def counts(file: Path) -> tuple[Counter[str], Counter[str]]:
    """Rows judged, and rows that are right, by rule."""
    judged = judgements(file.read_text("utf-8").splitlines(), {rule.rule_id for rule in RULES})
    return (
        Counter(each.rule_id for each in judged),
        Counter(each.rule_id for each in judged if each.is_right),
    )


def measured(judged: Counter[str], right: Counter[str], on: str) -> dict[str, dict[str, object]]:
    """The fields of each rule of which rows were judged, printed on the way."""
    print(on)
    fields: dict[str, dict[str, object]] = {}
    for rule_id, n in sorted(judged.items()):
        low, high = wilson(right[rule_id], n)
        precision = {"precision": round(right[rule_id] / n, 3)} if n >= FEWEST else {}
        interval = {"low": round(low, 3), "high": round(high, 3)}
        fields[rule_id] = {**precision, "n": n, **interval, "measured_on": on}
        print(f"  {rule_id:30} {share(right[rule_id], n)}")
    return fields


def entry(rule_id: str, fields: dict[str, object]) -> str:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return f'["{rule_id}"]\n' + "\n".join(lines) + "\n"


def report(*, write: bool = False) -> None:
    """English rows count for the rule of English quotes only: the others are measured in Indonesian."""
    indonesian, english = (measured(*counts(file), on) for file, on in MEASURED_ON.items())
    fields = indonesian | {"quote.direct.english": english["quote.direct.english"]}
    for row in csv.DictReader(COLUMNS.read_text("utf-8").splitlines()):
        judged, right = (Counter({row["rule"]: int(row[name])}) for name in ("judged", "right"))
        fields |= measured(judged, right, row["measured_on"])
    rules = tomllib.loads(RULES_FILE.read_text("utf-8"))
    for rule_id, rule in rules.items():
        described = {key: rule[key] for key in ("target", "description")}
        rules[rule_id] = described | fields.get(rule_id, {})
    if write:
        text = "\n".join(entry(rule_id, rule) for rule_id, rule in rules.items())
        RULES_FILE.write_text(text, "utf-8")


if __name__ == "__main__":
    run(report, __doc__)
