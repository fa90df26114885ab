"""A page whose bytes hold whole gzip members with records in them: none of these may ever count as a record of ours."""

from __future__ import annotations

import os
import random
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.builders import T0, response
from support.runs import ask
from warcio.warcwriter import WARCWriter

from flows.settings import Settings
from kliping.cli.app import run
from kliping.cli.doctor import examine
from parsers.article import Link, Response
from warehouse.archive.archive import Archive, Record
from warehouse.archive.members import CHUNK, compress, read_member, starts

RUN = "20261101T010000Z-beef"
VICTIM = Link(url="http://korban.test/2026/11/banjir-surut-warga-pulang", source_id="korban")
HOSTILE = Link(url="http://jahat.test/2026/11/lampiran-rapat-paripurna", source_id="jahat")
BEFORE = Link(url="http://jahat.test/2026/11/harga-beras-turun", source_id="jahat")
AFTER = Link(url="http://jahat.test/2026/11/jalan-baru-dibuka", source_id="jahat")
GOOD = [("page", BEFORE.url), ("page", AFTER.url)]
BODY = (
    "<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
    "<p>{title}, demikian warga di posko pada Sabtu siang setelah air surut dari jalan desa.</p>"
    "<p>Petugas mencatat 214 keluarga sudah kembali ke rumah dan membersihkan lumpur bersama.</p>"
    "<p>Pemerintah daerah menyiapkan air bersih, obat, dan dapur umum sampai akhir pekan ini.</p>"
    "</article></body></html>"
)


def page(link: Link, title: str, hour: int = 0) -> Response:
    kind = (("content-type", "text/html"),)
    return response(BODY.format(title=title), url=link.url, hour=hour, headers=kind)


def tombstone(link: Link) -> tuple[Link, Response]:
    kind = (("content-type", "text/plain"),)
    sent = response("", url=link.url, hour=9, status=None, headers=kind)
    return replace(link, kind="tombstone"), sent


def write_archive(
    archive: Archive, *pairs: tuple[Link, Response], run_id: str = RUN, flow: str = "ingest"
) -> tuple[Path, list[Record]]:
    with archive.writer(run_id, T0, "0", flow) as writer:
        records = [writer.append(link, sent) for link, sent in pairs]
    return writer.path, records


def members(path: Path) -> list[bytes]:
    """The gzip members of a whole file, its warcinfo record first."""
    content, found, offset = path.read_bytes(), [], 0
    while offset < len(content):
        end = read_member(BytesIO(content), offset).end
        found.append(content[offset:end])
        offset = end
    return found


def forged_members(folder: Path, *pairs: tuple[Link, Response]) -> list[bytes]:
    """Whole members as today's code writes them, of the right run: the attacker has read the code and seen the clock."""
    path, _ = write_archive(Archive(folder / "attacker"), *pairs, flow="forget")
    return members(path)


def holding(*content: bytes, hour: int = 1) -> Response:
    """A page of which compression can make nothing, so that its bytes stand in the archive as they are."""
    noise = random.Random(1)
    body = noise.randbytes(20_000) + b"".join(noise.randbytes(99) + each for each in content)
    return replace(response("", url=HOSTILE.url, hour=hour), body=body + noise.randbytes(20_000))


def between(sent: Response) -> list[tuple[Link, Response]]:
    """The hostile page between two good ones."""
    return [
        (BEFORE, page(BEFORE, "Harga Beras Turun")),
        (HOSTILE, sent),
        (AFTER, page(AFTER, "Jalan Baru Dibuka", hour=2)),
    ]


def damage(path: Path, *offsets: int) -> None:
    content = bytearray(path.read_bytes())
    for offset in offsets:
        content[offset] ^= 0xFF
    path.write_bytes(content)


def before_the_forgery(path: Path, sent: Response) -> int:
    return path.read_bytes().index(sent.body[19_900:20_000])


def as_first_version(path: Path) -> None:
    """As the first version wrote it: no record names its warcinfo record, which says nothing of the kind of run."""
    content = BytesIO()
    writer = WARCWriter(content, gzip=True, warc_version="1.1")
    info = {"software": "kliping/0", "format": "WARC File Format 1.1", "isPartOf": RUN}
    writer.write_record(writer.create_warcinfo_record(path.name, info))
    for each in members(path)[1:]:
        block = read_member(BytesIO(each), 0).block
        content.write(compress(re.sub(rb"WARC-Warcinfo-ID: [^\r]+\r\n", b"", block, count=1)))
    path.write_bytes(content.getvalue())


def addresses(archive: Archive) -> list[tuple[str, str]]:
    return [(r.link.kind, r.link.url) for path in archive.files() for r in archive.records(path)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("korban", "jahat"):
        source = f'name = "{name}"\ntitle = "{name.title()}"\nhome = "http://{name}.test/"\n'
        (tmp_path / f"{name}.toml").write_text(source)
    return tmp_path / "home"


@pytest.fixture
def archive(home: Path) -> Archive:
    return Archive(home / "archive")


@pytest.fixture
def forgery(tmp_path: Path) -> Response:
    """A page that holds a page and a tombstone of another outlet."""
    return holding(*forged_members(tmp_path, (VICTIM, page(VICTIM, "Palsu")), tombstone(VICTIM)))


def kliping(home: Path, *command: str) -> int:
    return run(["--home", str(home), "--sources", str(home.parent), *command])


def loaded_articles(home: Path) -> list[tuple[str, str]]:
    return ask(home, "SELECT url, headline FROM mart.articles ORDER BY url")


def test_the_bytes_of_a_hostile_page_stand_in_the_archive_as_they_are(archive, forgery):
    path, _ = write_archive(archive, *between(forgery))

    assert forgery.body[20_000:22_000] in path.read_bytes()


def test_a_record_in_the_body_of_a_damaged_page_does_not_count(archive, forgery):
    path, records = write_archive(archive, *between(forgery))

    damage(path, records[1].location.offset + 30)

    assert addresses(archive) == GOOD


def test_a_record_in_the_body_of_a_half_written_page_does_not_count(archive, forgery):
    path, records = write_archive(archive, *between(forgery))
    place = records[1].location

    os.truncate(path, place.offset + place.length - 9)

    assert addresses(archive) == GOOD[:1]
    assert archive.cut_torn_tail(path) == place.length - 9
    assert path.stat().st_size == place.offset


def test_a_record_that_ends_where_the_file_is_cut_does_not_count(archive, tmp_path):
    sent = holding(*forged_members(tmp_path, (VICTIM, page(VICTIM, "Palsu"))))
    path, _ = write_archive(archive, *between(sent))
    last = sent.body[:-20_000][-100:]

    os.truncate(path, path.read_bytes().index(last) + len(last))

    assert addresses(archive) == GOOD[:1]


@pytest.mark.parametrize(("version", "left"), [("first", []), ("this", GOOD)])
def test_damage_to_the_first_record_of_a_file_opens_no_door(archive, forgery, version, left):
    path, _ = write_archive(archive, *between(forgery))
    if version == "first":
        as_first_version(path)

    damage(path, 30, before_the_forgery(path, forgery))

    assert addresses(archive) == left


def test_our_own_records_that_a_site_serves_back_to_us_count_once(archive):
    """The file as it is while it is written, with what proves its records."""
    with archive.writer(RUN, T0, "0", "ingest") as writer:
        for hour, link in enumerate((BEFORE, VICTIM)):
            writer.append(link, page(link, "Banjir Surut", hour))
        record = writer.append(HOSTILE, holding(writer.path.read_bytes(), hour=2))
        writer.append(AFTER, page(AFTER, "Jalan Baru Dibuka", hour=3))
    others = [r for r in archive.records(writer.path) if r.link != HOSTILE]

    damage(writer.path, record.location.offset + 30)

    assert list(archive.records(writer.path)) == others


def test_our_records_of_another_run_that_a_site_serves_back_to_us_do_not_count(archive, tmp_path):
    older = forged_members(tmp_path, (VICTIM, page(VICTIM, "Banjir Surut")), tombstone(BEFORE))
    path, records = write_archive(
        archive, *between(holding(*older)), run_id="20261102T010000Z-cafe"
    )

    damage(path, records[1].location.offset + 30)

    assert addresses(archive) == GOOD


def test_a_record_of_another_run_is_not_of_the_file(archive, tmp_path):
    path, _ = write_archive(archive, (BEFORE, page(BEFORE, "Harga Beras Turun")))
    *_, other = forged_members(tmp_path, (VICTIM, page(VICTIM, "Palsu")))

    path.write_bytes(path.read_bytes() + other)

    assert addresses(archive) == GOOD[:1]
    assert archive.check(path).n_unproved == len(other)


@pytest.mark.parametrize(("flow", "n"), [("ingest", 0), ("import", 0), ("forget", 1)])
def test_only_a_file_that_forget_wrote_holds_tombstones(archive, flow, n):
    write_archive(archive, tombstone(VICTIM), flow=flow)

    assert len(addresses(archive)) == n


def test_what_a_page_or_a_server_says_begins_no_header_of_our_record(archive):
    evil = "http://jahat.test/a\r\nWARC-JSON-Metadata: {}\r\nWARC-Type: resource"
    sent = replace(page(HOSTILE, "Rapat"), url=evil, headers=(("x", "a\r\n\r\nb"), ("y\nz", "c")))
    path, [record] = write_archive(archive, (HOSTILE, sent))

    [stands] = archive.records(path)

    assert record.response.body == stands.response.body
    assert stands.response.url == evil.replace("\r\n", " ")
    assert stands.response.headers == (("x", "a b"), ("y z", "c"))
    assert stands.link == HOSTILE


def test_of_a_file_of_the_first_version_all_counts_that_is_before_the_damage(archive, forgery):
    pairs = [tombstone(VICTIM), *between(forgery), tombstone(BEFORE)]
    path, _ = write_archive(archive, *pairs, flow="forget")
    as_first_version(path)
    assert len(addresses(archive)) == len(pairs)

    damage(path, before_the_forgery(path, forgery))
    found = archive.check(path)

    assert addresses(archive) == [("tombstone", VICTIM.url), GOOD[0]]
    assert (found.n_damaged, found.n_behind) == (path.stat().st_size - found.damaged_from, 2)
    assert archive.cut_torn_tail(path) == 0


def test_damage_at_the_end_of_a_file_is_not_cut_off(archive):
    path, records = write_archive(archive, *between(page(HOSTILE, "Rapat")))
    size = path.stat().st_size

    damage(path, records[2].location.offset + 40)

    assert (archive.cut_torn_tail(path), path.stat().st_size) == (0, size)
    assert archive.check(path).n_damaged == records[2].location.length


def test_what_is_dropped_is_gone_and_damaged_bytes_stay(archive):
    path, records = write_archive(archive, *between(page(HOSTILE, "Rapat")))
    damage(path, records[1].location.offset + 40)
    content = path.read_bytes()
    first, second = records[0].location.offset, records[1].location.offset

    archive.drop(path, {records[0].response.fetch_id})

    assert path.read_bytes() == content[:first] + content[second:]
    assert addresses(archive) == GOOD[1:]


@pytest.mark.parametrize("version", ["first", "this"])
def test_what_is_dropped_is_gone_where_it_is_itself_damaged_or_behind_damage(archive, version):
    path, records = write_archive(archive, *between(page(HOSTILE, "Rapat")))
    if version == "first":
        as_first_version(path)
        records = list(archive.records(path))
    damage(path, records[1].location.offset + 40)
    doomed = {r.response.fetch_id for r in records[1:]}

    archive.drop(path, doomed, [r.location for r in records[1:]])

    assert path.stat().st_size == records[1].location.offset
    assert addresses(archive) == GOOD[:1]


CHANGE = st.tuples(  # where, how many bytes go, whether all the rest goes, what comes instead
    st.integers(0, 1_000_000), st.integers(0, 60), st.booleans(), st.binary(max_size=9)
)


@settings(max_examples=60)
@given(changes=st.lists(CHANGE, min_size=1, max_size=3), version=st.sampled_from(["first", "this"]))
def test_whatever_is_done_to_a_file_only_its_own_records_count(tmp_path_factory, changes, version):
    folder = tmp_path_factory.mktemp("apa-saja")
    archive = Archive(folder / "archive")
    inside = forged_members(folder, (VICTIM, page(VICTIM, "Palsu")), tombstone(VICTIM))
    path, _ = write_archive(archive, *between(holding(*inside)))
    if version == "first":
        as_first_version(path)
    ours = [(r.link, r.response) for r in archive.records(path)]
    content = bytearray(path.read_bytes())
    for millionth, n, cut, new in changes:
        at = len(content) * millionth // 1_000_000
        content[at : len(content) if cut else at + n] = new
    path.write_bytes(content)

    segments = list(archive.segments(path))
    found = [(s.record.link, s.record.response) for s in segments if s.record]
    archive.cut_torn_tail(path)

    ends = [s.location.offset + s.location.length for s in segments]
    assert [0, *ends] == [s.location.offset for s in segments] + [len(content)]
    assert found == [each for each in ours if each in found]
    assert [(r.link, r.response) for r in archive.records(path)] == found


def test_a_record_that_lacks_what_ours_have_stops_no_recovery(archive, home):
    path, _ = write_archive(archive, (BEFORE, page(BEFORE, "Harga Beras Turun")))
    block = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 0\r\nWARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r\n\r\n\r\n\r\n"
    path.write_bytes(path.read_bytes() + compress(block))

    assert kliping(home, "maintain") == 0

    assert loaded_articles(home) == [(BEFORE.url, "Harga Beras Turun")]


def test_a_rebuild_loads_no_forged_article_and_obeys_no_forged_tombstone(archive, home, tmp_path):
    false = replace(VICTIM, url=VICTIM.url.replace("surut", "meluas"))
    sent = holding(*forged_members(tmp_path, (false, page(false, "Palsu")), tombstone(VICTIM)))
    write_archive(archive, (VICTIM, page(VICTIM, "Banjir Surut")), run_id="20261031T010000Z-cafe")
    path, records = write_archive(archive, *between(sent))
    damage(path, records[1].location.offset + 30)

    assert kliping(home, "rebuild") == 0

    assert loaded_articles(home) == [
        (BEFORE.url, "Harga Beras Turun"),
        (AFTER.url, "Jalan Baru Dibuka"),
        (VICTIM.url, "Banjir Surut"),
    ]
    assert ask(home, "FROM ops.tombstones") == []


def test_a_rebuild_and_the_doctor_say_what_does_not_count(archive, home, forgery, capsys):
    path, _ = write_archive(archive, *between(forgery))
    as_first_version(path)
    damage(path, before_the_forgery(path, forgery))

    kliping(home, "rebuild")
    [complaint] = [row for row in examine(Settings(home=home)) if row["check"] == "archive"]

    n_bytes = path.stat().st_size - archive.check(path).damaged_from
    assert f"{archive.name(path)}: {n_bytes} bytes are damaged" in capsys.readouterr().err
    assert complaint["state"] == "bad"
    assert "1 whole records behind them cannot be proved" in complaint["finding"]


def test_behind_damage_a_record_that_names_no_writer_does_not_count(archive):
    path, records = write_archive(archive, *between(page(HOSTILE, "Lampiran Rapat")))
    info, first, second, third = members(path)
    block = read_member(BytesIO(second), 0).block
    unnamed = compress(re.sub(rb"WARC-Warcinfo-ID: [^\r]+\r\n", b"", block, count=1))
    path.write_bytes(info[:-9] + first + unnamed + third)

    assert addresses(archive) == GOOD
    assert archive.check(path).n_unproved == len(unnamed)
    assert len(records) == 3


def test_a_record_of_another_run_does_not_count_in_a_file_of_the_first_version(archive):
    path, _ = write_archive(archive, *between(page(HOSTILE, "Lampiran Rapat")))
    as_first_version(path)
    info, first, second, third = members(path)
    block = read_member(BytesIO(second), 0).block
    text = block.replace(RUN.encode(), RUN.replace("beef", "dead").encode())
    head, _, content = text.partition(b"\r\n\r\n")
    path.write_bytes(info + first + compress(head + b"\r\n\r\n" + content) + third)

    assert addresses(archive) == GOOD


STORED = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\0\xff\xff\0\0"  # a member whose next 65,535 bytes are as they are


def test_a_record_that_seems_to_hold_the_rest_of_a_file_is_not_cut_off_with_it(archive):
    path, _ = write_archive(archive, *between(page(HOSTILE, "Lampiran Rapat")))
    as_first_version(path)
    info, first, second, third = members(path)
    path.write_bytes(info + first + STORED + second + third)

    assert archive.check(path).n_torn == 0
    assert archive.cut_torn_tail(path) == 0


@pytest.mark.parametrize(("n_bytes", "n_cut"), [(4096, 4096), (4097, 0)])
def test_a_file_that_is_one_long_torn_record_is_left_as_it_is(archive, n_bytes, n_cut):
    path, _ = write_archive(archive, (BEFORE, page(BEFORE, "Harga Beras Turun")))
    path.write_bytes(STORED + random.Random(1).randbytes(n_bytes - len(STORED)))

    assert archive.cut_torn_tail(path) == n_cut


@pytest.mark.parametrize("n_before", [CHUNK - 3, CHUNK - 2, CHUNK - 1, CHUNK])
def test_a_member_is_found_wherever_it_begins(n_before):
    content = bytes(n_before) + compress(b"isi")

    assert list(starts(BytesIO(content), 0)) == [n_before]
