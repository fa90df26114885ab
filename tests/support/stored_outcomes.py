"""Outcomes to load, and a store to load them into."""

from parsers.article import Link, Person, Removed
from parsers.source import from_data
from support.builders import T0, URL, VERSIONS, outcome, response
from warehouse.archive.archive import Record, RecordLocation
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Announced, Outcome

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}


def load(store, *outcomes):
    load_outcomes(store, outcomes, SOURCES, VERSIONS)


def new_article(body, hour, **fields):
    """A page whose byline, tags and removed spans follow its text, so that a mix-up would show."""
    return outcome(
        body,
        hour=hour,
        headline=f"H {body}",
        authors=(Person(name=f"Penulis {body}"),),
        tags=("umum", f"tag {body}"),
        removed=(Removed(kind="end_mark", start=0, end=1, text=body[:1]),),
        **fields,
    )


def announced(
    url,
    modified_hour=None,
    *,
    article_id="a1",
    feed="http://kabar.test/feed/",
    hour=0,
    skip=None,
    title="T",
    kind="feed",
    published_at=None,
):
    link = Link(
        url=url,
        source_id="kabar",
        discovered_by=feed,
        title=title,
        published_at=published_at,
        modified_at=None if modified_hour is None else T0.replace(hour=modified_hour),
    )
    channel = Link(url=feed, source_id="kabar", kind=kind)
    record = Record(
        link=channel,
        response=response("feed", hour=hour, url=feed),
        run_id="run",
        location=RecordLocation(file="f", offset=hour, length=1),
    )
    return Outcome(
        link=channel,
        run_id="run",
        state="loaded",
        records=(record,),
        announced=(Announced(link=link, article_id=article_id, skip=skip),),
    )


def failed(reason, state, hour=0, status=None):
    got = response("x", hour=hour, status=status)
    record = (
        (
            Record(
                link=Link(url=URL, source_id="kabar"),
                response=got,
                run_id="run",
                location=RecordLocation(file="f", offset=hour, length=1),
            ),
        )
        if status
        else ()
    )
    return Outcome(
        link=Link(url=URL, source_id="kabar"),
        run_id="run",
        state=state,
        reason=reason,
        records=record,
        unanswered=None if status else got,
        article_id="a1",
    )


TABLES = (
    "core.sources",
    "core.articles",
    "core.article_statements",
    "core.article_versions",
    "core.version_fetches",
    "core.removed_spans",
    "core.authors",
    "core.article_authors",
    "core.tags",
    "core.article_tags",
    "core.article_links",
    "core.article_images",
    "raw.fetches",
    "mart.edits",
    "mart.edited_paragraphs",
)


def tables(store: Database) -> dict[str, list[str]]:
    with store.write_connection() as con:
        return {name: sorted(map(str, con.execute(f"FROM {name}").fetchall())) for name in TABLES}
