"""Waits name the holder and can be ended; readers wait for nobody; signals end a command in time."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from support.builders import T0, rows

from flows.load.isolation import ends_the_run
from flows.runs.errors import Stopped
from flows.runs.locks import start_lock
from flows.runs.stop import StopSignals, ignore
from flows.settings import Settings
from kliping.cli import app
from kliping.cli.doctor import examine
from warehouse import locks
from warehouse.locks import STOPPING, WaitStopped
from warehouse.write import backfill_days
from warehouse.write.database import Database

PID = 4_194_305  # of no process: the largest is 2²²
RUN = "20261124T050000Z-aaaa"


@contextmanager
def held(path: Path, run_id: str = RUN) -> Iterator[None]:
    """The lock, held as another process would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        assert locks.take(file)
        file.truncate(0)
        since = "2026-11-24T05:00:00+00:00"
        json.dump({"pid": PID, "host": "vm", "run_id": run_id, "started_at": since}, file)
        file.flush()
        yield


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(locks, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr("warehouse.write.database.WRITER_PATIENCE_SECONDS", 0.05)


@pytest.fixture
def stopping():
    STOPPING.set()
    yield
    STOPPING.clear()


class ReleasedError(Exception):
    """Ends a wait of a test."""


def test_a_wait_for_the_warehouse_says_once_who_holds_it(store, impatient, monkeypatch, caplog):
    n_pauses = 0

    def pause(_seconds: float) -> None:
        nonlocal n_pauses
        n_pauses += 1
        if n_pauses > 5 and caplog.records:
            raise ReleasedError

    monkeypatch.setattr("warehouse.locks.time.sleep", pause)
    with (
        held(store.home / "locks" / "write.lock"),
        caplog.at_level(logging.WARNING),
        pytest.raises(ReleasedError),
    ):
        store.rows("SELECT 1")

    [line] = [record.getMessage() for record in caplog.records]
    assert line.startswith(
        f"waiting for the warehouse, held by run {RUN} (PID {PID} on vm, since 20"
    )


@pytest.mark.parametrize("what", ["the warehouse", "the start of runs"])
def test_after_a_signal_a_wait_gives_up_and_names_the_holder(store, impatient, stopping, what):
    folder = store.home / "locks"
    waits = {
        "the warehouse": store.write_connection,
        "the start of runs": lambda: start_lock(folder),
    }
    with (
        held(folder / "write.lock"),
        held(folder / "start.lock"),
        pytest.raises(WaitStopped, match=f"^{what} is held by run {RUN} ") as raised,
        waits[what](),
    ):
        pass

    assert ends_the_run(raised.value)


def test_a_holder_without_a_run_is_named_by_its_process(tmp_path):
    with held(tmp_path / "a.lock", run_id=""), (tmp_path / "a.lock").open("a+") as file:
        assert not locks.take(file)
        assert locks.holder(file).startswith(f"PID {PID} on vm")


def test_status_and_doctor_do_not_wait_for_a_writer(tmp_path, impatient, capsys):
    Database(tmp_path).publish()
    with held(tmp_path / "locks" / "write.lock"):
        code = app.run(["--home", str(tmp_path), "status"])
        findings = {row["check"]: row for row in examine(Settings(home=tmp_path))}

    written = f"warehouse.duckdb is being written by run {RUN} (PID {PID} on vm, since "
    assert code == 0
    assert capsys.readouterr().err.startswith(written)
    assert findings["database"]["state"] == "note"
    assert findings["database"]["finding"].startswith(written)
    assert findings["published copy"]["state"] == "ok"


def test_the_days_of_a_quarter_of_a_century_are_written_at_once(store, sources):
    days = {date(2000, 1, 1) + timedelta(days=n): "found" for n in range(9000)}
    backfill_days.close(store, sources["kabar"], {date(2000, 1, 1): "open"}, T0)

    began = time.process_time()
    found = backfill_days.close(store, sources["kabar"], days, T0)

    assert time.process_time() - began < 5  # one day at a time takes more than a minute
    assert [row["state"] for row in found] == ["found"] * 9000
    stored = "SELECT count(*) AS n, count(DISTINCT day) AS days FROM ops.backfill_days"
    assert rows(store, stored + " WHERE state = 'found'") == [(9000, 9000)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_interrupts_the_block_and_becomes_an_exit_code(number):
    if number == signal.SIGHUP:
        signal.signal(number, signal.SIG_DFL)  # nohup has it ignored
    before = signal.getsignal(number)
    steps = []
    with pytest.raises(Stopped) as raised, StopSignals():  # noqa: PT012 - the block is what is tested
        os.kill(os.getpid(), number)
        steps.append("went on")

    assert steps == []
    assert raised.value.exit_code == 128 + number
    assert str(raised.value).endswith("; the next run goes on where it stopped")
    assert signal.getsignal(number) is before
    assert not STOPPING.is_set()


def test_a_signal_at_the_end_of_a_run_lets_it_end():
    steps = []
    with pytest.raises(Stopped), StopSignals() as signals:  # noqa: PT012 - as above
        signals.action = ignore
        os.kill(os.getpid(), signal.SIGTERM)
        steps.append(ends_the_run(ValueError("of a page")))

    assert steps == [True]


HANGING = """
import sys, threading
from flows.runs import stop
stop.DEADLINE_SECONDS = float(sys.argv[1])
stop.AGAIN_SECONDS = 0.0
stop.limit_time_to_stop()
with stop.StopSignals() as signals:
    signals.action = stop.ignore
    stop.StopSignals.done = lambda: "run 1 archived 3 responses"
    print("ready", flush=True)
    threading.Event().wait()
"""


@pytest.mark.parametrize(("deadline", "n_signals"), [(0.1, 1), (60, 2)])
def test_what_does_not_end_in_time_or_gets_a_second_signal_is_ended(deadline, n_signals):
    process = subprocess.Popen(
        [sys.executable, "-c", HANGING, str(deadline)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    if n_signals > 1:
        process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=30)

    assert process.returncode in {128 + signal.SIGINT, 128 + signal.SIGTERM}
    assert "; run 1 archived 3 responses; the next run goes on where it stopped" in stderr
