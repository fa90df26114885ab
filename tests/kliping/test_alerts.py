"""One cause gives one message, and a run is failed only if most of it failed: single runs, and a week of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from support.builders import T0, VERSIONS, response
from support.responses import rss

from flows.load.outcome import Failure, Fetched, interpret
from flows.runs.listeners import Alert
from flows.runs.summary import Summary, failure_line, with_end_of_pause, would_do
from kliping.alerts import alert_of_error, alert_once
from kliping.output import Format, show
from kliping.reading.health import source_health
from parsers.article import Link
from parsers.kinds import LinkKind, Reason
from parsers.source import from_data
from warehouse.archive.archive import Record, RecordLocation
from warehouse.read.published import Reader
from warehouse.write import runs
from warehouse.write.database import Database
from warehouse.write.disk_space import DiskFull
from warehouse.write.load import load_outcomes

START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)  # health is judged by today
HALF = 50  # percent
PERIOD = timedelta(hours=12)  # between two runs of the week
REFUSED, NO_DNS = Reason.BLOCKED, Reason.DNS
DETAIL = {NO_DNS: "Temporary failure in name resolution", REFUSED: "403 Forbidden"}


class Row(NamedTuple):
    """What a run told, in the table of a schedule."""

    run: str
    state: str
    failed: str
    message: str


@dataclass
class Schedule:
    """Ingests of a home, each at its time, and what each told. Every outlet has one feed."""

    store: Database
    table: list[Row] = field(default_factory=list)

    def run(self, after: timedelta, reasons: Mapping[str, Reason | None]) -> Row:
        """A run in which each outlet answers, or fails for its reason."""
        at, run_id = START + after, f"run{len(self.table)}"
        sources = {
            name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
            for name in reasons
        }
        fetched = [feed(name, at, run_id, reason) for name, reason in reasons.items()]
        outcomes = [interpret(each, sources) for each in fetched]
        load_outcomes(self.store, outcomes, sources, VERSIONS)
        requests = tuple(runs.requests(self.store, run_id))
        summary = Summary(run_id=run_id, state="", rows=(), failures=(), requests=requests)
        with self.store.read_connection() as con:
            health = source_health(Reader.over(con))
        alert = alert_once(self.store.home, "ingest", summary, health, HALF, at)
        row = Row(
            f"day {after.days + 1} {after.seconds // 3600:02}:00",
            "Failed" if summary.is_failed(HALF) else "Completed",
            f"{len(summary.failed_sources)} of {len(summary.asked_sources)}",
            message_of(alert),
        )
        self.table.append(row)
        return row


def message_of(alert: Alert | None) -> str:
    """What the automations post of a run: its event."""
    return f"{alert.event}: {alert.text}" if alert else ""


def feed(name: str, at: datetime, run_id: str, reason: Reason | None) -> Fetched:
    """A feed with a few articles, of which one is new at each run, or its failure."""
    link = Link(url=f"http://{name}.test/feed", source_id=name, kind=LinkKind.FEED)
    hour = round((at - T0) / timedelta(hours=1))
    paths = [f"/berita/{hour - 8 * n}/kabar" for n in range(4)]
    body = "" if reason else rss(f"http://{name}.test", paths).decode()
    got = response(body, hour=hour, url=link.url, status=None if reason else 200)
    if reason:
        return Fetched(
            link=link,
            run_id=run_id,
            failure=Failure(reason=reason, detail=DETAIL.get(reason, ""), unanswered=got),
        )
    location = RecordLocation(file="f.warc.gz", offset=hour, length=1)
    record = Record(link=link, response=got, run_id=run_id, location=location)
    return Fetched(link=link, run_id=run_id, records=(record,))


@pytest.fixture
def schedule(store: Database) -> Schedule:
    return Schedule(store)


def test_a_dead_resolver_and_54_outlets_give_one_message(schedule):
    names = [f"kabar{n}" for n in range(54)]

    rows = [schedule.run(n * PERIOD, dict.fromkeys(names, NO_DNS)) for n in range(2)]

    one = (
        "network.down: network down: 54 of 54 hosts failed in the same way, "
        "dns (Temporary failure in name resolution); the next run asks them again"
    )
    assert [(row.state, row.failed) for row in rows] == [("Failed", "54 of 54")] * 2
    assert [row.message for row in rows] == [one, ""]


def test_a_week_of_scheduled_runs_has_one_message_for_each_cause(schedule):
    """One outlet never answers, one dies on day 2. No network on day 5. On day 7 most fail, each in its way."""
    names = ("satu", "dua", "tiga", "lama", "baru")
    for n in range(14):
        reasons = dict.fromkeys(names) | {"baru": REFUSED} | ({"lama": REFUSED} if n >= 2 else {})
        if n == 12:
            reasons |= {"satu": Reason.TLS, "dua": Reason.TOO_LARGE}
        schedule.run(n * PERIOD, dict.fromkeys(names, NO_DNS) if n in {8, 9} else reasons)
    show([row._asdict() for row in schedule.table], Format.TABLE, title="A week of runs")

    last_well = START + PERIOD
    assert {row.run: row.message for row in schedule.table if row.message} == {
        "day 3 00:00": (
            f"run.digest: Lama is blocked: feed http://lama.test/feed, last well {last_well:%Y-%m-%d %H:%M} UTC; 403 Forbidden"
        ),
        "day 5 00:00": (
            "network.down: network down: 5 of 5 hosts failed in the same way, dns (Temporary failure in name resolution); "
            "the next run asks them again"
        ),
        "day 6 00:00": (
            f"run.digest: the network answers again; it was reported down on {START + 8 * PERIOD:%Y-%m-%d %H:%M} UTC"
        ),
        "day 7 00:00": (
            "run.failed: ingest failed: 2 of 5 sources failed with blocked: baru, lama; 1 of 5 sources failed with too_large: dua; "
            "1 of 5 sources failed with tls: satu"
        ),
        "day 7 12:00": (
            f"run.digest: ingest is well again; blocked was reported on {START + 12 * PERIOD:%Y-%m-%d %H:%M} UTC"
        ),
    }
    assert {row.run: row.failed for row in schedule.table if row.state == "Failed"} == {
        "day 5 00:00": "5 of 5",
        "day 5 12:00": "5 of 5",
        "day 7 00:00": "4 of 5",
    }


def broken(name: str, state: str = "broken", *, was_well: bool = True) -> dict[str, object]:
    """A row of `mart.source_health`."""
    return {
        "source_id": name,
        "source_name": name.title(),
        "state": state,
        "kind": "feed",
        "channel": f"http://{name}.test/feed",
        "last_success_at": START if was_well else None,
        "note": None,
    }


WELL = ("satu", None), ("dua", None)
TROUBLES = [
    ([broken("satu")], ["Satu is broken"]),
    ([broken("satu", was_well=False)], []),
    ([broken("satu", "ok")], []),
    ([broken("satu", "unasked")], []),
    ([broken("tiga")], []),  # another run takes care of it
    ([broken("satu", "quiet"), broken("satu", "blocked")], ["Satu is blocked"]),
    ([broken("satu"), broken("dua", "empty")], ["Dua is empty", "Satu is broken"]),
]


@pytest.mark.parametrize(("health", "lines"), TROUBLES)
def test_a_digest_has_a_line_for_each_outlet_of_the_run_that_was_well_before(
    health, lines, tmp_path
):
    summary = summary_of(*(request(*each) for each in WELL))

    alert = alert_once(tmp_path, "ingest", summary, health, HALF, START)

    assert [line.partition(":")[0] for line in (alert.text if alert else "").splitlines()] == lines


SEQUENCES = [
    # hours, what is wrong, whether it is told
    ("an outlet that stays broken", [(0, "satu", 1), (1, "satu", 0), (160, "satu", 0), (170, "satu", 1)]),
    ("one that comes back and breaks again", [(0, "satu", 1), (1, "", 0), (2, "satu", 0), (30, "", 0), (31, "satu", 1)]),
    ("another one", [(0, "satu", 1), (1, "dua", 1), (2, "satu", 0)]),
    ("an outage that lasts", [(0, "network", 1), (1, "network", 0), (25, "network", 1)]),
    ("a second outage", [(0, "network", 1), (1, "", 1), (2, "network", 1)]),
    ("an outage meanwhile", [(0, "satu", 1), (30, "network", 1), (31, "satu", 1)]),
    ("a clock that was set back", [(9, "satu", 1), (0, "satu", 1)]),
]  # fmt: skip


@pytest.mark.parametrize("steps", [steps for _, steps in SEQUENCES], ids=[n for n, _ in SEQUENCES])
def test_a_trouble_is_told_once_while_it_lasts(steps, tmp_path):
    alerts = []
    for hour, what, _ in steps:
        reason = "dns" if what == "network" else None
        summary = summary_of(request("satu", reason), request("dua", reason))
        health = [broken(what)] if what in {"satu", "dua"} else []
        at = START + timedelta(hours=hour)
        alerts.append(alert_once(tmp_path, "ingest", summary, health, HALF, at))

    assert [bool(alert) for alert in alerts] == [bool(is_told) for *_, is_told in steps]


def test_a_failed_run_is_told_by_flow_and_cause_and_so_is_its_end(tmp_path):
    def message(hour, flow, *reasons):
        summary = summary_of(*map(request, "ab", reasons))
        at = START + timedelta(hours=hour)
        health = [broken("a")]
        alert = alert_once(tmp_path, flow, summary, health, HALF, at)
        return f"{alert.event}: {alert.text}" if alert else None

    full = DiskFull("3 MB are free")

    assert message(0, "ingest", "tls", "too_large").startswith(
        "run.failed: ingest failed: 1 of 2 sou"
    )
    assert message(1, "ingest", "tls", "too_large") is None
    error = alert_of_error(tmp_path, "ingest", full, START + timedelta(hours=2))
    assert (error.event, error.text) == ("run.failed", "ingest failed: 3 MB are free")
    assert alert_of_error(tmp_path, "ingest", full, START + timedelta(hours=3)) is None
    assert message(4, "revisit", "tls", "too_large").startswith("run.failed: revisit failed: ")
    assert message(5, "ingest", "too_large", "rate_limited").startswith(
        "run.failed: ingest failed: "
    )
    assert (
        alert_of_error(tmp_path, "ingest", full, START + timedelta(hours=30)).event == "run.failed"
    )
    assert message(31, "ingest") is None
    assert message(31, "ingest", None, None).startswith("run.digest: ingest is well again; ")
    assert message(32, "ingest", None, None) is None
    assert message(33, "revisit", None, None) == (
        f"run.digest: revisit is well again; tls was reported on {START + timedelta(hours=4):%Y-%m-%d %H:%M} UTC"
    )
    assert message(34, "ingest", "tls", "too_large").startswith("run.failed: ")


def test_an_outlet_that_never_answered_fails_its_run_with_a_message_a_week(tmp_path):
    summary = summary_of(request("a", "dns"))

    hours = (0, 30, 160, 170)
    alerts = [
        alert_once(tmp_path, "ingest", summary, [], HALF, START + timedelta(hours=n)) for n in hours
    ]

    assert [bool(alert) for alert in alerts] == [True, False, False, True]


def request(source_id: str, reason: str | None, host: str | None = "") -> dict[str, object]:
    host = f"{source_id}.test" if host == "" else host
    return {"source_id": source_id, "host": host, "reason": reason, "n": 1, "detail": None}


def summary_of(*requests: dict[str, object], **more: object) -> Summary:
    return Summary(
        run_id="r", state="partial", rows=(), **{"failures": ()} | more, requests=requests
    )


A, B, C, D = "abcd"
FAILED = [
    ([], False),  # nothing was due
    ([(A, None)], False),
    ([(A, "dns")], True),  # nothing came in
    ([(A, "dns"), (A, None)], False),
    ([(A, "dns"), (B, None)], False),  # one
    ([(A, "dns"), (B, "tls"), (C, None), (D, None)], False),  # half
    ([(A, "dns"), (B, "tls"), (C, None)], True),
    ([(A, "unexpected error"), (B, "unexpected error"), (C, None)], True),
]


@pytest.mark.parametrize(("requests", "is_failed"), FAILED)
def test_a_run_is_failed_if_nothing_came_in_or_most_sources_failed(requests, is_failed):
    summary = summary_of(*(request(*each) for each in requests))

    assert summary.is_failed(HALF) is is_failed


def test_the_share_of_sources_that_may_fail_is_a_setting():
    summary = summary_of(request(A, "dns"), request(B, "tls"), request(C, None), request(D, None))

    assert [summary.is_failed(percent) for percent in (0, 49, 50, 100)] == [
        True,
        True,
        False,
        False,
    ]


def test_what_is_not_published_is_failed():
    check = {"source_id": "warehouse", "kind": "check"}

    assert summary_of(request(A, None), failures=(check,)).is_failed(HALF)


CAUSES = [
    (["dns", "connect", "breaker", None], "3 of 4 hosts failed in the same way, dns;"),
    (["breaker", "robots_unreachable"], "2 of 2 hosts failed in the same way, breaker;"),
    (["blocked", "blocked", None], "2 of 3 hosts failed in the same way, blocked;"),
    (["dns", "blocked", "http_error"], None),
    (["dns", "dns", None, None], None),
    (["dns"], None),
    ([None, None], None),
]


@pytest.mark.parametrize(("reasons", "cause"), CAUSES)
def test_most_hosts_that_fail_in_the_same_way_have_one_cause(reasons, cause):
    found = summary_of(*map(request, "abcd", reasons)).common_cause

    assert cause in found if cause else found is None


def test_our_own_errors_are_not_the_networks():
    errors = (request(name, "unexpected error", None) for name in "abc")

    assert summary_of(*errors).common_cause is None


def test_what_is_held_says_until_when():
    failure = {
        "source_id": "kabar",
        "kind": "feed",
        "reason": "breaker",
        "n": 2,
        "detail": "kabar.test failed 5 times in a row",
        "example": "http://www.kabar.test/feed",
        "until": None,
    }
    host = {"host": "kabar.test", "breaker_until": "2026-11-26 10:15:00", "next_request_at": None}

    [row] = with_end_of_pause([failure], [host])

    assert failure_line(row) == (
        "kabar: 2 feeds failed: breaker (kabar.test failed 5 times in a row), e.g. http://www.kabar.test/feed; "
        "again from 2026-11-26 10:15 UTC"
    )


def test_a_dry_run_says_what_it_would_do():
    estimate = {
        "source_id": "kompas",
        "days": 31,
        "days_to_list": 28,
        "to_fetch": 620,
        "requests": 676,
        "delay_seconds": 5.0,
        "hours": 0.94,
    }

    assert would_do(estimate) == (
        "dry run, nothing was fetched or loaded: a backfill of kompas would list 28 of 31 days and fetch "
        "620 pages, about 676 requests in 0.94 hours at 5 seconds each"
    )


@pytest.mark.parametrize(
    "text", ['{"network": "yesterday"', '{"network": "2026-11-01T06:00:00"}', '["network"]']
)
def test_a_damaged_note_of_what_was_sent_loses_no_message(text, tmp_path):
    (tmp_path / "alerts.json").write_text(text)
    summary = summary_of(request("satu", "dns"), request("dua", "dns"))

    assert alert_once(tmp_path, "ingest", summary, [], HALF, START)


def test_other_outlets_that_are_well_do_not_repeat_a_failure_that_is_old(tmp_path):
    summary = summary_of(request("a", "dns"))

    alerts = [
        alert_once(tmp_path, "ingest", summary, [broken("b")], HALF, START + timedelta(hours=n))
        for n in (0, 30)
    ]

    assert [bool(alert) for alert in alerts] == [True, False]


def test_an_error_is_told_in_one_line_that_cannot_steer_a_terminal(tmp_path):
    errors = OSError("no space\n\x1b[2J left"), ValueError()

    texts = [alert_of_error(tmp_path, "ingest", error, START).text for error in errors]

    assert texts == ["ingest failed: no space \ufffd[2J left", "ingest failed: ValueError"]


def test_a_flow_that_failed_in_two_ways_is_well_again_in_one_line(tmp_path):
    alert_of_error(tmp_path, "ingest", DiskFull("3 MB are free"), START)
    alert_of_error(tmp_path, "ingest", ValueError("odd"), START + timedelta(hours=1))

    well = summary_of(request("a", None))
    alert = alert_once(tmp_path, "ingest", well, [], HALF, START + timedelta(hours=2))

    assert alert.text.count("is well again") == 1


def test_a_run_that_asked_nobody_says_nothing_of_the_network(tmp_path):
    outage = summary_of(request("satu", "dns"), request("dua", "dns"))

    assert alert_once(tmp_path, "ingest", outage, [], HALF, START)
    assert (
        alert_once(tmp_path, "reparse", summary_of(), [], HALF, START + timedelta(hours=1)) is None
    )
