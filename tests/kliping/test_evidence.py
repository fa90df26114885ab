"""What the archive has of an article can be checked by others, without Kliping."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.builders import T0, response
from support.command_line import kliping
from support.one_article import publish_edited_article

from flows.settings import Settings
from kliping.cli.doctor import examine
from parsers.article import Link
from warehouse.archive.archive import Archive
from warehouse.archive.seals import add_seal, note_removal, removed, seals

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
    return [row["finding"] for row in rows if row["check"] == "seals"]


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

    assert rows == [{"sealed_at": "2026-11-01T01:00:00Z", "records": 2, "root": seal.root}]


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

    assert removed(archive) == names
    assert seals(archive)[0] == before[0]
    [of_tombstone] = seals(archive)[1:]
    assert len(of_tombstone.hashes) == 1
    assert seal_faults(home) == []
