"""What the archive has of an article can be checked by others, without Kliping."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from support.builders import T0, response
from support.command_line import kliping
from support.one_article import publish_edited_article
from warcio.archiveiterator import ArchiveIterator

from flows.settings import Settings
from kliping.cli.doctor import examine
from parsers.article import Link
from warehouse.archive.archive import Archive
from warehouse.archive.seals import add_seal, note_removal, read_notes, seals
from warehouse.read.published import Reader

CHECKER = Path(__file__).parents[2] / "docs" / "check_proof.py"
URL = "http://koran.test/1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One article with two fetches."""
    home = tmp_path / "home"
    publish_edited_article(home, is_reserved=False)
    return home


@pytest.fixture
def sealed(home: Path) -> Path:
    add_seal(archive_of(home), T0)
    return home


def archive_of(home: Path) -> Archive:
    return Archive(home / "archive")


def write_records(archive: Archive, n: int) -> None:
    with archive.writer("run", T0, "0") as writer:
        for hour in range(n):
            writer.append(Link(url=URL, source_id="koran"), response("Isi.", hour=hour))


def proof_of(home: Path) -> dict[str, Any]:
    file = home.parent / "proof.json"
    answer = kliping(home, "prove", URL, "--output", file)
    assert answer.returncode == 0, answer.stderr
    return json.loads(file.read_text())


def check(folder: Path, proof: dict[str, Any], records: Path) -> subprocess.CompletedProcess:
    """By the program in docs, which finds no Kliping."""
    file = folder / "checked.json"
    file.write_text(json.dumps(proof))
    return subprocess.run(
        [sys.executable, "-I", "-S", CHECKER, file, records],
        capture_output=True,
        text=True,
        check=False,
    )


def seal_faults(home: Path) -> list[str]:
    rows = examine(Settings(home=home, min_free_mb=0))
    return [row["finding"] for row in rows if row["check"] == "seals" and row["state"] == "bad"]


def test_a_stranger_checks_the_proof_of_all_records(tmp_path, sealed):
    [path] = archive_of(sealed).files()
    [seal] = seals(archive_of(sealed))

    answer = check(tmp_path, proof_of(sealed), path)

    assert answer.returncode == 0, answer.stderr
    assert [line.split()[-1] for line in answer.stdout.splitlines()] == [seal.root] * 2


def test_a_stranger_checks_one_record_that_is_not_compressed(tmp_path, sealed):
    archive, proof = archive_of(sealed), proof_of(sealed)
    [path] = archive.files()
    record, *_ = archive.records(path)
    file = tmp_path / "record.warc"
    file.write_bytes(archive.block(record.location))
    proof["proofs"] = [
        each for each in proof["proofs"] if each["fetch_id"] == record.response.fetch_id
    ]

    assert check(tmp_path, proof, file).returncode == 0
    file.write_bytes(file.read_bytes().replace(b"17", b"71"))
    assert "changed" in check(tmp_path, proof, file).stdout


@pytest.mark.parametrize(
    "change",
    [
        {"root": "00" * 32},
        {"index": 2},
        {"size": 9},
        {"path": []},
        {"path": ["00" * 32]},
    ],
)
def test_a_stranger_is_not_taken_in_by_a_wrong_proof(tmp_path, sealed, change):
    [path] = archive_of(sealed).files()
    proof = proof_of(sealed)
    proof["proofs"][0] |= change

    assert check(tmp_path, proof, path).returncode == 1


def test_a_path_that_does_not_fit_the_size_of_the_tree_is_wrong_though_its_hashes_agree(
    tmp_path, sealed
):
    [path] = archive_of(sealed).files()
    proof = proof_of(sealed)["proofs"][0]
    leaf, other = bytes.fromhex(proof["leaf"]), bytes(32)
    longer = {"path": [other.hex()], "root": sha256(b"\x01" + other + leaf).hexdigest()}
    shorter = {"path": [], "root": proof["leaf"]}

    for wrong in (longer | {"size": 1}, shorter | {"size": 2}):
        changed = {"proofs": [proof | {"index": 0} | wrong]}
        assert check(tmp_path, changed, path).returncode == 1, wrong


def test_every_record_of_a_tree_of_any_size_has_a_proof_that_a_stranger_checks(tmp_path):
    """Trees of one to nine records: the standard's verification has its branches there."""
    for n in range(1, 10):
        archive = Archive(tmp_path / str(n))
        write_records(archive, n)
        [path] = archive.files()
        seal = add_seal(archive, T0)
        names = [record.response.fetch_id for record in archive.records(path)]

        answer = check(tmp_path, {"proofs": [seal.proof(name) for name in names]}, path)

        assert answer.returncode == 0, (n, answer.stdout, answer.stderr)


def test_records_without_a_seal_have_no_proof(home):
    answer = kliping(home, "prove", URL)

    assert answer.returncode == 1
    assert "2 records are not sealed yet" in answer.stderr
    assert "nothing is sealed yet" in kliping(home, "prove").stdout


def test_all_seals_are_listed(sealed):
    [seal] = seals(archive_of(sealed))

    rows = json.loads(kliping(sealed, "prove", "--format", "json").stdout)

    assert rows == [
        {
            "sealed_at": "2026-11-01T01:00:00Z",
            "records": 2,
            "signature": False,
            "timestamp": False,
            "root": seal.root,
        }
    ]


def test_doctor_finds_a_record_that_was_changed_with_its_digests(tmp_path, sealed):
    """A forger who writes a whole file again makes every length and digest agree."""
    archive, other = archive_of(sealed), Archive(tmp_path / "forged")
    [path] = archive.files()
    with other.writer("run", T0, "0") as writer:
        for record in archive.records(path):
            body = record.response.body.replace(b"17", b"71")
            writer.append(record.link, replace(record.response, body=body))

    assert seal_faults(sealed) == []
    shutil.copy(writer.path, path)
    [fault] = seal_faults(sealed)
    assert fault.startswith("2 records of 2026/11/run-0.warc.gz are not as they were sealed")


def test_doctor_finds_a_file_that_was_removed(sealed):
    [path] = archive_of(sealed).files()
    path.unlink()

    [fault] = seal_faults(sealed)
    assert fault.startswith("2 records of 2026/11/run-0.warc.gz")


def test_doctor_finds_a_seal_that_was_changed(sealed):
    [path] = (sealed / "archive" / "seals").iterdir()
    note = json.loads(path.read_text())
    note["root"] = "00" * 32
    path.write_text(json.dumps(note))
    assert seal_faults(sealed) == ["the seal of 2026-11-01T01:00:00Z was changed"]

    path.write_text("{")
    [fault] = seal_faults(sealed)
    assert path.name in fault


def test_what_was_removed_on_purpose_is_no_fault(sealed):
    archive = archive_of(sealed)
    [path] = archive.files()
    first, _ = archive.records(path)
    archive.drop(path, [first.response.fetch_id])
    assert len(seal_faults(sealed)) == 1

    note_removal(archive, T0, [first.response.fetch_id])
    assert seal_faults(sealed) == []


def test_forgetting_is_seen_and_the_rest_verifies(tmp_path, home):
    """From the first `maintain` to the last, by the commands alone."""
    assert kliping(home, "maintain").returncode == 0
    archive = archive_of(home)
    before, names = seals(archive), {each["fetch_id"] for each in proof_of(home)["proofs"]}
    assert len(names) == 2

    assert kliping(home, "forget", URL, "--yes").returncode == 0
    assert kliping(home, "maintain").returncode == 0

    assert read_notes(archive).removed == names
    assert seals(archive)[0] == before[0]
    [of_tombstone] = seals(archive)[1:]
    assert len(of_tombstone.hashes) == 1
    assert seal_faults(home) == []


def test_an_article_is_forgotten_though_its_outlet_is_described_no_more(home):
    """Its address has another id then, and the article was loaded under the one of its outlet."""
    with Reader(home) as reader:
        assert [row["url"] for row in reader.rows("FROM mart.articles")] == [URL]

    assert kliping(home, "forget", URL, "--yes").returncode == 0

    with Reader(home) as reader:
        for table in ("mart.articles", "mart.quotes", "mart.figures", "core.article_versions"):
            assert reader.rows(f"FROM {table}") == [], table


def packed(home: Path, *options: str) -> ZipFile:
    file = home.parent / "bukti.wacz"
    answer = kliping(home, "evidence", URL, "--output", file, *options)
    assert answer.returncode == 0, answer.stderr
    return ZipFile(file)


def test_another_tool_reads_the_packed_records(sealed):
    archive = archive_of(sealed)
    [path] = archive.files()
    originals = [record.response for record in archive.records(path)]

    with packed(sealed).open("archive/data.warc.gz") as file:
        read = [
            (each.rec_headers["WARC-Target-URI"], each.content_stream().read())
            for each in ArchiveIterator(file, check_digests="raise")
        ]

    assert read == [(each.url, each.body) for each in originals]


def test_each_line_of_the_index_leads_to_its_record(sealed):
    """A program for replay reads a line of the index, then just these bytes."""
    file = packed(sealed)
    warc = file.read("archive/data.warc.gz")
    lines = file.read("indexes/index.cdx").decode().splitlines()

    assert lines == sorted(lines)
    assert [line.split(" ")[:2] for line in lines] == [
        ["test,koran)/1", "20261101010000"],
        ["test,koran)/1", "20261101020000"],
    ]
    for line in lines:
        fields = json.loads(line.split(" ", 2)[2])
        start, length = int(fields["offset"]), int(fields["length"])
        [record] = ArchiveIterator(BytesIO(warc[start : start + length]))
        assert record.rec_headers["WARC-Target-URI"] == fields["url"] == URL
        assert record.rec_headers["WARC-Payload-Digest"] == fields["digest"]
        assert record.http_headers.get_statuscode() == fields["status"]
        assert fields["filename"] == "data.warc.gz"


def test_the_package_lists_every_file_with_its_digest(sealed):
    """As the standard says it of `datapackage.json` and `datapackage-digest.json`."""
    file = packed(sealed)
    package, digest = (
        json.loads(file.read(name)) for name in ("datapackage.json", "datapackage-digest.json")
    )

    def hash_of(name: str) -> str:
        return f"sha256:{sha256(file.read(name)).hexdigest()}"

    resources = {each["path"]: each for each in package["resources"]}
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert {*resources, "datapackage.json", "datapackage-digest.json"} == set(file.namelist())
    for name, each in resources.items():
        assert (each["hash"], each["bytes"]) == (hash_of(name), len(file.read(name)))
    assert digest == {"path": "datapackage.json", "hash": hash_of("datapackage.json")}
    assert file.getinfo("archive/data.warc.gz").compress_type == ZIP_STORED


def test_the_pages_are_listed_with_their_times_and_title(sealed):
    head, *pages = map(json.loads, packed(sealed).read("pages/pages.jsonl").splitlines())

    assert head["format"] == "json-pages-1.0"
    assert [(each["url"], each["ts"], each["title"]) for each in pages] == [
        (URL, "2026-11-01T01:00:00Z", "Judul"),
        (URL, "2026-11-01T02:00:00Z", "Judul"),
    ]


def test_a_stranger_checks_the_packed_records_with_the_packed_proof(tmp_path, sealed):
    file = packed(sealed)
    warc = Path(file.extract("archive/data.warc.gz", tmp_path))
    proof = json.loads(file.read("proofs/proof.json"))

    assert len(proof["proofs"]) == 2
    assert check(tmp_path, proof, warc).returncode == 0


def test_records_without_a_seal_are_packed_without_proof(home):
    answer = kliping(home, "evidence", URL, "--output", home.parent / "bukti.wacz")

    assert "2 records are not sealed yet" in answer.stderr
    assert "proofs/proof.json" not in ZipFile(home.parent / "bukti.wacz").namelist()


def test_a_record_that_was_removed_is_left_out_with_its_proof(sealed):
    """By `maintain --keep-days`: the article stays, its old records go."""
    assert kliping(sealed, "maintain", "--keep-days", "1").returncode == 0

    answer = kliping(sealed, "evidence", URL, "--output", sealed.parent / "bukti.wacz")

    assert answer.returncode == 1
    assert "no record" in answer.stderr
    assert not (sealed.parent / "bukti.wacz").exists()
    assert len(proof_of(sealed)["proofs"]) == 2


def test_a_reserved_text_is_packed_only_on_demand(tmp_path):
    home = tmp_path / "home"
    publish_edited_article(home, is_reserved=True)
    file = tmp_path / "bukti.wacz"

    refused = kliping(home, "evidence", URL, "--output", file)

    assert (refused.returncode, file.exists()) == (2, False)
    assert "1 texts are reserved" in refused.stderr
    assert len(packed(home, "--include-reserved").namelist()) == 5


@pytest.mark.parametrize(
    ("url", "name", "reason"),
    [
        (URL, "bukti.zip", "end in .wacz"),
        ("http://koran.test/tidak-ada", "bukti.wacz", "no article of"),
    ],
)
def test_evidence_says_what_it_cannot_pack(home, url, name, reason):
    answer = kliping(home, "evidence", url, "--output", home.parent / name)

    assert answer.returncode == 2
    assert reason in answer.stderr


def test_a_damaged_archive_is_named_in_one_line(sealed):
    [path] = archive_of(sealed).files()
    path.write_bytes(path.read_bytes()[:300])

    answer = kliping(sealed, "evidence", URL, "--output", sealed.parent / "bukti.wacz")

    assert answer.returncode == 1
    assert path.name in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
