"""What the store does with quarantined, contradicting and duplicate pages, and with its published copy."""

import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from support.builders import T0, URL, VERSIONS, outcome, response, rows
from support.stored_outcomes import SOURCES, announced, failed, load, new_article

from parsers.article import Link
from parsers.facts import Figure, Structure
from parsers.kinds import Reason
from parsers.source import from_data
from warehouse.archive.archive import Record, RecordLocation
from warehouse.write import frontier, runs
from warehouse.write.database import Database, DatabaseBusy
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Announced, Outcome


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

    notes = [[row["note"] for row in runs.notes(store, f"run {day}")] for day in (4, 20, 21)]
    assert notes[0] == []
    assert notes[1] == ["stale: nothing new since 2026-10-30 00:00 UTC, usually every 1440 minutes"]
    assert notes[2][0].endswith("; shrunk: 3 entries, usually 10")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_same_words_at_another_address_are_a_duplicate_whichever_came_first(store, order):
    """Of two articles with one text the earlier published one leads."""
    pair = [
        new_article(
            "Sama.",
            hour=1,
            url="http://kabar.test/read/1/",
            article_id="a1",
            date_published=T0.replace(hour=5),
        ),
        new_article(
            "Sama.",
            hour=2,
            url="http://kabar.test/read/2/",
            article_id="a2",
            date_published=T0.replace(hour=4),
        ),
    ]
    load(store, new_article("Lain.", hour=0, url="http://kabar.test/read/3/", article_id="a3"))
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
            new_article("Sama.", hour=1),
            new_article(
                "Sama.", hour=2, url="http://lain.test/1", article_id="a2", source_id="lain"
            ),
        ],
        SOURCES | other,
        VERSIONS,
    )

    assert rows(store, "SELECT state FROM ops.frontier") == [("loaded",), ("loaded",)]


def test_a_fact_that_is_not_the_text_at_its_position_puts_its_page_in_quarantine(store):
    figure = Figure(
        figure_no=1, paragraph_no=1, text="Isi", value=Decimal(1), comparator="=",
        char_start=1, char_end=4, rule_id="figure.count",
    )  # fmt: skip
    wrong = outcome("Isi.", structure=Structure(figures=(figure,)))
    good = outcome("Isi.", url="http://kabar.test/read/2/", article_id="a2")
    load_outcomes(store, [wrong, good], SOURCES, VERSIONS)

    states = rows(store, "SELECT state, reason FROM ops.frontier ORDER BY state")
    assert states == [("loaded", None), ("quarantined", "load_error")]


def test_numbers_are_loaded_exactly_whatever_their_size(store):
    values = [Decimal(n) for n in ("0", "-7", "1E+6", "2.7500", "0.0001", "9007199254740993")]
    values += [Decimal(2**63), Decimal("12345678901234567890.1234")]
    figures = tuple(
        Figure(
            figure_no=n,
            paragraph_no=1,
            text="Isi",
            value=value,
            comparator="=",
            char_start=0,
            char_end=3,
            rule_id="figure.count",
        )
        for n, value in enumerate(values, 1)
    )
    load(store, outcome("Isi.", structure=Structure(figures=figures)))

    assert rows(store, "SELECT value FROM core.figures ORDER BY figure_no") == [
        (value,) for value in values
    ]


@pytest.mark.parametrize("n_more", [0, 1])
def test_the_small_row_groups_of_loads_are_merged_when_they_are_published(store, n_more):
    for n in range(5):
        load(store, outcome("Isi.", url=f"http://kabar.test/read/{n}/", article_id=f"a{n}"))
    n_groups = "SELECT count(DISTINCT row_group_id) FROM pragma_storage_info('core.articles')"
    assert rows(store, n_groups) == [(5,)]

    with store.kept_open():
        for n in range(n_more):  # in the same opening as the publish
            load(store, outcome("Isi.", url=f"http://kabar.test/new/{n}/", article_id=f"b{n}"))
        path = store.publish()

    with duckdb.connect(path, read_only=True) as con:
        assert con.sql(n_groups).fetchall() == [(1,)]


def test_readings_of_a_feed_count_alike_in_one_load_and_in_several(store, tmp_path):
    """A rebuild may load the readings of many runs together."""
    other = "http://kabar.test/read/2/"
    readings = [announced(URL, 3, hour=1), announced(URL, 2, hour=2), announced(other, hour=3)]
    one_by_one = Database(tmp_path / "several")
    for reading in readings:
        load(one_by_one, reading)

    load(store, *readings)

    checks = "SELECT checked_at, n_new, is_gap, note FROM ops.feed_checks ORDER BY checked_at"
    entries = "SELECT url, first_seen_at, last_seen_at, modified_at FROM raw.feed_entries ORDER BY url"  # fmt: skip
    assert [(n_new, is_gap) for _, n_new, is_gap, _ in rows(store, checks)] == [(1, False), (0, False), (1, True)]  # fmt: skip
    assert rows(store, checks) == rows(one_by_one, checks)
    assert rows(store, entries) == rows(one_by_one, entries)
