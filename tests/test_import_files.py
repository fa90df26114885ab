"""Files of others: what of them is loaded, what is said of the rest, and that nothing in them stops the import."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from fastwarc.stream_io import GzipWriter, ZstdWriter
from fastwarc.warc import WarcRecord, WarcRecordType
from support import warc_bytes
from support.builders import T0, response
from support.runs import ask
from support.warc_bytes import (
    ALL,
    OK,
    PAGES,
    chunk,
    encoded_head,
    flip_byte,
    gz,
    info,
    members,
    page,
    record,
    with_digest,
    zst,
)
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.cli.app import run
from flows.http.limits import Budgets
from flows.jobs import import_files
from flows.load import recovery
from flows.load.foreign_warc import ForeignReader, Skipped
from flows.load.outcome import Fetched
from parsers.article import Link, Response
from warehouse.archive.archive import Archive, Record, RecordLocation

NOW = datetime(2026, 11, 26, tzinfo=UTC)
EVERY = [1, 2, 3, 4, 5, 6]
REST = [1, 3, 4, 5, 6]  # without the second, which is the bad one
MEMBERS = [gz(each) for each in ALL]
BEFORE, AFTER = b"".join(MEMBERS[:2]), b"".join(MEMBERS[3:])
SECOND = len(BEFORE)  # where its member begins


@dataclass
class Seen:
    responses: list[Response] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def pages(self) -> list[int]:
        return [int(r.url.rpartition("/")[2]) for r in self.responses]

    @property
    def faults(self) -> str:
        return "; ".join(s.reason for s in self.skipped if s.is_fault)

    @property
    def others(self) -> str:
        return "; ".join(s.reason for s in self.skipped if not s.is_fault)


def read(folder: Path, content: bytes, budgets: Budgets | None = None) -> Seen:
    path, seen = folder / "berkas.warc", Seen()
    path.write_bytes(content)

    def refuse(url: str) -> str | None:
        return None if url.startswith("http://kabar.test/baca/") else "not of kabar"

    reader = ForeignReader(
        budgets=budgets or Budgets(), now=NOW, refuse=refuse, skip=seen.skipped.append
    )
    seen.responses += reader.responses(path)
    return seen


def bad(second: bytes) -> bytes:
    """A file of which the second page is this record."""
    return BEFORE + gz(second) + AFTER


WHOLE = {
    "plain": b"".join(ALL),
    "a member for each record": members(*ALL),
    "one member for all": gz(b"".join(ALL)),
    "a frame of Zstandard for each record": b"".join(map(zst, ALL)),
    "one frame for all": zst(b"".join(ALL)),
    "Zstandard with a dictionary": warc_bytes.with_dictionary(b"".join(ALL)),
    "requests between": members(
        info(), *[r for n, p in enumerate(PAGES) for r in (warc_bytes.request(n), p)]
    ),
    "addresses in angle brackets, as wget has them": members(
        info(), *[record(page(n), target=f"<{warc_bytes.url(n)}>") for n in EVERY]
    ),
    "line feeds alone in the HTTP heads": members(
        info(), *[record(page(n), n=n, head=OK.replace(b"\r\n", b"\n")[:-1] + b"\n") for n in EVERY]
    ),
}


@pytest.mark.parametrize("form", WHOLE)
def test_every_form_of_a_whole_file_gives_every_page(tmp_path, form):
    seen = read(tmp_path, WHOLE[form])

    assert (seen.pages, seen.faults, seen.others) == (EVERY, "", "")
    assert [r.body for r in seen.responses] == [page(n) for n in EVERY]


HALF = page(2)[: len(page(2)) // 2]
CODINGS = {
    "chunked": (chunk(page(2)), OK + b"Transfer-Encoding: chunked\r\n"),
    "said to be chunked, and not": (page(2), OK + b"Transfer-Encoding: chunked\r\n"),
    "gzip": (gzip.compress(page(2)), encoded_head("gzip")),
    "gzip and chunked": (
        chunk(gzip.compress(page(2))),
        encoded_head("gzip") + b"Transfer-Encoding: chunked\r\n",
    ),
    "deflate": (zlib.compress(page(2)), encoded_head("deflate")),
    "raw deflate": (zlib.compress(page(2))[2:-4], encoded_head("deflate")),
    "br": (brotli.compress(page(2)), encoded_head("br")),
    "zstd": (zst(page(2)), encoded_head("zstd")),
    "said to be gzip, and stored decoded": (page(2), encoded_head("gzip")),
    "said to be br, and stored decoded": (page(2), encoded_head("br")),
}


@pytest.mark.parametrize("name", CODINGS)
def test_a_body_is_decoded_whatever_its_coding(tmp_path, name):
    body, head = CODINGS[name]

    seen = read(tmp_path, bad(record(body, n=2, head=head)))

    assert (seen.pages, seen.faults) == (EVERY, "")
    assert seen.responses[1].body == page(2)


UNREADABLE = {
    "a brotli body that is broken": (record(b"kaputt", n=2, head=encoded_head("br")), "the br body is broken"),
    "a brotli body that is cut": (record(brotli.compress(page(2))[:-9], n=2, head=encoded_head("br")), "the br body is broken"),
    "a zstd body that is cut": (record(zst(page(2))[:-9], n=2, head=encoded_head("zstd")), "the zstd body is broken"),
    "a gzip body that is cut": (record(gzip.compress(page(2))[:-9], n=2, head=encoded_head("gzip")), "ends in the middle"),
    "two codings": (record(gzip.compress(gzip.compress(page(2))), n=2, head=encoded_head("gzip, gzip")), "more than one content encoding"),
    "a coding nobody knows": (record(b"\x00" * 99, n=2, head=encoded_head("snappy")), "unsupported content encoding"),
    "a gzip bomb": (record(gzip.compress(bytes(50_000_000)), n=2, head=encoded_head("gzip")), "grows more than 200 times"),
    "a brotli bomb": (record(brotli.compress(bytes(50_000_000), quality=1), n=2, head=encoded_head("br")), "larger than 10 MiB"),
    "a zstd bomb": (record(zst(bytes(50_000_000)), n=2, head=encoded_head("zstd")), "larger than 10 MiB"),
    "a page of 11 MiB": (record(page(2) + bytes(11 << 20), n=2), "larger than 10 MiB"),
    "chunks that end in the middle": (record(chunk(page(2))[:-900], n=2, head=OK + b"Transfer-Encoding: chunked\r\n"), "its chunks end in the middle"),
    "a length below 0": (record(page(2), n=2, length=-5), "its length is not a number"),
    "a length that is no number": (record(page(2), n=2).replace(b"Content-Length: ", b"Content-Length: banyak "), "its length is not a number"),
    "a length that is too small": (record(page(2), n=2, length=200), "unreadable"),
    "a length that is too large": (record(page(2), n=2, length=10**18), "is shorter than its stated length"),
    "a WARC head of 5 MB": (record(page(2), n=2, more=f"X: {'y' * 5_000_000}\r\n"), "unreadable"),
    "an HTTP head of 5 MB": (record(page(2), n=2, head=OK + b"X: " + b"y" * 5_000_000 + b"\r\n"), "no HTTP head"),
    "no HTTP head": (record(page(2), n=2, head=b""), "no HTTP head"),
    "no HTTP status": (record(page(2), n=2, head=b"ICY OK\r\n"), "no HTTP status"),
    "an absurd status": (record(page(2), n=2, head=b"HTTP/1.1 9999 OK\r\n"), "no HTTP status"),
    "no record at all": (b"bukan rekaman\r\n\r\n", "unreadable"),
    "an empty member": (b"", "there is no WARC record"),
    "a date in the future": (record(page(2), n=2, date="2036-11-01T00:00:00Z"), "has an impossible date"),
    "a date before the web": (record(page(2), n=2, date="1970-01-01T00:00:00Z"), "has an impossible date"),
    "no date": (record(page(2), n=2, date="kemarin"), "has no WARC-Date"),
    "a digest that disagrees": (record(page(2), n=2, more="WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"), "does not agree with its digest"),
    "a segment": (record(page(2), n=2, more="WARC-Segment-Number: 1\r\n"), "in several segments"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_record_that_cannot_be_read_costs_only_itself(tmp_path, name):
    content, reason = UNREADABLE[name]

    seen = read(tmp_path, bad(content))

    assert seen.pages == REST
    assert reason in seen.faults
    assert len(seen.skipped) == 1


def test_of_a_record_that_is_too_large_nothing_inside_it_is_read(tmp_path):
    inside = gz(record(page(9), n=9))
    content = page(2) + os.urandom(20_000) + inside + os.urandom(11 << 20)

    seen = read(tmp_path, bad(record(content, n=2)))

    assert (seen.pages, seen.faults) == (REST, "larger than 10 MiB")


OTHERS = {
    "a revisit": (record(b"", n=2, kind="revisit"), REST, "revisit records, which only say"),
    "a conversion": (record(page(2), n=2, kind="conversion", head=b"", media_type="text/html"), REST, "conversion records"),
    "a continuation": (record(page(2), n=2, kind="continuation", head=b""), REST, "records of another kind"),
    "a resource of HTML": (record(page(2), n=2, kind="resource", head=b"", media_type="text/html; charset=utf-8"), EVERY, ""),
    "a resource that is an image": (record(b"GIF89a", n=2, kind="resource", head=b"", media_type="image/gif"), REST, "resource records that are no HTML"),
    "the log of wget": (record(b"log", kind="resource", head=b"", target="metadata://gnu.org/software/wget/warc/wget.log", media_type="text/plain"), REST, "no web address"),
    "an answer 404": (record(page(2), n=2, head=OK.replace(b"200 OK", b"404 Not Found")), REST, "no answer with status 200"),
    "another outlet": (record(page(2), target="http://lain.test/baca/2"), REST, "not of kabar"),
    "an address of 9,000 letters": (record(page(2), target="http://kabar.test/baca/" + "a" * 9000), REST, "no web address"),
    "a host that is no name": (record(page(2), target="http://xn--a/baca/2"), REST, "not of kabar"),
    "a name of the DNS": (record(b"a", kind="resource", head=b"", target="dns:kabar.test", media_type="text/dns"), REST, "no web address"),
    "no address": (record(page(2), target=" "), REST, "no web address"),
    "metadata": (record(b"x: y\r\n", n=2, kind="metadata", head=b""), REST, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_page_for_us_is_counted_and_no_fault(tmp_path, name):
    content, pages, reason = OTHERS[name]

    seen = read(tmp_path, bad(content))

    assert (seen.pages, seen.faults) == (pages, "")
    assert reason in seen.others
    assert len(seen.skipped) == bool(reason)


def two_thirds(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


CUT = "the file ends in the middle of a record"
LOST = "damaged from there on; only pages with a matching digest are imported from there"
PLAIN, ONE, FRAMES = WHOLE["plain"], WHOLE["one member for all"], list(map(zst, ALL))
PROVED = list(map(with_digest, ALL))
DAMAGED = {
    "a flipped byte": (flip_byte(b"".join(MEMBERS), SECOND + 400), REST, "damaged up to byte"),
    "a wrong checksum": (flip_byte(b"".join(MEMBERS), SECOND + len(MEMBERS[2]) - 6), REST, "damaged up to byte"),
    "junk between two members": (BEFORE + b"sampah" * 99 + MEMBERS[2] + AFTER, EVERY, "damaged up to byte"),
    "junk before the first": (b"sampah" * 99 + b"".join(MEMBERS), EVERY, "damaged up to byte"),
    "junk behind the last": (b"".join(MEMBERS) + b"sampah", EVERY, LOST),
    "a member of zeros": (BEFORE + bytes(len(MEMBERS[2])) + AFTER, REST, "damaged up to byte"),
    "a hundred bytes missing": (BEFORE + MEMBERS[2][:300] + MEMBERS[2][400:] + AFTER, REST, "damaged up to byte"),
    "two flipped bytes": (flip_byte(flip_byte(b"".join(MEMBERS), SECOND + 400), SECOND + len(b"".join(MEMBERS[2:5])) + 400), [1, 6], "damaged up to byte"),
    "a file cut at two thirds": (two_thirds(b"".join(MEMBERS)), [1, 2, 3], CUT),
    "one member for all, cut": (two_thirds(ONE), [1, 2, 3], CUT),
    "one member for all, with a flipped byte": (flip_byte(ONE, len(ONE) // 2), [], LOST),
    "one member for all, with digests and a flipped byte": (flip_byte(gz(b"".join(PROVED)), len(ONE) // 2), [1, 2], LOST),
    "plain, cut": (two_thirds(PLAIN), [1, 2, 3], "is shorter than its stated length"),
    "plain, with a flipped byte": (flip_byte(PLAIN, len(ALL[0] + ALL[1]) + 700), EVERY, ""),
    "plain, with a length below 0": (b"".join([*ALL[:2], record(page(2), n=2, length=-5), *ALL[3:]]), [1], "the rest of the file is not read"),
    "Zstandard, cut": (two_thirds(b"".join(FRAMES)), [1, 2, 3], "the rest of the file is not read"),
    "Zstandard with a flipped byte": (flip_byte(b"".join(FRAMES), len(b"".join(FRAMES[:2])) + 400), [], "only pages with a matching digest"),
    "Zstandard with digests and a flipped byte": (flip_byte(b"".join(map(zst, PROVED)), len(b"".join(map(zst, PROVED[:3]))) + 400), [1, 2], "only pages with a matching digest"),
    "plain, with digests and a flipped byte": (flip_byte(b"".join(PROVED), len(PROVED[0] + PROVED[1]) + 700), REST, "does not agree with its digest"),
    "no WARC at all": (page(1), [], "there is no WARC record"),
    "an empty file": (b"", [], "there is no WARC record"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_gives_what_is_proved_and_says_that_it_is_damaged(tmp_path, name):
    content, pages, reason = DAMAGED[name]

    seen = read(tmp_path, content)

    assert seen.pages == pages
    assert reason in seen.faults


def test_a_record_in_the_body_of_a_damaged_page_is_not_imported(tmp_path):
    """A page of another outlet in a file of somebody's: damage must not make its bytes a page of ours."""
    inside = gz(record(page(9), n=9))
    body = os.urandom(20_000) + inside + os.urandom(20_000)
    hostile = gz(record(body, target="http://jahat.test/baca/1"))
    assert inside in hostile

    seen = read(tmp_path, BEFORE + flip_byte(hostile, 100) + AFTER)

    assert (seen.pages, "damaged up to byte" in seen.faults) == (REST, True)


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


def loaded(home: Path) -> list[int]:
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
    assert (code, loaded(home)) == (0, EVERY)
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

    code = kliping(home, "import", folder)

    said = capsys.readouterr().err.splitlines()
    assert (code, loaded(home)) == (1, REST)
    assert f"{folder}/besar.html: 1 import larger than 10 MiB, e.g. the file" in said
    assert f"{folder}/galat.html: 1 import unreadable: Input/output error, e.g. the file" in said
    assert f"{folder}/galat.warc: 1 import unreadable: Input/output error, e.g. the file" in said
    assert f"{folder}/kosong.warc: 1 import there is no WARC record, e.g. byte 0" in said
    assert (
        sum(line.startswith(f"{folder}/rusak.warc.gz: 1 import damaged up to") for line in said)
        == 1
    )


def canonical(n: int) -> bytes:
    return f'<link rel="canonical" href="{warc_bytes.url(n)}"></head>'.encode()


def test_a_file_that_vanishes_costs_only_itself(tmp_path):
    skipped: list[Skipped] = []

    found = import_files.read_pages(
        tmp_path / "hilang.html", {}, import_files.ImportOptions(), Budgets(), NOW, skipped.append
    )

    assert list(import_files.until_error(found, skipped.append)) == []
    assert [s.reason for s in skipped] == ["unreadable: No such file or directory"]


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

    assert [len(batch) for batch in recovery.batches(fetched, recovery.body_bytes)] == [7, 2]


@pytest.mark.slow
def test_a_record_of_1500_mb_takes_no_memory(home):
    path = home.parent / "bom.warc.gz"
    path.write_bytes(BEFORE + warc_bytes.bomb(1500) + AFTER)
    assert path.stat().st_size < 2_000_000

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
pages = [int(r.url.rpartition("/")[2]) for r in reader.responses(Path(sys.argv[1]))]
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
