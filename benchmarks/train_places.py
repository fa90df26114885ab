"""Makes the weights again that tell where something happened from what is only named: `just train-places [--corpus FOLDER]`.

Logistic regression learns from the places of press articles of which a reader wrote down whether something happened there: training_places.json
(digests and offsets, no text) and the development articles of press_labels.json. *Outlets left out*: the places of each outlet by what is
learned from the others. Without `--write` it only prints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
from measurement import print_table, run, share
from numpy.typing import NDArray
from press_labels import (
    PARTS,
    TABLES,
    articles_by_digest,
    labelled_articles,
    pattern_of,
    press_rows,
    words_at,
)
from typer import Option

from parsers.article import Article
from parsers.language.words import HERE
from parsers.structure.mentioned_dates import dates
from parsers.structure.names.entities import EntityIndex
from parsers.structure.places.event_location import BIAS, NamedPlace, place_features
from parsers.structure.places.places import dateline_places, named_places
from parsers.structure.quotes.resolve import quotes
from parsers.structure.tokens.text import BodyText

CHECKOUT = Path(__file__).parents[1]
LABELS = Path(__file__).with_name("training_places.json")
FILE = HERE / "event_places.csv"
DAY = "2025-06-10"  # for all; some rows have none
UNKNOWN = frozenset({"word", "area"})  # features of every other place
RIDGE = 5.0
SCALE = 10  # weights are tenths
ROUNDS = 20

LabelledPlace = tuple[str, bool]  # a place, and whether something happened there


class Example(NamedTuple):
    outlet: str
    features: frozenset[str]
    is_event: bool


def examples(corpus: Path, labels: Path) -> Iterator[Example]:
    for article, outlet, places in articles_with_places(corpus, labels):
        yield from examples_of(article, outlet, places)


def articles_with_places(
    corpus: Path, labels: Path
) -> Iterator[tuple[Article, str, list[LabelledPlace]]]:
    for each in labelled_articles(corpus / f"{TABLES[0]}.csv.gz"):
        if each.part == PARTS[0]:
            yield each.article, each.outlet, list(each.labels.places)
    entries = {entry["digest"]: entry for entry in json.loads(labels.read_text("utf-8"))}
    for article in articles_by_digest(press_rows(corpus), entries, DAY):
        entry = entries[(article.url or "").rpartition("/")[2]]
        yield article, entry["outlet"], places_of(article.source_text, entry)


def places_of(text: str, entry: dict[str, Any]) -> list[LabelledPlace]:
    words = words_at(text)
    return [(words((start, end)), is_event) for start, end, is_event in entry["places"]]


def examples_of(article: Article, outlet: str, labels: list[LabelledPlace]) -> Iterator[Example]:
    """A place counts for the longest label that meets it."""
    body = BodyText(article.body_text)
    mentions, features = features_of(article, body)
    events = dict[str, bool]()
    for name, is_event in sorted(labels, key=lambda label: len(label[0])):
        spans = [found.span() for found in re.finditer(pattern_of(name), body.text)]
        for place in mentions:
            tokens = place.paragraph.tokens[place.span.start : place.span.end]
            if any(tokens[0].start < end and start < tokens[-1].end for start, end in spans):
                events[place.span.name] = is_event
    for name, is_event in events.items():
        yield Example(outlet, frozenset(features[name] - UNKNOWN), is_event)


def features_of(article: Article, body: BodyText) -> tuple[list[NamedPlace], dict[str, set[str]]]:
    """As in `structure`."""
    published = article.date_published.date() if article.date_published else None
    entities = EntityIndex(body)
    found_dates = dates(body, published=published, reference=article.content_reference_date)
    mentions = named_places(body, entities, quotes(body, entities, language="id"))
    dateline = dateline_places(article.dateline, None)
    code = dateline[0].kemendagri_code if dateline else None
    return mentions, place_features(mentions, found_dates, code)


def matrix(found: list[Example], names: list[str]) -> NDArray[np.float64]:
    """A column for each feature, after one of ones."""
    columns = [[True, *(name in each.features for name in names)] for each in found]
    return np.array(columns, dtype=np.float64)


def learn(found: list[Example], names: list[str]) -> NDArray[np.float64]:
    """By Newton's method, as tenths: whole numbers."""
    features, truth = matrix(found, names), np.array([each.is_event for each in found])
    ridge = np.diag([0.0, *([RIDGE] * len(names))])
    weights = np.zeros(len(names) + 1)
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (truth - chance) - ridge @ weights
        curve = (features * (chance * (1 - chance))[:, None]).T @ features + ridge
        weights += np.linalg.solve(curve, slope)
    return np.rint(weights * SCALE)


def left_out(found: list[Example], names: list[str]) -> Iterator[tuple[str, str, str]]:
    """For each outlet, how much is right by the weights of the others, and by saying that it happened everywhere."""
    hits = 0
    for outlet in sorted({each.outlet for each in found}):
        own = [each for each in found if each.outlet == outlet]
        others = [each for each in found if each.outlet != outlet]
        guesses = matrix(own, names) @ learn(others, names) > 0
        right = sum(bool(a) == each.is_event for a, each in zip(guesses, own, strict=True))
        hits += right
        yield outlet, share(right, len(own)), share(sum(each.is_event for each in own), len(own))
    yield "all", share(hits, len(found)), share(sum(each.is_event for each in found), len(found))


def main(
    *,
    corpus: Annotated[Path, Option(envvar="KLIPING_TEST_PRESS")] = CHECKOUT.parent / "shared" / "corpus",
    labels: Path = LABELS,
    file: Path = FILE,
    write: bool = False,
) -> None:  # fmt: skip
    found = list(examples(corpus, labels))
    names = sorted(frozenset[str]().union(*(each.features for each in found)))
    print_table(("outlet left out", "right", "everywhere"), left_out(found, names))
    weights = [(BIAS, *names), learn(found, names).astype(int).tolist()]
    print_table(("feature", "weight"), list(zip(*weights, strict=True)))
    if write:
        lines = ["feature,weight", *(f"{name},{n}" for name, n in zip(*weights, strict=True))]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main, __doc__)
