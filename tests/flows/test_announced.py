"""Links of channels whose rows wait for the loader: which of them are to be fetched, and what is said of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.load.announced import AnnouncedLinks
from parsers.article import Link, Response
from parsers.kinds import LinkKind, Reason, State
from parsers.source import default_source
from warehouse.write import frontier
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Announced, Outcome, Versions

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
SITE = "http://kabar.test"
FEED, LISTING, SITEMAP = f"{SITE}/rss", f"{SITE}/indeks", f"{SITE}/sitemap.xml"
KINDS = {FEED: LinkKind.FEED, LISTING: LinkKind.INDEX, SITEMAP: LinkKind.SITEMAP}


@pytest.fixture
def store(tmp_path: Path) -> Database:
    return Database(tmp_path)


def channel(url: str, *announced: Announced, at: datetime = NOON) -> Outcome:
    link = Link(url=url, source_id="kabar", kind=KINDS[url])
    answer = Response(fetch_id=url, requested_url=url, url=url, fetched_at=at, body=b"")
    return Outcome(
        link=link, run_id="run", state=State.LOADED, unanswered=answer, announced=announced
    )


def announced(by: str, path: str = "/1", article: str = "a1", **more: object) -> Announced:
    names = ("skip", "is_own")
    link = {name: value for name, value in more.items() if name not in names}
    rest = {name: value for name, value in more.items() if name in names}
    return Announced(
        link=Link(url=SITE + path, source_id="kabar", discovered_by=by, **link),
        article_id=article,
        **rest,
    )


def test_a_link_is_as_the_best_channel_announces_it(store):
    """And as changed as any says, as the warehouse gives it once the channels are loaded."""
    links = AnnouncedLinks()
    links.add([channel(LISTING, announced(LISTING, title="Dari indeks", published_at=NOON))])
    links.add([channel(SITEMAP, announced(SITEMAP, modified_at=NOON + timedelta(hours=1)))])
    links.add([channel(FEED, announced(FEED, title="Panen Padi", published_at=NOON))])

    [link] = links.new(store, "kabar")

    assert (link.discovered_by, link.title) == (FEED, "Panen Padi")
    assert link.modified_at == NOON + timedelta(hours=1)


def test_one_address_of_each_article_that_is_to_be_fetched(store):
    links = AnnouncedLinks()
    links.add(
        [
            channel(
                FEED,
                announced(FEED, "/1?page=all"),
                announced(FEED, "/1"),
                announced(FEED, "/2", "a2", skip=Reason.NOT_MATCHED),
                announced(FEED, "/3", "a3", is_own=False),
            )
        ]
    )

    assert [link.url for link in links.new(store, "kabar")] == [f"{SITE}/1"]
    assert links.new(store, "harian") == []


def test_a_link_that_the_warehouse_knows_is_not_new(store):
    links, feed = AnnouncedLinks(), channel(FEED, announced(FEED))
    links.add([feed, channel(FEED, announced(FEED, "/2", "a2"))])
    load_outcomes(
        store, [feed], {"kabar": default_source("kabar.test")}, Versions(parser="1", cleaner="1", extractor="1")
    )  # fmt: skip

    assert [link.url for link in links.new(store, "kabar")] == [f"{SITE}/2"]
    assert frontier.known_urls(store, [f"{SITE}/1", f"{SITE}/2"]) == {f"{SITE}/1"}


def test_channels_that_are_loaded_at_once_give_what_one_after_the_other_gives(tmp_path):
    first = channel(FEED, announced(FEED, published_at=NOON))
    later = channel(SITEMAP, announced(SITEMAP, modified_at=NOON), at=NOON + timedelta(minutes=1))
    found = []
    for name, batches in {"once": [[first, later]], "each": [[first], [later]]}.items():
        store = Database(tmp_path / name)
        for batch in batches:
            load_outcomes(
                store, batch, {"kabar": default_source("kabar.test")}, Versions(parser="1", cleaner="1", extractor="1")
            )  # fmt: skip
        found.append(store.rows("FROM ops.frontier"))

    assert found[0] == found[1]
    assert found[0][0]["discovered_by"] == FEED
