"""What completeness is counted from is kept by article and by day: a run counts what changed, and gets what counting everything gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.builders import T0, response, rows
from support.steps import count_again, estimate_unseen
from support.stored_outcomes import SOURCES, announced, load, new_article

from parsers.article import Link
from parsers.kinds import LinkKind, Reason
from warehouse.archive.archive import Record, RecordLocation
from warehouse.write import backfill_days, quarantine, query_selection
from warehouse.write.outcome import Outcome

FEED, LIST = "http://kabar.test/feed/", "http://kabar.test/indeks/"
TABLES = ("core.announced_articles", "core.read_days", "core.completeness")


def address(n):
    return f"http://kabar.test/nasional/{n}/"


def channel(numbers, hour, *, feed=FEED, kind="feed"):
    """What a channel announces at that hour: articles by their number, each of the day with it."""
    one = announced(address(0), feed=feed, kind=kind, hour=hour)
    [first] = one.announced
    links = tuple(
        replace(
            first,
            article_id=f"a{n}",
            link=replace(first.link, url=address(n), published_at=T0 + timedelta(days=n)),
            day=(T0 + timedelta(days=n)).date(),
        )
        for n in numbers
    )
    return replace(one, announced=links)


def page(n, hour, body=None, **fields):
    return new_article(body or f"isi {n}", hour, url=address(n), article_id=f"a{n}", **fields)


def ended(n, hour, state, reason, **fields):
    """A page that became no article."""
    link = Link(url=address(n), source_id="kabar", **fields)
    got = response("tidak ada", hour=hour, url=address(n), status=404)
    place = RecordLocation(file="f", offset=hour, length=1)
    records = (Record(link=link, response=got, run_id="run", location=place),)
    return Outcome(link=link, run_id="run", state=state, reason=reason, records=records, article_id=f"a{n}")  # fmt: skip


def forgotten(n, hour):
    erased = ended(n, hour, "skipped", Reason.FORGOTTEN, kind=LinkKind.TOMBSTONE)
    [record] = erased.records
    body = replace(record.response, body=f"a{n}".encode())
    return replace(erased, records=(replace(record, response=body),))


def tables(store):
    return {name: rows(store, f"FROM {name} ORDER BY ALL") for name in TABLES}


LATER = datetime(2026, 11, 20, 3, tzinfo=UTC)
MANY = [
    *(channel(range(day, day + 3), 24 * day) for day in range(9)),
    channel([2, 5, 30], 24 * 3, feed=LIST, kind="index"),
    channel([2, 6], 24 * 19, feed="http://kabar.test/sitemap.xml", kind="sitemap"),
    channel([1, 40], 24 * 20, feed=FEED, kind="index"),  # as a source file calls it later
    page(1, 30),
    page(2, 50, date_published=LATER),
    page(2, 60, "isi 2, diperbarui", date_published=LATER - timedelta(days=9)),
    page(3, 80, "isi 1"),  # a duplicate
    ended(4, 100, "gone", Reason.NOT_FOUND),
    ended(4, 130, "gone", Reason.NOT_FOUND),
    ended(5, 140, "quarantined", Reason.NO_CONTENT),
    page(6, 150),
    forgotten(6, 200),
]


@pytest.fixture(scope="module")
def at_once(new_store):
    store = new_store()
    load(store, *MANY)
    estimate_unseen(store)
    return tables(store)


@pytest.mark.long
@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(order=st.permutations(range(len(MANY))), cuts=st.sets(st.integers(1, len(MANY) - 1), max_size=5))  # fmt: skip
def test_any_order_and_batching_gives_the_same_counts_as_counting_everything(
    order, cuts, at_once, new_store
):
    store = new_store()
    for first, last in pairwise([0, *sorted(cuts), len(MANY)]):
        load(store, *(MANY[n] for n in order[first:last]))
        estimate_unseen(store)
    found = tables(store)
    count_again(store)

    assert found == tables(store) == at_once


def test_batches_give_what_counting_everything_gives(store, at_once):
    for n in range(0, len(MANY), 4):
        load(store, *MANY[n : n + 4])
        estimate_unseen(store)

    assert tables(store) == at_once
    assert {row[-1] for row in at_once["core.announced_articles"]} == {
        None, "pending", "not_found", "no_content", "forgotten",
    }  # fmt: skip


def test_a_feed_that_misses_nothing_after_a_pause_has_read_the_weeks_between(store):
    load(store, channel([1, 2], 0))
    load(store, page(2, 10, date_published=T0 + timedelta(days=10)))
    estimate_unseen(store)
    load(store, channel([2, 3], 24 * 24))
    estimate_unseen(store)
    found = tables(store)
    count_again(store)

    assert found == tables(store)
    assert len(found["core.read_days"]) == 25


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (
            page(3, 80, "sama"),
            page(1, 30, "sama"),
        ),  # the first becomes a duplicate of an earlier one
        # its week was not over, and now has days on which nothing was read
        (
            channel([1], 0, feed=LIST, kind="index"),
            channel([20], 24 * 20, feed=LIST, kind="index"),
        ),
    ],
    ids=["duplicate", "week_over"],
)
def test_a_load_counts_again_what_it_changes_elsewhere(first, then, store):
    load(store, first)
    estimate_unseen(store)
    load(store, then)
    estimate_unseen(store)
    found = tables(store)
    count_again(store)

    assert found == tables(store)


@pytest.mark.parametrize(
    "change",
    [
        lambda store: backfill_days.date_undated(store, [address(7)], date(2026, 12, 24)),
        lambda store: backfill_days.close(store, SOURCES["kabar"], {date(2026, 11, 4): "done"}, T0),
        lambda store: query_selection.leave_out(store, [article_of(8)], "banjir"),
        lambda store: query_selection.reopen(store, "kabar", (date(2026, 10, 1), date(2026, 12, 1))),
        lambda store: quarantine.refetch(store, quarantined(store), T0),
    ],
    ids=["date_undated", "close", "leave_out", "reopen", "refetch"],
)  # fmt: skip
def test_what_changes_an_address_beside_a_load_is_counted_again(change, store):
    undated = announced(address(7), article_id="a7", hour=1)
    load(store, undated, channel([5, 8, 9], 2), ended(5, 140, "quarantined", Reason.NO_CONTENT))
    query_selection.leave_out(store, [article_of(9)], "banjir")
    estimate_unseen(store)
    before = tables(store)
    change(store)
    estimate_unseen(store)
    after = tables(store)
    count_again(store)

    assert before != after == tables(store)


def article_of(n):
    return query_selection.AnnouncedArticle(article=f"a{n}", urls=(address(n),), titles=())


def quarantined(store):
    return [row["quarantine_id"] for row in quarantine.pages(store)]


def test_an_article_that_has_not_changed_is_not_written_again(store):
    load(store, channel([1, 2, 3], 1), page(2, 5, date_published=T0 + timedelta(days=2)))
    estimate_unseen(store)
    before = rows(store, "SELECT rowid, * FROM core.announced_articles ORDER BY ALL")
    load(store, channel([1, 2, 3], 2), page(3, 6, date_published=T0 + timedelta(days=3)))
    n_weeks = estimate_unseen(store)
    after = rows(store, "SELECT rowid, * FROM core.announced_articles ORDER BY ALL")

    assert n_weeks == 1
    assert {row[2] for row in {*before} & {*after}} == {"a1", "a2"}
    assert rows(store, "FROM ops.uncounted") == []
