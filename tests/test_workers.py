"""A page that hangs, or eats memory, costs its own reason and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from conftest import T0

from flows import workers as module
from flows.fetch import Budgets
from flows.newsroom.answers import page, story
from flows.reading import Fetched
from flows.workers import Workers
from parsers.article import Link, Reason, Response
from parsers.source import from_data
from warehouse.archive import Place, Record

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}
NESTED = page("<div>" * 100_000 + "teks")  # reads for minutes
PLACE = Place(file="f.warc.gz", offset=0, length=1)


def fetched(n: int, body: bytes | None = None, kind: str = "page") -> Fetched:
    link = Link(url=f"http://kabar.test/berita/{n}/kabar-hari-ini", source_id="kabar", kind=kind)
    answer = Response(
        fetch_id=str(uuid5(NAMESPACE_URL, link.url)),
        requested_url=link.url,
        url=link.url,
        fetched_at=T0,
        status=200,
        body=body if body is not None else story("kabar", f"/{n}"),
    )
    return Fetched(link=link, run_id="run", records=(Record(link=link, response=answer, run_id="run", place=PLACE),))


def workers(n_children: int = 1, **budgets) -> Workers:
    return Workers(SOURCES, Budgets(**budgets), n_children)


def children() -> list[int]:
    """The readers that this process started and that live."""
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if "flows.reader" in line]


def test_the_outcomes_come_in_the_order_of_the_pages():
    due = [fetched(n) for n in range(12)]
    with workers(2) as readers:
        outcomes = readers.read(due)

    assert [outcome.link for outcome in outcomes] == [each.link for each in due]
    assert {outcome.state for outcome in outcomes} == {"loaded"}


def test_a_page_that_is_not_read_in_time_costs_its_reason_and_nothing_else():
    with workers(parse_page_seconds=1.0) as readers:
        before, hung, after = readers.read([fetched(1), fetched(2, NESTED), fetched(3)])

    assert (hung.state, hung.reason) == ("quarantined", Reason.PARSE_TIMEOUT)
    assert hung.detail == "not read within 1 s"
    assert (before.state, after.state) == ("loaded", "loaded")


def test_a_channel_that_is_not_read_in_time_is_asked_again():
    feed = b"<rss><channel>" + b"<item><link>http://kabar.test/1</link>" * 400_000
    with workers(parse_channel_seconds=0.05) as readers:
        [outcome] = readers.read([fetched(1, feed, "feed")])

    assert (outcome.state, outcome.reason) == ("deferred", Reason.PARSE_TIMEOUT)


def test_a_page_that_wants_too_much_memory_costs_its_reason_and_nothing_else():
    wide = b"<html><body><article>" + b"<p>" * 4_000_000
    with workers(parse_page_seconds=60.0) as readers:
        eaten, after = readers.read([fetched(1, wide), fetched(2)])

    assert (eaten.state, eaten.reason) == ("quarantined", Reason.PARSE_ERROR)
    assert after.state == "loaded"


def test_a_reader_that_dies_is_replaced():
    with workers() as readers:
        readers.read([fetched(1)])
        [pid] = children()
        threading.Timer(0.5, os.kill, (pid, signal.SIGKILL)).start()
        died, after = readers.read([fetched(2, NESTED), fetched(3)])

        assert (died.state, died.reason) == ("quarantined", Reason.PARSE_ERROR)
        assert after.state == "loaded"
        assert children() != [pid]


def test_a_reader_is_replaced_after_so_many_pages(monkeypatch):
    monkeypatch.setattr(module, "PAGES_PER_CHILD", 2)
    seen = []
    with workers() as readers:
        for n in range(4):
            readers.read([fetched(n)])
            seen.append(children())

    assert [len(pids) for pids in seen] == [1, 0, 1, 0]
    assert seen[0] != seen[2]


def test_children_start_when_there_is_work_for_them_and_end_with_it():
    with workers(2) as readers:
        assert children() == []
        readers.read([fetched(1)])
        readers.read([fetched(2)])
        assert len(children()) == 1

    assert children() == []


def test_the_end_of_a_run_is_not_the_fault_of_the_page_that_was_being_read():
    readers = workers()
    readers.read([fetched(1)])
    threading.Timer(0.5, readers.__exit__, (None, None, None)).start()

    with pytest.raises(RuntimeError, match="closed"):
        readers.read([fetched(2, NESTED)])


def test_an_interrupt_at_the_terminal_is_not_for_the_children():
    with workers() as readers:
        readers.read([fetched(1)])
        [pid] = children()

        assert os.getpgid(pid) != os.getpgid(0)


def test_on_a_busy_machine_the_time_is_the_childs_own():
    with workers(parse_page_seconds=1.0) as readers:
        readers.read([fetched(1)])
        [pid] = children()
        os.kill(pid, signal.SIGSTOP)
        threading.Timer(1.5, os.kill, (pid, signal.SIGCONT)).start()
        [outcome] = readers.read([fetched(2)])

    assert outcome.state == "loaded"


def test_the_further_page_and_the_further_sitemaps_are_read_by_children_too():
    more = story("kabar", "/1", tail="<a rel='next' href='?page=2'>2</a>")
    index = b"<sitemapindex><sitemap><loc>http://kabar.test/a.xml</loc></sitemap></sitemapindex>"
    with workers() as readers:
        following = readers.next_page(fetched(1, more).first, SOURCES["kabar"])
        named = readers.channels_of(fetched(2, index, "sitemap"), SOURCES["kabar"])

        assert following == "http://kabar.test/berita/1/kabar-hari-ini?page=2"
        assert [link.url for link in named] == ["http://kabar.test/a.xml"]
        assert len(children()) == 1


def test_without_children_all_is_read_in_this_process():
    with workers(0) as readers:
        [outcome] = readers.read([fetched(1)])

    assert outcome.state == "loaded"
    assert children() == []


def test_a_reader_ends_when_its_parent_is_gone(tmp_path: Path):
    code = f"""
import sys, pickle, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_workers import *
readers = workers()
readers.read([fetched(1)])
print(children()[0], flush=True)
time.sleep(60)
"""
    with subprocess.Popen([module.sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not Path(f"/proc/{pid}").exists()
