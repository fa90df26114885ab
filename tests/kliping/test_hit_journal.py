"""The journal of watches: what is due when, which hits are in one message, and what is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kliping.watches.destinations import Destination
from kliping.watches.hit_journal import DeliveryState, open_journal
from kliping.watches.watch import WatchHit
from kliping.watches.watch_file import WatchFile

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def hit(name: str, article_id: str = "a1", sentence: str = "Warga mengungsi.") -> WatchHit:
    return WatchHit(
        hit_id=name,
        kind="article",
        article_id=article_id,
        source_name="Kabar",
        headline="Banjir",
        url=None,
        seen_at="2026-11-01T00:00:00",
        sentence=sentence,
    )


@pytest.fixture
def journal(tmp_path):
    with open_journal(tmp_path) as journal:
        yield journal


def file(**destinations: Destination) -> WatchFile:
    """Each watch sends to each destination."""
    sent = destinations or {"meja": Destination(address="http://127.0.0.1/")}
    watches = {name: [*sent] for name in ("banjir", "gempa")}
    return WatchFile(path=Path("watches.toml"), destinations=sent, send_to=watches)


def names(message):
    return [each.hit_id for each in message.hits]


def test_a_watch_looks_back_a_week_but_not_behind_the_day_before_it_was_added(journal):
    assert journal.since("banjir", NOW) == NOW - DAY
    journal.add("banjir", [], NOW)
    assert journal.since("banjir", NOW + 3 * DAY) == NOW - DAY

    journal.add("banjir", [], NOW + 10 * DAY)

    assert journal.since("banjir", NOW + 11 * DAY) == NOW + 3 * DAY


def test_many_hits_are_in_messages_of_a_hundred_in_their_order(journal):
    journal.add("banjir", [hit(f"h{n}") for n in range(201)], NOW)
    journal.pack(file(), NOW)

    messages = [journal.begin_try(["meja"], NOW) for _ in range(4)]

    assert [len(each.hits) for each in messages if each] == [100, 100, 1]
    assert names(messages[0])[:2] == ["h0", "h1"]
    assert messages[3] is None


def test_a_message_is_not_packed_twice_and_what_is_sent_is_in_none(journal):
    journal.add("banjir", [hit("h1")], NOW)
    journal.pack(file(), NOW)
    journal.pack(file(), NOW)
    first = journal.begin_try(["meja"], NOW)
    journal.end_try(first, DeliveryState.SENT, may_have_arrived=False)
    assert journal.add("banjir", [hit("h1"), hit("h2")], NOW) == 1
    journal.pack(file(), NOW)

    second = journal.begin_try(["meja"], NOW)

    assert (names(first), names(second)) == (["h1"], ["h2"])
    assert journal.begin_try(["meja"], NOW) is None


def test_the_message_that_waits_longest_is_first(journal):
    journal.add("banjir", [hit("h1")], NOW)
    journal.pack(file(), NOW)
    journal.begin_try(["meja"], NOW)  # due again in a minute
    journal.add("gempa", [hit("h2")], NOW)
    journal.pack(file(), NOW)

    due = [journal.begin_try(["meja"], NOW + MINUTE) for _ in range(2)]

    assert [names(message) for message in due] == [["h2"], ["h1"]]


def test_a_watch_that_is_gone_sends_nothing(journal):
    journal.add("kebakaran", [hit("h1")], NOW)
    journal.pack(file(), NOW)

    assert journal.begin_try(["meja"], NOW) is None


def test_a_digest_that_was_tried_takes_no_more_hits(journal):
    digest = file(meja=Destination(address="json://a/", digest_at="13:00"))  # 06:00 UTC
    journal.add("banjir", [hit("h1")], NOW - MINUTE)
    journal.pack(digest, NOW - MINUTE)
    first = journal.begin_try(["meja"], NOW)
    journal.end_try(first, DeliveryState.WAITING, may_have_arrived=True)
    journal.add("banjir", [hit("h2")], NOW)
    journal.pack(digest, NOW)

    again = journal.begin_try(["meja"], NOW + MINUTE)
    journal.end_try(again, DeliveryState.SENT, may_have_arrived=False)
    next_day = journal.begin_try(["meja"], NOW + DAY)

    assert [names(each) for each in (first, again, next_day)] == [["h1"], ["h1"], ["h2"]]
    assert (again.message_id, again.is_in_doubt) == (first.message_id, True)


def test_a_digest_of_this_minute_is_of_tomorrow():
    assert Destination(address="json://a/", digest_at="13:00").next_moment(NOW) == NOW + DAY


def test_a_digest_is_due_on_the_day_of_its_zone():
    east = Destination(address="json://a/", digest_at="07:00", time_zone="Asia/Jayapura")

    assert east.next_moment(NOW.replace(hour=23)) == NOW.replace(hour=22) + DAY  # it is 08:00 there


def test_a_clock_that_was_set_back_holds_no_message_for_ever(journal):
    journal.add("banjir", [hit("h1")], NOW)
    journal.pack(file(), NOW)
    journal.begin_try(["meja"], NOW)

    assert journal.begin_try(["meja"], NOW) is None
    assert journal.begin_try(["meja"], NOW - 30 * DAY)


def test_what_is_forgotten_after_it_was_packed_is_in_no_message(journal):
    journal.add("banjir", [hit("h1", "a1"), hit("h2", "a2")], NOW)
    journal.pack(file(), NOW)

    assert journal.erase(["a1"]) == ["banjir"]

    assert journal.erase(["a1"]) == []  # its feed is written already
    assert names(journal.begin_try(["meja"], NOW)) == ["h2"]
    assert [found.hit_id for _, found in journal.latest("banjir", 9)] == ["h2"]
    assert journal.add("banjir", [hit("h1", "a1")], NOW) == 0  # and it is not found again


def test_what_is_forgotten_is_not_in_the_file(tmp_path):
    long = " ".join(f"Rahasia{n}" for n in range(5000))  # more than a page of the file
    with open_journal(tmp_path) as journal:
        journal.add("banjir", [hit("h1", sentence=long)], NOW)
    assert b"Rahasia2500" in (tmp_path / "journal.sqlite").read_bytes()

    with open_journal(tmp_path) as journal:
        journal.erase(["a1"])

    assert b"Rahasia" not in (tmp_path / "journal.sqlite").read_bytes()
