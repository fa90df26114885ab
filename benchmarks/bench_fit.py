"""Fit the weights of the vote (parsers/body/weights.json) on pages with gold text.

    python benchmarks/bench_fit.py CORPUS_DIR [--write]

With --write it writes benchmarks/folds.json too: for each fold of hosts the weights fitted on the others, with which `peers.py kliping-unseen`
reads that fold. Needs scikit-learn (benchmarks/requirements.txt). A line's label is whether the gold text has most of it, in its place; pages with snippets
instead of gold text label only the lines of their snippets. A page's lines weigh by their words, a page as much as any other of its set.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from measurement import run
from peers import FOLDS, fold_of
from sklearn.linear_model import LogisticRegression

from parsers.body.align import coverage
from parsers.body.elements import MOSTLY
from parsers.body.find import MARGIN, add_slow_vote, quick_votes
from parsers.body.line_features import LineFeatures, Votes
from parsers.fields.headline import find_headline
from parsers.fields.metadata import find_description
from parsers.html.blocks import read_tree
from parsers.html.decode import decode, fix_mojibake
from parsers.html.document import Document
from parsers.text.normalize import letters

ROOT = Path(__file__).resolve().parents[1]
HALF = 0.5
FAINT = 0.05  # weights below this change nothing
# Small sets of the languages this is for weigh more than their few pages would.
SETS = {
    "scrapinghub": 1.5,
    "fundus_eval": 2.0,
    "fundus": 1.0,
    "wcxb": 1.0,
    "idnews": 4.0,
    "slasherrb": 4.0,
    "readability": 1.0,
    "newspaper4k": 1.0,
    "trafilatura": 0.7,
}
VOTERS = {"resiliparse", "jsonld", "density", "trafilatura"}
MODES = ("quick", "vote")


@dataclass
class Example:
    fold: int
    rows: dict[str, list[dict[str, float]]]
    labels: list[float]  # nan: unknown
    weights: list[float]
    spans: dict[str, tuple[int, int]]  # of the lines in rows, by mode


def examples(corpus: Path) -> Iterator[Example]:
    for name, weight in SETS.items():
        with gzip.open(corpus / f"{name}.jsonl.gz") as lines:
            for line in lines:
                row = json.loads(line)
                if (example := example_of(row, weight)) is not None:
                    yield example


def example_of(row: dict[str, Any], weight: float) -> Example | None:
    doc = Document(fix_mojibake(decode(base64.b64decode(row["html_b64"])).text), row["url"])
    blocks = read_tree(doc.tree)
    headline, description = find_headline(doc, None)[0], find_description(doc)[0]
    votes = quick_votes(doc, blocks)
    rows: dict[str, list[dict[str, float]]] = {}
    spans = []
    for mode in MODES:
        if mode == "vote":
            add_slow_vote(votes, doc)
        features = LineFeatures(votes, headline, description)
        wanted = [i for i, m in enumerate(features.mean) if m > 0]
        if not wanted:
            return None
        spans.append((max(0, wanted[0] - MARGIN), min(len(blocks), wanted[-1] + MARGIN)))
        rows[mode] = [features.row(i) for i in range(*spans[-1])]
    labels = labels_of(row["gold"], votes)
    total_size = sum(n for n, y in zip(votes.sizes, labels, strict=True) if y > HALF) or 30
    weights = [min(n, 100) / total_size * weight for n in votes.sizes]
    return Example(fold_of(row["url"]), rows, labels, weights, dict(zip(MODES, spans, strict=True)))


def labels_of(gold: dict[str, Any], votes: Votes) -> list[float]:
    text = (
        "\n".join(gold["paragraphs"])
        if gold.get("optional")
        else gold.get("body") or "\n".join(gold.get("paragraphs") or ())
    )
    if text:
        return [float(c > HALF) for c in coverage(votes.page, votes.bounds, text)]
    labels, keys = [float("nan")] * len(votes.blocks), [letters(b.text) for b in votes.blocks]
    for field, value in (("with", 1.0), ("without", 0.0)):
        for snippet in gold.get(field) or ():
            hits = [i for i, key in enumerate(keys) if letters(snippet) and letters(snippet) in key]
            if value and hits:
                hits = [max(hits, key=lambda i: votes.mean[i])]
            for i in hits:
                labels[i] = value
    return labels


def fit(chosen: list[Example], mode: str) -> dict[str, float]:
    names = sorted({n for e in chosen for r in e.rows[mode] for n in r} | VOTERS)
    xs, ys, ws = [], [], []
    for e in chosen:
        start, stop = e.spans[mode]
        for row, y, w in zip(
            e.rows[mode], e.labels[start:stop], e.weights[start:stop], strict=True
        ):
            is_possible = row["vote"] or row["gap"] or (row["in_scope"] and row["link"] <= MOSTLY)
            if not math.isnan(y) and w and is_possible:
                xs.append([float(row.get(n, 0.0)) for n in names])
                ys.append(y > HALF)
                ws.append(w)
    weight = np.array(ws)
    model = LogisticRegression(C=0.1, solver="newton-cholesky").fit(
        np.array(xs), np.array(ys), sample_weight=weight * len(weight) / weight.sum()
    )
    found = {
        n: round(float(c), 3) for n, c in zip(names, model.coef_[0], strict=True) if abs(c) >= FAINT
    }
    return {"bias": round(float(model.intercept_[0]), 3), **found}


def main(corpus: Path, *, write: bool = False) -> None:
    found = list(examples(corpus))
    weights = {mode: fit(found, mode) for mode in MODES}
    written = json.dumps(weights, indent=1, sort_keys=True) + "\n"
    if not write:
        sys.stdout.write(written)
        return
    (ROOT / "parsers" / "body" / "weights.json").write_text(written, encoding="utf-8")
    others = ([e for e in found if e.fold != fold] for fold in range(FOLDS))
    folds = [{mode: fit(each, mode) for mode in MODES} for each in others]
    (ROOT / "benchmarks" / "folds.json").write_text(json.dumps(folds) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main, __doc__)
