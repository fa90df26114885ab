"""Pairs of places that name one person, in one article and in several: how many have one row, and how many that have one are right."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from press_labels import LabelledArticle
from press_scores import NAMED, Rows, Tally, key_of, occurrences


class Place(NamedTuple):
    """Where a text names somebody: the article, the fullest name there, and the entity that the rows have."""

    url: str
    name: frozenset[str]
    entity: str | None


def places(labelled: LabelledArticle, rows: Rows) -> list[Place]:
    people = [name for name in labelled.labels.names if name.kind == "person"]
    full = {form: frozenset(key_of(name.forms[0], "person").split()) for name in people for form in name.forms}  # fmt: skip
    mentions = [m for m in rows.mentions if m.entity_type == "person" and m.mention_type in NAMED]
    found = []
    for form, start, end in occurrences(full, rows.text):
        own = (m.entity_id for m in mentions if m.char_start < end and start < m.char_end)
        found.append(Place(labelled.url, full[form], next(own, None)))
    return found


def score_pairs(named: Iterable[Place], tally: Tally) -> None:
    """Of two articles a single word, and a name within a longer one, may be anybody's: such pairs do not count."""
    for a, b in combinations(named, 2):
        if a.url != b.url and (a.name != b.name or len(a.name) == 1) and (a.name <= b.name or b.name <= a.name):  # fmt: skip
            continue
        where = "one article" if a.url == b.url else "two articles"
        is_joined = a.entity is not None and a.entity == b.entity
        if a.name == b.name:
            tally.add(f"pairs of one person, {where}, recall", is_joined)
        if is_joined:
            tally.add(f"pairs of one person, {where}, precision", a.name == b.name)
