"""Locks of a lake: they end with their session, a run that lost them ends too, and one catalog is written."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from lake.conftest import Servers
from warehouse.lake import LakeLocation
from warehouse.machine import machine_name
from warehouse.silence import LakeUnavailable
from warehouse.storage import Storage
from warehouse.write.claims import HostClaims
from warehouse.write.ledger import make_ledger
from warehouse.write.session import Session

NUMBERS = itertools.count(1)


@pytest.fixture
def location(servers: Servers) -> LakeLocation:
    name = f"session{next(NUMBERS)}"
    servers.postgres.create_database(name)
    return LakeLocation(
        conninfo=servers.postgres.conninfo(name), storage=Storage(url="s3://kliping")
    )


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The home of a machine."""
    return tmp_path / "here"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The home of another machine."""
    return tmp_path / "there"


def end_claims(location: LakeLocation) -> None:
    """As after some time."""
    with location.connect() as other:
        other.execute("UPDATE kliping.hosts SET expires_at = now()")


def end_sessions(location: LakeLocation) -> None:
    """As a restart of PostgreSQL does, or a network that is gone."""
    with location.connect() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'kliping %' AND datname = current_database()"
        )


def test_a_run_that_lost_its_locks_gets_no_new_session(location, here, there):
    mine = Session(location, here, "run1")
    assert mine.try_lock("write")
    end_sessions(location)
    for _ in range(3):
        with pytest.raises(LakeUnavailable, match="the session with PostgreSQL broke"):
            mine.check()
    with Session(location, there, "run2").lock("write", "the lake"):
        pass

    with pytest.raises(LakeUnavailable, match="its locks are gone"):
        mine.try_lock("another")


def test_a_lock_is_free_once_its_block_or_its_session_ends(location, here, there):
    first, second = Session(location, here, "run1"), Session(location, there, "run2")

    with first.lock("write", "the lake"):
        assert not second.try_lock("write")
        assert second.holder("write").startswith("kliping run1 PID ")
    assert second.try_lock("write")
    assert not first.try_lock("write")
    second.close()
    with first.lock("write", "the lake"):  # PostgreSQL may need a moment
        pass


def test_a_lock_that_is_taken_twice_is_free_once_both_blocks_end(location, here, there):
    first, second = Session(location, here, "run1"), Session(location, there, "run2")

    with first.lock_if_free("write") as is_ours:
        with first.lock("write", "the lake"):
            pass
        assert is_ours
        with second.lock_if_free("write") as is_of_second:
            assert not is_of_second
    with second.lock_if_free("write") as is_of_second:
        assert is_of_second


def test_a_lock_of_another_database_is_another_lock(location, here, there, servers):
    name = f"session{next(NUMBERS)}"
    servers.postgres.create_database(name)
    elsewhere = LakeLocation(
        conninfo=servers.postgres.conninfo(name), storage=Storage(url="s3://kliping")
    )
    first, second = Session(location, here, "run1"), Session(elsewhere, there, "run2")

    assert first.try_lock("write")
    assert second.try_lock("write")

    holders = [session.holder("write").split()[1] for session in (first, second)]
    assert holders == ["run1", "run2"]
    assert second.running_runs() == {"run2"}


def test_runs_are_those_with_a_lock_and_an_id(location, here):
    run, idle, by_hand = (
        Session(location, here, "run1"),
        Session(location, here, "run2"),
        Session(location, here),
    )
    assert run.try_lock("a")
    idle.check()
    assert by_hand.try_lock("b")

    assert idle.running_runs() == {"run1"}


def test_a_host_is_of_the_machine_that_claimed_it_until_the_claim_ends(location, here, there):
    first, second = HostClaims(location, here), HostClaims(location, there)
    again = HostClaims(location, here)  # another process of the home

    assert first.claim("kabar.test", 60) is None
    assert again.claim("kabar.test", 60) is None
    assert second.claim("kabar.test", 60) == machine_name(here)
    assert second.claim("img.kabar.test", 60) is None

    end_claims(location)
    assert second.claim("kabar.test", 60) is None
    assert again.claim("kabar.test", 120) == machine_name(there)


def test_a_claim_is_renewed_by_each_request_and_never_shortened(location, here):
    claims = HostClaims(location, here)

    def ends() -> list[tuple[object, ...]]:
        with location.connect() as other:
            return other.execute("SELECT host, expires_at FROM kliping.hosts").fetchall()

    claims.claim("kabar.test", 60)
    first = ends()
    claims.claim("kabar.test", 60)
    assert ends()[0][1] > first[0][1]

    claims.claim("kabar.test", 3600)  # as after Retry-After
    later = ends()
    assert later[0][1] > first[0][1] + timedelta(seconds=3500)
    HostClaims(location, here).claim("kabar.test", 60)  # a process that knows nothing of the pause
    assert ends() == later


def test_a_machine_that_slept_learns_that_its_claim_is_over(location, here, there):
    """The server's clock decides who has the host."""
    sleeper, other = HostClaims(location, here), HostClaims(location, there)
    assert sleeper.claim("kabar.test", 60) is None
    end_claims(location)
    assert other.claim("kabar.test", 60) is None

    assert sleeper.claim("kabar.test", 60) == machine_name(there)


def test_machines_with_like_names_and_homes_are_two(tmp_path):
    """Such as ip-10-0-1-23 and ip-10-0-1-77, each with its home in /var/lib/kliping."""
    name = machine_name(tmp_path / "one")

    assert name != machine_name(tmp_path / "two")
    assert name == machine_name(tmp_path / "one")
    assert [path.name for path in (tmp_path / "one" / "locks").iterdir()] == ["machine"]


def test_processes_that_start_at_once_have_one_name(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(machine_name, [tmp_path] * 64))

    assert len(names) == 1


def test_readers_get_what_was_published_last_and_one_catalog_is_written(location):
    assert (location.published(), location.current()) == (None, None)
    with location.connect() as session:
        make_ledger(session)
        assert (location.published(), location.current()) == (None, None)
        session.execute(
            "INSERT INTO kliping.lakes VALUES"
            " ('b', false, 7, now()), ('a', false, 9, now() - INTERVAL '1 day'), ('c', true, NULL, NULL)"
        )
        with pytest.raises(psycopg.errors.UniqueViolation):
            session.execute("INSERT INTO kliping.lakes (name) VALUES ('d')")

    assert (location.published(), location.current()) == (("b", 7), "c")
