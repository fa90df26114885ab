"""Every outlet is judged by its own history: blocked, broken, empty, quiet and drifting are told apart."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from support.builders import T0, VERSIONS, outcome, rows
from support.command_line import kliping

from kliping.reading.health import prometheus, source_health, troubles
from parsers.source import from_data
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes
from warehouse.write.steps import STEPS

NOW = datetime.now(UTC).replace(tzinfo=None)
SHIFT = round((NOW - T0.replace(tzinfo=None)).total_seconds() / 3600)
FEED = "http://kabar.test/feed/"
WELL = ("ok", 200, 30, 5)
FAILED = ("timeout", None, 0, 0)
MONTH = [
    (hours, *WELL, None) for hours in range(28 * 24, 72, -12)
]  # twice a day, five new articles each time


def add_looks(store, looks, *, source="kabar", kind="feed", feed=FEED, blocked=False):
    """Looks at a channel: (hours ago, outcome, status, entries, new, note)."""
    with store.write_connection() as con:
        con.execute(
            "INSERT INTO core.sources SELECT $id, 'Kabar', 'kabar.test', 'ID', 'id', 'news' WHERE $id NOT IN (SELECT source_id FROM core.sources)",
            {"id": source},
        )
        if looks:
            con.executemany(
                "INSERT INTO ops.feed_checks VALUES (?, ?, 'run', ?, ?, ?, ?, ?, ?, FALSE, ?, NULL, NULL, NULL)",
                [
                    (feed, NOW - timedelta(hours=hours), source, kind, *values)
                    for hours, *values in looks
                ],
            )
        if blocked:
            con.execute(
                "INSERT INTO ops.hosts (host, consecutive_failures, blocked_since) VALUES ('kabar.test', 0, now())"
            )


def last(*looks, note=None):
    return [(len(looks) - n, *look, note) for n, look in enumerate(looks)]


STATE_OF = [
    (last(WELL), "ok"),
    (last(WELL, FAILED, FAILED), "ok"),
    (last(WELL, FAILED, FAILED, FAILED), "broken"),
    (last(FAILED), "broken"),
    (last(WELL, *[("http_error", 503, 0, 0)] * 3), "broken"),
    (last(WELL, *[("http_error", 403, 0, 0)] * 3), "blocked"),
    (last(WELL, *[("http_error", 200, 0, 0)] * 3), "blocked"),  # a challenge instead of the feed
    (last(WELL, *[("robots", None, 0, 0)] * 3), "blocked"),
    (last(WELL, *[("http_error", 403, 0, 0)] * 3, WELL), "ok"),
    (last(WELL, ("empty", 200, 0, 0)), "empty"),
    (last(WELL, WELL, note="shrunk: 3 entries, usually 30"), "drifting"),
    (
        last(
            WELL,
            WELL,
            note="stale: nothing new since 2026-11-01 08:00 UTC, usually every 20 minutes",
        ),
        "quiet",
    ),
    ([*MONTH, *last(WELL, WELL, WELL, WELL)], "ok"),
    ([*MONTH, *last(("not_modified", 304, 0, 0))], "quiet"),
    ([*MONTH[-4:], *last(("not_modified", 304, 0, 0))], "ok"),  # two days are no history
    ([(72 - h, *WELL, None) for h in range(24)], "unasked"),
    ([], None),
]


def test_a_channel_is_in_the_state_that_its_looks_tell(store):
    for n, (looks, _) in enumerate(STATE_OF):
        add_looks(store, looks, source=f"kabar{n}", feed=f"http://kabar{n}.test/feed/")

    assert dict(
        rows(store, "SELECT source_id, state FROM mart.source_health WHERE kind = 'feed'")
    ) == {f"kabar{n}": state for n, (_, state) in enumerate(STATE_OF) if state}


def test_a_channel_is_judged_by_its_kind_its_host_and_its_own_past(store):
    quiet = [*MONTH, *last(("not_modified", 304, 0, 0))]
    add_looks(store, quiet, source="month", kind="sitemap", feed="http://month.test/2026-10.xml")
    add_looks(
        store,
        [(hours + 240, *values) for hours, *values in quiet],
        source="month",
        kind="sitemap",
        feed="http://month.test/2026-09.xml",
    )
    add_looks(store, last(WELL, *[("http_error", 503, 0, 0)] * 3), blocked=True)
    add_looks(
        store,
        [(28 * 24, "ok", 200, 50, 5000, None), *MONTH[1:], *last(*[WELL] * 4)],
        source="first",
        feed="http://first.test/feed/",
    )  # the first look finds everything new

    states = {
        row[0]: row[1:]
        for row in rows(
            store,
            "SELECT channel, state, failures_in_a_row, new_3_days, usual_3_days::DOUBLE FROM mart.source_health WHERE kind <> 'page'",
        )
    }
    assert states == {
        "http://month.test/2026-10.xml": (
            "ok",
            0,
            0,
            pytest.approx(3 * 5 * len(MONTH[1:]) / 25, abs=0.1),
        ),
        FEED: ("blocked", 3, 5, None),
        "http://first.test/feed/": (
            "ok",
            0,
            20,
            pytest.approx(3 * 5 * len(MONTH[1:]) / 25, abs=0.1),
        ),
    }


def new_article(
    source, n, hours, text="Warga menanam bakau di pesisir. " * 19 + "Mereka pulang.", **fields
):
    """Seen so many hours ago, published an hour before that."""
    hour = SHIFT - hours
    return outcome(
        text,
        hour=hour,
        url=f"http://{source}.test/{n}",
        article_id=f"{source}{n}",
        source_id=source,
        **{"date_published": T0 + timedelta(hours=hour - 1)} | fields,
    )


def test_an_outlet_drifts_where_its_last_twenty_articles_are_not_like_those_before(store):
    late = {
        "same": ({}, "ok", 100.0),
        "shorter": ({"text": "Warga menanam."}, "drifting", 100.0),
        "undated": ({"date_published": None}, "drifting", 60.0),
        "backfilled": (
            {"text": "Warga menanam.", "date_published": datetime(2020, 1, 1, tzinfo=UTC)},
            "ok",
            100.0,
        ),
    }
    outlets = {
        name: from_data({"name": name, "title": name, "home": f"http://{name}.test/"})
        for name in late
    }
    load_outcomes(
        store,
        [
            new_article(name, n, 100 - n, **(fields if n >= 30 else {}))
            for name, (fields, *_) in late.items()
            for n in range(50)
        ],
        outlets,
        VERSIONS,
    )
    for name in late:
        add_looks(store, last(WELL), source=name, feed=f"http://{name}.test/feed/")

    states = rows(
        store,
        "SELECT source_id, state, percent_date, lag_minutes, checks, percent_headline, percent_author FROM mart.source_health WHERE kind = 'page'",
    )
    assert sorted(states) == sorted(
        (name, state, dated, 60, 50, 100.0, 0.0) for name, (_, state, dated) in late.items()
    )


def test_the_newsroom_is_well_for_people_for_cron_and_for_prometheus(demo_home, tmp_path):
    done = kliping(demo_home, "status", "--format", "json", "--output", tmp_path / "k.prom")
    listed = json.loads(done.stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert {(row["source_id"], row["kind"], row["state"]) for row in listed} == {
        *((name, "page", "ok") for name in ("harianlama", "portalnusa", "suararantau")),
        (None, "run", "ok"),
    }
    assert len(json.loads(kliping(demo_home, "status", "--all", "--format", "json").stdout)) > len(
        listed
    )
    assert {
        row["source_id"]
        for row in json.loads(
            kliping(demo_home, "status", "--source", "PortalNusa", "--format", "json").stdout
        )
    } == {"portalnusa"}
    everything = json.loads(kliping(demo_home, "status", "--all", "--format", "json").stdout)
    steps = {row["channel"] for row in everything if row["kind"] == "step"}
    [run] = [row for row in listed if row["kind"] == "run"]

    assert {"load", "checks", "publish", *(step.name for step in STEPS)} == steps
    assert re.search(r"; \d+\.\d CPU s: \w[\w ]* \d+\.\d, ", run["note"])
    samples = [
        line for line in (tmp_path / "k.prom").read_text().splitlines() if not line.startswith("#")
    ]
    assert all(
        re.fullmatch(
            r'kliping_[a-z0-9_]+\{source="\w+",kind="\w+",channel="[^"\s]+"(,state="\w+")?\} [\d.]+',
            line,
        )
        for line in samples
    )
    assert sum('state="ok"} 1' in line for line in samples) == sum(
        "last_look" in line for line in samples
    )
    assert [p.name for p in tmp_path.iterdir()] == ["k.prom"]


def test_what_is_not_well_is_listed_and_exit_code_1_and_no_label_can_end_itself(store):
    hostile = 'http://kabar.test/"} 1\\'
    add_looks(store, last(WELL, FAILED, FAILED, FAILED), feed=hostile)
    add_looks(store, last(WELL, FAILED, FAILED, FAILED))
    add_looks(store, last(WELL, WELL, note="shrunk: 3 entries"), feed="http://kabar.test/2")
    store.publish()
    done = kliping(store.home, "status")

    assert (done.returncode, "broken" in done.stdout, hostile in done.stdout) == (1, True, True)
    with Reader(store.home) as reader:
        health = source_health(reader)
    text, problems = prometheus(health), list(troubles(health))

    assert sorted((source, state) for source, state, _ in problems) == [
        ("kabar", "broken"),
        ("kabar", "drifting"),
    ]
    assert (
        f"Kabar is broken: feed {hostile}, last well {NOW - timedelta(hours=4):%Y-%m-%d %H:%M} UTC"
        in {words for *_, words in problems}
    )
    assert [words.partition("; ")[2] for *_, words in problems].count("shrunk: 3 entries") == 1
    assert (
        'kliping_state{source="kabar",kind="feed",channel="http://kabar.test/\\"} 1\\\\",state="broken"} 1'
        in text
    )
