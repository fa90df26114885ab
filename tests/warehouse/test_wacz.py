"""The index of a WACZ file says what programs for replay look for."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from support.builders import T0, URL, response

from parsers.article import Link, Response
from warehouse.archive import wacz
from warehouse.archive.archive import Archive, ArchiveError
from warehouse.archive.wacz import TooLargeError, WaczFile, url_key
from warehouse.archive.warc import parse

HTML = (("Content-Type", "text/html; charset=utf-8"),)
ROW = (("content-type", "application/vnd.kliping.row+json"),)
PAGE = response("<p>Isi</p>", headers=HTML)


@pytest.mark.parametrize(
    ("url", "key"),
    [  # as the library `surt` of the Internet Archive makes them
        ("http://koran.test/1", "test,koran)/1"),
        ("https://www.koran.test:443/A/B/?b=2&a=1", "test,koran)/a/b?a=1&b=2"),
        ("http://www2.koran.test:8080/x/", "test,koran:8080)/x"),
        ("https://Koran.test", "test,koran)/"),
        ("https://koran.test/a?B=C#f", "test,koran)/a?b=c"),
        ("https://koran.test/berita%20satu/é?x", "test,koran)/berita%20satu/%c3%a9?x"),
        ("urn:sha256:abc", "urn:sha256:abc"),
    ],
)
def test_a_key_is_the_address_from_the_end_of_its_host(url, key):
    assert url_key(url) == key


def packed(folder: Path, *responses: Response) -> ZipFile:
    archive = Archive(folder / "archive")
    link = Link(url=URL, source_id="kabar")
    with archive.writer("run", T0, "0") as writer:
        records = [writer.append(link, each, PAGE.fetched_at) for each in responses]
    blocks = [archive.block(record.location) for record in records]
    file = folder / "bukti.wacz"
    with WaczFile(file, title="Judul", software="kliping", now=T0) as new:
        for block in blocks:
            new.add(block, "Judul")
        new.finish({})
    return ZipFile(file)


def index(file: ZipFile) -> list[dict[str, Any]]:
    lines = file.read("indexes/index.cdx").decode().splitlines()
    return [json.loads(line.split(" ", 2)[2]) for line in lines]


def pages(file: ZipFile) -> list[str]:
    return [json.loads(line)["id"] for line in file.read("pages/pages.jsonl").splitlines()[1:]]


def test_answers_that_repeat_a_page_or_failed_are_in_the_index_and_are_no_pages(tmp_path):
    """`cdxj-indexer` gives the same fields for the same records."""
    file = packed(
        tmp_path,
        PAGE,
        response(hour=1, same_as=PAGE.fetch_id, headers=HTML),
        response(hour=2, status=304, same_as=PAGE.fetch_id),
        response("tidak ada", hour=3, status=404, headers=HTML),
    )

    assert [(each["mime"], each["status"], "digest" in each) for each in index(file)] == [
        ("text/html", "200", True),
        ("warc/revisit", "200", False),
        ("warc/revisit", "304", False),
        ("text/html", "404", True),
    ]
    assert pages(file) == [PAGE.fetch_id]


def test_a_saved_file_is_a_page_and_a_row_of_a_table_is_none(tmp_path):
    saved = response("<p>Isi</p>", status=None, headers=HTML)
    row = response("{}", hour=1, status=None, headers=ROW)
    file = packed(tmp_path, saved, row)

    assert [(each["mime"], "status" in each) for each in index(file)] == [
        ("text/html", False),
        ("application/vnd.kliping.row+json", False),
    ]
    assert all(each["digest"].startswith("sha1:") for each in index(file))
    assert pages(file) == [saved.fetch_id]


def test_a_program_that_reads_the_directory_of_the_zip_file_only_finds_the_records(tmp_path):
    """ReplayWeb.page takes a record from where the directory says that the file begins."""
    file = packed(tmp_path, PAGE)
    [info] = [each for each in file.infolist() if each.filename.endswith(".gz")]
    begin = info.header_offset + 30 + len(info.filename) + len(info.extra)
    [line] = index(file)

    record = (tmp_path / "bukti.wacz").read_bytes()[begin:][: int(line["length"])]
    assert parse(gzip.decompress(record)).headers["warc-target-uri"] == PAGE.url


def test_records_that_do_not_fit_are_refused_and_leave_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(wacz, "MOST_BYTES", 100)

    with pytest.raises(TooLargeError, match="fewer articles"):
        packed(tmp_path, PAGE)
    assert not (tmp_path / "bukti.wacz").exists()


def test_a_record_that_disagrees_with_its_digest_is_not_packed(tmp_path):
    archive = Archive(tmp_path / "archive")
    with archive.writer("run", T0, "0") as writer:
        record = writer.append(Link(url=URL, source_id="kabar"), PAGE)
    block = archive.block(record.location).replace(b"Isi", b"Apa")

    file = tmp_path / "x.wacz"
    with (
        pytest.raises(ArchiveError, match="digest"),
        WaczFile(file, title="", software="", now=T0) as new,
    ):
        new.add(block, "")
    assert not file.exists()
