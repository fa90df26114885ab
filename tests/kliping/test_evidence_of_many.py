"""The archived pages of an event or a study in one file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from support.command_line import kliping
from support.one_article import publish_edited_article
from warcio.archiveiterator import ArchiveIterator

from warehouse.archive.archive import Archive
from warehouse.read.published import Reader

pytestmark = pytest.mark.xdist_group("demo_home")
CHECKER = Path(__file__).parents[2] / "docs" / "check_proof.py"
STUDY = """question = "Siapa yang dikutip tentang pekerja migran?"
query = '"pekerja migran"'
since = 2026-08-01
until = 2026-11-30
"""
LARGEST_EVENT = "SELECT event_id FROM mart.events ORDER BY n_articles DESC, event_id LIMIT 1"
RESERVE = "UPDATE raw.fetches SET reservations = ['robots: noai'] WHERE requested_url = $url AND kind = 'page'"
OF_EVENT = "SELECT article_id, url FROM mart.event_articles WHERE event_id = $event"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "migran.toml"
    path.write_text(STUDY, "utf-8")
    return path


def pack(home: Path, *arguments: object) -> str:
    """What the command says."""
    answer = kliping(home, "evidence", *map(str, arguments))
    assert answer.returncode == 0, answer.stderr
    return answer.stderr


def pages(file: Path) -> dict[str, str]:
    """The title of each page by its address."""
    with ZipFile(file) as content:
        _, *lines = map(json.loads, content.read("pages/pages.jsonl").splitlines())
    return {line["url"]: line["title"] for line in lines}


def addresses(file: Path) -> list[str]:
    """Of the records, as another tool reads them."""
    with ZipFile(file) as content, content.open("archive/data.warc.gz") as warc:
        return [
            each.rec_headers["WARC-Target-URI"]
            for each in ArchiveIterator(warc, check_digests="raise")
        ]


def rows(home: Path, query: str, **parameters: object) -> list[dict]:
    with Reader(home) as reader:
        return reader.rows(query, parameters)


def test_an_event_is_packed_by_any_of_its_articles(demo_home, tmp_path):
    [largest] = rows(demo_home, LARGEST_EVENT)
    articles = rows(demo_home, OF_EVENT, event=largest["event_id"])
    assert len(articles) > 2

    for n, target in enumerate((articles[0]["article_id"], articles[-1]["url"])):
        file = tmp_path / f"{n}.wacz"
        pack(demo_home, target, "--event", "--output", file)
        assert {each["url"] for each in articles} <= pages(file).keys()
        assert {*addresses(file)} == pages(file).keys()


def test_an_article_alone_has_none_of_its_event(demo_home, tmp_path):
    [largest] = rows(demo_home, LARGEST_EVENT)
    file = tmp_path / "satu.wacz"

    pack(demo_home, largest["event_id"], "--output", file)

    assert len(pages(file)) == 1


def test_a_study_is_packed_by_its_file_and_by_its_folder(demo_home, file):
    assert kliping(demo_home, "study", str(file), "--offline").returncode == 0
    folder = file.with_suffix("")

    pack(demo_home, file, "--output", file.with_suffix(".wacz"))
    pack(demo_home, folder)

    titles = pages(folder / "records.wacz")
    lines = (folder / "articles.csv").read_text("utf-8").splitlines()[1:]
    assert len(titles) == len(lines) > 2
    assert titles == pages(file.with_suffix(".wacz"))
    assert all(title in "\n".join(lines) for title in titles.values())


def test_a_folder_is_packed_as_it_was_counted(demo_home, file):
    """Not as its study would be counted today."""
    assert kliping(demo_home, "study", str(file), "--offline").returncode == 0
    table = file.with_suffix("") / "articles.csv"
    table.write_text("".join(table.read_text("utf-8").splitlines(keepends=True)[:2]), "utf-8")

    pack(demo_home, table.parent)

    assert len(pages(table.parent / "records.wacz")) == 1


def test_a_folder_that_holds_no_study_is_refused(demo_home, tmp_path):
    answer = kliping(demo_home, "evidence", str(tmp_path))

    assert answer.returncode == 2
    assert "holds no study" in answer.stderr


def test_what_is_no_folder_needs_the_name_of_a_file(demo_home, file):
    answer = kliping(demo_home, "evidence", str(file))

    assert answer.returncode == 2
    assert "--output" in answer.stderr


def test_reserved_texts_are_left_out_of_many_and_counted(demo_home, file, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "home")
    pack(home, file, "--output", tmp_path / "all.wacz")
    (reserved, _), *others = pages(tmp_path / "all.wacz").items()
    with duckdb.connect(home / "kliping.duckdb") as con:
        con.execute(RESERVE, {"url": reserved})

    message = pack(home, file, "--output", tmp_path / "open.wacz")
    pack(home, file, "--output", tmp_path / "again.wacz", "--include-reserved")

    assert "1 texts are reserved by publishers" in message
    assert pages(tmp_path / "open.wacz") == dict(others)
    assert reserved not in addresses(tmp_path / "open.wacz")
    assert reserved in addresses(tmp_path / "again.wacz")


def test_a_damaged_record_does_not_keep_the_others_from_being_packed(tmp_path):
    home = tmp_path / "home"
    publish_edited_article(home, is_reserved=False)
    archive = Archive(home / "archive")
    [path] = archive.files()
    _, second = archive.records(path)
    content = bytearray(path.read_bytes())
    content[second.location.offset + second.location.length - 5] ^= 1
    path.write_bytes(content)

    message = pack(home, "http://koran.test/1", "--output", tmp_path / "x.wacz")

    assert f"1 records cannot be read, such as {archive.name(path)}" in message
    assert addresses(tmp_path / "x.wacz") == ["http://koran.test/1"]


def test_what_is_forgotten_leaves_the_proofs_of_the_rest(demo_home, tmp_path):
    """The tree keeps the hash of what is gone, so the root stays, and others' records verify."""
    home = shutil.copytree(demo_home, tmp_path / "home")
    assert kliping(home, "maintain").returncode == 0
    [largest] = rows(home, LARGEST_EVENT)
    forgotten, *others = [each["url"] for each in rows(home, OF_EVENT, event=largest["event_id"])]
    before = kliping(home, "prove", others[0]).stdout
    pack(home, others[0], "--event", "--output", tmp_path / "before.wacz")

    assert kliping(home, "forget", forgotten, "--yes").returncode == 0
    assert kliping(home, "maintain").returncode == 0
    pack(home, others[0], "--event", "--output", tmp_path / "after.wacz")

    assert {*addresses(tmp_path / "before.wacz")} == {forgotten, *others}
    assert {*addresses(tmp_path / "after.wacz")} == {*others}
    assert rows(home, "FROM mart.articles WHERE url = $url", url=forgotten) == []
    assert kliping(home, "prove", others[0]).stdout == before
    with ZipFile(tmp_path / "after.wacz") as file:
        file.extractall(tmp_path)
    answer = subprocess.run(
        [sys.executable, "-I", "-S", CHECKER, "proofs/proof.json", "archive/data.warc.gz"],
        check=False,
        cwd=tmp_path,
    )
    assert answer.returncode == 0
    doctor = json.loads(kliping(home, "doctor", "--format", "json").stdout)
    assert [each for each in doctor if each["check"] == "seals"] == []
