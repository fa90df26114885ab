"""A page that hangs, or eats memory, costs its own reason and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.responses import new_article
from support.worker_cases import NESTED, SOURCES, fetched, in_parts, pids, workers

from flows.load import worker_pool as module
from flows.load.outcome import Failure
from flows.load.worker_pool import Workers
from parsers.kinds import Reason
from parsers.paging import MAX_PARTS
from parsers.table_row import MEDIA_TYPE, TableRow, columns_of

pytestmark = pytest.mark.slow
CELLS = {
    "url": "http://kabar.test/berita/2/kabar-hari-ini",
    "title": "Dermaga Lama Dibuka",
    "content": "Kapal nelayan berlayar lagi dari dermaga lama pada pagi yang tenang itu. " * 9,
}
ROW = TableRow(cells=CELLS, columns=columns_of(CELLS)).encode()


def test_what_a_proxy_has_changed_is_a_page_all_the_same():
    fetched_article = fetched(1)
    record = replace(
        fetched_article.records[0], response=replace(fetched_article.response, status=203)
    )
    with workers(0) as readers:
        assert readers.interpret([replace(fetched_article, records=(record,))])[0].state == "loaded"


@pytest.mark.parametrize(("n_parts", "flags"), [(MAX_PARTS, ()), (MAX_PARTS + 1, ("partial",))])
def test_an_article_of_more_pages_than_are_asked_for_is_told_to_be_partial(n_parts, flags):
    with workers(0) as readers:
        outcome = readers.interpret([in_parts(MAX_PARTS, n_parts)])[0]

    assert outcome.state == "loaded"
    assert tuple(flag for flag in outcome.article.flags if flag == "partial") == flags


@pytest.mark.parametrize(("status", "body"), [(404, b"tidak ada"), (200, b"")])
def test_an_article_whose_next_page_is_not_there_is_told_to_be_partial(status, body):
    first, second = in_parts(2, 2).records
    partial_article = replace(
        in_parts(2, 2),
        records=(
            first,
            replace(second, response=replace(second.response, status=status, body=body)),
        ),
    )
    with workers(0) as readers:
        outcome = readers.interpret([partial_article])[0]

    assert (outcome.state, outcome.article.flags) == ("loaded", ("partial",))


@pytest.fixture(scope="module")
def impatient() -> Iterator[Workers]:
    """One child, and a second and a half for a page; shared, since each child takes that long to start."""
    with workers(parse_page_seconds=1.5) as readers:
        yield readers


def n_read(readers: Workers) -> int:
    return sum(child.n_requests for child in readers.processes.running)


def test_the_outcomes_come_in_the_order_of_the_pages():
    due = [fetched(n) for n in range(12)]
    with workers(2) as readers:
        outcomes = readers.interpret(due)

    assert [outcome.link for outcome in outcomes] == [each.link for each in due]
    assert {outcome.state for outcome in outcomes} == {"loaded"}


def test_a_page_that_is_not_read_in_time_costs_its_reason_and_nothing_else(impatient):
    before, hung, after = impatient.interpret([fetched(1), fetched(2, NESTED), fetched(3)])

    assert (hung.state, hung.reason) == ("quarantined", Reason.PARSE_TIMEOUT)
    assert hung.detail == "not parsed within 1.5 s"
    assert (before.state, after.state) == ("loaded", "loaded")


def test_a_channel_that_is_not_read_in_time_is_asked_again():
    feed = b"<rss><channel>" + b"<item><link>http://kabar.test/1</link>" * 400_000
    with workers(parse_channel_seconds=0.05) as readers:
        [outcome] = readers.interpret([fetched(1, feed, "feed")])

    assert (outcome.state, outcome.reason) == ("deferred", Reason.PARSE_TIMEOUT)


def test_a_page_that_wants_too_much_memory_costs_its_reason_and_nothing_else():
    wide = b"<html><body><article>" + b"<p>" * 4_000_000
    with workers(parse_page_seconds=60.0) as readers:
        eaten, after = readers.interpret([fetched(1, wide), fetched(2)])

    assert (eaten.state, eaten.reason) == ("quarantined", Reason.PARSE_ERROR)
    assert after.state == "loaded"


@pytest.mark.parametrize(
    ("by", "reason"), [("SIGKILL", Reason.PARSE_ERROR), ("SIGALRM", Reason.PARSE_TIMEOUT)]
)
def test_a_reader_that_dies_is_replaced(impatient, by, reason):
    """The system's alarm ends it too, where the parent comes late."""
    impatient.interpret([fetched(1)])
    [pid] = pids(impatient)
    threading.Timer(0.5, os.kill, (pid, signal.Signals[by])).start()
    died, after = impatient.interpret([fetched(2, NESTED), fetched(3)])

    assert (died.state, died.reason) == ("quarantined", reason)
    assert after.state == "loaded"
    assert pids(impatient) != [pid]


@pytest.mark.parametrize(
    ("most_bytes", "n_living"), [(-(2**40), [1, 0, 1, 0]), (2**40, [1, 1, 1, 1])]
)
def test_a_reader_that_has_grown_is_replaced_after_so_many_pages(monkeypatch, most_bytes, n_living):
    monkeypatch.setattr(module, "TASKS_PER_CHECK", 2)
    monkeypatch.setattr(module, "MOST_GROWTH_BYTES", most_bytes)
    seen = []
    with workers() as readers:
        for n in range(4):
            readers.interpret([fetched(n)])
            seen.append(pids(readers))

    assert [len(living) for living in seen] == n_living
    assert (seen[0] == seen[2]) == (most_bytes > 0)


def test_a_reader_is_not_replaced_for_the_memory_of_its_fork_server(monkeypatch):
    """It begins with that, and most of it is there once."""
    monkeypatch.setattr(module, "TASKS_PER_CHECK", 1)
    with workers() as readers:
        readers.interpret([fetched(1)])
        [pid] = pids(readers)
        readers.interpret([fetched(2)])

        assert pids(readers) == [pid]


def test_what_extractors_load_late_is_in_the_fork_server():
    """Else each reader would load it again, and have it in memory alone."""
    script = """
import sys
from flows.load import worker
worker._warm_up(b"p")
from trafilatura import external
assert external.JT_STOPLIST
print(*sorted(sys.modules.keys() & {"bs4", "htmldate", "justext", "py3langid", "resiliparse", "trafilatura"}))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout.split() == [
        "bs4",
        "htmldate",
        "justext",
        "py3langid",
        "resiliparse",
        "trafilatura",
    ]


def test_a_reader_has_its_memory_for_pages():
    """DuckDB alone would take a quarter of it."""
    code = "import sys, flows.load.worker; print({'duckdb', 'prefect', 'httpx'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "set()"


def test_children_start_when_there_is_work_for_them():
    with workers(2) as readers:
        assert pids(readers) == []
        readers.interpret([fetched(1)])
        readers.interpret([fetched(2)])
        [pid] = pids(readers)

        assert os.getpgid(pid) != os.getpgid(0)  # an interrupt at the terminal is not for it


def test_children_have_no_keys(monkeypatch):
    module.FORK_SERVERS.stop()
    for name in ("AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "KLIPING_SERVE_TOKEN", "KLIPING_KEPT"):
        monkeypatch.setenv(name, "one-of-the-secrets")
    with workers() as readers:
        readers.interpret([fetched(1)])
        environment = Path(f"/proc/{pids(readers)[0]}/environ").read_text()
    module.FORK_SERVERS.stop()

    assert [line for line in environment.split("\0") if "one-of-the-secrets" in line] == [
        "KLIPING_KEPT=one-of-the-secrets"
    ]


def test_the_next_workers_have_the_same_fork_server_and_their_own_sources_and_lines():
    pages = [
        fetched(n, new_article("kabar", f"/{n}", tail="<p>Ikuti kabar kami.</p>")) for n in (1, 2)
    ]
    line = "Ikuti kabar kami."
    with workers() as readers:
        readers.set_repeated_lines({"kabar": frozenset({line})})
        [without] = readers.interpret(pages[:1])
        before = fork_server_pids()
    with workers() as readers:
        [plain] = readers.interpret(pages[1:])

    assert fork_server_pids() == before
    assert line not in without.article.body_text
    assert line in plain.article.body_text


def test_the_fork_server_ends_after_many_pages_and_another_starts_for_the_next(monkeypatch):
    monkeypatch.setattr(module, "MANY", 1)
    with workers() as readers:
        readers.interpret([fetched(1)])
    before = fork_server_pids()
    with workers() as readers:
        readers.interpret([fetched(2)])
        readers.interpret([fetched(3)])
    after = fork_server_pids()
    with workers() as readers:
        [outcome] = readers.interpret([fetched(4)])

    assert len(before) == 1
    assert after == []
    assert outcome.state == "loaded"


def fork_server_pids() -> list[int]:
    return [server.pid for server in module.FORK_SERVERS._servers.values()]


def test_workers_have_no_thread_and_no_file_in_common():
    with workers(2) as readers:
        readers.interpret([fetched(n) for n in range(2 * module.FEW)])
        threads = [[*Path(f"/proc/{pid}/task").iterdir()] for pid in fork_server_pids()]
        files = [
            {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()} - {os.devnull}
            for pid in pids(readers)
        ]

    assert [len(each) for each in threads] == [1]
    assert len(files) == 2
    assert not files[0] & files[1]


def test_a_page_is_read_after_the_fork_server_has_died():
    with workers() as readers:
        readers.interpret([fetched(1)])
        before = fork_server_pids()
        for pid in (*before, *pids(readers)):
            os.kill(pid, signal.SIGKILL)
        wait_for_end(pids(readers))
        [outcome] = readers.interpret([fetched(2)])

    assert outcome.state == "loaded"
    assert fork_server_pids() != before


def test_a_worker_that_died_while_idle_costs_no_page():
    with workers() as readers:
        readers.interpret([fetched(1)])
        [pid] = pids(readers)
        os.kill(pid, signal.SIGKILL)
        wait_for_end([pid])
        [outcome] = readers.interpret([fetched(2)])

        assert pids(readers) != [pid]
    assert outcome.state == "loaded"


def wait_for_end(ended: list[int]) -> None:
    for pid in ended:
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)


def test_no_worker_is_left_at_the_end_and_no_fork_server():
    with workers(3) as readers:
        readers.interpret([fetched(n) for n in range(3 * module.FEW)])
        started = pids(readers)
    of_server = fork_server_pids()
    module.FORK_SERVERS.stop()

    assert len(started) == 3
    for pid in (*started, *of_server):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_what_only_pages_need_is_imported_when_there_are_pages(monkeypatch, tmp_path):
    """Its import takes as long as a hundred rows."""
    program = f"""
from pathlib import Path
from flows.load import worker
real = worker._warm_up
def warm_up(task):
    with Path({str(tmp_path / "warm")!r}).open("ab") as file:
        file.write(task)
    real(task)
worker._warm_up = warm_up
worker.main()
"""
    monkeypatch.setattr(module, "PROGRAM", ("-c", program))
    page, row = fetched(1), fetched(2, ROW, "file")
    response = replace(row.response, headers=(("content-type", MEDIA_TYPE),), status=None)
    row = replace(row, records=(replace(row.records[0], response=response),))
    with workers() as readers:
        [outcome] = readers.interpret([row])

        assert (tmp_path / "warm").read_bytes() == b"r"
    for _ in range(2):
        with workers() as readers:
            readers.interpret([row, page])

    assert outcome.article.headline == "Dermaga Lama Dibuka"
    assert (tmp_path / "warm").read_bytes() == b"rp"


def test_the_end_of_a_run_is_not_the_fault_of_the_page_that_was_being_read():
    readers = workers()
    readers.interpret([fetched(1)])
    threading.Timer(0.5, readers.__exit__, (None, None, None)).start()

    with pytest.raises(RuntimeError, match="closed"):
        readers.interpret([fetched(2, NESTED)])


def test_on_a_busy_machine_the_time_is_the_childs_own(impatient):
    impatient.interpret([fetched(1)])
    [pid] = pids(impatient)
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(2.0, os.kill, (pid, signal.SIGCONT)).start()
    [outcome] = impatient.interpret([fetched(2)])

    assert outcome.state == "loaded"


def test_the_further_page_and_the_further_sitemaps_are_read_by_children_too(impatient):
    more = new_article("kabar", "/1", tail="<a rel='next' href='?page=2'>2</a>")
    index = b"<sitemapindex><sitemap><loc>http://kabar.test/a.xml</loc></sitemap></sitemapindex>"
    before = n_read(impatient)
    following = impatient.next_page(fetched(1, more).response, SOURCES["kabar"])
    named = impatient.channels_of(fetched(2, index, "sitemap"), SOURCES["kabar"])

    assert following == "http://kabar.test/berita/1/kabar-hari-ini?page=2"
    assert [link.url for link in named] == ["http://kabar.test/a.xml"]
    assert n_read(impatient) == before + 2


def test_without_children_all_is_read_in_this_process():
    with workers(0) as readers:
        [outcome] = readers.interpret([fetched(1)])

    assert outcome.state == "loaded"
    assert pids(readers) == []


def test_an_error_of_the_parsers_own_costs_the_page_only_and_the_reader_goes_on(impatient):
    impatient.interpret([fetched(1)])
    before = pids(impatient)
    without_answers = replace(fetched(2), records=())
    failed, after = impatient.interpret([without_answers, fetched(3)])

    assert (failed.state, failed.reason) == ("quarantined", Reason.PARSE_ERROR)
    assert failed.detail.startswith("the parser failed: IndexError")
    assert after.state == "loaded"
    assert pids(impatient) == before


def test_an_error_while_a_failure_is_read_costs_its_page_only():
    lost = replace(fetched(1), records=(), failure=Failure(reason=Reason.DNS))  # and no attempt
    with workers(1) as readers:
        failed, after = readers.interpret([lost, fetched(2)])

        assert readers.given_up_sources == []
    assert (failed.state, failed.reason) == ("quarantined", Reason.PARSE_ERROR)
    assert failed.detail.startswith("the parser failed: IndexError")
    assert after.state == "loaded"
