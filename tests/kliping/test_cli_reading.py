"""The commands that read: parse, extract, sql, explain, sources, and how they print."""

import base64
import csv
import io
import json
import re
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from rich.cells import cell_len
from support.builders import SHARED
from support.cli_pages import HTML, write_page
from support.command_line import kliping

from flows.http.limits import Budgets
from flows.jobs.import_files import ImportOptions, parse_bytes
from kliping.output import Format, printable, show
from parsers.article import Rejected
from parsers.kinds import Reason


def test_one_page_is_parsed_from_standard_input_without_a_database(tmp_path):
    done = kliping(tmp_path / "home", "parse", "-", stdin=HTML)

    assert json.loads(done.stdout)["headline"] == "Warga Gotong Royong Bersihkan Sungai"
    assert not (tmp_path / "home").exists()


def test_pages_are_read_a_line_each_and_a_bad_line_costs_only_itself(tmp_path):
    page = {
        "id": "a",
        "url": "http://kabar.test/1",
        "html_b64": base64.b64encode(HTML.encode()).decode(),
    }
    bad = [
        '{"id": "b", "url": "http://kabar.test/2", "html_b64": "PGh0',
        '{"id": 3, "url": "http://kabar.test/3"}',
        "[1]",
        '{"id": "d", "html_b64": "<p>"}',
    ]
    lines = [json.dumps(page), *bad, "", json.dumps(page | {"id": "e"})]

    done = kliping(tmp_path / "home", "extract", "--jsonl", stdin="\n".join(lines))
    good = kliping(tmp_path / "home", "extract", "--jsonl", stdin=lines[0])

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["id"] for a in answers] == ["a", "b", 3, None, "d", "e"]
    assert [a.get("title") for a in answers] == [
        "Warga Gotong Royong Bersihkan Sungai",
        None,
        None,
        None,
        None,
        "Warga Gotong Royong Bersihkan Sungai",
    ]
    assert (done.returncode, good.returncode) == (1, 0)
    assert not (tmp_path / "home").exists()


def test_sql_speaks_three_formats_and_explains_a_mistake(tmp_path):
    home = tmp_path / "home"
    kliping(home, "import", write_page(tmp_path, HTML))
    query = "SELECT headline, n_versions, tags FROM mart.articles"

    table, as_json, as_csv, wrong = (
        kliping(home, "sql", *a)
        for a in (
            [query],
            [query, "--format", "json"],
            [query, "--format", "csv"],
            ["SELECT headlin FROM mart.articles"],
        )
    )

    assert "Warga Gotong Royong" in table.stdout
    assert json.loads(as_json.stdout)[0]["n_versions"] == 1
    assert (
        next(csv.DictReader(io.StringIO(as_csv.stdout)))["headline"]
        == "Warga Gotong Royong Bersihkan Sungai"
    )
    assert wrong.returncode == 2
    assert "mart.data_dictionary" in wrong.stderr


def test_the_readers_copy_cannot_be_written(tmp_path):
    kliping(tmp_path / "home", "import", write_page(tmp_path, HTML))

    assert kliping(tmp_path / "home", "sql", "DROP VIEW mart.articles").returncode == 2


def test_explain_says_what_happened_to_an_address_and_to_an_article(tmp_path):
    home = tmp_path / "home"
    kliping(home, "import", write_page(tmp_path, HTML))
    explained = json.loads(
        kliping(
            home,
            "explain",
            "https://kabar.test/2026/11/01/warga-gotong-royong/",
            "--format",
            "json",
        ).stdout
    )
    again = json.loads(
        kliping(home, "explain", explained["article"][0]["article_id"], "--format", "json").stdout
    )

    assert {"frontier", "fetches", "article", "versions"} <= explained.keys()
    assert explained == again
    assert kliping(home, "explain", "https://kabar.test/lain").returncode == 1


def test_sources_are_listed_shown_and_checked(tmp_path):
    listed = json.loads(kliping(tmp_path, "sources", "list", "--format", "json").stdout)

    assert "voiceindonesia" in [row["name"] for row in listed]
    assert (
        json.loads(kliping(tmp_path, "sources", "show", "voiceindonesia").stdout)["home"]
        == "https://voiceindonesia.co/"
    )
    assert "sources are valid" in kliping(tmp_path, "sources", "check").stdout


def test_the_demo_refuses_a_home_with_real_articles(tmp_path):
    kliping(tmp_path / "home", "import", write_page(tmp_path, HTML))

    done = kliping(tmp_path / "home", "demo")

    assert (done.returncode, "a home of its own" in done.stderr) == (2, True)


def test_what_came_from_the_web_cannot_steer_a_terminal(capsys):
    hidden = "\x1b[2Jhapus\x9b\u202e\u061c\u2028\U000e0068\ud800"
    show([{"headline": hidden}], Format.TABLE)
    show([{"headline": hidden}], Format.JSON)
    table, as_json = capsys.readouterr().out.split("\n[", 1)

    assert not set(hidden) & set(table) - set("[2Jhapus")
    assert as_json.isascii()
    assert json.loads(f"[{as_json}") == [{"headline": hidden}]
    assert printable("a\x07b\tc") == "a\ufffdb\tc"


def test_a_cell_that_looks_like_a_formula_is_made_harmless_in_csv(capsys):
    show([{"headline": "=HYPERLINK(1)", "n": -1}], Format.CSV)

    assert capsys.readouterr().out.splitlines()[1] == "'=HYPERLINK(1),-1"


@pytest.mark.skipif(
    not (SHARED / "seed").exists(),
    reason="../shared is not beside this checkout: the one real article is not carried here",
)
def test_the_real_article_becomes_exactly_its_known_rows(tmp_path):
    seed = SHARED / "seed" / "voiceindonesia-41290.txt"
    done = kliping(tmp_path, "import", seed)

    def ask(query):
        return json.loads(kliping(tmp_path, "sql", query, "--format", "json").stdout)

    article = ask("SELECT * FROM core.articles JOIN mart.articles USING (article_id)")[0]
    version = ask("SELECT * FROM core.article_versions")[0]

    assert done.returncode == 0, done.stderr
    assert {
        k: article[k]
        for k in (
            "article_id",
            "source_id",
            "source_name",
            "in_language",
            "dateline",
            "content_reference_date",
            "day",
            "day_basis",
            "date_published_source",
            "n_versions",
        )
    } == {
        "article_id": "fda2cd968ead77de",
        "source_id": "voiceindonesia",
        "source_name": "VOICEIndonesia.co",
        "in_language": "id",
        "dateline": "VOICEIndonesia.co, Jakarta",
        "content_reference_date": "2024-05-28",
        "day": "2024-05-28",
        "day_basis": "in_text",
        "date_published_source": "none",
        "n_versions": 1,
    }
    assert {
        article[k]
        for k in (
            "headline",
            "description",
            "url",
            "canonical_url",
            "article_section",
            "date_published",
            "date_modified",
            "authors",
            "tags",
        )
    } == {None}
    assert {
        k: version[k]
        for k in ("body_sha256", "n_chars", "word_count", "n_paragraphs", "headline", "source_text")
    } == {
        "body_sha256": "ae90520096a401816af1755263410a9a12ba2115d27cb51043db7a3f2002770c",
        "n_chars": 2638,
        "word_count": 345,
        "n_paragraphs": 15,
        "headline": None,
        "source_text": seed.read_text(encoding="utf-8"),
    }
    assert ask(
        "SELECT ordinal, kind, source_start, source_end, text FROM core.removed_spans ORDER BY 1"
    ) == [
        {"ordinal": n, "kind": kind, "source_start": start, "source_end": end, "text": text}
        for n, kind, start, end, text in (
            (1, "dateline", 0, 29, "VOICEIndonesia.co, Jakarta – "),
            (
                2,
                "related_link",
                1482,
                1540,
                "Baca Juga: Wamenaker Apresiasi Hasil Regional Workshop TKA",
            ),
            (3, "end_mark", 2726, 2727, "*"),
        )
    ]
    assert ask("SELECT * EXCLUDE (version_id) FROM core.article_links") == [
        {
            "ordinal": 1,
            "rel": "related",
            "label": "Baca Juga",
            "title": "Wamenaker Apresiasi Hasil Regional Workshop TKA",
            "href": None,
            "after_paragraph": 8,
            "source_start": 1482,
            "source_end": 1540,
        },
    ]
    assert [
        ask(f"SELECT count(*) AS n FROM core.{t}")[0]["n"]
        for t in ("article_authors", "article_tags", "article_images")
    ] == [0, 0, 0]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def on_terminal(monkeypatch, columns, rows):
    """The lines of a table on a terminal so wide."""
    monkeypatch.setenv("COLUMNS", str(columns))
    with redirect_stdout(Terminal()) as terminal:
        show(rows, Format.TABLE, title="dua baris")
    return terminal.getvalue().splitlines()


def test_a_table_is_folded_to_the_terminal(monkeypatch):
    rows = [
        {"name": "kabar", "n": 7, "title": "Kabar dari dua belas pulau"},
        {"name": None, "n": None, "title": ""},
    ]
    lines = on_terminal(monkeypatch, 24, rows)

    assert lines[0] == "dua baris"
    assert max(map(len, lines)) <= 24
    assert lines[3].split()[:2] == ["kabar", "7"]
    words = " ".join(lines[3:]).replace("kabar", "").replace("7", "").split()
    assert words == ["Kabar", "dari", "dua", "belas", "pulau"]


def test_a_table_stands_straight_in_scripts_of_any_width(monkeypatch):
    words = ["雅加达的新闻编辑部在工作", "สวัสดีชาวนา", "सुप्रभात", "Pagi"]
    lines = on_terminal(monkeypatch, 26, [{"title": word, "end": "|"} for word in words])[1:]

    ends = {cell_len(line.partition("|")[0]) for line in lines if "|" in line}
    assert ends == {cell_len(lines[0].partition("end")[0])}
    assert max(map(cell_len, lines)) <= 26


def test_in_a_pipe_a_row_stays_on_its_line_and_a_long_cell_is_cut(capsys):
    show([{"a": "x" * 500, "b": "y " * 75, "c": "dua\nbaris", "d": "[red]z[/]"}], Format.TABLE)
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 3
    cells = re.split(" {2,}", lines[2])
    assert cells == [f"{'x' * 159}…", ("y " * 75).rstrip(), "dua ↵ baris", "[red]z[/]"]


def test_json_is_printed_at_once_for_little_is_imported():
    code = "import sys, kliping.cli; kliping.cli.app.run(['sources', 'list', '--format', 'json']); print([m for m in ('rich', 'prefect', 'duckdb', 'lxml', 'httpx') if m in sys.modules])"
    lines = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert lines[-1] == "[]"
    assert len(lines) > 40


def test_a_run_does_not_import_pandas_for_the_parameters_of_its_queries(tmp_path):
    page = write_page(tmp_path, "<p>Halo</p>", "a.html")
    code = """
import sys
from kliping.cli import main
try:
    main()
finally:
    print("duckdb" in sys.modules, "pandas.core" in sys.modules)
"""
    command = [sys.executable, "-c", code, "--home", str(tmp_path / "home"), "import", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stdout.splitlines()[-1] == "True False"


def test_quarantine_and_explain_name_the_file_that_a_page_was_imported_from(tmp_path):
    home, page = tmp_path / "home", write_page(tmp_path, "<p>Halo</p>", "b.html")
    kliping(home, "import", page)
    row = json.loads(kliping(home, "quarantine", "list", "--format", "json").stdout)[0]
    shown = json.loads(kliping(home, "explain", row["quarantine_id"], "--format", "json").stdout)[
        "quarantine"
    ][0]
    explained = json.loads(kliping(home, "explain", row["url"], "--format", "json").stdout)
    kliping(home, "rebuild")
    again = json.loads(kliping(home, "quarantine", "list", "--format", "json").stdout)[0]

    named = [row, shown, explained["quarantine"][0], explained["fetches"][0], again]
    assert {each["imported_from"] for each in named} == {str(page)}
    assert all(each["warc_file"] for each in named)
    assert explained["frontier"][0]["discovered_by"] == ""


def test_a_page_is_parsed_within_the_deadline_of_a_run():
    page = f"<article><h1>Perahu</h1>{'<p>Petugas mencatat perahu di dermaga lama.</p>' * 20_000}</article>"

    with pytest.raises(Rejected) as verdict:
        parse_bytes(
            page.encode(), Path("x.html"), ImportOptions(), {}, Budgets(parse_page_seconds=0.05)
        )

    assert verdict.value.reason is Reason.PARSE_TIMEOUT
