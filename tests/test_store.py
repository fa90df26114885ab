import random
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.builders import T0, URL, VERSIONS, article, outcome, response, rows

from parsers.article import Link, Person, Removed
from parsers.kinds import Reason
from parsers.source import from_data
from warehouse.archive.archive import Record, RecordLocation
from warehouse.write import frontier, runs
from warehouse.write.database import Database, DatabaseBusy
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Announced, Outcome

TABLES = (
    "core.sources",
    "core.articles",
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
SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}


def tables(store: Database) -> dict[str, list[str]]:
    with store.write_connection() as con:
        return {name: sorted(map(str, con.execute(f"FROM {name}").fetchall())) for name in TABLES}


def load(store, *outcomes):
    load_outcomes(store, outcomes, SOURCES, VERSIONS)


def story(body, hour, **said):
    """A page whose byline, tags and removed spans follow its text, so that a mix-up would show."""
    return outcome(
        body,
        hour=hour,
        headline=f"H {body}",
        authors=(Person(name=f"Penulis {body}"),),
        tags=("umum", f"tag {body}"),
        removed=(Removed(kind="end_mark", start=0, end=1, text=body[:1]),),
        **said,
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


def test_an_edited_article_becomes_a_new_version(store):
    load(store, outcome("Dua orang.", hour=0))

    load(store, outcome("Tiga orang.", hour=1))

    assert rows(store, "SELECT version_no, body_text FROM core.article_versions ORDER BY 1") == [
        (1, "Dua orang."),
        (2, "Tiga orang."),
    ]
    assert rows(store, "SELECT n_versions, body_text FROM mart.articles") == [(2, "Tiga orang.")]


def test_the_same_input_twice_changes_nothing(store):
    batch = [story("satu", 0), story("dua", 1)]
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
    load(store, story("satu", 0), story("dua", 1), story("satu", 2))

    assert rows(store, "SELECT n_versions, headline, authors FROM mart.articles") == [
        (2, "H satu", ["Penulis satu"])
    ]


def life():
    """Two stories: one edited, the edit taken back, then gone; one that says little."""
    return [
        story("satu", 0),
        outcome("", hour=2, same_as=story("satu", 0).last.fetch_id),
        story("dua", 3),
        story("satu", 4),
        outcome("", hour=5, same_as=story("satu", 4).last.fetch_id),
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
def straight(tmp_path_factory):
    store = Database(tmp_path_factory.mktemp("straight"))
    load(store, *life())
    return tables(store)


@pytest.mark.slow
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9))
def test_any_order_and_batching_gives_the_same_tables_and_so_does_all_of_it_again(
    tmp_path_factory, straight, seed
):
    mixed, chance, pages = Database(tmp_path_factory.mktemp("mixed")), random.Random(seed), life()
    chance.shuffle(pages)
    cuts = [0, *sorted(chance.sample(range(1, len(pages)), chance.randint(0, 3))), len(pages)]
    for first, last in pairwise(cuts):
        load(mixed, *pages[first:last])
    once = tables(mixed)
    load(mixed, *pages)

    assert once == tables(mixed) == straight
    assert rows(mixed, "SELECT status FROM core.articles WHERE article_id = 'a1'") == [("gone",)]
    assert rows(mixed, "SELECT kinds, version_no FROM mart.edits") == [(["headline", "stealth"], 2)]


def test_a_new_parse_of_the_same_fetches_replaces_the_whole_chain(store):
    load(store, story("satu", 0), story("dua", 1))

    load(
        store,
        *(
            o.__class__(
                **{f: getattr(o, f) for f in o.__slots__}
                | {"article": article(f"{o.article.body_text}!")}
            )
            for o in (story("satu", 0), story("dua", 1))
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


def test_a_page_that_is_read_again_later_is_not_what_its_address_is_now(store):
    load(store, announced(URL, 2), outcome("Isi."))
    load(store, failed(Reason.NOT_FOUND, "gone", 1, 404))
    two = outcome("Dua.", url="http://kabar.test/read/2/", article_id="a2")
    load(store, announced("http://kabar.test/read/2/", 2, article_id="a2"), two)
    load(store, announced("http://kabar.test/read/2/", 5, article_id="a2", hour=2))

    load(store, outcome("Isi."), two)

    assert rows(store, "SELECT state FROM ops.frontier ORDER BY url") == [("gone",), ("pending",)]


def test_a_page_put_aside_and_unchanged_since_loads_under_a_better_parser(store):
    refused = Outcome(
        link=Link(url=URL, source_id="kabar"),
        run_id="run",
        state="quarantined",
        stage="parse",
        reason=Reason.NO_CONTENT,
        records=outcome("Isi.").records,
    )
    load(store, refused)
    again = outcome("", hour=1, same_as=refused.last.fetch_id)
    load(store, again)

    load(store, outcome("Isi."))

    assert rows(
        store,
        "SELECT f.state, q.resolution, f.last_fetch_id FROM ops.frontier f JOIN ops.quarantine q USING (url)",
    ) == [("loaded", "loaded", again.last.fetch_id)]


def test_what_is_said_of_a_link_does_not_depend_on_who_said_it_first(store, tmp_path):
    feed = announced(URL, title="Dari umpan")
    feed = replace(
        feed,
        announced=(
            replace(feed.announced[0], link=replace(feed.announced[0].link, published_at=T0)),
        ),
    )
    sitemap = announced(URL, 2, feed="http://kabar.test/sitemap.xml", title=None)
    other = Database(tmp_path / "other")
    other.home.mkdir()

    load(store, feed, sitemap)
    load(other, sitemap)
    load(other, feed)

    assert frontier.pending(store, "kabar", "next", T0, 10) == frontier.pending(
        other, "kabar", "next", T0, 10
    )
    assert frontier.pending(store, "kabar", "next", T0, 10)[0].published_at == T0


def test_every_column_of_the_warehouse_says_what_it_means(store):
    assert (
        rows(
            store,
            "SELECT schema_name, table_name, column_name FROM mart.data_dictionary WHERE comment IS NULL",
        )
        == []
    )
    assert rows(store, "SELECT count(*) > 150 FROM mart.data_dictionary") == [(True,)]


def test_a_program_that_has_the_warehouse_open_is_named(store, monkeypatch):
    load(store, outcome("Isi."))
    monkeypatch.setattr("warehouse.write.database.READER_PATIENCE_SECONDS", 0.3)
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(f"""
        import duckdb, time
        con = duckdb.connect({str(store.path)!r}, read_only=True)
        print("open", flush=True)
        time.sleep(30)"""),
        ],
        stdout=subprocess.PIPE,
    )
    assert held.stdout.readline() == b"open\n"
    try:
        with pytest.raises(DatabaseBusy, match=rf"PID {held.pid}.*kliping.duckdb"):
            load(store, outcome("Isi.", hour=1))
    finally:
        held.kill()
        held.wait()


def test_the_published_copy_is_replaced_under_an_open_reader(store):
    load(store, outcome("Isi."))
    store.publish()
    reader = duckdb.connect(store.published, read_only=True)
    load(store, outcome("Baru.", hour=1))
    store.publish()

    assert reader.sql("SELECT body_text FROM mart.articles").fetchall() == [("Isi.",)]
    reader.close()
    time.sleep(0)
    assert duckdb.connect(store.published, read_only=True).sql(
        "SELECT body_text FROM mart.articles"
    ).fetchall() == [("Baru.",)]


def test_rows_of_one_batch_may_say_different_things(store):
    """A failure without an answer comes first: the others keep their place in the archive, and it keeps its reason."""
    load(
        store,
        failed(Reason.TIMEOUT, "deferred"),
        outcome("Isi.", hour=1, url="http://kabar.test/read/2/", article_id="a2"),
    )
    load(
        store,
        outcome("Isi.", hour=2, url="http://kabar.test/read/3/", article_id="a3"),
        failed(Reason.TIMEOUT, "deferred", 3),
    )

    found = rows(store, "SELECT outcome, reason, warc_file FROM raw.fetches ORDER BY fetched_at")
    assert found == [
        ("failed", "timeout", None),
        ("ok", None, "f.warc.gz"),
        ("ok", None, "f.warc.gz"),
        ("failed", "timeout", None),
    ]


def polled(day, dates, feed="http://kabar.test/feed/"):
    """A look at a feed whose entries were published on these days of October."""
    when = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day)
    channel = Link(url=feed, source_id="kabar", kind="feed")
    answer = replace(response(f"feed {day} {dates}", url=feed), fetched_at=when)
    entries = (
        Link(
            url=f"http://kabar.test/read/{d}",
            source_id="kabar",
            discovered_by=feed,
            published_at=datetime(2026, 10, d, tzinfo=UTC),
        )
        for d in dates
    )
    return Outcome(
        link=channel,
        run_id=f"run {day}",
        state="loaded",
        records=(
            Record(
                link=channel,
                response=answer,
                run_id=f"run {day}",
                location=RecordLocation(file="f", offset=day, length=1),
            ),
        ),
        announced=tuple(Announced(link=link, article_id=link.url) for link in entries),
    )


def test_a_feed_that_falls_silent_or_shrinks_is_told_of(store):
    for day in range(5):
        load(store, polled(day, range(21, 31)))
    load(store, polled(20, range(21, 31)))
    load(store, polled(21, range(28, 31)))

    said = [[row["note"] for row in runs.notes(store, f"run {day}")] for day in (4, 20, 21)]
    assert said[0] == []
    assert said[1] == ["stale: nothing new since 2026-10-30 00:00 UTC, usually every 1440 minutes"]
    assert said[2][0].endswith("; shrunk: 3 entries, usually 10")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_same_words_at_another_address_are_a_duplicate_whichever_came_first(store, order):
    """Of two stories with one text the earlier published one leads."""
    pair = [
        story(
            "Sama.",
            hour=1,
            url="http://kabar.test/read/1/",
            article_id="a1",
            date_published=T0.replace(hour=5),
        ),
        story(
            "Sama.",
            hour=2,
            url="http://kabar.test/read/2/",
            article_id="a2",
            date_published=T0.replace(hour=4),
        ),
    ]
    load(store, story("Lain.", hour=0, url="http://kabar.test/read/3/", article_id="a3"))
    for n in order:
        load(store, pair[n])

    found = rows(store, "SELECT url, state, detail FROM ops.frontier ORDER BY url")
    assert found[:2] == [
        ("http://kabar.test/read/1/", "duplicate", "http://kabar.test/read/2/"),
        ("http://kabar.test/read/2/", "loaded", None),
    ]
    assert found[2][1] == "loaded"
    assert rows(store, "SELECT count(*) FROM core.articles") == [(3,)]


def test_the_same_words_at_another_outlet_are_no_duplicate(store):
    other = {"lain": from_data({"name": "lain", "title": "Lain", "home": "http://lain.test/"})}
    load_outcomes(
        store,
        [
            story("Sama.", hour=1),
            story("Sama.", hour=2, url="http://lain.test/1", article_id="a2", source_id="lain"),
        ],
        SOURCES | other,
        VERSIONS,
    )

    assert rows(store, "SELECT state FROM ops.frontier") == [("loaded",), ("loaded",)]
