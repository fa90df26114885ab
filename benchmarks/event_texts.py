"""Invented articles of known events, written by hand: events/*.toml."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from support.builders import outcome

from parsers.structure import structure
from warehouse.write.outcome import Outcome

TEXTS = Path(__file__).with_name("events")


@dataclass(frozen=True, kw_only=True)
class EventText:
    """An article, with the event that it is about."""

    event_id: str
    outlet: str
    published_at: datetime
    headline: str
    text: str


def hand_written(name: str) -> Iterator[EventText]:
    """The articles of a file, such as development."""
    data = tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))
    for event in data["event"]:
        for outlet, when, headline, text in event["articles"]:
            yield EventText(
                event_id=event["id"],
                outlet=outlet,
                published_at=when.replace(tzinfo=UTC),
                headline=headline,
                text=text,
            )


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
