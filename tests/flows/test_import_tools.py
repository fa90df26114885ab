"""Files of other tools are imported by the command."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fastwarc.stream_io import GzipWriter, ZstdWriter
from fastwarc.warc import WarcRecord, WarcRecordType
from support import warc_bytes
from support.builders import T0, response
from support.import_files import AFTER, BEFORE, EVERY, MEMBERS, REST, SECOND, read
from support.runs import ask
from support.warc_bytes import (
    OK,
    flip_byte,
    info,
    members,
    page,
    record,
)
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.jobs import import_files
from flows.load import recovery
from flows.load.outcome import Fetched
from kliping.cli.app import run
from parsers.article import Link
from warehouse.archive.archive import Archive, Record, RecordLocation


def test_our_own_archive_can_be_read_as_anybodys(tmp_path):
    link = Link(url=warc_bytes.url(1), source_id="kabar")
    with Archive(tmp_path / "archive").writer("run", T0, "0", "ingest") as writer:
        writer.append(link, response(page(1).decode(), url=link.url))
        writer.append(link, response("", url=link.url, hour=1, status=304, same_as="a"))

    seen = read(tmp_path, writer.path.read_bytes())

    assert (seen.pages, seen.faults) == ([1], "")
    assert "revisit" in seen.others
    assert seen.responses[0].body == page(1)


def of_warcio(path: Path) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "warcio"}))
        for n in EVERY:
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            body = io.BytesIO(page(n))
            writer.write_record(
                writer.create_warc_record(
                    warc_bytes.url(n), "response", payload=body, http_headers=head
                )
            )
        digest = "sha1:" + "A" * 32
        writer.write_record(
            writer.create_revisit_record(
                warc_bytes.url(1), digest, warc_bytes.url(1), "2026-11-01T03:00:00Z"
            )
        )


def of_fastwarc(path: Path, opened: Callable[[str], object] = GzipWriter) -> None:
    stream = opened(str(path))
    for n in EVERY:
        each = WarcRecord()
        each.init_headers(record_type=WarcRecordType.response)
        each.headers["WARC-Target-URI"] = warc_bytes.url(n)
        each.headers["Content-Type"] = "application/http; msgtype=response"
        each.set_bytes_content(OK + b"\r\n" + page(n))
        each.write(stream, checksum_data=True)
    stream.close()


def of_wget(path: Path) -> None:
    """From bytes: a request and a response for each page, and at the end its own log."""
    wget = [
        record(page(n), target=f"<{warc_bytes.url(n)}>", more="WARC-IP-Address: 192.0.2.1\r\n")
        for n in EVERY
    ]
    log = record(
        b"Saving to: berkas",
        kind="resource",
        head=b"",
        target="metadata://gnu.org/software/wget/warc/wget.log",
        media_type="text/plain",
    )
    path.write_bytes(members(info(), *wget, log))


TOOLS = {
    "warcio": (of_warcio, ["1 records in WARC files skipped: revisit records, which only say that a page is unchanged"]),
    "fastwarc": (of_fastwarc, []),
    "fastwarc with Zstandard": (lambda path: of_fastwarc(path, ZstdWriter), []),
    "wget": (of_wget, ["1 records in WARC files skipped: no web address"]),
}  # fmt: skip


def kliping(home: Path, *command: str | Path) -> int:
    return run(["--home", str(home), "--sources", str(home.parent), *map(str, command)])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    source = 'name = "kabar"\ntitle = "Kabar"\nhome = "http://kabar.test/"\n'
    (tmp_path / "kabar.toml").write_text(source)
    return tmp_path / "home"


def loaded_pages(home: Path) -> list[int]:
    return [
        int(url.rpartition("/")[2])
        for (url,) in ask(home, "SELECT url FROM mart.articles ORDER BY url")
    ]


@pytest.mark.parametrize("tool", TOOLS)
def test_the_files_of_other_tools_are_loaded(home, tool, capsys):
    write, notes = TOOLS[tool]
    suffix = "zst" if "Zstandard" in tool else "gz"
    path = home.parent / f"berkas.warc.{suffix}"
    write(path)

    code = kliping(home, "import", path, "--format", "json")

    summary = json.loads(capsys.readouterr().out)
    assert (code, loaded_pages(home)) == (0, EVERY)
    assert [note for note in summary["notes"] if "WARC" in note] == notes


def test_files_that_cannot_be_read_are_named_and_the_others_are_loaded(home, capsys):
    folder = home.parent / "berkas"
    folder.mkdir()
    (folder / "1.html").write_bytes(page(1).replace(b"</head>", canonical(1)))
    (folder / "besar.html").write_bytes(page(2) + bytes(11 << 20))
    (folder / "rusak.warc.gz").write_bytes(flip_byte(b"".join(MEMBERS), SECOND + 400))
    (folder / "kosong.warc").write_bytes(b"")
    (folder / "galat.html").symlink_to("/proc/self/mem")  # nobody may read its first byte
    (folder / "galat.warc").symlink_to("/proc/self/mem")

    # links that lead out of a folder are read only where they are named
    code = kliping(home, "import", folder, folder / "galat.html", folder / "galat.warc")

    lines = capsys.readouterr().err.splitlines()
    assert (code, loaded_pages(home)) == (1, REST)
    assert f"{folder}/besar.html: 1 not imported: larger than 10 MiB, e.g. the file" in lines
    assert (
        f"{folder}/galat.html: 1 not imported: unreadable: Input/output error, e.g. the file"
        in lines
    )
    assert (
        f"{folder}/galat.warc: 1 not imported: unreadable: Input/output error, e.g. the file"
        in lines
    )
    assert f"{folder}/kosong.warc: 1 not imported: there is no WARC record, e.g. byte 0" in lines
    assert (
        sum(
            line.startswith(f"{folder}/rusak.warc.gz: 1 not imported: damaged up to")
            for line in lines
        )
        == 1
    )


def canonical(n: int) -> bytes:
    return f'<link rel="canonical" href="{warc_bytes.url(n)}"></head>'.encode()


def test_a_file_that_vanishes_costs_only_itself(tmp_path):
    path, options = tmp_path / "hilang.html", import_files.ImportOptions()
    reader = import_files.FileReader(
        files=[path], tables={}, options=options, sources={}, store=None
    )

    assert list(reader.pairs(path)) == []
    assert [row["reason"] for row in reader.skips.failures()] == [
        "unreadable: No such file or directory"
    ]


def test_an_address_that_is_none_is_said_before_anything_is_read(home, capsys):
    path = home.parent / "halaman.html"
    path.write_bytes(page(1))

    assert kliping(home, "import", path, "--url", "bukan alamat") == 2
    assert "is no web address" in capsys.readouterr().err
    assert not home.exists()


def test_large_pages_are_loaded_few_at_a_time(tmp_path):
    link = Link(url=warc_bytes.url(1), source_id="kabar")
    large = replace(response(""), body=bytes(10_000_000))
    place = RecordLocation(file="f.warc.gz", offset=0, length=1)
    record = Record(link=link, response=large, run_id="run", location=place)
    fetched = [Fetched(link=link, run_id="run", records=(record,))] * 9

    assert [len(batch) for batch in recovery.batches(fetched, recovery.body_bytes)] == [3, 3, 3]


@pytest.mark.slow
def test_a_record_of_500_mb_takes_no_memory(home):
    path = home.parent / "bom.warc.gz"
    path.write_bytes(BEFORE + warc_bytes.bomb(500) + AFTER)
    assert path.stat().st_size < 700_000

    command = [sys.executable, "-c", MEASURED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    pages, faults, megabytes = json.loads(done.stdout)
    assert (pages, faults) == (REST, ["larger than 10 MiB"])
    assert megabytes < 100


MEASURED = """
import json, re, sys
from datetime import UTC, datetime
from pathlib import Path
from flows.http.limits import Budgets
from flows.load.foreign_warc import ForeignReader

skipped = []
reader = ForeignReader(budgets=Budgets(), now=datetime.now(UTC), refuse=lambda url: None, skip=skipped.append)
pages = [int(r.url.rpartition("/")[2]) for r in reader.responses(open(sys.argv[1], "rb"))]
used = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
print(json.dumps([pages, [s.reason for s in skipped], used]))
"""


@pytest.mark.parametrize(
    "head",
    [
        "<link rel=canonical href='https://kabarmuara.test/baca/7'>",
        "<link rel=canonical href='//kabarmuara.test/baca/7'>",
        "<meta property='og:url' content='https://kabarmuara.test/baca/7'>",
        (
            "<link rel=canonical href='https://kabarmuara.test/'>"
            "<meta property='og:url' content='//kabarmuara.test/baca/7'>"
        ),
        (
            "<link rel=canonical href='/baca/7'>"
            "<meta name='twitter:url' content='https://kabarmuara.test/baca/7'>"
        ),
        "<!-- saved from url=(0030)https://kabarmuara.test/baca/7 -->",
        """<script type='application/ld+json'>
        {"@type": "NewsArticle", "headline": "Air surut pagi ini",
        "url": "https://kabarmuara.test/baca/7"}</script>""",
        "<meta property='al:web:url' content='https://kabarmuara.test/baca/7'>",
    ],
)
def test_a_page_states_its_address_in_many_ways(head):
    text = "<h1>Air surut pagi ini</h1>"
    page = f"<html><head>{head}</head><body>{text}</body></html>".encode()

    assert import_files.claimed_address(page) == "https://kabarmuara.test/baca/7"


def test_a_page_without_a_host_states_no_address():
    assert (
        import_files.claimed_address(
            b"<html><head><link rel=canonical href='/baca/7'></head></html>"
        )
        is None
    )
