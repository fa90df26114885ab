"""Sheets of rows of the press for readers to judge: the same rows for the same seed, and none that two readers have judged already.

A sheet has a line of JSON for each row: its number, the words around it with the row itself between « and », and what to judge (`ask`).
drawn.csv, beside the sheets, says where each part stands and what its verdict counts for; it has no text of the press.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
from press_labels import HELD_OUT

from parsers.parse import EXTRACTOR_VERSION

HERE = Path(__file__).parent
SEED = "press"
PER_RULE = 16  # a share is printed of 15, so one may be left undecided
PER_COLUMN = 60
VALUES = {"row": "shown", "role": "speaker_role", "affiliation": "speaker_affiliation", "kind": "kind"}  # fmt: skip
OF_COLUMN = {f"column.{column}": part for part, column in VALUES.items()}
REFERENCES = ("speaker.pronoun", "speaker.clitic", "speaker.role", "speaker.continuation")
ROWS_OF_SHEET = 100
BEFORE = {"quotes": 700, "mentions": 500}  # letters that may hold whom a pronoun means
AROUND = 250
WHERE_NAMED = 150  # letters on each side of the first mention of a speaker
GUIDE = HERE / "verdicts_guide.md"
DRAWN = "drawn.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A value of a row that can be right or wrong, without a word of the text. `rules` are those for which it was drawn."""

    table: str
    url: str
    start: int
    end: int
    part: str  # row, role, affiliation, kind
    value: str  # its digest
    rules: str
    confidence: str = ""
    version: str = EXTRACTOR_VERSION  # of the rules that made the row
    first: str = ""  # what each reader says: right, wrong
    second: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """The same row with the same value, whatever made it."""
        return self.table, self.url, self.start, self.end, self.part, self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """A row with what a reader sees of it."""

    shown: dict[str, Any]
    parts: tuple[Part, ...]


def draw(
    home: Path,
    *,
    per_rule: int = PER_RULE,
    per_column: int = PER_COLUMN,
    per_reference: int = 0,
) -> Iterator[DrawnRow]:
    """Rows of a published home."""
    query = (HERE / "sql" / "drawn_rows.sql").read_text("utf-8")
    values = {
        "seed": SEED,
        "held_out": "|".join(sorted(HELD_OUT)),
        "per_rule": per_rule,
        "per_column": per_column,
        "references": list(REFERENCES),
        "per_reference": max(per_reference, per_rule),
    }
    with duckdb.connect(str(home / "kliping.duckdb"), read_only=True) as con:
        found = con.execute(query, values)
        names = [column[0] for column in found.description or ()]
        for row in found.fetchall():
            yield _drawn(dict(zip(names, row, strict=True)))


def _drawn(row: dict[str, Any]) -> DrawnRow:
    rules = _rules_of_values(row)
    ask = {part: row[column] for part, column in VALUES.items() if part in rules}
    shown = {
        "table": row["table_name"],
        "published": str(row["day"]),
        "text": _context(row),
        "about": row["shown"],
    }
    if ask.keys() & {"role", "affiliation"} and (named := _where_named(row)):
        shown["speaker_first_named"] = named
    parts = tuple(_part(row, part, str(value), rules[part]) for part, value in ask.items())
    return DrawnRow(shown=shown | {"ask": ask}, parts=parts)


def _rules_of_values(row: dict[str, Any]) -> dict[str, list[str]]:
    """The values to judge, with the rules and columns that a verdict counts for: on an office that of its role, else of its body."""
    office, rules = (
        "role" if row["speaker_role"] else "affiliation",
        defaultdict[str, list[str]](list),
    )
    for name in row["names"]:
        rules[office if name.startswith("office.") else OF_COLUMN.get(name, "row")].append(name)
    return rules


def _part(row: dict[str, Any], part: str, value: str, rules: Sequence[str]) -> Part:
    is_named = row["table_name"] != "quotes" or row["speaker"]
    confidence = row["confidence"] if part == "row" and is_named else None
    return Part(
        table=row["table_name"],
        url=row["url"],
        start=row["char_start"],
        end=row["char_end"],
        part=part,
        value=sha256(value.encode()).hexdigest()[:12],
        rules=" ".join(rules),
        confidence="" if confidence is None else f"{confidence:.2f}",
    )


def _context(row: dict[str, Any]) -> str:
    text, start, end = row["body_text"], row["char_start"], row["char_end"]
    first = max(0, start - BEFORE.get(row["table_name"], AROUND))
    return f"{text[first:start]}«{text[start:end]}»{text[end : end + AROUND]}"


def _where_named(row: dict[str, Any]) -> str | None:
    """Where the text first has the last word of the speaker's name: there it says the office."""
    text, words = row["body_text"], (row["speaker"] or "").split()
    at = text.find(words[-1]) if words else -1
    return None if at < 0 else text[max(0, at - WHERE_NAMED) : at + WHERE_NAMED]


def write_sheets(rows: Iterable[DrawnRow], folder: Path, judged: Sequence[Part]) -> int:
    """Returns how many rows there are to judge. What was judged keeps its verdicts."""
    folder.mkdir(parents=True, exist_ok=True)
    verdicts = {part.key: part for part in judged if part.first and part.second}
    parts, lines = list[Part](), list[str]()
    for row in rows:
        new = [part for part in row.parts if part.key not in verdicts]
        old = [(part, verdicts[part.key]) for part in row.parts if part.key in verdicts]
        parts += [replace(part, first=by.first, second=by.second) for part, by in old]
        if new:
            ask = {part.part: row.shown["ask"][part.part] for part in new}
            lines.append(json.dumps({"no": len(lines) + 1, **row.shown, "ask": ask}, ensure_ascii=False))  # fmt: skip
            parts += new
    for number, first in enumerate(range(0, len(lines), ROWS_OF_SHEET), 1):
        text = "\n".join(lines[first : first + ROWS_OF_SHEET]) + "\n"
        (folder / f"sheet-{number:02}.jsonl").write_text(text, "utf-8")
    shutil.copy(GUIDE, folder / "GUIDE.md")
    write_parts(folder / DRAWN, parts)
    return len(lines)


def write_parts(path: Path, parts: Iterable[Part]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Part)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(part) for part in parts)


def read_parts(path: Path) -> list[Part]:
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Part(**row | {"start": int(row["start"]), "end": int(row["end"])})  # type: ignore[arg-type]
            for row in csv.DictReader(file)
        ]
