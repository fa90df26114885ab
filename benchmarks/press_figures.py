"""Labelled pairs of figures of press articles, and rows of `mart.figure_comparisons` that somebody read.

press-gold.json of the corpus has the pairs: what each counts, and whether the two agree, have one origin, or differ. press_figures.json has
addresses of rows and the verdicts of one or two readers, and no text: *right* where both figures count the same thing of one event, and the row says rightly whether
they are one number.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
from growing_home import run_sql
from measurement import share

READ = Path(__file__).with_name("press_figures.json")
LEADS = ("contested", "superseded")
ROWS = (
    "SELECT verdict, subject, earlier_figure, earlier_url, later_url FROM mart.figure_comparisons"
)


def read_labels(gold: Path, table: Path) -> list[dict[str, Any]]:
    """The pairs, each figure as its article prints it."""
    pairs = json.loads(gold.read_text("utf-8"))["figures"]
    with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
        texts = {row["link"]: row["content"] for row in csv.DictReader(file)}

    def as_printed(side: dict[str, Any]) -> str:
        return texts[side["link"]][side["start"] : side["end"]]

    return [
        {"n": n, "what": pair["what"], "label": pair["label"], "also_ok": pair["also_ok"]}
        | {"earlier_url": pair["a"]["link"], "earlier_text": as_printed(pair["a"])}
        | {"later_url": pair["b"]["link"], "later_text": as_printed(pair["b"])}
        for n, pair in enumerate(pairs)
    ]


def recalled(
    con: duckdb.DuckDBPyConnection, labels: list[dict[str, Any]]
) -> Iterator[tuple[object, ...]]:
    """A row for each label, and one for all with a relation; `different` pairs must not be found."""
    pairs = run_sql(con, "figure_labels", {"labels": labels}).fetchall()
    related = [pair for pair in pairs if pair[1] != "different"]
    for name in sorted({label for _, label, *_ in pairs}):
        yield name, *_counts(pair for pair in pairs if pair[1] == name)
    yield "all with a relation", *_counts(related)


def _counts(pairs: Iterable[tuple[Any, ...]]) -> Iterator[object]:
    rows = list(pairs)
    yield len(rows)
    yield sum(is_in_one_event for *_, is_in_one_event, _ in rows)
    yield sum(found is not None for *_, found in rows)
    yield share(sum(_is_right(label, also, found) for _, label, also, _, found in rows), len(rows))


def _is_right(label: str, also: list[str], found: str | None) -> bool:
    expected = {"lead" if name in LEADS else name for name in (label, *also)}
    return found in expected or (found == "one_origin" and "agree" in expected)


def precise(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    """A row for each verdict: the rows of this home that were read, by two readers, and how many are right for all of these."""
    read = {tuple(row[:5]): row[5:] for row in json.loads(READ.read_text("utf-8"))["rows"]}
    rows = con.execute(ROWS).fetchall()
    for verdict, n in sorted(Counter(row[0] for row in rows).items()):
        judged = [read[row] for row in rows if row[0] == verdict and row in read]
        n_right = sum(set(verdicts) == {"right"} for verdicts in judged)
        yield (
            verdict,
            n,
            len(judged),
            sum(map(len, judged)) - len(judged),
            share(n_right, len(judged)),
        )
