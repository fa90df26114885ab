"""The operator's path: docs/how-to/install.md and schedule.md to the letter, from nothing to a finished scheduled backfill, with its time.

It takes minutes and installs the packages anew, so it runs only if `KLIPING_TEST_OPERATOR=1`: `just operator-path`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.documents import blocks
from support.prefect_server import (
    CHECKOUT,
    answers,
    api,
    background_process,
    kill_what_still_runs,
    query_published,
    run,
    until,
    wait_for_end,
)
from support.runs import free_port

from kliping.output import Format, show

pytestmark = [
    pytest.mark.xdist_group("prefect"),
    pytest.mark.slow,
    pytest.mark.skipif("KLIPING_TEST_OPERATOR" not in os.environ, reason="takes minutes"),
]

OUTLET = "harianlama"
DAYS = {"since": "2026-11-20", "until": "2026-11-22"}
MOST_SECONDS = 480
JAKARTA = ZoneInfo("Asia/Jakarta")
PAGES = ("docs/how-to/install.md", "docs/how-to/schedule.md")


@dataclass
class Operator:
    """A person with a shell in a new checkout, who does what the page says; and how long each step took."""

    checkout: Path
    env: dict[str, str]
    steps: list[dict[str, object]] = field(default_factory=list)

    @contextlib.contextmanager
    def step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.steps.append({"step": what, "seconds": round(time.monotonic() - began, 1)})

    def shell(self, what: str, commands: str) -> str:
        """Run the commands with the environment that the page asks for; what they print."""
        with self.step(what):
            return run(
                ["bash", "-euc", commands], self.env, check=True, folder=self.checkout, seconds=400
            ).stdout


def lines_with(*words: str) -> str:
    """The lines of the pages' shell blocks that have one of the words."""
    lines = [line for page in PAGES for block in blocks(page) for line in block.splitlines()]
    return "\n".join(line for line in dict.fromkeys(lines) if any(word in line for word in words))


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    """A machine with git, Python and the newsroom as its web."""
    checkout = tmp_path / "kliping"
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KLIPING_", "PREFECT_", "PYTHONPATH", "VIRTUAL_ENV"))
    }
    newsroom = [sys.executable, "-m", "kliping.newsroom"]
    log = tmp_path / "newsroom.log"
    try:
        with background_process(newsroom, plain | {"PYTHONPATH": str(CHECKOUT)}, log) as process:
            until(lambda: f"{OUTLET}.test" in log.read_text(), 60, process)
            port = log.read_text().split()[-1].rpartition(":")[2]
            ours = {
                "HOME": str(tmp_path),
                "XDG_CONFIG_HOME": str(Path.home() / ".config"),  # where pip and uv are set up
                "KLIPING_HOME": str(tmp_path / "data"),
                "KLIPING_CONTACT": "https://example.test/kliping",
                "KLIPING_SOURCES": str(CHECKOUT / "kliping" / "newsroom" / "sources"),
                "KLIPING_ALLOW_PRIVATE": f"127.0.0.1:{port}",
                "KLIPING_CONNECT_TO": f"*.test=127.0.0.1:{port}",
                "PATH": os.pathsep.join([str(checkout / ".venv" / "bin"), plain["PATH"]]),
            }
            yield Operator(checkout, plain | ours)
    finally:
        kill_what_still_runs(f"HOME={tmp_path}")


@pytest.mark.timeout(0)
def test_a_scheduled_backfill_is_finished_in_eight_minutes(operator, tmp_path):
    env, port = operator.env, str(free_port())
    with operator.step("clone"):
        run([shutil.which("git"), "clone", "-q", CHECKOUT, operator.checkout], env, check=True)
    operator.shell("install", lines_with("python3 -m venv"))
    exports = lines_with("export DO_NOT_TRACK", "export PREFECT_API_URL").replace("4200", port)
    env |= dict(line.partition("=")[::2] for line in exported(exports, env))

    with background_process(
        ["bash", "-euc", f"exec {command('prefect server start')} --port {port}"],
        env,
        tmp_path / "server.log",
        operator.checkout,
    ) as server:
        with operator.step("server"):
            until(lambda: answers(env), 180, server)
        operator.shell("work pool", command("prefect work-pool create"))
        add_weekly(operator.checkout / "prefect.yaml")
        operator.shell("deploy", command("prefect --no-prompt deploy --all"))
        worker = ["bash", "-euc", f"exec {command('prefect worker start')}"]
        with (
            background_process(worker, env, tmp_path / "worker.log", operator.checkout),
            operator.step("scheduled backfill"),
        ):
            flow_run = wait_for_end(env, scheduled(env), 400)

    seconds = sum(float(str(step["seconds"])) for step in operator.steps)
    show([*operator.steps, {"step": "in all", "seconds": round(seconds, 1)}], Format.TABLE)
    log = (tmp_path / "worker.log").read_text()
    assert flow_run["state"]["name"] == "Completed", log
    assert flow_run["name"] == f"backfill {OUTLET} 2026-11-20…22"
    assert flow_run["auto_scheduled"]
    assert "Traceback" not in log
    assert query_published(env, "SELECT DISTINCT source_id FROM mart.articles") == [(OUTLET,)]
    assert query_published(env, "SELECT DISTINCT state FROM ops.backfill_days") == [("done",)]
    assert "ok" in run(["kliping", "status"], env, folder=operator.checkout).stdout
    assert seconds < MOST_SECONDS


def command(start: str) -> str:
    """The page's command that starts so, without its comment."""
    lines = lines_with(start).splitlines()
    return next(line for line in lines if line.startswith(start)).partition("#")[0].strip()


def exported(commands: str, env: dict[str, str]) -> list[str]:
    """The variables of `export` lines, as the shell sets them."""
    names = "DO_NOT_TRACK|PREFECT_"
    shown = run(["bash", "-euc", f"{commands}\nenv | grep -E '^({names})'"], env, check=True)
    return shown.stdout.splitlines()


def add_weekly(path: Path) -> None:
    """The page's deployment of a weekly backfill, for days of the newsroom and the minute after the next."""
    [weekly] = blocks("docs/how-to/backfill.md", "yaml")
    at = datetime.now(JAKARTA) + timedelta(minutes=2)
    days = "\n          ".join(f'{name}: "{day}"' for name, day in DAYS.items())
    weekly = weekly.replace("source_id: kompas", f"source_id: {OUTLET}\n          {days}")
    weekly = weekly.replace("kompas", OUTLET).replace("30 23 * * 0", f"{at:%M %H} * * *")
    path.write_text(f"{path.read_text()}\n{weekly}")


def scheduled(env: dict[str, str]) -> str:
    """The next flow run of the schedule, which the server makes."""
    deployed = api(env, "deployments/name/backfill/weekly")
    only = {"deployments": {"id": {"any_": [deployed["id"]]}}, "sort": "EXPECTED_START_TIME_ASC"}
    until(lambda: api(env, "flow_runs/filter", only), 120)
    return api(env, "flow_runs/filter", only)[0]["id"]
