"""How often names are right by who sees them: the rules, the tagger, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from press_labels import LabelledArticle
from press_scores import KINDS, Rows, Tally, score_names

from parsers.facts import entity_id
from parsers.structure.tagger.tagger import tagged_names
from parsers.structure.tokens.text import BodyText

Choice = Callable[[Rows], list[Any]]


def by_rules(rows: Rows) -> list[Any]:
    return [m for m in rows.mentions if not m.rule_id.endswith(".tagger")]


def by_tagger(rows: Rows) -> list[Any]:
    """A short form of a person is under the longest name of the text that has its words."""
    names = [(n, " ".join(rows.text[n.start : n.end].split())) for n in tagged_names(BodyText(rows.text))]  # fmt: skip
    people = sorted((name for n, name in names if n.kind == "person"), key=lambda name: -len(name.split()))  # fmt: skip
    found = []
    for n, text in names:
        longer = (name for name in people if n.kind == "person" and {*text.split()} <= {*name.split()})  # fmt: skip
        name = next(longer, text)
        place = {"char_start": n.start, "char_end": n.end, "text": text, "mention_type": "name"}
        entity = {"entity_id": entity_id(n.kind, name), "entity_name": name, "entity_type": n.kind}
        found.append(SimpleNamespace(**place, **entity))
    return found


CHOICES: dict[str, Choice] = {
    "rules": by_rules,
    "tagger alone": by_tagger,
    "rules, and the tagger where they are silent": lambda rows: list(rows.mentions),
    "rules where the tagger agrees": lambda rows: [m for m in by_rules(rows) if m.is_tagged],
}


def witness_rows(
    articles: Iterable[LabelledArticle], read: Callable[[LabelledArticle], Rows]
) -> Iterator[tuple[str, ...]]:
    """Precision, recall and F1 of people and of bodies."""
    pairs = [(labelled.labels, read(labelled)) for labelled in articles]
    for name, choose in CHOICES.items():
        tally = Tally()
        for labels, rows in pairs:
            score_names(labels, rows._replace(mentions=choose(rows)), tally)
        yield name, *(f"{_share(tally, title, 'precision')} / {_share(tally, title, 'recall')} / {tally.f1(title):.2f}" for title in KINDS.values())  # fmt: skip


def _share(tally: Tally, title: str, measure: str) -> str:
    key = f"{title} {measure}"
    return f"{tally.hits[key] / max(tally.n[key], 1):.2f} of {tally.n[key]}"
