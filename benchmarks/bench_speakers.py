"""Fit what a reference means and how sure a speaker is (parsers/language/speakers.toml) on judged speakers, and show how well it holds.

    python benchmarks/bench_speakers.py HOME JUDGED [--write]

JUDGED is JSON, a list of {"url", "at", "names"}: the article, where the statement begins in its text, and every name of its speaker
that is right, none for nobody. HOME has the texts. Both are not part of the repository. The same rows give the same weights.
A row's weight is small where an article has many, for its errors come together.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
from measurement import print_table, run, share

from parsers.language.words import HERE
from parsers.structure.names.entities import EntityIndex
from parsers.structure.quotes import candidates, confidence, resolve
from parsers.structure.tokens.text import BodyText

FILE = HERE / "speakers.toml"
PRIOR = 20.0  # how strongly a weight of a candidate stays where it is
RIDGE = 1.0
STEPS = 40
BANDS = ((0.9, 1.01), (0.8, 0.9), (0.65, 0.8), (0.0, 0.65))
Features = dict[str, float]


class Choice(NamedTuple):
    """The features of each candidate of a reference, by name."""

    features: dict[str | None, Features]
    url: str
    right: frozenset[str]


class Row(NamedTuple):
    witnesses: Features
    is_right: bool
    url: str
    is_named: bool


class Recording(candidates.Candidates):
    """Keeps the candidates of each reference, by the place of its cue."""

    seen: dict[int, dict[str | None, Features]]

    def features(self, at: int, *args: Any, **options: Any) -> dict[str | None, Features]:
        found = super().features(at, *args, **options)
        self.seen[at] = found
        return found


def read(home: Path, judged: Path) -> tuple[list[Choice], list[Row]]:
    """What the code makes now of the judged texts."""
    names: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
    for row in json.loads(judged.read_text(encoding="utf-8")):
        names[row["url"]][row["at"]] = frozenset(row["names"])
    with duckdb.connect(str(home / "kliping.duckdb"), read_only=True) as con:
        texts = con.execute(
            "SELECT url, body_text FROM mart.article_metadata JOIN core.article_versions USING (version_id)"
        ).fetchall()
    choices, rows = list[Choice](), list[Row]()
    for url, text in sorted((url, text) for url, text in texts if url in names):
        for at, found, identity in _speakers(text):
            if (right := names[url].get(at)) is None:
                continue
            if found:
                choices.append(Choice(found, url, right))
            name = identity.name or (identity.candidate or "").split("; ")[0]
            if name:
                is_right = _is_one_of(name, right)
                rows.append(Row(dict(identity.witnesses), is_right, url, identity.name is not None))
    return choices, rows


def _speakers(text: str) -> Iterator[tuple[int, dict[str | None, Features], Any]]:
    """Of each statement: where it begins, its candidates, and who the code says it is."""
    body, Recording.seen = BodyText(text), {}
    statements, identities = resolve.speakers(body, EntityIndex(body))
    for statement, identity in zip(statements, identities, strict=True):
        yield statement.span[0], Recording.seen.get(resolve.place(statement), {}), identity


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w’'-]+", name.lower()))


def _is_one_of(name: str, right: frozenset[str]) -> bool:
    """A short form is right, words that are not of the name are wrong."""
    return any(_words(name) <= _words(other) for other in right)


def fit(
    start: np.ndarray, gradient: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    weights = start.copy()
    for _ in range(STEPS):
        slope, curve = gradient(weights)
        weights -= np.linalg.solve(curve, slope)
    return weights


def by_article(urls: list[str]) -> np.ndarray:
    counts = Counter(urls)
    return np.array([counts[url] ** -0.5 for url in urls])


def fit_candidates(choices: list[Choice]) -> dict[str, float]:
    """Weights that make the right candidate the likeliest one; they stay near those of now."""
    names = sorted(candidates.WEIGHTS)
    start = np.array([candidates.WEIGHTS[name] for name in names])
    sets = []
    for choice in choices:
        keys = list(choice.features)
        hits = [n for n, key in enumerate(keys, 1) if key and _is_one_of(key, choice.right)]
        matrix = [[0.0] * len(names)] + [
            [choice.features[key].get(name, 0.0) for name in names] for key in keys
        ]
        if hits or not choice.right:
            sets.append((np.array(matrix, float), hits or [0]))
    scale = by_article([choice.url for choice in choices])

    def gradient(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        slope, curve = PRIOR * (weights - start), PRIOR * np.eye(len(names))
        for (matrix, hits), size in zip(sets, scale, strict=False):
            shares = np.exp(matrix @ weights)
            shares /= shares.sum()
            aim = np.zeros(len(shares))
            aim[hits] = shares[hits] / shares[hits].sum()
            slope = slope + size * matrix.T @ (shares - aim)
            spread = np.diag(shares) - np.outer(shares, shares)
            curve = curve + size * matrix.T @ spread @ matrix
        return slope, curve

    return _rounded(names, fit(start, gradient))


def fit_confidence(rows: list[Row]) -> dict[str, float]:
    names = sorted({name for row in rows for name in row.witnesses} - {"full_name"})
    matrix = np.array([[float(row.witnesses.get(name, 0)) for name in names] for row in rows])
    right = np.array([row.is_right for row in rows], float)
    scale, ridge = by_article([row.url for row in rows]), RIDGE * np.eye(len(names))
    ridge[names.index("base"), names.index("base")] = 0

    def gradient(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        chance = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (scale * (chance - right)) + ridge @ weights
        return slope, (matrix.T * (scale * chance * (1 - chance))) @ matrix + ridge

    return _rounded(names, fit(np.zeros(len(names)), gradient))


def _rounded(names: list[str], weights: np.ndarray) -> dict[str, float]:
    return {name: round(float(w), 1) + 0.0 for name, w in zip(names, weights, strict=True)}


def reliability(rows: list[Row]) -> None:
    """How many of the rows with a confidence are right."""
    found = [(confidence.probability(row.witnesses.items()), row.is_right) for row in rows]
    bands = [
        (
            f"[{low}, {min(high, 1)}{']' if high > 1 else ')'}",
            [r for p, r in found if low <= p < high],
        )
        for low, high in BANDS
    ]
    print_table(("confidence", "n", "right"), [
        (name, str(len(right)), share(sum(right), len(right))) for name, right in bands
    ])  # fmt: skip


def write(section: str, weights: dict[str, float]) -> None:
    """In their places, so that comments stay; new ones at the end of the section."""
    head, mark, rest = FILE.read_text(encoding="utf-8").partition(f"[{section}]\n")
    lines = rest.split("\n\n")[0].rstrip().split("\n")
    present = {line.split(" = ")[0] for line in lines}
    found = [
        re.sub(r"= -?[\d.]+", f"= {weights.get(line.split(' = ')[0], 0.0)}", line) for line in lines
    ]
    found += [f"{name} = {weight}" for name, weight in weights.items() if name not in present]
    after = rest.partition("\n\n")[2]
    FILE.write_text(
        "\n".join([head + mark + found[0], *found[1:], *(("", after) if after else ("",))])
    )


def main(home: Path, judged: Path, *, write_weights: bool = False) -> None:
    setattr(resolve, "Candidates", Recording)  # noqa: B010 - a benchmark looks inside
    choices, rows = read(home, judged)
    print(f"{len(choices)} references, {len(rows)} speakers")
    if write_weights:
        candidates.WEIGHTS.update(weights := fit_candidates(choices))
        write("candidate", weights)
        rows = read(home, judged)[1]
        confidence.WEIGHTS.clear()
        confidence.WEIGHTS.update(weights := fit_confidence(rows))
        write("confidence", weights)
        rows = read(home, judged)[1]
    reliability(rows)
    named = [row for row in rows if row.is_named]
    print(f"named: {len(named)}, right: {share(sum(row.is_right for row in named), len(named))}")


if __name__ == "__main__":
    run(main, __doc__)
