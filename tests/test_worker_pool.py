"""A page that hangs, or eats memory, costs its own reason and nothing else."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import orjson
import pytest
from support import hostile_pages
from support.builders import T0
from support.responses import story

from flows.http.limits import Budgets
from flows.load import worker_pool as module
from flows.load.outcome import Failure, Fetched
from flows.load.worker import HEADER
from flows.load.worker_messages import DONE, NO_MEMORY, decode, encode
from flows.load.worker_pool import Workers
from parsers.article import Link, Response
from parsers.facts import Figure, Structure
from parsers.kinds import Reason
from parsers.paging import MAX_PARTS
from parsers.source import from_data
from warehouse.archive.archive import Record, RecordLocation

pytestmark = pytest.mark.slow

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}
NESTED = hostile_pages.NESTED  # reads for half a minute
PLACE = RecordLocation(file="f.warc.gz", offset=0, length=1)


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
    return Fetched(
        link=link,
        run_id="run",
        records=(Record(link=link, response=answer, run_id="run", location=PLACE),),
    )


def workers(n_children: int = 1, **budgets) -> Workers:
    return Workers(SOURCES, Budgets(**budgets), n_children)


def in_parts(n_asked: int, n_parts: int) -> Fetched:
    """An article of which so many pages were asked for."""
    first = fetched(1)
    following = [
        f"<a rel='next' href='?page={n + 1}'>Selanjutnya</a>" if n < n_parts else ""
        for n in range(1, n_asked + 1)
    ]
    records = [
        replace(
            first.records[0],
            link=replace(first.link, kind="part" if n > 1 else "page"),
            response=replace(
                first.response,
                url=(url := first.link.url + (f"?page={n}" if n > 1 else "")),
                requested_url=url,
                body=story("kabar", f"/1/{n}", tail=tail),
            ),
        )
        for n, tail in enumerate(following, 1)
    ]
    return replace(first, records=tuple(records))


def test_what_a_proxy_has_changed_is_a_page_all_the_same():
    said = fetched(1)
    record = replace(said.records[0], response=replace(said.response, status=203))
    with workers(0) as readers:
        assert readers.interpret([replace(said, records=(record,))])[0].state == "loaded"


@pytest.mark.parametrize(("n_parts", "flags"), [(MAX_PARTS, ()), (MAX_PARTS + 1, ("partial",))])
def test_an_article_of_more_pages_than_are_asked_for_is_told_to_be_partial(n_parts, flags):
    with workers(0) as readers:
        outcome = readers.interpret([in_parts(MAX_PARTS, n_parts)])[0]

    assert outcome.state == "loaded"
    assert tuple(flag for flag in outcome.article.flags if flag == "partial") == flags


@pytest.mark.parametrize(("status", "body"), [(404, b"tidak ada"), (200, b"")])
def test_an_article_whose_next_page_is_not_there_is_told_to_be_partial(status, body):
    first, second = in_parts(2, 2).records
    said = replace(
        in_parts(2, 2),
        records=(
            first,
            replace(second, response=replace(second.response, status=status, body=body)),
        ),
    )
    with workers(0) as readers:
        outcome = readers.interpret([said])[0]

    assert (outcome.state, outcome.article.flags) == ("loaded", ("partial",))


@pytest.fixture(scope="module")
def impatient() -> Iterator[Workers]:
    """One child, and a second and a half for a page; shared, since each child takes that long to start."""
    with workers(parse_page_seconds=1.5) as readers:
        yield readers


def pids(readers: Workers) -> list[int]:
    """The children that live."""
    return [child.running.process.pid for child in readers._slots if child.running]


def n_read(readers: Workers) -> int:
    return sum(slot.running.n_tasks for slot in readers._slots if slot.running)


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


def test_a_reader_is_replaced_after_so_many_pages(monkeypatch):
    monkeypatch.setattr(module, "TASKS_PER_PROCESS", 2)
    seen = []
    with workers() as readers:
        for n in range(4):
            readers.interpret([fetched(n)])
            seen.append(pids(readers))

    assert [len(living) for living in seen] == [1, 0, 1, 0]
    assert seen[0] != seen[2]


def test_a_reader_has_its_memory_for_pages():
    """DuckDB alone would take a quarter of it."""
    code = "import sys, flows.load.worker; print({'duckdb', 'prefect', 'httpx'} & {*sys.modules})"
    ran = subprocess.run(
        [module.sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "set()"


def test_children_start_when_there_is_work_for_them():
    with workers(2) as readers:
        assert pids(readers) == []
        readers.interpret([fetched(1)])
        readers.interpret([fetched(2)])
        [pid] = pids(readers)

        assert os.getpgid(pid) != os.getpgid(0)  # an interrupt at the terminal is not for it


def test_an_idle_child_serves_the_next_workers_with_their_own_sources_and_lines():
    module.IDLE_PROCESSES.stop()
    pages = [fetched(n, story("kabar", f"/{n}", tail="<p>Ikuti kabar kami.</p>")) for n in (1, 2)]
    line = "Ikuti kabar kami."
    with workers() as readers:
        readers.set_repeated_lines({"kabar": frozenset({line})})
        [without] = readers.interpret(pages[:1])
        before = pids(readers)
    with workers() as readers:
        [plain] = readers.interpret(pages[1:])
        assert pids(readers) == before

    assert line not in without.article.body_text
    assert line in plain.article.body_text


def test_an_idle_child_that_died_is_not_used_again():
    module.IDLE_PROCESSES.stop()
    with workers() as readers:
        readers.interpret([fetched(1)])
        [pid] = pids(readers)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    with workers() as readers:
        [outcome] = readers.interpret([fetched(2)])

    assert outcome.state == "loaded"


def test_so_many_idle_children_are_kept_and_none_at_the_end():
    module.IDLE_PROCESSES.stop()
    with workers(3) as readers:
        readers.interpret([fetched(n) for n in range(3 * module.FEW)])
        started = pids(readers)
    idle = [process.process.pid for process in module.IDLE_PROCESSES._idle]
    module.IDLE_PROCESSES.stop()

    assert len(started) == 3
    assert len(idle) == module._IdleProcesses.MAX
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


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
    more = story("kabar", "/1", tail="<a rel='next' href='?page=2'>2</a>")
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


class Evil:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def taken_over(answer: bytes) -> str:
    """A program in the place of the reader, that a page has made answer with these bytes."""
    return f"""
import struct, sys
for answer in (bytes(8), {answer!r}):
    sys.stdin.buffer.read(*struct.unpack("!Q", sys.stdin.buffer.read(8)))
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
sys.stdin.buffer.read()
"""


def framed(answer: bytes) -> bytes:
    return HEADER.pack(len(answer)) + answer


def forged(**values) -> bytes:
    """The outcome of another link than the one that was to be read."""
    with workers(0) as readers:
        [outcome] = readers.interpret([fetched(9)])
    plain = {name: getattr(outcome, name) for name in type(outcome).__slots__} | values
    return framed(DONE + orjson.dumps(plain | {"records": []}, default=str))


@pytest.mark.parametrize(
    ("case", "detail"),
    [
        ("pickle", "the worker process sent no answer to interpret"),
        ("pickle after the sign of an answer", "the worker process sent no answer to interpret"),
        ("another type", "the worker process sent no answer to interpret"),
        ("a field that is none", "the worker process sent no answer to interpret"),
        ("no JSON", "the worker process sent no answer to interpret"),
        ("without end", "the worker process sent an answer of 1099511627776 bytes"),
        ("nothing", "the worker process sent no answer to interpret"),
    ],
)
def test_a_reader_that_a_page_has_taken_over_can_only_be_a_dead_one(
    case, detail, tmp_path, monkeypatch
):
    evil = pickle.dumps(Evil(tmp_path / "made"))
    answers = {
        "pickle": framed(evil),
        "pickle after the sign of an answer": framed(DONE + evil),
        "another type": forged(state=["loaded"]),
        "a field that is none": forged(article={"article_id": 7}),
        "no JSON": framed(DONE + b"{" * 100_000),
        "without end": HEADER.pack(1 << 40) + bytes(1000),
        "nothing": framed(b""),
    }
    monkeypatch.setattr(module, "PROGRAM", ("-c", taken_over(answers[case])))
    with workers() as readers:
        [outcome] = readers.interpret([fetched(1)])

        assert pids(readers) == []
    assert (outcome.state, outcome.reason) == ("quarantined", Reason.PARSE_ERROR)
    assert outcome.detail.startswith(detail)
    assert not (tmp_path / "made").exists()


def test_a_reader_has_no_say_in_what_its_answer_is_about(monkeypatch):
    attempt = {"fetch_id": "f", "requested_url": "u", "url": "u", "fetched_at": T0, "body": ""}
    answer = forged(run_id="another", unanswered=attempt)
    monkeypatch.setattr(module, "PROGRAM", ("-c", taken_over(answer)))
    with workers() as readers:
        [outcome] = readers.interpret([one := fetched(1)])

    assert outcome.state == "loaded"
    assert (outcome.link, outcome.run_id, outcome.records) == (one.link, "run", one.records)
    assert outcome.unanswered is None


def test_what_a_reader_answers_is_what_is_read_in_this_process():
    bodies = {
        "page": story("kabar", "/1", tail="<p>Sekitar 1,5 juta ton beras &#55296;.</p>"),
        "feed": b"<rss><channel><item><title>Kabar</title><link>/berita/2/kabar-lain</link>"
        b"<pubDate>Thu, 01 Oct 2026 07:00:00 +0700</pubDate></item></channel></rss>",
    }
    due = [fetched(n, body, kind) for n, (kind, body) in enumerate(bodies.items())]
    with workers(1) as readers, workers(0) as here:
        assert readers.interpret(due) == here.interpret(due)


@pytest.mark.parametrize("number", [Decimal("1.50"), Decimal("1E+3")])
def test_values_that_json_does_not_know_come_back_as_they_were(number):
    with workers(0) as readers:
        [outcome] = readers.interpret([fetched(1)])
    figure = Figure(
        figure_no=1,
        paragraph_no=1,
        text="1",
        value=number,
        comparator="=",
        char_start=0,
        char_end=1,
        rule_id="x",
    )
    article = replace(outcome.article, structure=Structure(figures=(figure,)))
    sent = replace(outcome, records=(), article=article)

    assert decode("interpret", encode(sent)) == sent


def test_a_lone_surrogate_is_answered_as_the_database_would_hold_it():
    link = Link(url="http://kabar.test/1", source_id="kabar", title="a\ud800b", published_at=T0)

    assert decode("channels_of", encode((link,))) == (replace(link, title="a?b"),)


def test_a_source_whose_pages_have_killed_so_many_readers_is_read_no_more():
    hung = [fetched(n, NESTED) for n in range(2)]
    other = replace(fetched(4).link, source_id="lain")
    with Workers(SOURCES, Budgets(parse_page_seconds=0.7), 1, max_kills=2) as readers:
        readers.interpret(hung)
        skipped, read = readers.interpret([fetched(3), replace(fetched(4), link=other)])

        assert readers.given_up_sources == ["kabar"]
    assert (skipped.state, skipped.reason) == ("quarantined", Reason.PARSE_ERROR)
    assert skipped.detail == "not parsed: pages of kabar killed 2 worker processes in this run"
    assert read.state == "loaded"


def talkative(n_lines: int) -> str:
    """A worker program that logs so many lines about each page before its answer."""
    return f"""
import logging, runpy, sys
from flows.load import outcome
real = outcome.interpret
def interpret(*arguments):
    for n in range({n_lines}):
        logging.getLogger("parsers.contoh").warning("baris ke-%d\\n", n)
    return real(*arguments)
outcome.interpret = interpret
sys.argv = ["worker", sys.argv[1]]
runpy.run_module("flows.load.worker", run_name="__main__")
"""


def test_what_a_worker_process_logs_is_logged_by_its_parent(monkeypatch, caplog):
    monkeypatch.setattr(module, "PROGRAM", ("-c", talkative(2)))
    with Workers(SOURCES, Budgets(), 1) as workers:
        [outcome] = workers.interpret([fetched(1)])

    assert outcome.state == "loaded"
    lines = [record.msg for record in caplog.records if record.name == module.__name__]
    assert [line["text"] for line in lines] == ["baris ke-0\\n", "baris ke-1\\n"]
    assert {line["logger_name"] for line in lines} == {"parsers.contoh"}


def test_a_worker_process_that_logs_without_end_is_ended(monkeypatch):
    monkeypatch.setattr(module, "PROGRAM", ("-c", talkative(1000)))
    with Workers(SOURCES, Budgets(), 1) as workers:
        [outcome] = workers.interpret([fetched(1)])

    assert outcome.detail == "the worker process sent too many log lines, and was ended"


@pytest.mark.parametrize("work", ["fetched(1)", "fetched(1, NESTED)"])
def test_a_reader_ends_when_its_parent_is_gone(tmp_path: Path, work: str):
    """Also in the middle of a page that would take minutes; the system ends it then, soon after its time."""
    code = f"""
import sys, threading, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_worker_pool import *
module.PATIENCE = 1
readers = Workers(SOURCES, Budgets(parse_page_seconds=3.0), 1)
readers.interpret([fetched(0)])
threading.Thread(target=readers.interpret, args=([{work}],)).start()
time.sleep(1)
print(pids(readers)[0], flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [module.sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not Path(f"/proc/{pid}").exists()


def test_a_reader_that_wants_memory_is_told_from_one_that_says_nothing_we_know():
    with pytest.raises(MemoryError):
        decode("interpret", NO_MEMORY)


def test_who_has_used_its_seconds_of_the_processor_is_waited_for_no_more():
    deadline = module._Deadline(os.getpid(), 0.2)
    while module._cpu_seconds(os.getpid()) - deadline._cpu_start < 0.3:
        pass

    with pytest.raises(TimeoutError):
        deadline.wait()
