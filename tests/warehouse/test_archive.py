import io
import os
import resource
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from support.builders import T0, URL, response
from warcio.archiveiterator import ArchiveIterator

from parsers.article import Link
from warehouse.archive.archive import Archive, ArchiveError, RecordLocation, hold
from warehouse.archive.members import compress, read_member
from warehouse.archive.segments import Segments

FIRST_VERSION = Path(__file__).parents[1] / "homes" / "v1.tar.xz"
LINK = Link(
    url=URL,
    source_id="kabar",
    title="“Halo” – dunia\n",
    discovered_by="http://kabar.test/feed/",
    published_at=T0,
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def write_archive(archive: Archive, *bodies: str) -> Path:
    with archive.writer("run", T0, "0") as writer:
        for hour, body in enumerate(bodies):
            writer.append(LINK, response(body, hour=hour))
    return writer.path


def bodies(archive: Archive, path: Path) -> list[bytes]:
    return [record.response.body for record in archive.records(path)]


def test_a_record_comes_back_as_it_was_written(archive):
    sent = response(
        "<p>Isi</p>",
        headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
        redirects=("http://kabar.test/1",),
        robots_rule="allow: /",
    )
    with archive.writer("run", T0, "0") as writer:
        record = writer.append(LINK, sent)

    assert archive.read(record.location) == record
    assert list(archive.records(writer.path)) == [record]


def test_an_unchanged_answer_is_a_revisit_record(archive):
    first, again = response("Isi"), response(hour=1, status=304, same_as=response("Isi").fetch_id)
    with archive.writer("run", T0, "0") as writer:
        writer.append(LINK, first)
        writer.append(LINK, again, first.fetched_at)

    kinds = [record.rec_type for record in ArchiveIterator(writer.path.open("rb"))]
    assert kinds == ["warcinfo", "response", "revisit"]
    assert [r.response.same_as for r in archive.records(writer.path)] == [None, first.fetch_id]


def test_other_tools_read_what_we_write(archive):
    with archive.writer("run", T0, "0", "ingest") as writer:
        writer.append(LINK, response("Isi", headers=(("Content-Type", "text/html"),)))
        writer.append(LINK, response("teks", hour=1, status=None))

    with writer.path.open("rb") as file:
        seen = [
            (r.rec_type, r.content_stream().read(), r.digest_checker.passed)
            for r in ArchiveIterator(file, check_digests=True)
        ]
    fast = [r.verify_block_digest() for r in FastIterator(str(writer.path), parse_http=False)]

    assert seen[1:] == [("response", b"Isi", True), ("resource", b"teks", True)]
    assert b"kliping-flow: ingest" in seen[0][1]
    assert fast == [True, True, True]


def test_a_file_without_http_is_a_resource(archive):
    with archive.writer("run", T0, "0") as writer:
        record = writer.append(
            LINK,
            response(
                "teks", url="urn:sha256:ab", status=None, headers=(("content-type", "text/plain"),)
            ),
        )

    assert archive.read(record.location) == record


@pytest.mark.parametrize("n_bytes", [1, 2, 11])
def test_a_tail_of_any_length_is_cut_off(archive, n_bytes):
    path = write_archive(archive, "satu")
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:n_bytes])

    assert archive.check(path).n_torn == n_bytes
    assert archive.cut_torn_tail(path) == n_bytes
    assert path.read_bytes() == whole


@pytest.mark.parametrize("cut", [1, 9, 60])
def test_a_torn_tail_is_no_record_and_is_cut_off(archive, cut):
    path = write_archive(archive, "satu", "dua")
    os.truncate(path, path.stat().st_size - cut)

    assert bodies(archive, path) == [b"satu"]
    assert archive.cut_torn_tail(path) > 0
    assert bodies(archive, path) == [b"satu"]
    assert archive.cut_torn_tail(path) == 0


def test_a_torn_tail_is_found_in_a_file_of_object_storage(archive):
    """Such a file has no descriptor."""
    path = write_archive(archive, "satu", "dua")
    file = io.BytesIO(path.read_bytes()[:-9])

    kinds = [str(segment.kind) for segment in Segments(file, archive.name(path))]

    assert kinds == ["info", "record", "torn"]


def test_a_damaged_record_costs_only_itself(archive):
    path = write_archive(archive, "satu", "dua", "tiga")
    location = list(archive.records(path))[1].location
    damaged = bytearray(path.read_bytes())
    damaged[location.offset + location.length // 2] ^= 0xFF
    path.write_bytes(bytes(damaged))

    assert bodies(archive, path) == [b"satu", b"tiga"]
    assert archive.cut_torn_tail(path) == 0
    with pytest.raises(ArchiveError, match="no whole record"):
        archive.read(location)


def test_a_whole_record_whose_words_were_changed_does_not_agree_with_its_digest(archive):
    path = write_archive(archive, "satu", "dua")
    location = list(archive.records(path))[-1].location
    with path.open("rb") as file:
        block = read_member(file, location.offset).block
    forged = compress(block.replace(b"\r\n\r\ndua\r\n", b"\r\n\r\ntak\r\n"))
    os.truncate(path, location.offset)
    with path.open("ab") as file:
        file.write(forged)

    assert bodies(archive, path) == [b"satu"]
    assert archive.check(path).n_damaged == len(forged)
    with pytest.raises(ArchiveError, match="digest"):
        archive.read(replace(location, length=len(forged)))


@pytest.fixture
def limit_file_size() -> Iterator[Callable[[int | None], None]]:
    """Lets the kernel refuse to write a file beyond so many bytes, as a full disk does: a part of it first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(n_bytes: int | None) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft if n_bytes is None else n_bytes, hard))

    yield limit
    limit(None)


def test_half_a_record_that_could_not_be_written_leaves_no_bytes(archive, limit_file_size):
    with archive.writer("run", T0, "0") as writer:
        writer.append(LINK, response("satu"))
        n_bytes = writer.path.stat().st_size
        limit_file_size(n_bytes + 500)
        with pytest.raises(OSError, match="File too large"):
            writer.append(LINK, response(os.urandom(5000).hex(), hour=1))
        limit_file_size(None)

        assert writer.path.stat().st_size == n_bytes

        writer.append(LINK, response("tiga", hour=2))

    assert bodies(archive, writer.path) == [b"satu", b"tiga"]
    assert archive.check(writer.path).n_damaged == 0


def test_a_missing_file_is_named(archive):
    with pytest.raises(ArchiveError, match="gone"):
        archive.read(RecordLocation(file="2026/11/gone.warc.gz", offset=0, length=1))


def test_the_file_of_a_living_run_is_held(archive):
    writer = archive.writer("run", T0, "0")
    writer.append(LINK, response("x"))

    with hold(writer.path) as mine:
        assert not mine
    writer.close()
    with hold(writer.path) as mine:
        assert mine


def test_a_run_without_answers_leaves_no_file(archive):
    archive.writer("run", T0, "0").close()

    assert archive.files() == []


def test_files_of_one_run_do_not_overwrite_each_other(archive):
    assert write_archive(archive, "satu") != write_archive(archive, "dua")
    assert len(archive.files()) == 2


@given(body=st.binary(max_size=300), title=st.text(max_size=40))
def test_any_bytes_and_any_title_survive(tmp_path_factory, body, title):
    archive = Archive(tmp_path_factory.mktemp("archive"))
    link = Link(url=URL, source_id="kabar", title=title.encode("utf-8", "replace").decode() or None)
    sent = response().__class__(
        fetch_id="00000000-0000-5000-8000-000000000000",
        requested_url=URL,
        url=URL,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        body=body,
    )
    with archive.writer("run", T0, "0") as writer:
        record = writer.append(link, sent)

    assert archive.read(record.location) == record


def test_the_archive_of_the_first_version_is_read_as_it_was(tmp_path):
    with tarfile.open(FIRST_VERSION) as packed:
        packed.extractall(tmp_path, filter="data")
    archive = Archive(tmp_path / "archive")

    found = [archive.check(path) for path in archive.files()]
    stand = [r for path in archive.files() for r in archive.records(path)]

    with duckdb.connect(tmp_path / "warehouse.duckdb", read_only=True) as con:
        rows = con.execute(
            "SELECT fetch_id, warc_file, warc_offset, warc_length, coalesce(body_sha256, $none) FROM raw.fetches WHERE warc_file IS NOT NULL",
            {"none": response("").body_sha256},
        ).fetchall()
    assert {(c.n_damaged, c.n_unproved, c.n_torn) for c in found} == {(0, 0, 0)}
    assert sorted(rows) == sorted(
        (
            r.response.fetch_id,
            r.location.file,
            r.location.offset,
            r.location.length,
            r.response.body_sha256,
        )
        for r in stand
    )
    assert [r.link.kind for r in stand].count("tombstone") == 1
