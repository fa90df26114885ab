"""What loading outcomes does to the tables: versions, links, retries, missing articles."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.builders import T0, URL, article, outcome, rows
from support.stored_outcomes import announced, failed, load, new_article, tables

from parsers.article import Link, Person
from parsers.kinds import Reason
from warehouse.write import frontier
from warehouse.write.outcome import Outcome


def test_an_edited_article_becomes_a_new_version(store):
    load(store, outcome("Dua orang.", hour=0))

    load(store, outcome("Tiga orang.", hour=1))

    assert rows(store, "SELECT version_no, body_text FROM core.article_versions ORDER BY 1") == [
        (1, "Dua orang."),
        (2, "Tiga orang."),
    ]
    assert rows(store, "SELECT n_versions, body_text FROM mart.articles") == [(2, "Tiga orang.")]


def test_the_same_input_twice_changes_nothing(store):
    batch = [new_article("satu", 0), new_article("dua", 1)]
    load(store, *batch)
    before = tables(store)

    load(store, *batch)

    assert tables(store) == before


def test_an_unchanged_page_moves_only_the_last_sight(store):
    first = outcome("Isi.", hour=0)
    load(store, first)

    load(store, outcome("", hour=5, same_as=first.last.fetch_id))

    assert rows(
        store, "SELECT n_versions, hour(first_seen_at), hour(last_seen_at) FROM core.articles"
    ) == [(1, 1, 6)]


def test_a_publisher_who_takes_an_edit_back_shows_the_first_version_again(store):
    load(store, new_article("satu", 0), new_article("dua", 1), new_article("satu", 2))

    assert rows(store, "SELECT n_versions, headline, authors FROM mart.articles") == [
        (2, "H satu", ["Penulis satu"])
    ]


def life():
    """Two articles: one edited, the edit taken back, then gone; one that says little."""
    return [
        new_article("satu", 0),
        outcome("", hour=2, same_as=new_article("satu", 0).last.fetch_id),
        new_article("dua", 3),
        new_article("satu", 4),
        outcome("", hour=5, same_as=new_article("satu", 4).last.fetch_id),
        outcome(
            "lain",
            hour=1,
            url="http://kabar.test/read/2/",
            article_id="a2",
            authors=(Person(name="Penulis dua"),),
        ),
        failed(Reason.NOT_FOUND, "gone", 30, 404),
        failed(Reason.NOT_FOUND, "gone", 60, 200),
    ]


@pytest.fixture(scope="module")
def straight(new_store):
    store = new_store()
    load(store, *life())
    return tables(store)


@pytest.mark.slow
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_any_order_and_batching_gives_the_same_tables_and_so_does_all_of_it_again(
    new_store, straight, seed
):
    mixed, chance, pages = new_store(), random.Random(seed), life()
    chance.shuffle(pages)
    cuts = [0, *sorted(chance.sample(range(1, len(pages)), chance.randint(0, 3))), len(pages)]
    for first, last in pairwise(cuts):
        load(mixed, *pages[first:last])
    once = tables(mixed)
    load(mixed, *pages)

    assert once == tables(mixed) == straight
    assert rows(mixed, "SELECT status FROM core.articles WHERE article_id = 'a1'") == [("gone",)]
    assert rows(mixed, "SELECT kinds, version_no FROM mart.edits ORDER BY detected_at") == [
        (["headline", "undated", "author"], 2),
        (["author"], 1),  # with the text, the byline was taken back
    ]


def test_a_new_parse_of_the_same_fetches_replaces_the_whole_chain(store):
    load(store, new_article("satu", 0), new_article("dua", 1))

    load(
        store,
        *(
            o.__class__(
                **{f: getattr(o, f) for f in o.__slots__}
                | {"article": article(f"{o.article.body_text}!")}
            )
            for o in (new_article("satu", 0), new_article("dua", 1))
        ),
    )

    assert rows(store, "SELECT version_no, body_text FROM core.article_versions ORDER BY 1") == [
        (1, "satu!"),
        (2, "dua!"),
    ]
    assert rows(store, "SELECT count(*) FROM core.removed_spans") == [(0,)]
    assert rows(store, "SELECT count(*) FROM core.authors") == [(0,)]


def test_a_lone_surrogate_costs_a_character_not_the_batch(store):
    load(store, announced(URL, title="rusak \ud800 sekali"))

    assert rows(store, "SELECT title FROM raw.feed_entries") == [("rusak ? sekali",)]


def test_a_later_announced_change_asks_for_another_look(store):
    load(store, announced(URL, 2))
    load(store, outcome("Isi."))
    load(store, announced(URL, 2, hour=1))
    unchanged = frontier.pending(store, "kabar", "next", T0, 10)

    load(store, announced(URL, 5, hour=2))

    assert unchanged == []
    assert [link.url for link in frontier.pending(store, "kabar", "next", T0, 10)] == [URL]


def test_one_article_under_two_addresses_is_fetched_once(store):
    load(
        store,
        announced("http://kabar.test/?p=1"),
        announced(URL, feed="http://kabar.test/sitemap.xml"),
    )

    due = frontier.pending(store, "kabar", "next", T0, 10)
    load(store, outcome("Isi."))

    assert [link.url for link in due] == [URL]
    assert rows(store, "SELECT url, state FROM ops.frontier ORDER BY url") == [
        ("http://kabar.test/?p=1", "duplicate"),
        (URL, "loaded"),
    ]


def test_what_was_announced_comes_with_the_link(store):
    load(store, announced(URL, 2))

    assert frontier.pending(store, "kabar", "next", T0, 10)[0] == Link(
        url=URL,
        source_id="kabar",
        discovered_by="http://kabar.test/feed/",
        title="T",
        modified_at=T0.replace(hour=2),
    )


def test_the_time_of_a_feed_goes_before_the_day_of_a_listing_page(store):
    listing = {"feed": "http://kabar.test/arsip", "kind": "index"}
    load(store, announced(URL, published_at=T0.replace(hour=0), **listing))
    load(store, announced(URL, published_at=T0, feed="http://kabar.test/umpan", hour=1))

    (link,) = frontier.pending(store, "kabar", "next", T0, 10)

    assert link.published_at == T0


def test_an_address_the_source_does_not_know_is_skipped_with_its_reason(store):
    load(store, announced("http://kabar.test/video/9", skip=Reason.NOT_MATCHED))

    assert rows(store, "SELECT state, reason FROM ops.frontier") == [("skipped", "not_matched")]
    assert frontier.pending(store, "kabar", "next", T0, 10) == []


def test_a_failed_address_waits_longer_each_time(store):
    waits = []
    for hour in range(9):
        load(store, failed(Reason.TIMEOUT, "deferred", hour))
        waits += rows(
            store,
            "SELECT (epoch(next_attempt_at) - epoch(max(fetched_at))) // 60 FROM ops.frontier, raw.fetches GROUP BY next_attempt_at",
        )

    day = 24 * 60
    assert waits == [(n,) for n in (15, 30, 60, 120, 240, 480, 960, day, day)]
    assert rows(store, "SELECT outcome, reason, http_status FROM raw.fetches LIMIT 1") == [
        ("failed", "timeout", None)
    ]


@pytest.mark.parametrize("status", [404, 410, 200])  # 200 from the front page
@pytest.mark.parametrize("read_at", [URL, f"{URL}?from=feed"])
def test_an_article_is_gone_after_it_was_missing_on_two_days(store, status, read_at):
    """Whatever address it led to while it stood."""
    load(store, led_on(outcome("Isi."), to=read_at))
    load(
        store,
        failed(Reason.NOT_FOUND, "gone", 1, status),
        failed(Reason.NOT_FOUND, "gone", 2, status),
    )
    same_day = rows(store, "SELECT status FROM core.articles")

    load(store, failed(Reason.NOT_FOUND, "gone", 30, status))

    assert same_day == [("live",)]
    assert rows(store, "SELECT status FROM core.articles") == [("gone",)]
    load(store, led_on(outcome("Isi.", hour=60), to=read_at))
    assert rows(store, "SELECT status FROM core.articles") == [("live",)]


def test_a_page_that_is_missing_is_looked_at_once_more_and_then_no_more(store):
    load(store, outcome("Isi."))
    found = []
    for hour in (1, 30):
        again = T0 + timedelta(hours=hour + 24)
        load(store, replace(failed(Reason.NOT_FOUND, "gone", hour, 404), retry_at=again))
        found += rows(store, "SELECT state, next_attempt_at FROM ops.frontier")

    assert found == [("gone", (T0 + timedelta(hours=25)).replace(tzinfo=None)), ("gone", None)]


def led_on(page, *, to):
    return replace(page, article=replace(page.article, url=to))


def test_a_quarantined_page_keeps_its_reason_until_it_loads(store):
    bad = Outcome(
        link=Link(url=URL, source_id="kabar"),
        run_id="run",
        state="quarantined",
        stage="parse",
        reason=Reason.NO_CONTENT,
        records=outcome("x").records,
    )
    load(store, bad)
    unchanged = outcome("", hour=1, same_as=bad.last.fetch_id)
    load(store, unchanged)
    still = rows(
        store,
        "SELECT f.state, f.reason, q.resolution FROM ops.frontier f JOIN ops.quarantine q USING (url)",
    )

    load(store, outcome("Isi.", hour=2))

    assert still == [("quarantined", "no_content", None)]
    assert rows(
        store, "SELECT f.state, q.resolution FROM ops.frontier f JOIN ops.quarantine q USING (url)"
    ) == [("loaded", "loaded")]
