"""Columns of one's own, a dry run, and imports that are taken back."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from support.command_line import kliping
from support.runs import MOMENTS, OF_RUNS, ask, differences, records
from test_import_tables import NEWS_WATCH, TEXT, URL, imported, write_csv, write_lines

from flows.runs.stop import StopSignals

OWN = "SELECT a.url, c.name, c.value FROM mart.article_columns AS c JOIN mart.articles AS a USING (article_id) ORDER BY ALL"
CORE = ("core.", "mart.")
RUNS = MOMENTS | OF_RUNS
SENTENCE = "Penyeberangan baru itu dibiayai iuran warga sebesar 70 juta rupiah."


def coded(n: int, **columns: str) -> dict:
    row = {"link": f"{URL}-{n}", "title": f"Jembatan {n}", "content": f"{TEXT}\n{n}", "publish_date": "2025-01-15 10:30:00"}  # fmt: skip
    return row | columns


def run_of(summary: dict) -> str:
    return str(summary["run_id"])


def test_columns_of_ones_own_ride_along_through_reparse_and_rebuild(tmp_path):
    home = tmp_path / "home"
    first = write_csv(tmp_path / "a.csv", [coded(1, kode="7", nada="positif"), coded(2, kode="8", nada="")])  # fmt: skip
    imported(home, first)
    expected = [(f"{URL}-1", "kode", "7"), (f"{URL}-1", "nada", "positif"), (f"{URL}-2", "kode", "8")]  # fmt: skip

    assert ask(home, OWN) == expected
    assert kliping(home, "reparse").returncode == 0
    assert ask(home, OWN) == expected
    (home / "warehouse.duckdb").unlink()
    assert kliping(home, "rebuild").returncode == 0
    assert ask(home, OWN) == expected


@pytest.mark.long
def test_what_two_tables_say_is_kept_in_either_order(tmp_path):
    tables = [
        write_csv(tmp_path / "a.csv", [coded(1, kode="7", sama="x")]),
        write_csv(tmp_path / "b.csv", [coded(1, kode="9", lain="y", sama="x")]),
    ]
    found = []
    for order in (tables, tables[::-1]):
        home = tmp_path / f"home {len(found)}"
        for path in order:
            imported(home, path)
        found.append([row[1:] for row in ask(home, OWN)])

    assert found[0] == found[1] == [("kode", "7"), ("kode", "9"), ("lain", "y"), ("sama", "x")]


def test_values_keep_their_form_and_texts_stay_in_the_archive(tmp_path):
    row = coded(1) | {"yakin": True, "skor": 0.5, "label": ["satu", "dua"], "catatan": "x" * 281, "kosong": None}  # fmt: skip

    imported(tmp_path / "home", write_lines(tmp_path / "a.jsonl", row))

    assert [row[1:] for row in ask(tmp_path / "home", OWN)] == [
        ("label", '["satu", "dua"]'),
        ("skor", "0.5"),
        ("yakin", "true"),
    ]


def test_a_forgotten_article_has_no_columns_and_an_export_has_those_of_the_others(tmp_path):
    home = tmp_path / "home"
    imported(home, write_csv(tmp_path / "a.csv", [coded(1, kode="7"), coded(2, kode="8")]))

    assert kliping(home, "forget", f"{URL}-1", "--yes").returncode == 0

    assert [value for *_, value in ask(home, OWN)] == ["8"]
    assert ask(home, "SELECT count(*) FROM core.article_columns") == [(1,)]
    assert kliping(home, "export", tmp_path / "corpus", "--csv").returncode == 0
    assert "kode,8" in (tmp_path / "corpus" / "article_columns.csv").read_text()


def dry_run(home: Path, *arguments: object, code: int = 0) -> dict:
    done = kliping(home, "import", *arguments, "--dry-run", "--format", "json")
    assert done.returncode == code, done.stderr
    return dict(json.loads(done.stdout))


def test_a_dry_run_says_how_columns_are_read_and_stores_nothing(tmp_path):
    rows = [coded(n, kode=str(n % 2), publish_date=day) for n, day in enumerate(["10/21/2025 20:43", "10/02/2025 07:00"])]  # fmt: skip

    found = dry_run(tmp_path / "home", write_csv(tmp_path / "a.csv", rows))

    columns = {row["column"]: (row["read_as"], row["examples"]) for row in found["columns"]}
    assert columns["publish_date"] == (
        "date_published (month first)",
        ["10/21/2025 20:43 → 2025-10-21 20:43", "10/02/2025 07:00 → 2025-10-02 07:00"],
    )
    assert columns["kode"] == ("a column of your own, in mart.article_columns", ["0", "1"])
    assert columns["title"] == ("headline", ["Jembatan 0", "Jembatan 1"])
    assert found["summary"] == [{"fate": "new", "n": 2, "reason": None}]
    assert not (tmp_path / "home").exists()


def test_a_dry_run_says_what_an_import_then_does(tmp_path):
    home = tmp_path / "home"
    imported(home, write_csv(tmp_path / "a.csv", [coded(1), coded(2), coded(3)]))
    assert kliping(home, "forget", f"{URL}-3", "--yes").returncode == 0
    rows = [
        coded(1),  # nothing new
        coded(2) | {"content": f"{TEXT} {SENTENCE}"},  # adds
        coded(3) | {"content": f"{TEXT} {SENTENCE}"},  # forgotten
        coded(4),  # new
        coded(4) | {"title": "Jembatan Lain"},  # adds to the one before
        coded(5) | {"publish_date": "besok lusa"},
    ]
    path = write_csv(tmp_path / "b.csv", rows)

    found = dry_run(home, path, code=1)
    done = imported(home, path, code=1)

    in_order = sorted(found["rows"], key=lambda row: int(row["where"].removeprefix("line ")))
    assert [row["fate"] for row in in_order] == [
        "nothing new", "adds to an article", "refused", "new", "adds to an article", "refused",
    ]  # fmt: skip
    assert found["summary"] == [
        {"fate": "new", "n": 1, "reason": None},
        {"fate": "adds to an article", "n": 2, "reason": None},
        {"fate": "nothing new", "n": 1, "reason": None},
        {"fate": "refused", "n": 1, "reason": "no date can be read in its column 'publish_date'"},
        {"fate": "refused", "n": 1, "reason": "its article was forgotten for good"},
    ]
    assert [row["reason"] for row in found["rows"] if "besok" in (row["reason"] or "")] == [
        "no date can be read in its column 'publish_date': 'besok lusa'"
    ]
    assert sum(row["n_new"] for row in done["sources"]) == 1
    assert "1 rows were there already" in done["notes"]


def test_for_people_a_dry_run_counts_and_shows_the_first_rows(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    path = write_csv(tmp_path / "a.csv", [coded(n, kode="1") for n in range(60)])

    done = kliping(tmp_path / "home", "import", path, "--dry-run", is_terminal=True)

    assert max(map(len, done.stdout.splitlines())) <= max(80, len(f"the columns of {path}"))
    assert "dry run, nothing was imported" in done.stdout
    assert (done.stdout.count("new"), "40 more rows" in done.stderr) > (20, False)


def test_an_import_that_is_taken_back_leaves_the_home_as_it_was(tmp_path):
    """One article is new, one has another text and other columns in the other table, one is the same in both."""
    one, two = tmp_path / "one", tmp_path / "two"
    kept = write_csv(tmp_path / "a.csv", [coded(1, kode="7"), coded(2, kode="8"), coded(3, kode="9")])  # fmt: skip
    rows = [coded(2, nada="netral", author="Sari Wulandari") | {"content": f"{TEXT} {SENTENCE}"}, coded(3, kode="9"), coded(4)]  # fmt: skip
    other = write_lines(tmp_path / "b.jsonl", *rows, coded(5) | {"link": "https://lain.example/2026/1/jembatan-lain"})  # fmt: skip
    for home in (one, two):
        imported(home, kept)
    run_id = run_of(imported(two, other))
    assert len(ask(two, "FROM mart.articles")) == 5

    refused = kliping(two, "forget", "--run", run_id)
    done = kliping(two, "forget", "--run", run_id, "--yes")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"this would delete 4 rows or pages of import {run_id}: 2 articles go, 2 stay with what other records state; without a terminal, add --yes" in refused.stderr  # fmt: skip
    assert (done.returncode, done.stdout.startswith("taken back: 4 rows")) == (0, True), done.stderr
    assert differences(one, two, but=RUNS, tables=CORE) == {}
    assert not any(SENTENCE in record.response.body.decode() for record in records(two))
    assert ask(two, "SELECT url, state FROM ops.frontier ORDER BY url") == ask(one, "SELECT url, state FROM ops.frontier ORDER BY url")  # fmt: skip

    (two / "warehouse.duckdb").unlink()
    assert kliping(two, "rebuild").returncode == 0
    assert differences(one, two, but=RUNS, tables=CORE) == {}

    again = imported(two, other)
    assert sum(row["n_new"] for row in again["sources"]) == 2
    assert len(ask(two, "FROM mart.articles")) == 5


@pytest.mark.long
def test_the_earlier_import_can_be_taken_back_too_also_after_a_rebuild(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    tables = [
        write_csv(tmp_path / "a.csv", [coded(1, kode="7"), coded(2, kode="8")]),
        write_csv(tmp_path / "b.csv", [coded(1, nada="x") | {"content": f"{TEXT} {SENTENCE}"}]),
    ]
    imported(one, tables[1])
    run_id = run_of(imported(two, tables[0]))
    imported(two, tables[1])
    (two / "warehouse.duckdb").unlink()
    assert kliping(two, "rebuild").returncode == 0

    assert kliping(two, "forget", "--run", run_id, "--yes").returncode == 0

    assert differences(one, two, but=RUNS, tables=CORE) == {}
    assert kliping(two, "forget", "--run", run_id, "--yes").returncode == 2


@pytest.mark.parametrize("run_id", ["20260101T000000Z-0000", ""])
def test_a_run_of_which_nothing_is_stored_is_refused(tmp_path, run_id):
    imported(tmp_path / "home", write_csv(tmp_path / "a.csv", [NEWS_WATCH]))

    done = kliping(tmp_path / "home", "forget", "--run", run_id, "--yes")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_crawl_cannot_be_taken_back(demo_home):
    [(run_id,)] = ask(demo_home, "SELECT min(run_id) FROM ops.runs WHERE flow_name = 'ingest'")

    done = kliping(demo_home, "forget", "--run", run_id, "--yes")

    assert (done.returncode, f"run {run_id} is no import" in done.stderr) == (2, True)


def test_forget_asks_on_a_terminal_and_takes_no_for_an_answer(tmp_path):
    home = tmp_path / "home"
    imported(home, write_csv(tmp_path / "a.csv", [NEWS_WATCH]))

    without = kliping(home, "forget", URL)

    assert (without.returncode, without.stdout) == (2, "")
    assert without.stderr == "kliping: this would delete Warga Bangun Jembatan (kompas), for ever; versions: 1, quotes: 1; without a terminal, add --yes\n"  # fmt: skip
    assert ask(home, "SELECT count(*) FROM mart.articles") == [(1,)]


def test_ctrl_c_while_a_table_is_looked_through_says_that_nothing_was_imported(tmp_path):
    path = tmp_path / "a.csv"
    lines = (f"https://kabar.example/{n},Teks,13/04/2025\n" for n in range(200_000))
    path.write_text("url,text,date\n" + "".join(lines))

    def press() -> None:
        while not isinstance(getattr(signal.getsignal(signal.SIGINT), "__self__", None), StopSignals):  # fmt: skip
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()
    done = kliping(tmp_path / "home", "import", path)

    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "kliping: stopped by SIGINT; nothing was imported\n"
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("undone", [0, 1])
def test_a_page_and_a_row_of_one_address_are_taken_back_one_without_the_other(tmp_path, undone):
    """A page counts before a row; without it, the row is read again."""
    one, two, url = tmp_path / "one", tmp_path / "two", "https://kabar.example/2026/1/jembatan"
    page = tmp_path / "a.html"
    paragraphs = "".join(f"<p>{TEXT.splitlines()[0]} Warga ke-{n} bersyukur.</p>" for n in range(9))
    head = '<meta property="article:published_time" content="2025-01-15T10:30:00+07:00">'
    page.write_text(f"<html><head>{head}</head><body><article><h1>Jembatan</h1>{paragraphs}</article></body></html>")  # fmt: skip
    imports = [
        (page, "--url", url, "--as-fetched"),
        (write_csv(tmp_path / "b.csv", [coded(1, kode="7") | {"link": url}]),),
    ]
    runs = [run_of(imported(two, *each)) for each in imports]
    imported(one, *imports[1 - undone])

    done = kliping(two, "forget", "--run", runs[undone], "--yes")

    assert (done.returncode, "0 articles go, 1 stay" in done.stdout) == (0, True)
    assert differences(one, two, but=RUNS, tables=CORE) == {}
    assert ask(two, "SELECT url, state FROM ops.frontier") == [(url, "loaded")]


def test_a_page_can_be_tried_too(tmp_path):
    page = tmp_path / "a.html"
    page.write_text(f"<html><body><article><h1>Jembatan</h1><p>{TEXT}</p></article></body></html>")

    found = dry_run(tmp_path / "home", page, "--url", URL)

    assert found == {
        "columns": [],
        "summary": [{"fate": "new", "n": 1, "reason": None}],
        "rows": [{"file": str(page), "where": URL, "fate": "new", "reason": None}],
    }


def test_another_text_of_an_address_is_a_copy_and_counted_as_no_change(tmp_path):
    imported(tmp_path / "home", write_csv(tmp_path / "a.csv", [coded(1)]))

    other = write_csv(tmp_path / "b.csv", [coded(1) | {"content": f"{TEXT} {SENTENCE}"}])
    [counts] = imported(tmp_path / "home", other)["sources"]

    assert ask(tmp_path / "home", "SELECT n_versions FROM mart.articles") == [(2,)]
    assert (counts["n_imported"], counts["n_new"], counts["n_changed"]) == (1, 0, 0)
