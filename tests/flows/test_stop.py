"""SIGINT and SIGTERM at any moment of any long command: it ends in time, loses nothing and leaves nothing held.

One moment of an ingest runs with the tests; KLIPING_TEST_STOPS=10 takes ten moments of every command.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.runs import (
    ask,
    differences,
    needless_requests,
    settings_for,
    start,
    wait_for_exit,
    wait_until,
)

from flows.settings import Settings
from kliping.newsroom import NOW, Newsroom
from warehouse.locks import take

pytestmark = pytest.mark.slow

STOPS = int(os.environ.get("KLIPING_TEST_STOPS", "1"))  # of each command
SEED = int(os.environ.get("KLIPING_TEST_SEED", "20261124"))
SECONDS = 10.0  # a stopped command lasts no longer
# command -> its arguments, and whether it needs a home with articles
COMMANDS: dict[str, tuple[list[str], bool]] = {
    "ingest": (["portalnusa", "suararantau"], False),
    "backfill": (["harianlama", "--since", "2026-11-01", "--until", str(NOW.date())], False),
    "revisit": (["portalnusa", "suararantau"], True),
    "import": ([], False),  # the archive of another home
    "reparse": ([], True),
    "rebuild": ([], True),
    "maintain": ([], True),
    "publish": ([], True),
    "forget": ([], True),  # one of its articles
}
ENDS = {0, 128 + signal.SIGINT, 128 + signal.SIGTERM}
TOO_EARLY = {-signal.SIGINT, -signal.SIGTERM}  # Python had not yet imported the command


@pytest.mark.parametrize("command", COMMANDS if STOPS > 1 else ["ingest"])
@pytest.mark.long
async def test_a_stopped_command_ends_in_time_and_can_be_repeated(command, tmp_path, first_visit):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    chance = random.Random(f"{SEED} {command}")
    async with Newsroom() as site:
        whole, duration = await undisturbed(command, tmp_path / "whole", site, first_visit)
        for n in range(STOPS):
            settings = prepared(command, tmp_path / f"stopped-{n}", site, first_visit)
            process = await start(settings, arguments(command, first_visit), command)
            moment = chance.uniform(0.1, 0.9)
            await wait_until(moment_after(duration * moment), process)
            number = (signal.SIGINT, signal.SIGTERM)[n % 2]
            started = time.monotonic()
            if process.returncode is None:
                process.send_signal(number)
            code, output = await wait_for_exit(process)
            seconds = time.monotonic() - started
            state = f"{command}, {number.name} after {moment:.0%}: exit {code} in {seconds:.1f} s"
            print(state)  # noqa: T201 - the long form shows each

            assert seconds < SECONDS, state
            assert code in ENDS | TOO_EARLY, f"{state}\n{output}"
            assert code in TOO_EARLY or "Traceback" not in output, f"{state}\n{output}"
            assert held_locks(settings.home) == [], state
            assert await wait_until(lambda: not processes_of(settings.home)), state  # noqa: B023
            again = await start(settings, arguments(command, first_visit), command)
            code, output = await wait_for_exit(again)
            assert code == 0, f"{state}, then\n{output}"
            assert differences(whole, settings.home) == {}, state
            assert needless_requests(site, settings.home) == [], state


async def undisturbed(command: str, home: Path, site: Newsroom, filled: Path) -> tuple[Path, float]:
    """The home that the command makes, and how many seconds it takes."""
    settings = prepared(command, home, site, filled)
    started = time.monotonic()
    code, output = await wait_for_exit(await start(settings, arguments(command, filled), command))
    assert code == 0, output
    return home, time.monotonic() - started


def prepared(command: str, home: Path, site: Newsroom, filled: Path) -> Settings:
    _, needs_articles = COMMANDS[command]
    if needs_articles:
        shutil.copytree(filled, home)
    return settings_for(home, site)


def arguments(command: str, filled: Path) -> list[str]:
    match command:
        case "import":
            return [str(filled / "archive")]
        case "forget":
            return [first_article(filled), "--yes"]
    return COMMANDS[command][0]


def first_article(home: Path) -> str:
    [(url,)] = ask(home, "SELECT min(url) FROM mart.articles WHERE source_id = 'suararantau'")
    return str(url)


def moment_after(seconds: float) -> Callable[[], bool]:
    deadline = time.monotonic() + seconds
    return lambda: time.monotonic() > deadline


def held_locks(home: Path) -> list[str]:
    """The lock files that some process holds."""
    held = []
    for path in (home / "locks").glob("*.lock") if home.exists() else ():
        with path.open("a+") as file:
            if not take(file):
                held.append(path.name)
    return held


def processes_of(home: Path) -> list[int]:
    """The processes that work on the home, and their children."""
    found = []
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            environment = (proc / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended, or is another user's
            continue
        if f"KLIPING_HOME={home}".encode() in environment:
            found.append(int(proc.name))
    return found
