"""A Prefect server with the deployments of this project, whose runs visit the newsroom."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from support.documents import blocks
from support.prefect_server import (
    BIN,
    CHECKOUT,
    UNTRACKED,
    answers,
    api,
    background_process,
    kill_what_still_runs,
    run,
    until,
)
from support.runs import free_port

SOURCES = CHECKOUT / "kliping" / "newsroom" / "sources"
OUTLETS = ["harianlama", "portalnusa", "suararantau"]
DEPLOYMENT = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"][0]
NOWHERE = "http://127.0.0.1:9/api"  # the discard port: nothing listens there


@contextlib.contextmanager
def newsroom_environment(folder: Path) -> Iterator[dict[str, str]]:
    """The settings of Kliping and Prefect for one newsroom and one home; nothing of the caller's."""
    lambat = (
        (SOURCES / "suararantau.toml")
        .read_text()
        .replace('"suararantau"', '"lambat"')
        .replace("= 0.05", "= 3.0")
    )
    lambat = lambat.replace(
        'home = "http://suararantau.test/"', 'home = "http://lambat.test/"'
    )  # a site has one source
    (folder / "sources").mkdir()
    (folder / "sources" / "lambat.toml").write_text(lambat)
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KLIPING_", "PREFECT_"))
    }
    try:
        with background_process(
            [sys.executable, "-m", "kliping.newsroom"], env, folder / "newsroom.log"
        ) as newsroom:
            until(
                lambda: (folder / "newsroom.log").read_text().count("\n") >= len(OUTLETS),
                60,
                newsroom,
            )
            port = (folder / "newsroom.log").read_text().split()[-1].rpartition(":")[2]
            ours = {
                "HOME": str(folder),  # where Prefect would keep what it keeps for a user
                "TMPDIR": str(folder),
                "PREFECT_HOME": str(folder / "prefect"),
                "PREFECT_WORKER_QUERY_SECONDS": "2",
                "KLIPING_HOME": str(folder / "home"),
                "KLIPING_SOURCES": f"kliping/newsroom/sources{os.pathsep}{folder / 'sources'}",  # one from the checkout, where runs start
                "KLIPING_CONTACT": "https://example.test/kliping",
                "KLIPING_ALLOW_PRIVATE": f"127.0.0.1:{port}",
                "KLIPING_CONNECT_TO": ",".join(
                    f"{outlet}.test=127.0.0.1:{port}" for outlet in OUTLETS
                ),
            }
            yield env | UNTRACKED | ours
    finally:
        kill_what_still_runs(f"HOME={folder}")


@contextlib.contextmanager
def server_with_deployments(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment with a server that has the work pool and the deployments; all runs visit the newsroom only."""
    home, port = Path(environment["HOME"]), free_port()
    env = environment | {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    loopback_alone = {
        "HTTPS_PROXY": NOWHERE
    }  # asked to create a pool, a server looks for kinds of workers on GitHub, else in its package
    brisk = {"PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "2"}
    with background_process(
        [BIN / "prefect", "server", "start", "--port", str(port)],
        env | loopback_alone | brisk,
        home / "server.log",
    ) as server:
        until(lambda: answers(env), 180, server)
        [weekly] = blocks("docs/how-to/backfill.md", "yaml")
        shipped = yaml.safe_load(
            f"{(CHECKOUT / 'prefect.yaml').read_text()}\n{weekly.replace('kompas', 'harianlama')}"
        )
        shipped["deployments"][-1]["schedules"][0]["active"] = False  # as below
        shipped["deployments"][0]["parameters"]["sources"] = OUTLETS
        shipped["deployments"][1]["schedules"][0]["active"] = (
            False  # else an hour that strikes now would have a run of its own
        )
        (home / "prefect.yaml").write_text(yaml.safe_dump(shipped))
        run(
            [BIN / "prefect", "work-pool", "create", "kliping", "--type", "process"],
            env,
            check=True,
        )
        run(
            [
                BIN / "prefect",
                "--no-prompt",
                "deploy",
                "--all",
                "--prefect-file",
                home / "prefect.yaml",
            ],
            env,
            check=True,
        )
        yield env


def create_automation(env: dict[str, str], address: str, folder: Path) -> None:
    """Create the automations with the commands of the documentation, only with the places of a test."""
    [commands] = [
        block for block in blocks("docs/how-to/get-alerts.md") if "automation create" in block
    ]
    places = {
        "https://chat.example/hooks/…": address,
        "/var/lib/kliping": str(folder),
        ".venv/bin": str(BIN),
    }
    for place, here in (
        places | {"$id/": "$id/; s/7200/10/"}
    ).items():  # two hours are ten seconds here
        assert place in commands
        commands = commands.replace(place, here)
    run(["bash", "-euc", commands], env, check=True)


def deployment(env: dict[str, str], name: str = f"ingest/{DEPLOYMENT['name']}") -> dict[str, Any]:
    return api(env, f"deployments/name/{name}")


def start_flow_run(
    env: dict[str, str], name: str, at: datetime | None = None, **parameters: Any
) -> str:
    """A run of a deployment, to be taken up at once; its id. With `at` it is late since then."""
    body = {
        "parameters": parameters,
        "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": at and str(at)}},
    }
    return api(env, f"deployments/{deployment(env, name)['id']}/create_flow_run", body)["id"]


def due_flow_run(env: dict[str, str]) -> dict[str, Any]:
    """The run of the schedule for the last half hour; the server creates it at once, so that no test waits for the clock."""
    id_, now = deployment(env)["id"], datetime.now(UTC)
    window = {"start_time": str(now - timedelta(minutes=30)), "end_time": str(now)}
    api(env, f"deployments/{id_}/schedule", window | {"min_runs": 1, "max_runs": 1})
    only = {"deployment_id": {"any_": [id_]}, "expected_start_time": {"before_": str(now)}}
    return api(env, "flow_runs/filter", {"flow_runs": only, "sort": "EXPECTED_START_TIME_ASC"})[0]


def stop_schedules(env: dict[str, str]) -> None:
    """No schedule creates a run any more, and the run that waits is gone: it would take the one place of the deployment."""
    deployed = deployment(env)
    for schedule in deployed["schedules"]:
        api(
            env,
            f"deployments/{deployed['id']}/schedules/{schedule['id']}",
            {"active": False},
            method="PATCH",
        )
    waiting = {
        "deployment_id": {"any_": [deployed["id"]]},
        "state": {"type": {"any_": ["SCHEDULED"]}},
    }
    for flow_run in api(env, "flow_runs/filter", {"flow_runs": waiting}):
        api(env, f"flow_runs/{flow_run['id']}", {}, method="DELETE")
