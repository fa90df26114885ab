"""What worker processes answer and log, also when a page has taken one over."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from support.builders import T0
from support.responses import new_article
from support.worker_cases import NESTED, SOURCES, fetched, pids, workers

from flows.http.limits import Budgets
from flows.load import worker_pool as module
from flows.load.outcome import VERSIONS
from flows.load.worker_messages import DONE, NO_MEMORY, decode, encode
from flows.load.worker_pool import Workers
from parsers.article import Link
from parsers.facts import Figure, Structure
from parsers.kinds import Reason
from warehouse.child_process import HEADER, Deadline, cpu_seconds
from warehouse.write.article_rows import with_rows
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

pytestmark = pytest.mark.slow


class Evil:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def taken_over(answer: bytes) -> str:
    """A program in the place of the reader, that a page has made answer with these bytes."""
    return f"""
import os, struct
from flows.load.fork_server import serve
def work():
    for answer in (bytes(8), {answer!r}):
        (n,) = struct.unpack("!Q", os.read(0, 8))
        while n:
            n -= len(os.read(0, n))
        while answer:
            answer = answer[os.write(1, answer) :]
    os.read(0, 1)
serve(work, lambda _task: None)
"""


def frame(answer: bytes) -> bytes:
    return HEADER.pack(len(answer)) + answer


def forged_answer(**values) -> bytes:
    """The outcome of another link than the one that was to be read."""
    with workers(0) as readers:
        [outcome] = readers.interpret([fetched(9)])
    plain = {name: getattr(outcome, name) for name in type(outcome).__slots__} | values
    return frame(DONE + orjson.dumps(plain | {"records": []}, default=str))


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
        "pickle": frame(evil),
        "pickle after the sign of an answer": frame(DONE + evil),
        "another type": forged_answer(state=["loaded"]),
        "a field that is none": forged_answer(article={"article_id": 7}),
        "no JSON": frame(DONE + b"{" * 100_000),
        "without end": HEADER.pack(1 << 40) + bytes(1000),
        "nothing": frame(b""),
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
    answer = forged_answer(run_id="another", unanswered=attempt)
    monkeypatch.setattr(module, "PROGRAM", ("-c", taken_over(answer)))
    with workers() as readers:
        [outcome] = readers.interpret([one := fetched(1)])

    assert outcome.state == "loaded"
    assert (outcome.link, outcome.run_id, outcome.records) == (one.link, "run", one.records)
    assert outcome.unanswered is None


def test_what_a_reader_answers_is_what_is_read_in_this_process():
    bodies = {
        "page": new_article("kabar", "/1", tail="<p>Sekitar 1,5 juta ton beras &#55296;.</p>"),
        "feed": b"<rss><channel><item><title>Kabar</title><link>/berita/2/kabar-lain</link>"
        b"<pubDate>Thu, 01 Oct 2026 07:00:00 +0700</pubDate></item></channel></rss>",
    }
    due = [fetched(n, body, kind) for n, (kind, body) in enumerate(bodies.items())]
    with workers(1) as readers, workers(0) as here:
        assert readers.interpret(due) == here.interpret(due)


def test_rows_of_a_worker_are_those_that_are_made_in_this_process():
    due = [fetched(1), fetched(2, b"<p>Halo</p>"), fetched(3, kind="feed", body=b"<rss>")]
    with workers(1) as readers, workers(0) as here:
        staged = readers.stage(due)
        expected = [with_rows(outcome, VERSIONS) for outcome in here.interpret(due)]

    assert staged == expected
    assert [bool(outcome.rows) for outcome in staged] == [True, False, False]


@pytest.mark.parametrize(
    "lines", [b"", b"[]", b'{"quotes": []}\n{"quotes": []}'], ids=["none", "a list", "two"]
)
def test_rows_that_are_not_one_line_are_no_answer(lines, monkeypatch):
    answer = forged_rows(lines)
    monkeypatch.setattr(module, "PROGRAM", ("-c", taken_over(answer)))
    with workers() as readers:
        [outcome] = readers.stage([fetched(1)])

    assert (outcome.state, outcome.reason) == ("quarantined", Reason.PARSE_ERROR)
    assert outcome.detail.startswith("the worker process sent no rows")


def forged_rows(lines: bytes) -> bytes:
    """The answer for another link, with these rows."""
    with workers(0) as readers:
        [outcome] = readers.interpret([fetched(9)])
    message = encode(replace(with_rows(outcome, VERSIONS), records=()))
    return frame(message.partition(b"\n")[0] + b"\n" + lines)


@pytest.mark.parametrize(
    "forged",
    [
        b'{"quotes": [{"char_start": "satu"}]}',
        b'{"versions": 7}',
        b'{"versions": []} {"versions": []}',
        b'{"versions": [], "versions": []}',
        b'{"versions": []}, "fetches": [{"fetch_id": "x"}]',
        b'{"fetches": [{"fetch_id": "x"}], "states": [{"url": "http://lain.test/"}]}',
    ],
)
def test_forged_rows_cost_their_page_and_add_nothing_to_others(forged, monkeypatch, tmp_path):
    store = Database(tmp_path)
    with workers(1) as readers:
        good = readers.stage([fetched(2)])
    monkeypatch.setattr(module, "PROGRAM", ("-c", taken_over(forged_rows(forged))))
    with workers(1) as readers:
        bad = readers.stage([fetched(1)])
    load_outcomes(store, [*bad, *good], SOURCES, VERSIONS)
    states = store.rows("SELECT url, state FROM ops.frontier ORDER BY url")

    assert [row["url"] for row in states] == [fetched(n).link.url for n in (1, 2)]
    assert states[1]["state"] == "loaded"
    assert store.rows("SELECT article_id FROM core.articles") == [
        {"article_id": good[0].rows.article_id}
    ]
    assert len(store.rows("SELECT fetch_id FROM raw.fetches")) == 2


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
import logging
from flows.load import worker
real = worker.interpret
def interpret(*arguments):
    for n in range({n_lines}):
        logging.getLogger("parsers.contoh").warning("baris ke-%d\\n", n)
    return real(*arguments)
worker.interpret = interpret
worker.main()
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
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from support.worker_cases import *
from flows.load import worker_pool as module
module.PATIENCE = 1
readers = Workers(SOURCES, Budgets(parse_page_seconds=3.0), 1)
readers.interpret([fetched(0)])
threading.Thread(target=readers.interpret, args=([{work}],)).start()
time.sleep(1)
print(pids(readers)[0], flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
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
    deadline = Deadline(os.getpid(), 0.2, patience=1000)
    while cpu_seconds(os.getpid()) - deadline._cpu_start < 0.3:
        pass

    with pytest.raises(TimeoutError):
        deadline.wait()
