"""Files of an archive in object storage that are put one behind the other, and records that leave a gap of their length."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import T0, URL, response
from support.object_server import ObjectServer
from warcio.archiveiterator import ArchiveIterator

from parsers.article import Link
from warehouse.archive.archive import Archive
from warehouse.archive.members import compress, compress_to, read_member
from warehouse.archive.segments import SegmentKind, file_info
from warehouse.archive.stored import StoredArchive
from warehouse.archive.warc import Record, encode

pytest.importorskip("obstore")
LINK = Link(url=URL, source_id="kabar")


@pytest.fixture
def server() -> Iterator[ObjectServer]:
    server = ObjectServer()
    yield server
    server.stop()


@pytest.fixture
def archive(tmp_path: Path, server: ObjectServer) -> StoredArchive:
    return StoredArchive(tmp_path / "archive", server.storage())


def write(archive: Archive, run_id: str, *bodies: str) -> list[Record]:
    with archive.writer(run_id, T0, "0", "ingest") as writer:
        records = [
            writer.append(LINK, response(body, url=f"{URL}{body}", hour=hour))
            for hour, body in enumerate(bodies)
        ]
        writer.finished()
    return records


def bodies(archive: Archive, path: Path) -> list[bytes]:
    return [record.response.body for record in archive.records(path)]


def test_a_merged_file_has_the_records_of_its_parts_and_takes_their_place(server, archive):
    write(archive, "20261101T000000Z-0001", "satu", "dua")
    write(archive, "20261102T000000Z-0002", "tiga")
    parts = archive.files()
    before = {
        archive.name(path): server.objects[f"home/archive/{archive.name(path)}"] for path in parts
    }

    merged = archive.merge(parts, "20261103T000000Z-0003", T0)

    assert archive.files() == [merged]
    assert bodies(archive, merged) == [b"satu", b"dua", b"tiga"]
    whole = server.objects[f"home/archive/{archive.name(merged)}"]
    begins = archive.parts(merged)
    assert {name: whole[at : at + len(before[name])] for name, at in begins.items()} == before
    condition = archive.check(merged)
    assert (condition.n_damaged, condition.n_unproved, condition.n_torn) == (0, 0, 0)
    again = StoredArchive(archive.folder.with_name("elsewhere"), server.storage())
    assert [again.name(path) for path in again.files()] == [archive.name(merged)]


def test_parts_stay_for_a_while_and_go_at_once_with_what_is_removed(server, archive):
    for number in (1, 2, 3):
        write(archive, f"2026110{number}T000000Z-0001", f"Berita {number}")
    first, second, third = archive.files()
    merged = archive.merge([first, second], "20261103T000000Z-0003", T0)

    archive.remove_old_parts(T0 - timedelta(days=999))
    assert f"home/archive/{archive.name(first)}" in server.objects
    [record, _] = archive.records(merged)
    archive.drop(merged, {record.response.fetch_id}, in_place=True)

    kept = [name for name in server.objects if name.startswith("home/archive/")]
    assert {Path(name).name for name in kept} == {merged.name, third.name}
    assert bodies(archive, merged) == [b"Berita 2"]


def test_old_parts_are_removed(server, archive):
    for number in (1, 2):
        write(archive, f"2026110{number}T000000Z-0001", f"Berita {number}")
    merged = archive.merge(archive.files(), "20261103T000000Z-0003", T0)

    archive.remove_old_parts(T0 + timedelta(days=999))

    assert [name for name in server.objects if name.startswith("home/archive/")] == [f"home/archive/{archive.name(merged)}"]  # fmt: skip
    assert bodies(archive, merged) == [b"Berita 1", b"Berita 2"]


def test_the_secret_of_a_part_counts_in_no_other_part(server, archive):
    """A file that is closed may be given to others, so a page that is fetched later can know its secret."""
    write(archive, "20261101T000000Z-0001", "satu")
    write(archive, "20261102T000000Z-0002", "dua", "tiga")
    first, second = archive.files()
    secret = file_info(archive.open(first))
    forged = compress(encode(LINK, response("palsu", url=f"{URL}palsu"), secret))
    name = f"home/archive/{archive.name(second)}"
    [dua, _] = archive.records(second)
    at = dua.location
    whole = server.objects[name]
    server.objects[name] = whole[: at.offset] + b"rusak" + forged + whole[at.offset + at.length :]

    merged = archive.merge([first, second], "20261103T000000Z-0003", T0)

    assert bodies(archive, merged) == [b"satu", b"tiga"]


def test_one_file_alone_is_not_merged(archive):
    write(archive, "20261101T000000Z-0001", "satu")

    assert archive.merge(archive.files(), "20261103T000000Z-0003", T0) is None


def test_a_start_lists_no_file_that_is_loaded(server, archive):
    write(archive, "20261101T000000Z-0001", "satu")
    write(archive, "20261102T000000Z-0002", "dua")
    first, second = archive.files()
    assert archive.unloaded() == [first, second]

    archive.mark_loaded([archive.name(first)])

    again = StoredArchive(archive.folder.with_name("elsewhere"), server.storage())
    assert [again.name(path) for path in again.unloaded()] == [archive.name(second)]
    assert again.size(again.unloaded()[0]) == archive.size(second) > 0
    assert len(again.files()) == 2


def test_a_record_that_goes_in_place_moves_no_other(tmp_path):
    archive = Archive(tmp_path / "archive")
    first, second, third = write(archive, "20261101T000000Z-0001", "satu", "dua", "tiga")
    [path] = archive.files()
    size = archive.size(path)

    archive.drop(path, {second.response.fetch_id}, in_place=True)

    assert archive.size(path) == size
    assert [archive.read(each.location).response.body for each in (first, third)] == [b"satu", b"tiga"]  # fmt: skip
    assert bodies(archive, path) == [b"satu", b"tiga"]
    assert b"dua" not in gzip.decompress(path.read_bytes())
    assert {each.kind for each in archive.segments(path)} == {SegmentKind.INFO, SegmentKind.RECORD}
    with path.open("rb") as file:
        assert [each.rec_type for each in ArchiveIterator(file)] == ["warcinfo", "response", "metadata", "response"]  # fmt: skip


@given(st.integers(min_value=60, max_value=100_000))
def test_a_member_gets_the_length_that_is_asked_for(length):
    member = compress_to(length, b"kosong")

    assert len(member) == length
    assert read_member(io.BytesIO(member + b"lain"), 0).length == length
    assert zlib.decompress(member, 31) == b"kosong"


def test_a_block_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="do not fit into 20"):
        compress_to(20, b"kosong")
