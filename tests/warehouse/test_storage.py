"""Objects of a lake: what is there is not overwritten, what is read was not replaced, and errors name no key."""

from __future__ import annotations

import io
import pickle
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.builders import T0, URL, response
from support.object_server import ObjectServer

from flows.load.spans import setup_of
from flows.settings import Settings
from kliping.cli.doctor_seals import examine_seals
from parsers.article import Link
from warehouse import object_file
from warehouse.archive.archive import ArchiveError
from warehouse.archive.seals import add_seal, note_removal, read_notes, seals
from warehouse.archive.signatures import make_key
from warehouse.archive.stored import StoredArchive
from warehouse.archive.warc import RecordLocation
from warehouse.lake import LakeLocation, connect
from warehouse.object_file import open_object
from warehouse.storage import (
    AccessDenied,
    BucketMissingError,
    ObjectChanged,
    ObjectExists,
    Storage,
    StorageUnavailable,
    first_line,
)
from warehouse.write.ducklake import Lake

pytest.importorskip("obstore")
NAME = "home/archive/a"
ERROR = '<?xml version="1.0"?><Error><Code>{}</Code><AWSAccessKeyId>key-of-ours</AWSAccessKeyId></Error>'


@pytest.fixture
def server():
    server = ObjectServer()
    yield server
    server.stop()


@pytest.fixture
def storage(server) -> Storage:
    return server.storage()


def test_an_object_that_is_there_is_not_overwritten_and_the_same_again_is_no_error(server, storage):
    storage.put_new("archive/a", b"satu")
    storage.put_new("archive/a", b"satu")

    with pytest.raises(ObjectExists, match="s3://kliping/home/archive/a is there already"):
        storage.put_new("archive/a", b"dua")

    assert server.objects == {NAME: b"satu"}


def test_an_object_is_replaced_only_as_it_was_read(server, storage):
    storage.put_new("archive/a", b"satu")
    _, tag = storage.get("archive/a")
    storage.replace("archive/a", b"dua", tag)
    storage.replace("archive/a", b"dua", tag)  # as after an answer that was lost

    with pytest.raises(ObjectChanged, match="was replaced meanwhile"):
        storage.replace("archive/a", b"tiga", tag)

    assert server.objects == {NAME: b"dua"}


def test_a_file_is_read_in_blocks_and_a_step_back_asks_for_none(server, storage, monkeypatch):
    monkeypatch.setattr(object_file, "BLOCK", 16 << 10)
    body = bytes(n % 251 for n in range(40_000))
    storage.put_new("archive/a", body)
    with open_object(storage, storage.find("archive/a")) as file:
        assert file.read() == body
        assert server.ranges == [(0, 16_384), (16_384, 16_384), (32_768, 7_232)]
        file.seek(20_000)
        assert file.read(5) == body[20_000:20_005]
        assert len(server.ranges) == 3
        assert file.seek(-3, io.SEEK_END) == 39_997
        assert file.read(9) == body[-3:]
        assert (file.read(9), file.seek(90_000), file.read(9)) == (b"", 90_000, b"")
        assert len(server.ranges) == 3
        file.seek(0)
        assert file.read(2) == body[:2]  # of a block that is not kept any more

    assert len(server.ranges) == 4


def test_a_file_that_ends_with_a_block_is_asked_for_no_further_one(server, storage, monkeypatch):
    monkeypatch.setattr(object_file, "BLOCK", 16 << 10)
    storage.put_new("archive/a", bytes(32 << 10))

    with open_object(storage, storage.find("archive/a")) as file:
        assert file.read() == bytes(32 << 10)

    assert len(server.ranges) == 2


def test_an_object_that_was_replaced_is_not_read_on(server, storage, monkeypatch):
    monkeypatch.setattr(object_file, "BLOCK", 16 << 10)
    storage.put_new("archive/a", bytes(40_000))
    file = open_object(storage, storage.find("archive/a"))
    assert file.read(8) == bytes(8)
    server.objects[NAME] = bytes(50_000)

    with pytest.raises(ObjectChanged):
        file.read()


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "InvalidAccessKeyId", AccessDenied),
        (403, "SignatureDoesNotMatch", AccessDenied),
        (404, "NoSuchBucket", BucketMissingError),
        (400, "MalformedRequest", StorageUnavailable),
    ],
)
@pytest.mark.parametrize("ask", [Storage.require_bucket, lambda storage: storage.get("archive/a")])
def test_what_the_server_refuses_is_one_line_without_the_key(
    server, storage, status, code, error, ask
):
    server.refusal = status, ERROR.format(code)

    with pytest.raises((StorageUnavailable, BucketMissingError)) as refused:
        ask(storage)

    assert type(refused.value) is error
    assert "key-of-ours" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_first_line_of_an_answer_is_short_and_has_no_xml():
    answer = f"Client error with status 400: {ERROR.format('X')}"

    assert first_line(ValueError(answer)) == "Client error with status 400"
    assert first_line(ValueError(f"\nsatu\n{ERROR}")) == "satu"
    assert len(first_line(ValueError("a" * 5000))) == 300


def test_duckdb_gets_the_keys_for_these_files_alone(tmp_path):
    storage = Storage(url="s3://kliping/o'clock", endpoint="http://127.0.0.1:1", key_id="k", secret="s'x")  # fmt: skip
    with connect(tmp_path) as con:
        con.execute(storage.secret_statement("ours"))
        [[scope, text]] = con.execute("SELECT scope, secret_string FROM duckdb_secrets()").fetchall()  # fmt: skip

    assert scope == ["s3://kliping/o'clock"]
    assert {"use_ssl=false", "endpoint=127.0.0.1:1", "url_style=vhost"} <= {*text.split(";")}


def test_what_is_saved_beside_the_archive_is_the_latest_of_all_machines(storage, tmp_path):
    location = LakeLocation(conninfo="", storage=storage)
    for name, content in (("here", "satu"), ("there", "dua"), ("there", "dua")):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "labels.csv").write_text(content)
        Lake(tmp_path / name, location).save_beside_archive(tmp_path / name / "labels.csv")

    new = Lake(tmp_path / "new", location)
    new.fetch_from_archive(tmp_path / "new" / "labels.csv")
    new.fetch_from_archive(tmp_path / "new" / "others.csv")

    assert [(path.name, path.read_text()) for path in (tmp_path / "new").iterdir()] == [
        ("labels.csv", "dua")
    ]


def test_what_a_job_sends_to_its_workers_has_no_keys(storage):
    storage = replace(storage, key_id="kunci", secret="rahasia", token="tanda")

    sent = pickle.dumps(setup_of(storage, {}, {}))

    assert b"kliping/home" in sent
    assert not [word for word in (b"kunci", b"rahasia", b"tanda") if word in sent]


LINK = Link(url=URL, source_id="kabar")


@pytest.fixture
def archive(tmp_path: Path, storage: Storage) -> StoredArchive:
    return StoredArchive(tmp_path / "archive", storage)


def write(archive: StoredArchive, *batches: tuple[str, ...]) -> list[RecordLocation]:
    """Each batch is flushed."""
    locations = []
    with archive.writer("run", T0, "0") as writer:
        for number, bodies in enumerate(batches):
            for body in bodies:
                url = f"{URL}{number}/{body}"
                record = writer.append(LINK, response(body, url=url))
                locations.append(record.location)
            writer.flush()
        writer.finished()
    return locations


def test_each_flush_keeps_one_file_and_one_without_records_none(server, archive):
    locations = write(archive, ("satu", "dua"), (), ("tiga",))

    objects = {name: body for name, body in server.objects.items() if "/archive/" in name}
    kept = [name.removeprefix("home/archive/") for name in objects]
    assert kept == [locations[0].file, locations[2].file]
    assert locations[0].file != locations[2].file
    assert [archive.read(each).response.body for each in locations] == [b"satu", b"dua", b"tiga"]
    assert [archive.size(path) for path in archive.files()] == [
        len(body) for body in objects.values()
    ]
    assert [path for path in archive.folder.rglob("*.warc.gz") if path.name in str(kept)] == []


def test_a_file_stays_in_the_folder_until_it_is_kept(server, archive):
    [location] = write(archive, ("satu",))
    path = archive.folder / location.file
    path.write_bytes(b"another one")

    with pytest.raises(ObjectExists):
        archive.keep(path)

    assert path.read_bytes() == b"another one"
    path.write_bytes(server.objects[f"home/archive/{location.file}"])
    archive.keep(path)  # as after a kill between the two
    assert not path.exists()


def test_other_objects_beside_the_archive_are_no_files_of_it(server, archive):
    [location] = write(archive, ("satu",))
    server.objects["home/archive/labels.csv"] = b"x"
    again = StoredArchive(archive.folder.with_name("elsewhere"), server.storage())

    assert [again.name(path) for path in again.files()] == [location.file]


def test_seals_are_kept_beside_the_files_and_found_from_another_machine(server, archive):
    bodies = tuple(f"Berita {number}" for number in range(20))
    write(archive, bodies)
    assert seals(archive) == []
    server.ranges.clear()
    seal = add_seal(archive, T0)
    note_removal(archive, T0, ["satu"])
    again = StoredArchive(archive.folder.with_name("elsewhere"), server.storage())

    assert len(server.ranges) < len(bodies)
    assert seals(again) == [seal]
    assert len(seal.hashes) == len(bodies)
    assert read_notes(again).removed == {"satu"}
    assert add_seal(again, T0 + timedelta(days=1)) is None
    assert len(again.files()) == 1


def test_doctor_finds_sealed_records_that_are_gone_from_a_lake(server, archive, tmp_path):
    write(archive, ("satu",), ("dua",))
    add_seal(archive, T0)
    settings = Settings(home=tmp_path)
    make_key(tmp_path)
    assert list(examine_seals(settings, archive)) == []

    [first, _] = archive.files()
    del server.objects[f"home/archive/{archive.name(first)}"]

    again = StoredArchive(tmp_path / "elsewhere", server.storage())
    [row] = examine_seals(settings, again)
    assert row["state"] == "bad"
    assert row["finding"].startswith(f"1 records of {archive.name(first)} are not as they were")


def test_records_come_in_the_order_in_which_they_are_asked_for(archive):
    locations = write(archive, ("satu", "dua"), ("tiga",))
    wanted = [locations[1], locations[2], locations[0]]

    assert [record.response.body for record in archive.read_all(wanted)] == [b"dua", b"tiga", b"satu"]  # fmt: skip
    with pytest.raises(ArchiveError, match=r"hilang\.warc\.gz: the file is missing"):
        archive.read_all([RecordLocation(file="hilang.warc.gz", offset=0, length=9)])


def test_a_record_is_dropped_from_the_object_unless_it_was_replaced(server, archive, monkeypatch):
    first, second = write(archive, ("satu", "dua"))
    path, name = archive.folder / first.file, f"home/archive/{first.file}"
    before = server.objects[name]
    [dropped, left] = archive.records(path)

    archive.drop(path, {dropped.response.fetch_id})

    assert [record.response.body for record in archive.records(path)] == [left.response.body]
    assert archive.size(path) == len(server.objects[name]) < len(before)

    get = Storage.get

    def get_before_another(storage: Storage, name_of_object: str) -> tuple[bytes, str]:
        answer = get(storage, name_of_object)
        monkeypatch.setattr(Storage, "get", get)
        server.objects[name] = before
        return answer

    monkeypatch.setattr(Storage, "get", get_before_another)
    with pytest.raises(ObjectChanged):
        archive.drop(path, {left.response.fetch_id})
    assert server.objects[name] == before
    assert second.file == first.file


def test_a_kept_file_is_free_and_one_in_the_making_is_not(archive):
    with archive.writer("run", T0 + timedelta(days=1), "0") as writer:
        writer.append(LINK, response("satu"))
        with archive.hold(writer.path) as is_free:
            assert not is_free
    [path] = archive.files()
    archive.keep(path)

    with archive.hold(path) as is_free:
        assert is_free
    assert archive.cut_torn_tail(path) == 0
