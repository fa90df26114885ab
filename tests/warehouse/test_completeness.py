"""How complete each outlet's week is: what is counted, what is estimated, and where the estimate is printed."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest
from lxml import html as dom
from support.builders import rows
from support.command_line import kliping
from support.overview_page import overview_page
from support.steps import count_again, estimate_unseen, find_copies
from support.stored_outcomes import announced, load, new_article

from kliping.reading.attention import attention
from kliping.reading.completeness import WeekEstimates, missed_by_outlet, missed_estimate
from kliping.reading.export import export
from kliping.reading.labels import Language
from kliping.reading.periods import Period
from kliping.reading.questions import ask, is_count, questions
from warehouse.read.published import Reader

WIB = timedelta(hours=7)
MONDAY = datetime(2026, 11, 2, tzinfo=UTC) - WIB
CHANNELS = {
    "feed": "http://kabar.test/feed/",
    "sitemap": "http://kabar.test/sitemap.xml",
    "index": "http://kabar.test/indeks/",
}
EVERY_HOUR = range(168)
ROW = "SELECT n_announced, n_loaded, n_feed, n_sitemap, n_listing, state, reason FROM mart.completeness"


def channel(kind, numbers, *, hour=48):
    """One reading of a channel, which announces an article of each of these hours of the week."""
    links = []
    for n in numbers:
        moment = MONDAY + timedelta(hours=n)
        one = announced(
            f"http://kabar.test/nasional/{n}/",
            article_id=f"a{n}",
            feed=CHANNELS[kind],
            kind=kind,
            hour=hour,
            published_at=moment,
        )
        links.append(replace(one.announced[0], day=(moment + WIB).date()))
    return replace(one, announced=tuple(links))


def drawn(seed, rate):
    dice = random.Random(seed)
    return [n for n in EVERY_HOUR if dice.random() < rate]


def load_three_channels(store):
    """Of 168 articles, and which of them no channel has."""
    channels = {
        kind: drawn(kind, rate) for kind, rate in zip(CHANNELS, (0.7, 0.6, 0.5), strict=True)
    }
    for kind, numbers in channels.items():
        load(store, *(channel(kind, numbers, hour=24 * day) for day in range(1, 8)))
    return {*EVERY_HOUR}.difference(*channels.values())


def test_an_article_knows_all_channels_that_announced_it(store):
    load(store, channel("feed", [1, 2]))
    load(store, channel("sitemap", [2, 3]), channel("index", [3]))
    estimate_unseen(store)

    assert rows(
        store,
        "SELECT article, in_feed, in_sitemap, in_listing FROM mart.announced_articles ORDER BY article",
    ) == [
        ("a1", True, False, False),
        ("a2", True, True, False),
        ("a3", False, True, True),
    ]


def test_each_channel_has_the_days_on_which_it_was_read(store):
    load(store, channel("feed", [1], hour=1), channel("feed", [1], hour=2))
    load(store, channel("feed", [1], hour=25), channel("sitemap", [1], hour=1))

    assert rows(
        store, "SELECT kind, day, n_reads, n_answers FROM mart.channel_days ORDER BY ALL"
    ) == [
        ("feed", date(2026, 11, 1), 2, 2),
        ("feed", date(2026, 11, 2), 1, 1),
        ("sitemap", date(2026, 11, 1), 1, 1),
    ]


def test_a_week_counts_what_was_announced_loaded_and_lost(store):
    load(store, channel("feed", [1, 2, 3]), channel("sitemap", [2, 3, 4]))
    load(store, new_article("isi", 30, url="http://kabar.test/nasional/2/", article_id="a2"))
    with store.write_connection() as con:
        con.execute(
            "UPDATE ops.frontier SET state = 'gone', reason = 'not_found' WHERE article_id = 'a3'"
        )
    count_again(store)

    weeks = rows(
        store, "SELECT week, n_announced, n_loaded, lost FROM mart.completeness ORDER BY ALL"
    )
    assert sum(row[1] for row in weeks) == 4
    assert sum(row[2] for row in weeks) == 1
    assert {"pending": 2, "not_found": 1} in [row[3] for row in weeks]


def test_addresses_that_are_no_articles_of_the_outlet_do_not_count(store):
    load(store, channel("feed", [1, 2, 3]))
    with store.write_connection() as con:
        con.execute("UPDATE ops.frontier SET reason = 'not_article' WHERE article_id = 'a1'")
        con.execute("UPDATE ops.frontier SET reason = 'other_outlet' WHERE article_id = 'a2'")
    count_again(store)

    assert rows(store, "SELECT n_announced FROM mart.completeness") == [(1,)]


def test_three_channels_give_an_interval_that_has_the_truth(store):
    unseen = load_three_channels(store)
    estimate_unseen(store)

    [(low, high, state, n)] = rows(
        store, "SELECT unseen_low, unseen_high, state, n_announced FROM mart.completeness"
    )
    assert (state, n) == ("estimated", 168 - len(unseen))
    assert low <= len(unseen) <= high


def test_days_on_which_nothing_was_read_leave_a_bound(store):
    load_three_channels(store)
    with store.write_connection() as con:
        con.execute("DELETE FROM ops.frontier WHERE story_day IN ('2026-11-04', '2026-11-05')")
        con.execute(
            "DELETE FROM raw.fetches WHERE mart.wib_date(fetched_at) IN ('2026-11-04', '2026-11-05')"
        )
        con.execute("UPDATE raw.fetches SET fetched_at = fetched_at + INTERVAL 30 DAY")
        con.execute("DELETE FROM ops.feed_checks")
    count_again(store)

    [(n_days, state, reason, high)] = rows(
        store, "SELECT n_unread_days, state, reason, unseen_high FROM mart.completeness"
    )
    assert (n_days, state, high) == (2, "bound", None)
    assert reason == "no channel was read on 2 of the days"


def test_a_silent_day_that_a_backfill_looked_through_was_read(store):
    """The outlet published nothing on a Sunday, and no run took place."""
    load_three_channels(store)
    with store.write_connection() as con:
        con.execute("DELETE FROM ops.frontier WHERE story_day = '2026-11-08'")
        con.execute("UPDATE raw.fetches SET fetched_at = fetched_at + INTERVAL 30 DAY")
        con.execute("DELETE FROM ops.feed_checks")
    count_again(store)
    unread = rows(store, "SELECT n_unread_days FROM mart.completeness")
    with store.write_connection() as con:
        con.execute(
            "INSERT INTO ops.backfill_days BY NAME SELECT 'kabar' AS source_id, DATE '2026-11-08' AS day,"
            " 'done' AS state, 0 AS n_found, 0 AS n_loaded, now() AS updated_at"
        )
    count_again(store)

    assert rows(store, "SELECT n_unread_days, state FROM mart.completeness") == [(0, "estimated")]
    assert unread == [(1,)]


def load_small_weeks(store, n_weeks, *, rates=(0.8, 0.7, 0.7)):
    """Eight articles a day; the number that no channel has."""
    moments = range(0, 168 * n_weeks, 3)
    channels = {}
    for kind, rate in zip(CHANNELS, rates, strict=True):
        dice = random.Random(kind)
        channels[kind] = [n for n in moments if dice.random() < rate]
        load(
            store, *(channel(kind, channels[kind], hour=24 * day) for day in range(1, 7 * n_weeks))
        )
    return len({*moments}.difference(*channels.values()))


def test_weeks_of_a_small_outlet_are_estimated_together(store):
    """From 2 November on: the first of the four weeks by the calendar is another one, so that twelve are needed or the rest."""
    n_unseen = load_small_weeks(store, 12)
    estimate_unseen(store)

    weeks = rows(
        store,
        "SELECT state, reason, unseen, unseen_sd, unseen_low, unseen_high FROM mart.completeness",
    )
    together = [row for row in weeks if row[0] == "estimated"]
    n = sum(row[2] for row in together)
    sd = sum(row[3] ** 2 for row in together) ** 0.5
    assert len(weeks) == 12
    assert len(together) >= 8
    assert all("weeks together" in row[1] for row in together)
    assert all(row[4] < row[2] < row[5] for row in together)
    assert abs(n - n_unseen * len(together) / 12) < 2.5 * sd


def test_one_small_week_alone_says_what_would_be_needed(store):
    load_small_weeks(store, 1)
    estimate_unseen(store)

    [(state, reason, high)] = rows(
        store, "SELECT state, reason, unseen_high FROM mart.completeness"
    )
    assert (state, high) != ("estimated", None)
    assert "are needed" in reason


def test_only_weeks_that_changed_are_estimated_again(store):
    load(store, channel("feed", EVERY_HOUR), channel("sitemap", range(168, 336)))

    assert estimate_unseen(store) == 2
    assert estimate_unseen(store) == 0

    load(store, channel("sitemap", [7]))

    assert estimate_unseen(store) == 2  # the other week is one of the same twelve
    assert rows(store, f"{ROW} ORDER BY week LIMIT 1")[0][:4] == (168, 0, 168, 1)


@pytest.mark.parametrize(("n_articles", "n_weeks"), [(1, 2), (2000, 1)])
def test_a_week_of_another_quarter_is_estimated_again_for_a_small_outlet_only(
    store, n_articles, n_weeks
):
    load(store, channel("feed", [-300, *(n % 168 + n / 10_000 for n in range(n_articles))]))
    estimate_unseen(store)

    load(store, channel("sitemap", [-300]))

    assert estimate_unseen(store) == n_weeks


def test_the_order_of_loads_changes_nothing(store, tmp_path, empty_warehouse):
    kinds = [*CHANNELS]
    other = type(store)(tmp_path / "other")
    other.path.parent.mkdir()
    shutil.copy(empty_warehouse, other.path)
    for db, order in ((store, kinds), (other, kinds[::-1])):
        for kind in order:
            load(db, channel(kind, drawn(kind, 0.6)))
            estimate_unseen(db)

    everything = "FROM core.completeness ORDER BY ALL"
    assert rows(store, everything) == rows(other, everything)


def test_a_week_of_which_nothing_is_known_any_more_has_no_row(store):
    load(store, channel("feed", [1]))
    estimate_unseen(store)
    with store.write_connection() as con:
        con.execute("DELETE FROM ops.frontier")
    count_again(store)

    assert rows(store, ROW) == []


@pytest.fixture(scope="module")
def published_home(new_store):
    """Two weeks: one with three channels, one with the feed alone. To be read."""
    store = new_store()
    load_three_channels(store)
    load(store, channel("feed", [200, 201]))
    load(store, new_article("isi", 30, url="http://kabar.test/nasional/2/", article_id="a2"))
    find_copies(store)
    estimate_unseen(store)
    store.publish()
    return store.home


def test_estimates_of_weeks_add_up(published_home):
    with Reader(published_home) as reader:
        whole = missed_estimate(reader)
        week = missed_estimate(
            reader, since=date(2026, 11, 5), until=date(2026, 11, 6), source="Kabar"
        )
        none = missed_estimate(reader, since=date(2027, 1, 1))
        monday = missed_estimate(reader, since=date(2026, 11, 9))
        sunday = missed_estimate(reader, until=date(2026, 11, 8))
        by_outlet = missed_by_outlet(reader)

    assert by_outlet == {"Kabar": whole}
    assert whole.text == f"at least {week.low}"
    assert week.text == f"{week.n} [{week.low}–{week.high}]"
    assert week.line == f"estimated unseen {week.text}"
    assert none.line == "estimated unseen: cannot tell"
    assert (monday.text, monday.reason) == (none.text, "only the feed announced any")
    assert none.reason == "no channel announced any"
    assert sunday == week


def test_two_channels_give_a_bound_only(store):
    load(store, *(channel("feed", drawn("a", 0.7), hour=24 * day) for day in range(1, 8)))
    load(store, channel("sitemap", drawn("b", 0.6)))
    estimate_unseen(store)

    with store.write_connection() as con:
        missed = missed_estimate(Reader.over(con))

    assert missed.text == f"at least {missed.low}"
    assert missed.high is None


def test_attention_has_the_estimate_of_each_period(published_home):
    with Reader(published_home) as reader:
        rows = attention(reader, "nothing", by=Period.WEEK)
        months = attention(reader, "nothing", by=Period.MONTH, per_source=True)
        for row in rows:
            expected = missed_estimate(
                reader, since=row["begins"], until=Period.WEEK.last_day(row["begins"])
            )
            assert row["unseen"] == expected.text
        november = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}
        month = missed_estimate(reader, source="Kabar", **november).text

    assert {row["unseen"] for row in rows} != {"cannot tell"}
    assert [row["unseen"] for row in months if row["begins"] == date(2026, 11, 1)] == [month]


def test_an_outlet_of_which_nothing_can_be_told_leaves_a_bound_for_all(published_home, tmp_path):
    first, last = date(2026, 11, 2), date(2026, 11, 8)
    with duckdb.connect(shutil.copy(published_home / "kliping.duckdb", tmp_path)) as con:
        con.execute("INSERT INTO core.sources VALUES ('koran', 'Koran', 'koran.test', NULL, NULL, NULL)")  # fmt: skip
        reader = Reader.over(con)
        estimates = WeekEstimates(reader)
        alone, both = (estimates.of(first, last, titles) for titles in (["Kabar"], estimates.titles))  # fmt: skip

        assert estimates.titles == {"Kabar", "Koran"}
        assert (alone, both) == (missed_estimate(reader, since=first, until=last, source="Kabar"), missed_estimate(reader, since=first, until=last))  # fmt: skip
        assert (alone.state, both.state) == ("estimated", "bound")


@pytest.mark.parametrize(("language", "at_least"), [("en", "at least"), ("id", "sedikitnya")])
def test_the_page_has_the_estimate_beside_its_counts(published_home, language, at_least):
    with Reader(published_home) as reader:
        root = dom.fromstring(overview_page(reader, Language(language)))
        missed = missed_estimate(reader)

    table = root.xpath("//section[@id='coverage']//details/div/table")[-1]
    assert table.xpath(".//tbody/tr/td[last()]//text()") == [f"{at_least} {missed.low}"]
    assert f"{at_least} {missed.low}" in root.xpath("string(//section[@id='coverage']/p[@class='note'])")  # fmt: skip


@pytest.mark.parametrize(
    ("question", "language", "label", "at_least"),
    [
        ("coverage", "en", "Estimated unseen", "at least"),
        ("missing", "id", "Perkiraan yang tak terlihat", "sedikitnya"),
    ],
)
def test_reports_print_the_estimate_beside_their_counts(published_home, question, language, label, at_least):  # fmt: skip
    table = kliping(published_home, "report", question, "--language", language).stdout
    [row] = json.loads(kliping(published_home, "report", question, "--format", "json").stdout)

    shown = row["unseen"].replace("at least", at_least)
    assert shown.startswith(at_least)
    assert table.splitlines()[-1] == f"{label}: {shown}"
    assert table.splitlines()[-2].rstrip().endswith(shown)


@pytest.mark.parametrize(
    ("language", "unknown", "help_"),
    [("en", "cannot tell (", "a third channel"), ("id", "tidak dapat dikatakan (", "kanal ketiga")],
)
def test_what_nothing_can_be_told_of_is_said_once_and_the_command_line_says_what_helps(
    demo_home, language, unknown, help_
):
    with Reader(demo_home) as reader:
        page = dom.fromstring(overview_page(reader, Language(language))).text_content()
    printed = kliping(demo_home, "report", "missing", "--language", language).stdout

    assert page.count(unknown) == printed.count(unknown) == 1
    assert help_ in printed
    assert help_ not in page  # its readers have no commands


def test_a_period_of_which_most_weeks_tell_nothing_has_no_bound(store):
    load_three_channels(store)
    load(store, channel("feed", [200, 201]), channel("feed", [400, 401]))
    estimate_unseen(store)
    store.publish()

    with Reader(store.home) as reader:
        whole = missed_estimate(reader)
        two = missed_estimate(reader, until=date(2026, 11, 15))

    assert (whole.state, whole.low, whole.reason) == (
        "cannot_tell",
        None,
        "only the feed announced any",
    )
    assert two.state == "bound"


def test_every_question_that_counts_has_an_estimate(demo_home):
    with Reader(demo_home) as reader:
        counting = {
            name
            for name in questions()
            for row in ask(reader, name)[:1]
            if {"articles", "quotes", "events"} & row.keys()
        }

    assert [name for name in counting if not is_count(name)] == []


def test_a_count_over_all_outlets_has_the_estimate_of_all(demo_home):
    table = kliping(demo_home, "report", "topics").stdout
    listed = json.loads(kliping(demo_home, "report", "topics", "--format", "json").stdout)

    assert table.splitlines()[-1].startswith("Estimated unseen: cannot tell (")
    assert "a third channel" in table.splitlines()[-1]
    assert {row["unseen"] for row in listed} == {"cannot tell"}


def test_an_export_has_the_estimate_in_its_manifest(published_home, tmp_path):
    with Reader(published_home) as reader:
        manifest = export(reader, tmp_path / "corpus", made_by="kliping 1", now=MONDAY)
        missed = missed_estimate(reader)

    assert manifest["unseen"] == {
        "state": "bound",
        "n": None,
        "low": missed.low,
        "high": None,
        "reason": "only the feed announced any",
    }
    with duckdb.connect() as con:
        [(n,)] = con.execute(
            "SELECT count(*) FROM read_parquet($file)",
            {"file": str(tmp_path / "corpus" / "completeness.parquet")},
        ).fetchall()
    assert n >= 1
