"""Without a network a run says one sentence, `status` says it too, and no host is left alone for it."""

from __future__ import annotations

import logging

import pytest
from support.command_line import kliping

from flows.http import host_rows
from flows.http.limits import Budgets
from flows.jobs import jobs
from flows.settings import Settings
from kliping.cli import log_handler
from kliping.cli.job_runs import print_summary
from kliping.output import Format
from parsers.source import from_data

NOWHERE = "127.0.0.1", 9  # the discard port: nothing listens there
IMPATIENT = Budgets(attempts=2, backoff_seconds=0.0, breaker_failures=1)
NAMES = ("satu", "dua", "tiga")


def outlet(name):
    home = f"http://{name}.test/"
    return from_data(
        {
            "name": name,
            "title": name.title(),
            "home": home,
            "discover": {"feeds": [f"{home}feed"], "sitemaps": [f"{home}sitemap.xml"]},
            "fetch": {"delay_seconds": 0.0},
        }
    )


@pytest.fixture(autouse=True)
def not_verbose(monkeypatch):
    """Whatever another test asked for in this process."""
    monkeypatch.setattr(log_handler, "_levels", [logging.WARNING])


async def ingest(home, names=NAMES):
    settings = Settings(
        home=home,
        contact="https://example.org/about",
        allow_private=frozenset({NOWHERE}),
        connect_to=tuple((f"{name}.test", *NOWHERE) for name in names),
        readers=1,
        min_free_mb=0,
    )
    sources = {name: outlet(name) for name in names}
    return await jobs.ingest_sources(settings, sources, names, budgets=IMPATIENT)


async def test_a_run_without_a_network_says_one_sentence(tmp_path, capsys):
    summary = await ingest(tmp_path)

    code = print_summary(summary, Format.TABLE)

    printed = capsys.readouterr()
    [line] = [line for line in printed.err.splitlines() if "network" in line]
    assert (code, printed.out, printed.err) == (1, "", f"{line}\n")
    assert line.startswith("network down: 3 of 3 hosts failed in the same way, connect")


async def test_whoever_asks_for_more_gets_the_list_too(tmp_path, capsys, monkeypatch):
    summary = await ingest(tmp_path, NAMES[:2])
    monkeypatch.setattr(log_handler, "_levels", [logging.INFO])

    print_summary(summary, Format.TABLE)

    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("network down: 2 of 2 hosts")
    assert {line.partition(":")[0] for line in lines[1:]} == {"satu", "dua"}


async def test_status_says_it_too(tmp_path):
    await ingest(tmp_path)

    done = kliping(tmp_path, "status")

    assert (done.returncode, done.stderr) == (1, "")
    [line] = done.stdout.splitlines()
    assert line.startswith("network down: 3 of 3 hosts")
    assert line.endswith("`kliping status --all` lists the outlets")
    assert "http://satu.test/feed" in kliping(tmp_path, "status", "--all").stdout


async def test_no_breaker_counts_a_network_that_is_down(tmp_path):
    summary = await ingest(tmp_path)

    rows = host_rows.rows(tmp_path / "locks")
    assert {row["host"] for row in rows} == {f"{name}.test" for name in NAMES}
    assert [(row["consecutive_failures"], row["breaker_until"]) for row in rows] == [(0, None)] * 3
    assert not any(row.get("until") for row in summary.failures)


async def test_a_single_host_that_fails_is_its_own_fault(tmp_path):
    await ingest(tmp_path, NAMES[:1])

    [row] = host_rows.rows(tmp_path / "locks")
    assert row["consecutive_failures"]
    assert row["breaker_until"]
