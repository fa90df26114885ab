"""Log lines: JSON in a pipe, readable on a terminal, without secrets, and as many as were asked for."""

import json
import logging
import sys

import pytest

from flows.logging import bound, get_logger
from kliping.cli.log_handler import log_to_stderr

log = get_logger("flows.contoh")


@pytest.fixture(autouse=True)
def loggers_as_before():
    root, ours = logging.getLogger(), logging.getLogger("flows")
    before = root.handlers, root.level, ours.level
    yield
    root.handlers = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def test_a_line_in_a_pipe_is_json_and_names_run_and_source(capsys):
    log_to_stderr(logging.INFO)
    with bound(run_id="20261101T000000Z-beef", source="kabar"):
        log.info("fetched and loaded", n_pages=3)

    [line] = capsys.readouterr().err.splitlines()
    fields = json.loads(line)
    assert fields.pop("timestamp")
    assert fields == {
        "event": "fetched and loaded",
        "level": "info",
        "n_pages": 3,
        "run_id": "20261101T000000Z-beef",
        "source": "kabar",
    }


def test_a_line_on_a_terminal_is_for_people(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    log_to_stderr(logging.INFO)
    log.info("discovered", n_links=3)

    line = capsys.readouterr().err
    assert "discovered" in line
    assert "{" not in line


@pytest.mark.parametrize(
    ("level", "events"),
    [
        (logging.INFO, ["kabar", "ingat", "gagal"]),
        (logging.WARNING, ["ingat", "gagal"]),
        (logging.ERROR, ["gagal"]),
    ],
)
def test_as_many_lines_as_were_asked_for(level, events, capsys):
    log_to_stderr(level)
    log.info("kabar")
    log.warning("ingat")
    log.error("gagal")

    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == events


def test_no_line_holds_a_secret(capsys):
    log_to_stderr(logging.INFO)
    url = "http://petani:padi@outlet.test/umpan?token=S3sam&page=2"
    log.warning(f"cannot fetch {url}", url=url, urls=[url])  # noqa: G004 - as a careless caller would
    logging.getLogger("perpustakaan").warning("gagal: %s", url)

    try:
        raise ValueError(url)
    except ValueError:
        log.exception("gagal")

    lines = capsys.readouterr().err
    assert lines.count("page=2") == 5
    assert "S3sam" not in lines
    assert "padi" not in lines
