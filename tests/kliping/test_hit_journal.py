"""The journal of watches: what is due when, which hits are in one message, and what is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kliping.watches.hit_journal import HitState, open_journal
from kliping.watches.watch_hits import WatchHit

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
    journal.pack(NOW)

    messages = [journal.begin_try(["banjir"], NOW) for _ in range(4)]

    assert [len(each.hits) for each in messages if each] == [100, 100, 1]
    assert names(messages[0])[:2] == ["h0", "h1"]
    assert messages[3] is None


def test_a_message_is_not_packed_twice_and_what_is_sent_is_in_none(journal):
    journal.add("banjir", [hit("h1")], NOW)
    journal.pack(NOW)
    journal.pack(NOW)
    first = journal.begin_try(["banjir"], NOW)
    journal.end(first, HitState.SENT)
    assert journal.add("banjir", [hit("h1"), hit("h2")], NOW) == 1
    journal.pack(NOW)

    second = journal.begin_try(["banjir"], NOW)

    assert (names(first), names(second)) == (["h1"], ["h2"])
    assert journal.begin_try(["banjir"], NOW) is None


def test_the_message_that_waits_longest_is_first(journal):
    journal.add("banjir", [hit("h1")], NOW)
    journal.pack(NOW)
    journal.begin_try(["banjir"], NOW)  # due again in a minute
    journal.add("gempa", [hit("h2")], NOW)
    journal.pack(NOW)

    due = [journal.begin_try(["banjir", "gempa"], NOW + MINUTE) for _ in range(2)]

    assert [message.watch for message in due] == ["gempa", "banjir"]


def test_a_watch_that_is_gone_sends_nothing(journal):
    journal.add("banjir", [hit("h1")], NOW)
    journal.pack(NOW)

    assert journal.begin_try(["gempa"], NOW) is None


def test_a_clock_that_was_set_back_holds_no_message_for_ever(journal):
    journal.add("banjir", [hit("h1")], NOW)
    journal.pack(NOW)
    journal.begin_try(["banjir"], NOW)

    assert journal.begin_try(["banjir"], NOW) is None
    assert journal.begin_try(["banjir"], NOW - 30 * DAY)


def test_what_is_forgotten_after_it_was_packed_is_in_no_message(journal):
    journal.add("banjir", [hit("h1", "a1"), hit("h2", "a2")], NOW)
    journal.pack(NOW)

    assert journal.erase(["a1"]) == ["banjir"]

    assert journal.erase(["a1"]) == []  # its feed is written already
    assert names(journal.begin_try(["banjir"], NOW)) == ["h2"]
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
