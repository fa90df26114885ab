"""Runs that are killed, stopped or hung up: their sources are free, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest
from support.builders import rows
from support.killed_runs import PAGES, SERIAL, WHOLE, Serial, kill, leftovers, parts
from support.runs import (
    NAMES,
    ask,
    count_requests,
    differences,
    ingest,
    needless_requests,
    records,
    settings_for,
    start,
    wait_for_exit,
    wait_until,
)

from flows.runs.errors import Busy
from kliping.newsroom import Newsroom
from warehouse.write.database import Database

pytestmark = pytest.mark.slow


async def test_a_killed_run_is_marked_and_its_source_is_free_at_once(site, tmp_path):
    settings = settings_for(tmp_path, site)
    process = await start(settings)
    assert await wait_until(
        lambda: any(not r.target.endswith(".txt") for r in site.requests), process
    )
    assert await kill(process)
    assert rows(Database(tmp_path), "SELECT state FROM ops.runs") == [("running",)]

    await ingest(settings)

    assert ask(tmp_path, "SELECT state, finished_at IS NULL FROM ops.runs ORDER BY started_at") == [
        ("crashed", True),
        ("completed", False),
    ]


async def test_a_second_run_of_a_source_is_told_who_holds_it(site, tmp_path):
    settings = settings_for(tmp_path, site)
    process = await start(settings, ["suararantau"])
    assert await wait_until(lambda: len(site.requests) > 1, process)
    process.send_signal(signal.SIGSTOP)

    code, output = await wait_for_exit(await start(settings, ["suararantau"]))
    with pytest.raises(Busy, match=f"PID {process.pid}"):
        await ingest(settings, ["suararantau"])

    assert await kill(process)
    assert (code, f"PID {process.pid} " in output) == (73, True), output


@pytest.mark.long
async def test_runs_of_different_sources_go_side_by_side(site, tmp_path, first_visit):
    settings = settings_for(tmp_path, site)

    ends = [
        await wait_for_exit(process)
        for process in [await start(settings, [name]) for name in NAMES]
    ]

    assert [code for code, _ in ends] == [0, 0, 0], ends
    assert differences(first_visit, tmp_path) == {}
    assert needless_requests(site, tmp_path) == []
    spans = {name: [r.at for r in site.requests if name in r.host] for name in NAMES}
    assert max(min(span) for span in spans.values()) < min(max(span) for span in spans.values())


PAGED = tuple(
    f"http://portalnusa.test/ekonomi/d-{slug}"
    for slug in (
        "830114/harga-cabai-rawit-tembus-rp98-000",
        "829540/tol-semarang-demak-seksi-2-beroperasi",
    )
)


# On a busy machine the end of a run may take longer than a user should wait.
PATIENT = (
    "from flows.runs import stop; stop.DEADLINE_SECONDS = 240; from kliping.cli import main; main()"
)


@pytest.mark.parametrize(
    ("number", "code", "after"),
    [
        pytest.param(signal.SIGTERM, 143, "", marks=pytest.mark.long),
        pytest.param(signal.SIGHUP, 129, "", marks=pytest.mark.long),
        pytest.param(signal.SIGINT, 130, "", marks=pytest.mark.long),
        (signal.SIGINT, 130, PAGED[0]),
    ],
)
async def test_a_run_that_is_asked_to_stop_leaves_nothing_behind_it(
    site, tmp_path, first_visit, number, code, after
):
    settings = settings_for(tmp_path, site)
    process = await start(settings, program=["-c", PATIENT])

    def is_under_way() -> bool:
        pages = [r.link.url for r in records(tmp_path) if r.link.kind == "page"]
        return len(pages) > 3 and (not after or after in pages)

    assert await wait_until(is_under_way, process)
    process.send_signal(number)
    ending, output = await wait_for_exit(process)
    got = {r.link.url for r in records(tmp_path) if r.link.kind == "page"}
    published = {url for (url,) in ask(tmp_path, "SELECT url FROM mart.articles")}
    unfinished = {
        url
        for (url,) in ask(
            tmp_path,
            "SELECT url FROM ops.frontier SEMI JOIN raw.fetches ON requested_url = url WHERE state = 'pending'",
        )
    }

    await ingest(settings)

    assert ending == code, output
    assert 3 < len(published) < 34
    assert published == got - unfinished
    assert unfinished <= set(
        PAGED
    )  # an article between two of its pages is not yet one; nothing else is begun and left
    assert needless_requests(site, tmp_path) == []
    assert differences(first_visit, tmp_path) == {}


@pytest.mark.long
async def test_a_run_under_nohup_outlives_its_terminal(site, tmp_path):
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    program = ["-c", f"{ignoring}from kliping.cli import main; main()"]
    process = await start(settings_for(tmp_path, site), ["portalnusa"], program=program)

    assert await wait_until(lambda: any(r.link.kind == "page" for r in records(tmp_path)), process)
    process.send_signal(signal.SIGHUP)
    code, output = await wait_for_exit(process)

    assert code == 0, output


class Slow(Serial):
    """Where every page is begun and never ended while `held`."""

    held = True

    async def _serve_one(self, reader, writer):
        if self.held and any("page=3" in r.target for r in self.requests):
            await asyncio.sleep(3600)
        return await super()._serve_one(reader, writer)


async def test_a_stop_in_the_middle_of_an_article_keeps_its_pages_for_the_next_run(tmp_path):
    """The request under way is given up after its grace; what came before is loaded, and the article goes on there."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "kabar.toml").write_text(SERIAL)
    Slow.hosts = (*Newsroom.hosts, "kabar.test")
    async with Slow() as slow:
        settings = settings_for(tmp_path / "home", slow, folder)
        process = await start(settings, ["kabar"], program=["-c", PATIENT])
        assert await wait_until(
            lambda: sum(r.link.kind == "part" for r in records(settings.home)) == 2, process
        )
        process.send_signal(signal.SIGTERM)
        code, output = await wait_for_exit(process)
        halfway = ask(
            settings.home,
            "SELECT count(*), (SELECT count(*) FROM core.articles) FROM raw.fetches WHERE kind IN ('page', 'part')",
        )
        Slow.held = False

        await ingest(settings, ["kabar"])

        assert (code, halfway) == (143, [(3, 0)]), output
        assert parts(settings.home) == [(WHOLE, 1)]
        assert [count_requests(slow)[url] for url in PAGES] == [1, 1, 1, 1]


async def test_what_a_killed_run_left_in_the_home_is_removed(site, tmp_path):
    (tmp_path / "locks").mkdir()
    (tmp_path / "staging").mkdir()
    (tmp_path / "staging" / "articles.ndjson").write_text("{")
    (tmp_path / "kliping.duckdb.new").write_bytes(b"half a copy")
    (tmp_path / "warehouse.duckdb.new").write_bytes(b"half a birth")
    (tmp_path / "locks" / "run-20261101T010000Z-dead.lock").touch()
    draft = tmp_path / "locks" / "host-0123.4567.tmp"
    draft.touch()
    os.utime(draft, (0, 0))

    await ingest(settings_for(tmp_path, site), ["portalnusa"])

    assert leftovers(tmp_path) == []
