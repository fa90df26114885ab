"""The scheduled way of running, for real: a Prefect server, the deployment as shipped, a worker, the bundled newsroom; loopback alone."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from support.documents import blocks
from support.prefect_deployments import (
    DEPLOYMENT,
    NOWHERE,
    OUTLETS,
    create_automation,
    deployment,
    due_flow_run,
    newsroom_environment,
    server_with_deployments,
    start_flow_run,
    stop_schedules,
)
from support.prefect_server import (
    BIN,
    CHECKOUT,
    api,
    log_of_worker,
    query_published,
    run,
    state_of,
    until,
    wait_for_end,
    webhook,
    worker,
)

from flows.runs.errors import Busy
from flows.runs.locks import source_lock

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.slow]

N_OUTLETS = int(os.environ.get("KLIPING_TEST_OUTLETS", "4"))  # of a run without a resolver
DEAD_RESOLVER = """
import asyncio, socket
async def getaddrinfo(*_args, **_kinds):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
real = asyncio.BaseEventLoop.getaddrinfo
async def of_test_hosts(loop, host, *args, **kinds):
    return await (getaddrinfo() if str(host).endswith(".test") else real(loop, host, *args, **kinds))
asyncio.BaseEventLoop.getaddrinfo = of_test_hosts
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with newsroom_environment(tmp_path_factory.mktemp("prefect")) as env:
        yield env


@pytest.fixture(scope="module")
def served(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    with server_with_deployments(environment) as env:
        yield env


@pytest.fixture
def idle(served: dict[str, str]) -> dict[str, str]:
    """No schedule creates a run any more; one created a run just now, while no worker was there."""
    start_flow_run(served, "ingest/every-half-hour")
    stop_schedules(served)
    return served


def test_the_deployment_stands_as_it_is_written(served):
    deployed = deployment(served)

    assert deployed["entrypoint"] == "flows.ingest.ingest"
    assert (
        deployed["global_concurrency_limit"]["limit"]
        == DEPLOYMENT["concurrency_limit"]["limit"]
        == 1
    )
    assert (
        deployed["concurrency_options"]["collision_strategy"]
        == DEPLOYMENT["concurrency_limit"]["collision_strategy"]
        == "CANCEL_NEW"
    )
    assert [s["schedule"] | {"active": s["active"]} for s in deployed["schedules"]] == [
        {"cron": "*/30 * * * *", "timezone": "Asia/Jakarta", "day_or": True, "active": True}
    ]
    assert [list(step.values()) for step in deployed["pull_steps"]] == [
        [{"directory": str(CHECKOUT)}]
    ]
    nightly = deployment(served, "maintain/nightly")["schedules"]
    assert [s["schedule"] | {"active": s["active"]} for s in nightly] == [
        {"cron": "15 2 * * *", "timezone": "Asia/Jakarta", "day_or": True, "active": True}
    ]
    [hourly] = deployment(served, "revisit/hourly")["schedules"]
    assert (hourly["schedule"]["cron"], hourly["schedule"]["timezone"]) == (
        "10 * * * *",
        "Asia/Jakarta",
    )
    typed = deployment(served, "backfill/on-demand")["parameter_openapi_schema"]
    assert typed["required"] == ["source_id"]
    assert {*OUTLETS, "lambat", "kompas"} < {*typed["properties"]["source_id"]["enum"]}
    several = deployment(served)["parameter_openapi_schema"]["properties"]["sources"]["anyOf"][0]
    assert several["items"]["enum"] == typed["properties"]["source_id"]["enum"]
    assert [typed["properties"][name]["anyOf"][0]["format"] for name in ("since", "until")] == [
        "date",
        "date",
    ]
    assert deployment(served, "reparse/on-demand")["schedules"] == []


def test_a_worker_runs_what_is_due_and_the_articles_are_in_the_database(served):
    before = ignored_and_new()
    with worker(served):
        flow_run = wait_for_end(served, due_flow_run(served)["id"], 280)
        stop_schedules(served)
        [command] = [
            line
            for block in blocks("docs/how-to/schedule.md")
            for line in block.splitlines()
            if line.startswith("prefect deployment run")
        ]
        backfill_command = (
            command.replace("kompas", "harianlama")
            .replace("2026-10-01", "2026-11-20")
            .replace("2026-10-31", "2026-11-22")
        )
        run(
            [BIN / "prefect", *shlex.split(backfill_command, comments=True)[1:]], served, check=True
        )
        [backfilled] = api(
            served,
            "flow_runs/filter",
            {"deployments": {"id": {"any_": [deployment(served, "backfill/on-demand")["id"]]}}},
        )
        backfilled = wait_for_end(served, backfilled["id"], 280)

    assert (flow_run["state"]["type"], flow_run["state"]["name"]) == ("COMPLETED", "Completed"), (
        log_of_worker(served)
    )
    assert flow_run["auto_scheduled"]
    first = "SELECT trigger, state, prefect_flow_run_id FROM ops.runs ORDER BY started_at LIMIT 1"
    assert query_published(served, first) == [("schedule", "completed", flow_run["id"])]
    per_outlet = query_published(
        served, "SELECT source_id, count(*) FROM mart.articles GROUP BY ALL ORDER BY ALL"
    )
    assert [outlet for outlet, _ in per_outlet] == OUTLETS
    assert f"{sum(n for _, n in per_outlet)} new" in flow_run["state"]["message"]
    for key in ("ingest-summary", "ingest-quality"):
        [artifact] = api(served, "artifacts/filter", {"artifacts": {"key": {"any_": [key]}}})
        assert (artifact["type"], artifact["flow_run_id"]) == ("table", flow_run["id"])
    assert {row["n_found"] for row in json.loads(artifact["data"])} == {0}
    assert flow_run["name"].startswith(f"ingest {', '.join(OUTLETS)}, 20")
    assert backfilled["name"] == "backfill harianlama 2026-11-20…22"
    assert (backfilled["state"]["type"], backfilled["state"]["name"]) == (
        "COMPLETED",
        "Completed",
    ), log_of_worker(served)
    assert query_published(
        served, "SELECT day::VARCHAR, state FROM ops.backfill_days ORDER BY day DESC"
    ) == [(f"2026-11-{day}", "done") for day in (22, 21, 20)]
    [days] = api(served, "artifacts/filter", {"artifacts": {"key": {"any_": ["backfill-summary"]}}})
    assert [row["day"] for row in json.loads(days["data"])] == [
        "2026-11-22",
        "2026-11-21",
        "2026-11-20",
    ]
    assert "Traceback" not in log_of_worker(served)
    assert ignored_and_new() == before


@pytest.mark.long
def test_weekly_backfills_that_start_late_cover_the_weeks_for_which_they_were_scheduled(
    served, tmp_path
):
    env = served | {"KLIPING_HOME": str(tmp_path)}
    [schedule] = deployment(env, "backfill/weekly")["schedules"]
    sundays = [
        datetime(2026, 11, day, 16, 30, tzinfo=UTC) for day in (8, 15)
    ]  # Mondays where the outlet is
    late = [
        start_flow_run(env, "backfill/weekly", sunday, **schedule["parameters"])
        for sunday in sundays
    ]

    with worker(env):
        ends = [wait_for_end(env, flow_run_id, 280)["state"] for flow_run_id in late]

    assert [state["type"] for state in ends] == ["COMPLETED", "COMPLETED"], log_of_worker(env)
    periods = query_published(
        env,
        "SELECT prefect_flow_run_id, params->>'since', params->>'until' FROM ops.runs ORDER BY 2",
    )
    assert periods == [(late[0], "2026-11-03", "2026-11-09"), (late[1], "2026-11-10", "2026-11-16")]
    assert query_published(
        env,
        "SELECT count(*), min(day)::VARCHAR, max(day)::VARCHAR FROM ops.backfill_days WHERE state = 'done'",
    ) == [(14, "2026-11-03", "2026-11-16")]


@pytest.mark.long
def test_a_command_is_a_flow_run_where_a_server_is_named(served, tmp_path):
    command = [BIN / "kliping", "ingest", "portalnusa", "--format", "json"]
    plain = run(command, served | {"KLIPING_HOME": str(tmp_path / "plain"), "PREFECT_API_URL": ""})
    env = served | {"KLIPING_HOME": str(tmp_path / "seen")}

    seen = run(command, env)

    assert seen.returncode == plain.returncode == 0
    assert report_of(seen) == report_of(plain)
    assert report_of(seen)["sources"][0]["n_new"] > 0
    [(trigger, flow_run_id)] = query_published(
        env, "SELECT trigger, prefect_flow_run_id FROM ops.runs"
    )
    assert trigger == "cli"
    assert api(served, f"flow_runs/{flow_run_id}")["state"]["type"] == "COMPLETED"


@pytest.mark.long
def test_backfill_and_reparse_are_flow_runs_too(served, tmp_path):
    env = served | {"KLIPING_HOME": str(tmp_path)}
    window = ["--since", "2026-11-21", "--until", "2026-11-22"]

    past = run([BIN / "kliping", "backfill", "portalnusa", *window, "--format", "json"], env)
    again = run([BIN / "kliping", "reparse", "portalnusa"], env)

    assert (past.returncode, again.returncode) == (0, 0), past.stderr + again.stderr
    assert [row["state"] for row in report_of(past)["days"]] == ["done", "done"]
    flow_runs = query_published(
        env, "SELECT flow_name, trigger, prefect_flow_run_id FROM ops.runs ORDER BY started_at"
    )
    assert [(flow, trigger) for flow, trigger, _ in flow_runs] == [
        ("backfill", "backfill"),
        ("reparse", "reparse"),
    ]
    assert {api(served, f"flow_runs/{id_}")["state"]["type"] for *_, id_ in flow_runs} == {
        "COMPLETED"
    }


def test_a_form_accepts_only_what_there_is(served):
    path = f"deployments/{deployment(served, 'backfill/on-demand')['id']}/create_flow_run"
    for wrong in ({"source_id": "kompsa"}, {"source_id": "kompas", "limit": 0}, {}):
        answer = httpx.post(
            f"{served['PREFECT_API_URL']}/{path}", json={"parameters": wrong}, trust_env=False
        )

        assert answer.is_client_error, answer.text


def test_a_dry_run_says_in_its_state_what_it_would_do(served, tmp_path):
    env = served | {"KLIPING_HOME": str(tmp_path)}
    window = ["--since", "2026-11-21", "--until", "2026-11-22", "--dry-run"]

    dry = run([BIN / "kliping", "backfill", "portalnusa", *window], env)

    assert dry.returncode == 0, dry.stderr
    name = "dry run of backfill portalnusa 2026-11-21…22"
    [flow_run] = api(served, "flow_runs/filter", {"flow_runs": {"name": {"any_": [name]}}})
    assert flow_run["state"]["message"].startswith("dry run, nothing was fetched or loaded: a ")


@pytest.mark.long
def test_outlets_without_a_resolver_fail_the_run_and_give_one_webhook_message(served, tmp_path):
    names = [f"kabar{n}" for n in range(N_OUTLETS)]
    for name in names:
        home = f"http://{name}.test/"
        (tmp_path / f"{name}.toml").write_text(
            f'name = "{name}"\ntitle = "{name}"\nhome = "{home}"\n'
            f'[discover]\nfeeds = ["{home}feed"]\n[fetch]\ndelay_seconds = 0.0\n'
        )
    (tmp_path / "sitecustomize.py").write_text(DEAD_RESOLVER)
    env = served | {
        "KLIPING_HOME": str(tmp_path / "home"),
        "KLIPING_SOURCES": str(tmp_path),
        "KLIPING_CONNECT_TO": "",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), served.get("PYTHONPATH", "")]),
    }
    with webhook() as (address, posts):
        create_automation(env, address, tmp_path)

        refused = run([BIN / "kliping", "ingest", *names], env, seconds=600)
        again = run([BIN / "kliping", "ingest", *names], env, seconds=600)
        digest = {
            "id": str(uuid4()),
            "occurred": str(datetime.now(UTC)),
            "event": "kliping.run.digest",
            "resource": {"prefect.resource.id": "kliping"},
        }
        api(env, "events", [digest | {"payload": {"text": 'PortalNusa is "drifting"'}}])
        until(lambda: len(set(posts)) >= 3, 240)

    assert (refused.returncode, again.returncode) == (1, 1)
    assert "Traceback" not in refused.stderr
    drifting, down, silent = sorted({json.loads(post)["text"] for post in posts})
    assert drifting == 'PortalNusa is "drifting"'
    assert down.startswith(f"network down: {N_OUTLETS} of {N_OUTLETS} hosts failed in the same")
    assert silent == "no ingest has ended for two hours: is the worker alive?"
    assert sum(b"network down" in post for post in posts) == 1
    for (flow_run_id,) in query_published(env, "SELECT prefect_flow_run_id FROM ops.runs"):
        state = api(served, f"flow_runs/{flow_run_id}")["state"]
        assert state["type"] == "FAILED"
        assert state["message"].startswith(f"network down: {N_OUTLETS} of {N_OUTLETS} hosts")


def test_a_source_that_another_run_holds_cancels_the_flow_run(served, tmp_path):
    with source_lock(tmp_path / "locks", "portalnusa", "other", datetime.now(UTC)):
        busy = run(
            [BIN / "kliping", "ingest", "portalnusa"], served | {"KLIPING_HOME": str(tmp_path)}
        )

    assert busy.returncode == 73
    assert "portalnusa is held by run other" in busy.stderr
    assert "Cancelled" in busy.stderr
    assert "Traceback" not in busy.stderr


def test_a_named_server_that_does_not_answer_is_one_clear_line(environment):
    alone = run(
        [BIN / "kliping", "ingest", "portalnusa"], environment | {"PREFECT_API_URL": NOWHERE}
    )

    assert alone.returncode == 2
    assert alone.stderr.splitlines() == [
        f"kliping: no Prefect server answers at {NOWHERE}; start it, or unset PREFECT_API_URL to run without it"
    ]


@pytest.mark.long
def test_the_demo_goes_on_without_a_temporary_server_that_is_late(environment, tmp_path):
    demo = "from kliping.cli.demo import *; raise SystemExit(run_demo(Settings(home=Path(sys.argv[1])), with_prefect=True, patience_seconds=1))"

    late = run([sys.executable, "-c", f"import sys; {demo}", str(tmp_path)], environment)

    assert late.returncode == 0, late.stderr
    assert late.stdout.count("did not start") == 1
    assert "continuing without it" in late.stdout
    assert (
        query_published(
            {"KLIPING_HOME": str(tmp_path)}, "SELECT trigger, prefect_flow_run_id FROM ops.runs"
        )
        == [("demo", None)] * 2
    )


def test_the_command_line_starts_without_prefect(environment):
    run(
        [sys.executable, "-c", "import sys, kliping.cli; assert 'prefect' not in sys.modules"],
        environment,
        check=True,
    )


@pytest.mark.long
def test_a_killed_worker_leaves_its_run_going_and_a_killed_run_leaves_its_place_to_the_next(idle):
    lock = Path(idle["KLIPING_HOME"]) / "locks" / "source-lambat.lock"

    def held() -> dict[str, Any]:
        """By whom, once its run stands in the ledger: the archive's file of a run is made after that."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            holder = json.loads(lock.read_text())
            return (
                holder
                if [*Path(idle["KLIPING_HOME"]).rglob(f"{holder['run_id']}-*.warc.gz")]
                else {}
            )
        return {}

    with worker(idle) as process:
        killed = start_flow_run(idle, "ingest/every-half-hour", sources=["lambat"])
        until(held, 120, process)
        child = held()["pid"]
        os.killpg(process.pid, signal.SIGKILL)

        beside = run([BIN / "kliping", "ingest", "lambat"], idle)
        assert (beside.returncode, is_held(idle, "lambat")) == (73, True), beside.stderr

        os.kill(child, signal.SIGKILL)  # as systemd does with the whole control group
        until(lambda: not is_held(idle, "lambat"), 60)
    assert state_of(idle, killed) == "RUNNING"

    run([BIN / "kliping", "ingest", "portalnusa"], idle, check=True)

    assert state_of(idle, killed) == "CRASHED"
    states = query_published(
        idle, f"SELECT state FROM ops.runs WHERE prefect_flow_run_id = '{killed}'"
    )
    assert states == [("crashed",)]
    with worker(idle):
        assert (
            wait_for_end(
                idle, start_flow_run(idle, "ingest/every-half-hour", sources=["portalnusa"]), 280
            )["state"]["type"]
            == "COMPLETED"
        )


def test_a_run_whose_output_nobody_reads_any_more_goes_on():
    code = """
import os, flows.prefect_support
from rich.console import Console
reader, writer = os.pipe()
console = Console(file=os.fdopen(writer, "w"))
os.close(reader)
console.print("Finished in state Completed()")
console.print("Beginning flow run")
os.write(1, b"went on")
os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "went on"), done.stderr


@pytest.mark.long
def test_a_run_that_a_dead_worker_took_up_is_ended_and_its_place_free(idle):
    pending = start_flow_run(idle, "revisit/hourly")
    api(idle, f"flow_runs/{pending}/set_state", {"state": {"type": "PENDING"}})

    run([BIN / "kliping", "ingest", "portalnusa"], idle, check=True)
    assert state_of(idle, pending) == "PENDING"  # a worker may be about to start it
    later = "import asyncio, flows.prefect_support as it; from flows.settings import *; it.LATE *= 0; raise SystemExit(asyncio.run(it.mark_crashed_flow_runs(from_environment())) != 1)"
    run([sys.executable, "-c", later], idle, check=True)

    assert state_of(idle, pending) == "CRASHED"
    with worker(idle):
        assert (
            wait_for_end(idle, start_flow_run(idle, "revisit/hourly"), 280)["state"]["type"]
            == "COMPLETED"
        )
    assert query_published(
        idle, "SELECT state, trigger FROM ops.runs WHERE flow_name = 'revisit'"
    ) == [("completed", "schedule")]


def report_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The report of a command, without the name of its run."""
    return {name: value for name, value in json.loads(done.stdout).items() if name != "run_id"}


def is_held(env: dict[str, str], source_id: str) -> bool:
    try:
        with source_lock(Path(env["KLIPING_HOME"]) / "locks", source_id, "test", datetime.now(UTC)):
            return False
    except Busy:
        return True


def ignored_and_new() -> set[str]:
    """What lies in the checkout beside its files, caches of bytecode and tests left out."""
    git = shutil.which("git")
    if not git or not (CHECKOUT / ".git").exists():
        return set()
    names = run([git, "status", "--porcelain", "--ignored"], dict(os.environ)).stdout.splitlines()
    return {name for name in names if "cache" not in name}
