"""Locks of a lake: they end with their session, a run that lost them ends too, and one catalog is written."""

from __future__ import annotations

import itertools
from pathlib import Path

import psycopg
import pytest

from lake.conftest import Servers
from warehouse.lake import LEDGER, LakeLocation, LakeUnavailable
from warehouse.storage import Storage
from warehouse.write.session import Session

NUMBERS = itertools.count(1)
HERE, THERE = Path("/here"), Path("/there")  # homes, as on two machines


@pytest.fixture
def location(servers: Servers) -> LakeLocation:
    name = f"session{next(NUMBERS)}"
    servers.postgres.create_database(name)
    return LakeLocation(
        conninfo=servers.postgres.conninfo(name), storage=Storage(url="s3://kliping")
    )


def end_sessions(location: LakeLocation) -> None:
    """As a restart of PostgreSQL does, or a network that is gone."""
    with location.connect() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'kliping %' AND datname = current_database()"
        )


def test_a_run_that_lost_its_locks_gets_no_new_session(location):
    mine = Session(location, HERE, "run1")
    assert mine.try_lock("write")
    end_sessions(location)
    for _ in range(3):
        with pytest.raises(LakeUnavailable, match="the session with PostgreSQL broke"):
            mine.check()
    with Session(location, THERE, "run2").lock("write", "the lake"):
        pass

    with pytest.raises(LakeUnavailable, match="its locks are gone"):
        mine.try_lock("another")


def test_a_session_that_holds_nothing_is_replaced(location):
    session = Session(location, HERE, "run1")
    with session.lock("write", "the lake"):
        pass
    end_sessions(location)
    with pytest.raises(LakeUnavailable):
        session.check()

    session.check()
    assert session.try_lock("write")


def test_a_lock_is_free_once_its_block_or_its_session_ends(location):
    first, second = Session(location, HERE, "run1"), Session(location, THERE, "run2")

    with first.lock("write", "the lake"):
        assert not second.try_lock("write")
        assert second.holder("write").startswith("kliping run1 PID ")
    assert second.try_lock("write")
    assert not first.try_lock("write")
    second.close()
    with first.lock("write", "the lake"):  # PostgreSQL may need a moment
        pass


def test_a_lock_of_another_database_is_another_lock(location, servers):
    name = f"session{next(NUMBERS)}"
    servers.postgres.create_database(name)
    elsewhere = LakeLocation(
        conninfo=servers.postgres.conninfo(name), storage=Storage(url="s3://kliping")
    )
    first, second = Session(location, HERE, "run1"), Session(elsewhere, THERE, "run2")

    assert first.try_lock("write")
    assert second.try_lock("write")

    holders = [session.holder("write").split()[1] for session in (first, second)]
    assert holders == ["run1", "run2"]
    assert second.running_runs() == {"run2"}


def test_runs_are_those_with_a_lock_and_an_id(location):
    run, idle, by_hand = (
        Session(location, HERE, "run1"),
        Session(location, HERE, "run2"),
        Session(location, HERE),
    )
    assert run.try_lock("a")
    idle.check()
    assert by_hand.try_lock("b")

    assert idle.running_runs() == {"run1"}


def test_a_host_is_of_the_machine_that_claimed_it_while_that_has_a_lock(location):
    here, again, there = (
        Session(location, HERE, "run1"),
        Session(location, HERE, "run2"),
        Session(location, THERE, "run3"),
    )
    assert here.other_owner("kabar.test") is None
    assert there.other_owner("kabar.test") is None  # nobody has locks, so nobody asks it
    assert there.try_lock("portalnusa")

    owner = here.other_owner("kabar.test")

    assert owner
    assert again.other_owner("kabar.test") == owner
    assert there.other_owner("kabar.test") is None
    there.unlock("portalnusa")
    assert again.try_lock("kabar")
    assert here.other_owner("kabar.test") is None


def test_readers_get_what_was_published_last_and_one_catalog_is_written(location):
    assert (location.published(), location.current()) == (None, None)
    with location.connect() as session:
        session.execute(LEDGER)
        assert (location.published(), location.current()) == (None, None)
        session.execute(
            "INSERT INTO kliping.lakes VALUES"
            " ('b', false, 7, now()), ('a', false, 9, now() - INTERVAL '1 day'), ('c', true, NULL, NULL)"
        )
        with pytest.raises(psycopg.errors.UniqueViolation):
            session.execute("INSERT INTO kliping.lakes (name) VALUES ('d')")

    assert (location.published(), location.current()) == (("b", 7), "c")
