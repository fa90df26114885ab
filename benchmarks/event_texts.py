"""Invented articles of known events: those of events/*.toml, written by hand, and those made of the parts in events/templates.toml.

The articles were grouped by event before the method existed; nobody judged its answers. A warehouse of them has what the rules find in the texts.
"""

from __future__ import annotations

import random
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from support.builders import VERSIONS, outcome

from parsers.source import from_data
from parsers.structure import structure
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome
from warehouse.write.steps import run_steps

TEXTS = Path(__file__).with_name("events")
HALVES = {
    "development": datetime(2026, 3, 2, tzinfo=UTC),
    "held-out": datetime(2026, 5, 11, tzinfo=UTC),
}
OUTLETS = ("pagi", "sore", "malam", "kota", "timur", "barat")
EVENTS_OF_FAMILY = 11
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


@dataclass(frozen=True, kw_only=True)
class EventText:
    """An article, with the event that it is about."""

    event_id: str
    outlet: str
    published_at: datetime
    headline: str
    text: str


def hand_written(name: str) -> Iterator[EventText]:
    """The articles of a file: a half, figures or figures_unseen."""
    data = tomllib.loads((TEXTS / f"{name.replace('-', '_')}.toml").read_text(encoding="utf-8"))
    for event in data["event"]:
        for outlet, when, headline, text in event["articles"]:
            yield EventText(
                event_id=event["id"],
                outlet=outlet,
                published_at=when.replace(tzinfo=UTC),
                headline=headline,
                text=text,
            )


def from_templates(half: str, n: int = EVENTS_OF_FAMILY) -> Iterator[EventText]:
    """`n` events of each family of the half, in few places and few days, so that many are alike."""
    data = tomllib.loads((TEXTS / "templates.toml").read_text(encoding="utf-8"))
    dice = random.Random(half)
    for family in data["family"]:
        if family["half"] == half:
            officials = {kab: _person(dice, data) for kab in data["places"][half]}
            for number in range(n):
                yield from _event(dice, data, family, officials, number)


def _event(
    dice: random.Random,
    data: dict[str, Any],
    family: dict[str, Any],
    officials: dict[str, str],
    number: int,
) -> Iterator[EventText]:
    kab = dice.choice(list(officials))
    when = HALVES[family["half"]] + timedelta(days=dice.randrange(3), hours=dice.randrange(6, 15))
    slots = {
        "p": _person(dice, data),
        "q": _person(dice, data),
        "official": officials[kab],
        "kab": kab,
        "kec": dice.choice(data["places"][family["half"]][kab]),
        "a": dice.randint(*family["a"]),
        "b": dice.randint(*family["b"]),
        "hari": DAYS[when.weekday()],
        "tanggal": f"{when.day}/{when.month}/{when.year}",
    }
    details = dice.sample(family["details"], 2)
    for outlet in dice.sample(OUTLETS, dice.choice((2, 2, 3))):
        parts = [*dice.sample(family["sentences"], dice.choice((2, 3))), *dice.sample(details, 1)]
        yield EventText(
            event_id=f"{family['name']}-{number}",
            outlet=outlet,
            published_at=when,
            headline=dice.choice(family["headlines"]).format_map(slots),
            text=" ".join(dice.choice(wordings) for wordings in parts).format_map(slots),
        )
        when += timedelta(hours=dice.randrange(1, 9), minutes=dice.randrange(60))


def _person(dice: random.Random, data: dict[str, Any]) -> str:
    return f"{dice.choice(data['people']['first'])} {dice.choice(data['people']['last'])}"


def event_texts(half: str) -> list[EventText]:
    """All articles of a half, `development` or `held-out`."""
    return [*hand_written(half), *from_templates(half)]


def article_key(number: int, text: EventText) -> str:
    return f"{text.event_id}/{number}"


def event_outcome(number: int, text: EventText) -> Outcome:
    when = text.published_at
    return outcome(
        text.text,
        hour=number,
        url=f"http://{text.outlet}.test/{number}",
        article_id=article_key(number, text),
        source_id=text.outlet,
        headline=text.headline,
        date_published=when,
        in_language="id",
        structure=structure(text.text, published=when.date(), reference_date=when.date()),
    )


def load_events(home: Path, texts: Iterable[EventText]) -> Database:
    """A warehouse with these articles, as it is after a run."""
    store, pages = Database(home), [event_outcome(n, text) for n, text in enumerate(texts)]
    outlets = {page.article.source_id for page in pages if page.article}
    sources = {
        name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
        for name in outlets
    }
    load_outcomes(store, pages, sources, VERSIONS)
    run_steps(store)
    return store
