"""The precision of every rule and column, by rows of the press that two readers judged, of outlets that no rule was written from.

    python benchmarks/bench_precision.py draw HOME SHEETS     sheets for the readers, with a guide, in a folder outside the repository
    python benchmarks/bench_precision.py merge SHEETS A B     what readers A and B wrote into SHEETS/A and SHEETS/B, to verdicts_press.csv
    python benchmarks/bench_precision.py figures [--write]    the figures; `--write` puts them into rules.toml and the documentation

HOME is an imported home of the press (`just press` prints its path). verdicts_press.csv has addresses, spans and digests, and no text.
A row is right if both readers say so. After a change of rules `draw` asks only for rows whose value is new; each verdict keeps the
version of the rules that made the row, and a rule of which no row was judged since keeps the figures that it has, with what they say of when.
verdicts_english.csv has the rows of English pages of fundus and scrapinghub; columns.csv whole columns that were read elsewhere.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import typer
from measurement import print_table, share
from press_agreement import kappa
from press_draw import (
    DRAWN,
    PER_COLUMN,
    PER_RULE,
    REFERENCES,
    Part,
    draw,
    read_parts,
    write_parts,
    write_sheets,
)
from press_scores import band_of

from kliping.reading.sample import judgements
from parsers.structure import RULES
from parsers.text.urls import site
from warehouse.intervals import wilson

ROOT = Path(__file__).parents[1]
RULES_FILE = ROOT / "parsers" / "language" / "rules.toml"
VERDICTS = ROOT / "benchmarks" / "verdicts_press.csv"
ENGLISH = ROOT / "benchmarks" / "verdicts_english.csv"
COLUMNS = ROOT / "benchmarks" / "columns.csv"
PAGE = ROOT / "docs" / "benchmarks" / "structure.md"
FEWEST = 15  # judged rows for a share
ON_ENGLISH = (
    "109 English pages, 2012-2026, read by eye on 2026-11-26, as the rules were before any was written from these pages"
)  # fmt: skip
ON_PRESS = "articles of {outlets} of the press of June 2025, each row judged by two language models apart, as of version {version} of the rules"
ANSWERS = ("right", "wrong")
TABLE = re.compile(r"(?<=<!-- reliability -->\n).*?(?=<!-- end -->)", re.DOTALL)


class Figure(NamedTuple):
    """Right rows and judged rows of a rule, and of which texts."""

    right: int
    n: int
    on: str

    def fields(self) -> dict[str, object]:
        low, high = wilson(self.right, self.n)
        precision = {"precision": round(self.right / self.n, 3)} if self.n >= FEWEST else {}
        interval = {"low": round(low, 3), "high": round(high, 3)}
        return {**precision, "n": self.n, **interval, "measured_on": self.on}


program = typer.Typer(add_completion=False, help=__doc__, rich_markup_mode=None, pretty_exceptions_enable=False)  # fmt: skip


@program.command("draw")
def draw_sheets(
    home: Path,
    sheets: Path,
    per_rule: int = PER_RULE,
    per_column: int = PER_COLUMN,
    per_reference: int = 0,
) -> None:
    rows = draw(home, per_rule=per_rule, per_column=per_column, per_reference=per_reference)
    print(write_sheets(rows, sheets, read_parts(VERDICTS)), "rows to judge in", sheets)


@program.command("merge")
def merge_verdicts(sheets: Path, first: str, second: str) -> None:
    parts = merged(sheets, first, second)
    judged = [part for part in parts if part.first and part.second]
    write_parts(VERDICTS, judged)
    print(f"{len(judged)} of {len(parts)} values have two verdicts")
    print_table(("values", "readers agree", "kappa"), agreement(judged))


@program.command("figures")
def print_figures(*, write: bool = False) -> None:
    judged = read_parts(VERDICTS)
    figures = dict(measured(judged))
    rows = ((rule, share(each.right, each.n)) for rule, each in sorted(figures.items()))
    print_table(("rule", "right"), rows)
    named = [
        part for part in judged if part.confidence and set(part.rules.split()) & set(REFERENCES)
    ]
    print("references that name somebody:", share(sum(map(is_right, named)), len(named)))
    reliability = list(reliability_rows(judged))
    print_table(("confidence", "right"), reliability)
    if write:
        write_rules(figures)
        write_reliability(reliability)


def merged(sheets: Path, *readers: str) -> list[Part]:
    """What was drawn, with the verdicts of both readers. Raises ValueError for a line that answers nothing."""
    by_reader = [answers(sheets / reader) for reader in readers]
    numbers = row_numbers(sheets)
    parts = []
    for part in read_parts(sheets / DRAWN):
        number = numbers.get((part.table, part.url, part.start, part.end))
        first, second = (each.get((number, part.part), "") for each in by_reader)
        parts.append(replace(part, first=first or part.first, second=second or part.second))
    return parts


def row_numbers(sheets: Path) -> dict[tuple[str, str, int, int], int]:
    """The number on the sheets of each row that was to be judged: they are in the order of drawn.csv."""
    open_parts = (part for part in read_parts(sheets / DRAWN) if not (part.first and part.second))
    rows = dict.fromkeys((part.table, part.url, part.start, part.end) for part in open_parts)
    return {row: number for number, row in enumerate(rows, 1)}


def answers(folder: Path) -> dict[tuple[int | None, str], str]:
    found: dict[tuple[int | None, str], str] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in filter(str.strip, path.read_text("utf-8").splitlines()):
            answer = json.loads(line)
            number = answer.pop("no")
            if wrong := [value for value in answer.values() if value not in ANSWERS]:
                raise ValueError(f"{path}, row {number}: {wrong[0]!r} is neither right nor wrong")
            found |= {(number, part): value for part, value in answer.items()}
    return found


def agreement(parts: Iterable[Part]) -> Iterator[tuple[str, str, str]]:
    """Of the two readers, by table and part."""
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for part in parts:
        for name in (f"{part.table}: {part.part}", "all"):
            pairs[name].append((part.first, part.second))
    for name, answered in sorted(pairs.items()):
        equal = sum(a == b for a, b in answered)
        yield name, share(equal, len(answered)), f"{kappa(answered):.2f}"


def is_right(part: Part) -> bool:
    return part.first == part.second == "right"


def measured(judged: Iterable[Part]) -> Iterator[tuple[str, Figure]]:
    """What was counted of each rule; rows of the press replace others."""
    english = judgements(ENGLISH.read_text("utf-8").splitlines(), {rule.rule_id for rule in RULES})
    own = [each.is_right for each in english if each.rule_id == "quote.direct.english"]
    yield "quote.direct.english", Figure(sum(own), len(own), ON_ENGLISH)
    for row in csv.DictReader(COLUMNS.read_text("utf-8").splitlines()):
        yield row["rule"], Figure(int(row["right"]), int(row["judged"]), row["measured_on"])
    by_rule: dict[str, list[Part]] = defaultdict(list)
    for part in judged:
        for rule_id in part.rules.split():
            by_rule[rule_id].append(part)
    for rule_id, parts in by_rule.items():
        yield rule_id, Figure(sum(map(is_right, parts)), len(parts), read_on(parts))


def read_on(parts: Sequence[Part]) -> str:
    """Which outlets, and which versions of the rules."""
    hosts = {site(part.url).partition(".")[0] for part in parts}
    versions = sorted({part.version for part in parts}, key=int)
    return ON_PRESS.format(outlets=", ".join(sorted(hosts)), version=" and ".join(versions))


def reliability_rows(judged: Iterable[Part]) -> Iterator[tuple[str, str]]:
    """Of the rows with a confidence in each band, how many are right."""
    counts: dict[tuple[str, float], list[bool]] = defaultdict(list)
    for part in judged:
        if part.confidence:
            counts[part.table, band_of(float(part.confidence))].append(is_right(part))
    for (table, band), right in sorted(counts.items(), key=lambda each: (each[0][0], -each[0][1])):
        yield f"{table}, from {band}", share(sum(right), len(right))


def write_rules(figures: Mapping[str, Figure]) -> None:
    rules = tomllib.loads(RULES_FILE.read_text("utf-8"))
    for rule_id in rules.keys() & figures.keys():
        described = {key: rules[rule_id][key] for key in ("target", "description")}
        rules[rule_id] = described | figures[rule_id].fields()
    text = "\n".join(entry(rule_id, rule) for rule_id, rule in rules.items())
    RULES_FILE.write_text(text, "utf-8")


def entry(rule_id: str, fields: dict[str, object]) -> str:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return f'["{rule_id}"]\n' + "\n".join(lines) + "\n"


def write_reliability(rows: Iterable[tuple[str, str]]) -> None:
    head = "| confidence | right |\n| --- | --- |\n"
    table = head + "".join(f"| {band} | {right} |\n" for band, right in rows)
    PAGE.write_text(TABLE.sub(table, PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    program()
