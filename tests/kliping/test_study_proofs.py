"""What a study's folder has for those who check it by hand: sentences, proofs, programs, and a page that explains them."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from lxml import html
from support.command_line import kliping

from kliping.sql_files import sql
from warehouse.archive.archive import Archive
from warehouse.archive.seals import read_notes
from warehouse.read.published import Reader

pytestmark = pytest.mark.xdist_group("demo_home")
STUDY = """question = "Siapa yang dikutip tentang pekerja migran?"
query = '"pekerja migran"'
since = 2026-08-01
until = 2026-11-30
"""
RESERVE = "UPDATE raw.fetches SET reservations = ['robots: noai'] WHERE kind = 'page'"


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory) -> Path:
    """The demo's, with a key, and sealed."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("sealed") / "home")
    assert kliping(home, "prove", "--key").returncode == 0
    assert kliping(home, "maintain").returncode == 0
    return home


def written(home: Path, folder: Path) -> Path:
    file = folder / "migran.toml"
    file.write_text(STUDY, "utf-8")
    done = kliping(home, "study", str(file), "--offline")
    assert done.returncode == 0, done.stderr
    return file.with_suffix("")


@pytest.fixture(scope="module")
def folder(home, tmp_path_factory) -> Path:
    """A study with its records."""
    folder = written(home, tmp_path_factory.mktemp("study"))
    assert kliping(home, "evidence", str(folder)).returncode == 0
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def texts(home: Path) -> dict[str, str]:
    with Reader(home) as reader:
        rows = reader.rows("SELECT article_id, body_text FROM mart.articles")
    return {row["article_id"]: row["body_text"] for row in rows}


def test_every_thing_that_is_counted_has_its_sentence(home, folder):
    sentences, bodies = rows_of(folder / "sentences.csv"), texts(home)

    assert len(sentences) == len(rows_of(folder / "evidence.csv")) > 20
    spans = [row for row in sentences if row["char_start"]]
    assert len(spans) > 10
    for row in sentences:
        text = " ".join(bodies[row["article_id"]].split())
        assert row["sentence"]
        assert row["sentence"] in text
    for row in spans:
        body = bodies[row["article_id"]]
        span = body[int(row["char_start"]) : int(row["char_end"])]
        assert " ".join(span.split()) in row["sentence"]
        assert row["url"].startswith("http")


TEXT = (
    "Dua pasar tutup. “Kami rugi,” kata Sari. Rp 1.500 juta hilang!\nHarga naik 3.5 persen. Selesai"
)


@pytest.mark.parametrize(
    ("span", "sentence"),
    [
        (None, "Dua pasar tutup."),
        ("Dua", "Dua pasar tutup."),
        ("Sari", "“Kami rugi,” kata Sari."),
        ("kata Sari.", "“Kami rugi,” kata Sari."),
        ("1.500 juta", "Rp 1.500 juta hilang!"),
        ("3.5 persen", "Harga naik 3.5 persen."),
        ("lesai", "Selesai"),
        ("hilang!\nHarga", "Rp 1.500 juta hilang! Harga naik 3.5 persen."),
    ],
)
def test_a_sentence_ends_at_its_full_stop_or_line(span, sentence):
    start = TEXT.index(span) if span else None
    con = duckdb.connect()
    con.execute("CREATE SCHEMA mart")
    con.execute("CREATE TABLE mart.reservations AS SELECT '' AS article_id, TRUE AS is_against")
    con.execute(
        "CREATE TABLE mart.article_metadata AS SELECT '1' AS article_id, 'x' AS source_name, DATE '2026-11-01' AS day, '' AS url"
    )
    con.execute(
        "CREATE TABLE mart.article_versions AS SELECT 'v' AS version_id, $text AS body_text",
        {"text": TEXT},
    )
    con.execute(
        "CREATE TABLE study_evidence AS SELECT 'a' AS subject, 'b' AS name, '1' AS article_id, 'v' AS version_id,"
        " $start::INTEGER AS char_start, $until::INTEGER AS char_end",
        {"start": start, "until": start + len(span) if span else None},
    )

    query = sql("study/sentences").replace("shown_of_reserved", "NULL")
    assert con.execute(query).fetchall()[0][-1] == sentence


def test_of_a_reserved_text_only_sentences_in_its_beginning_are_shown(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "home")
    sentences = rows_of(written(home, tmp_path) / "sentences.csv")
    with duckdb.connect(home / "kliping.duckdb") as con:
        con.execute(RESERVE)

    reserved = rows_of(written(home, tmp_path) / "sentences.csv")

    def readers_part(row: dict[str, str]) -> str:
        return row["sentence"][: max(280 - int(row["char_start"] or 0), 0)]

    assert [row["sentence"] for row in reserved] == [readers_part(row) for row in sentences]
    assert 0 < sum(not row["sentence"] for row in reserved) < len(reserved)


def run(folder: Path, *command: object) -> subprocess.CompletedProcess[str]:
    """A program of the folder, which finds no Kliping."""
    return subprocess.run(
        [sys.executable, "-I", "-S", *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def test_a_stranger_checks_the_records_of_a_study_as_its_page_says(home, folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    with ZipFile(copy / "records.wacz") as file:
        file.extract("archive/data.warc.gz", copy)

    answer = run(copy, "check_proof.py", "proofs.json", "archive/data.warc.gz")

    assert answer.returncode == 0, answer.stdout
    records = {row["fetch_id"] for row in rows_of(folder / "records.csv")}
    assert {line.split()[0] for line in answer.stdout.splitlines()} == records
    page = (folder / "check.html").read_text("utf-8")
    assert "python3 check_proof.py proofs.json archive/data.warc.gz" in page
    assert "python3 check_seal.py proofs.json --key operator.pem" in page


def test_a_study_carries_roots_with_their_signatures(home, folder):
    proofs = json.loads((folder / "proofs.json").read_text("utf-8"))
    notes = read_notes(Archive(home / "archive"))

    assert proofs["seals"].keys() <= {seal.root for seal in notes.seals}
    assert {each["root"] for each in proofs["proofs"]} == proofs["seals"].keys()
    assert [each["root"] for each in proofs["vouchers"]] == [*proofs["seals"]]


def test_the_digests_on_the_page_are_those_of_the_files(folder):
    page = html.fromstring((folder / "check.html").read_text("utf-8"))
    listed = dict(
        line.split()[::-1] for line in page.xpath("(//pre)[1]")[0].text_content().splitlines() if line
    )  # fmt: skip

    assert {"numbers.csv", "evidence.csv", "sentences.csv"} <= listed.keys()
    for name, digest in listed.items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest
    assert not page.xpath("//script | //link | //img")
    named = set(re.findall(r"\b[a-z_]+\.(?:csv|json|wacz|ipynb|py|html)\b", page.text_content()))
    assert named <= {path.name for path in folder.iterdir()}


def test_what_depends_on_the_archive_is_not_compared(home, folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "proofs.json").write_text("{}")
    (copy / "records.wacz").unlink()
    assert kliping(home, "study", "--check", copy).returncode == 0

    program = copy / "check_proof.py"
    program.write_text("print('all is well')\n")
    done = kliping(home, "study", "--check", copy)

    assert done.returncode == 1
    assert f"{program}: it is not as the study writes it" in done.stderr


def test_records_of_an_earlier_writing_are_removed(home, tmp_path):
    folder = written(home, tmp_path)
    assert kliping(home, "evidence", str(folder)).returncode == 0

    written(home, tmp_path)

    assert not (folder / "records.wacz").exists()
    assert (folder / "proofs.json").exists()
