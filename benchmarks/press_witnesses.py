"""How often names are right by who sees them: the rules, the tagger, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from press_labels import LabelledArticle
from press_scores import KINDS, Rows, Tally, score_names


def is_ruled(mention: Any) -> bool:
    return not mention.rule_id.endswith(".tagger")


CHOICES: dict[str, Callable[[Any], bool]] = {
    "rules": is_ruled,
    "rules, and the tagger where they are silent": lambda _: True,
    "rules where the tagger agrees": lambda mention: is_ruled(mention) and mention.is_tagged,
    "the tagger where the rules are silent": lambda mention: not is_ruled(mention),
}


def witness_rows(
    articles: Iterable[LabelledArticle], read: Callable[[LabelledArticle], Rows]
) -> Iterator[tuple[str, ...]]:
    """Precision, recall and F1 of people and of bodies."""
    pairs = [(labelled.labels, read(labelled)) for labelled in articles]
    for name, is_chosen in CHOICES.items():
        tally = Tally()
        for labels, rows in pairs:
            mentions = [mention for mention in rows.mentions if is_chosen(mention)]
            score_names(labels, rows._replace(mentions=mentions), tally)
        yield name, *(f"{_share(tally, title, 'precision')} / {_share(tally, title, 'recall')} / {tally.f1(title):.2f}" for title in KINDS.values())  # fmt: skip


def _share(tally: Tally, title: str, measure: str) -> str:
    key = f"{title} {measure}"
    return f"{tally.hits[key] / max(tally.n[key], 1):.2f} of {tally.n[key]}"
