"""A child that does not answer as it should is ended, and whoever waits is told why."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from support.worker_cases import SOURCES, fetched

from flows.http.limits import Budgets
from flows.load.worker_pool import Workers
from warehouse.child_process import (
    ChildLost,
    ChildPool,
    ChildProcess,
    Deadline,
    NoneFreeError,
    PoolClosedError,
    start_program,
)

ECHO = """
from warehouse.child_process import Parent
parent = Parent()
for message in parent.messages():
    parent.send(message[:{n}])
    {then}
"""


def pool(n: int = 10, then: str = "", n_children: int = 1) -> ChildPool:
    """Children that answer with the first `n` bytes of a message, and then do something else."""
    program = ("-c", ECHO.format(n=n, then=then))
    return ChildPool(n_children, lambda: ChildProcess(start_program(program, os.environ)), b"setup")


def ask(children: ChildPool, message: bytes, seconds: float = 30.0) -> bytes:
    with children.child(wait_seconds=0.1) as child:
        deadline = Deadline(child.pid, seconds, patience=1)
        child.send(message, deadline)
        return child.receive(deadline, 1 << 20)


def is_gone(pid: int) -> bool:
    """Also no zombie is left."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_child_that_does_not_read_is_ended_at_the_deadline():
    children = pool(then="import time; time.sleep(3600)")
    with pytest.raises(ChildLost) as caught:
        ask(children, b"x" * 1_000_000, seconds=0.3)
    children.close()

    assert isinstance(caught.value.cause, TimeoutError)
    assert children.running == []


def resident_mb(pid: int) -> float:
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_a_child_without_work_gives_back_the_memory_of_its_last_request():
    large_mb = 100
    then = f"parts = [bytes(4000) for _ in range({large_mb * 250})]; last = bytes(4000); del parts"
    children = pool(then=then)
    ask(children, b"x")
    [child] = children.running
    most, until = 0.0, time.monotonic() + 20
    while time.monotonic() < until:
        now = resident_mb(child.pid)
        most = max(most, now)
        if most > large_mb and now < most - 0.8 * large_mb:
            break
        time.sleep(0.01)
    children.close()

    assert most > large_mb
    assert now < most - 0.8 * large_mb


def test_log_lines_do_not_lengthen_the_time_of_a_page(monkeypatch):
    then = """
    import time
    for _ in range(9):
        time.sleep(0.5)
        parent.send(b'l{"level": 30, "logger": "x", "event": "masih bekerja"}')
    """
    echo = ECHO.format(n=0, then=then)
    program = f"from flows.load.fork_server import serve; serve(lambda: exec({echo!r}), print)"
    monkeypatch.setattr("flows.load.worker_pool.PROGRAM", ("-c", program))
    monkeypatch.setattr("flows.load.worker_pool.PATIENCE", 1)
    with Workers(SOURCES, Budgets(parse_page_seconds=1.2), 1) as workers:
        [outcome] = workers.interpret([fetched(1)])

    assert outcome.detail == "not parsed within 1.2 s"


def test_a_message_larger_than_a_pipe_comes_back_whole():
    children = pool(n=1_000_000)
    message = bytes(range(256)) * 3000

    assert ask(children, message) == message
    children.close()


def test_a_child_that_died_while_idle_is_replaced_and_no_request_is_lost():
    children = pool()
    ask(children, b"satu")
    [child] = children.running
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert ask(children, b"dua") == b"dua"
    assert is_gone(child.pid)
    children.close()


def test_closing_ends_running_requests_and_leaves_no_process():
    children = pool(then="import time; time.sleep(3600)", n_children=2)
    errors: list[Exception] = []
    started = threading.Barrier(3)

    def wait_for_an_answer() -> None:
        try:
            with children.child() as child:
                started.wait()
                child.receive(Deadline(child.pid, 3600.0, patience=1), 10)
        except PoolClosedError as error:
            errors.append(error)

    threads = [threading.Thread(target=wait_for_an_answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    started.wait()
    pids = [child.pid for child in children.running]
    with pytest.raises(NoneFreeError):
        ask(children, b"tiga")
    children.close()
    for thread in threads:
        thread.join()

    assert len(errors) == 2
    assert all(map(is_gone, pids))
    with pytest.raises(PoolClosedError):
        ask(children, b"empat")
