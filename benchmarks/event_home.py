"""A warehouse of invented articles, read by the rules as pages are."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from event_texts import EventText
from support.builders import VERSIONS, outcome

from parsers.source import from_data
from parsers.structure import structure
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome
from warehouse.write.steps import run_steps


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
