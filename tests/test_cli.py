"""The command line as its users meet it: what they type, what is printed, and the exit code."""

import base64
import csv
import errno
import io
import json
import re
import signal
import subprocess
import sys
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path

import pytest
from rich.cells import cell_len
from support.builders import SHARED
from support.command_line import kliping
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.jobs.import_files import ImportFailedError
from flows.output import Format, printable, show
from flows.runs.errors import Busy, Stopped
from flows.settings import SettingsError
from parsers.article import Reason, Rejected
from parsers.source import SourceError
from warehouse.read.published import NothingPublished, Reader
from warehouse.write.database import DatabaseBusy, DatabaseDamaged
from warehouse.write.disk_space import DiskFull
from warehouse.write.schema import SchemaError

HTML = """<!doctype html><html lang="id"><head><title>Warga Gotong Royong Bersihkan Sungai | Kabar</title>
<link rel="canonical" href="https://kabar.test/2026/11/01/warga-gotong-royong/"></head><body><article><h1>Warga Gotong Royong Bersihkan Sungai</h1>
<p>Ratusan warga Kelurahan Sukamaju turun ke bantaran sungai sejak pagi untuk mengangkut sampah yang menyumbat aliran air setelah hujan deras.</p>
<p>Ketua rukun warga setempat, Suharto, mengatakan kegiatan itu akan diulang setiap bulan sampai musim hujan berakhir pada Maret tahun depan.</p>
<p>Pemerintah kota meminjamkan dua truk dan menyediakan makan siang bagi para peserta yang bekerja sampai sore hari.</p></article></body></html>"""


def test_help_imports_neither_prefect_nor_parsers():
    code = "import sys, flows.cli; print([m for m in sys.modules if m.split('.')[0] in {'prefect', 'duckdb', 'lxml', 'trafilatura', 'parsers', 'httpx'}])"

    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


def test_help_lists_the_commands_in_groups_and_every_command_has_help(tmp_path):
    lines = kliping(tmp_path, "--help").stdout.partition("Start here:")[2].splitlines()
    groups, title = {}, "Start here"
    for line in lines:
        if line.endswith(":"):
            title = line[:-1]
        elif line.strip():
            groups.setdefault(title, []).append(line.split()[0])

    assert {title: " ".join(names) for title, names in groups.items()} == {
        "Start here": "demo init",
        "Read": "sql report search explain parse export serve",
        "Crawl": "ingest backfill revisit import sources",
        "Care": "status doctor maintain forget rebuild reparse publish quarantine",
    }
    for command in [*(name for names in groups.values() for name in names), "extract"]:
        assert kliping(tmp_path, command, "--help").returncode == 0


def test_the_version_is_printed(tmp_path):
    done = kliping(tmp_path, "--version")

    assert (done.returncode, done.stdout) == (0, f"{version('kliping')}\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ingest", "voiceindonesi"], 2, "did you mean 'voiceindonesia'?"),
        (["import", "/nowhere.html"], 2, "/nowhere.html: no such file"),
        (["import", __file__], 2, "not a kind of file"),
        (["sql", "FROM mart.articles"], 2, "kliping ingest"),
        (["nonsense"], 2, "No such command"),
        (["--sources", "/nowhere", "sources", "check"], 2, "/nowhere: no such folder"),
        (["sources", "check", "--sources", "/nowhere"], 2, "/nowhere: no such folder"),
        (["ingest", "--limit", "0"], 2, "--limit"),
        (
            ["backfill", "kompas", "--since", "2026-10-03", "--until", "2026-10-02"],
            2,
            "--since 2026-10-03 is after the end, 2026-10-02",
        ),
        (["parse", "/nowhere.html"], 2, "/nowhere.html"),
    ],
)
def test_a_wrong_command_is_one_clear_message_and_its_exit_code(tmp_path, arguments, code, said):
    done = kliping(tmp_path, *arguments)

    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(tmp_path):
    done = kliping(tmp_path, "sources", "list", KLIPING_ALLOW_PRIVATE="here")

    assert (done.returncode, "KLIPING_ALLOW_PRIVATE" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Rejected(Reason.NO_CONTENT), 1),
        (DatabaseDamaged("broken"), 1),
        (SourceError("a.toml"), 2),
        (SettingsError("KLIPING_UMASK"), 2),
        (SchemaError("newer"), 2),
        (NothingPublished("nothing"), 2),
        (ImportFailedError("no file"), 2),
        (FileNotFoundError("page.html"), 2),
        (NotADirectoryError("a file is in the way"), 2),
        (Busy("held"), 73),
        (DatabaseBusy("open elsewhere"), 75),
        (DiskFull("full"), 75),
        (OSError(errno.ENOSPC, "full"), 75),
        (Stopped(signal.SIGINT), 130),
        (Stopped(signal.SIGTERM), 143),
    ],
)
def test_a_known_failure_is_one_line_and_its_exit_code(tmp_path, monkeypatch, error, code):
    def fail(_folders):
        raise error

    monkeypatch.setattr("parsers.source.load", fail)
    done = kliping(tmp_path, "sources", "list")

    assert (done.returncode, done.stderr) == (code, f"kliping: {error}\n")


def test_an_unknown_failure_is_not_hidden(tmp_path, monkeypatch):
    monkeypatch.setattr("parsers.source.load", lambda _folders: {}["kabar"])

    with pytest.raises(KeyError):
        kliping(tmp_path, "sources", "list")


def test_a_home_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").write_text("x")

    done = kliping(tmp_path / "file" / "home", "import", written(tmp_path, HTML))

    assert done.returncode == 2
    assert str(tmp_path / "file") in done.stderr


def written(folder: Path, text: str, name: str = "page.html") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_an_html_file_is_imported_under_its_own_address(tmp_path):
    done = kliping(tmp_path / "home", "import", written(tmp_path, HTML), "--format", "json")
    rows = json.loads(
        kliping(
            tmp_path / "home",
            "sql",
            "SELECT url, source_name, headline, n_paragraphs FROM mart.articles",
            "--format",
            "json",
        ).stdout
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sources"][0]["n_new"] == 1
    assert rows == [
        {
            "url": "https://kabar.test/2026/11/01/warga-gotong-royong/",
            "source_name": "kabar.test",
            "headline": "Warga Gotong Royong Bersihkan Sungai",
            "n_paragraphs": 3,
        }
    ]


def test_importing_the_same_file_twice_changes_nothing(tmp_path):
    page, home = written(tmp_path, HTML), tmp_path / "home"
    kliping(home, "import", page)
    before = [p.stat().st_size for p in sorted(home.glob("archive/*/*/*"))]

    done = kliping(home, "import", page)

    assert done.returncode == 0
    assert "nothing new" in done.stdout
    assert [p.stat().st_size for p in sorted(home.glob("archive/*/*/*"))] == before


def test_a_page_that_is_no_article_is_put_aside_with_its_reason_and_the_others_load(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "pages"
    folder.mkdir()
    written(folder, HTML, "a.html")
    written(folder, "<html><body><p>Halo</p></body></html>", "b.html")

    done = kliping(home, "import", folder)
    aside = json.loads(kliping(home, "quarantine", "list", "--format", "json").stdout)
    shown = kliping(home, "quarantine", "show", aside[0]["quarantine_id"])

    assert done.returncode == 1
    assert "no_content" in done.stderr
    assert [row["reason_code"] for row in aside] == ["no_content"]
    assert "warc_file" in shown.stdout
    assert json.loads(
        kliping(home, "sql", "SELECT count(*) AS n FROM mart.articles", "--format", "json").stdout
    ) == [{"n": 1}]


def cc_news(path, pages):
    """A file as CC-NEWS has them: a member for each record, request and response by turns."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.0")
        writer.write_record(
            writer.create_warcinfo_record(
                path.name, {"software": "news-crawl", "isPartOf": "CC-NEWS"}
            )
        )
        for n, (url, status) in enumerate(pages):
            said = {
                "warc_headers_dict": {
                    "WARC-Date": f"2026-11-01T03:00:{n:02}Z",
                    "WARC-IP-Address": "192.0.2.1",
                }
            }
            asked = StatusAndHeaders(
                "GET / HTTP/1.1",
                [("Host", "kabar.test"), ("User-Agent", "CCBot/2.0")],
                is_http_request=True,
            )
            writer.write_record(
                writer.create_warc_record(
                    url, "request", payload=io.BytesIO(), http_headers=asked, **said
                )
            )
            told = StatusAndHeaders(
                status,
                [
                    ("Content-Type", "text/html; charset=utf-8"),
                    ("X-Crawl-Content-Encoding", "gzip"),
                ],
                protocol="HTTP/1.1",
            )
            body = io.BytesIO(
                HTML.replace("https://kabar.test/2026/11/01/warga-gotong-royong/", url)
                .replace("sejak pagi", f"sejak pukul {n}")
                .encode()
            )
            writer.write_record(
                writer.create_warc_record(url, "response", payload=body, http_headers=told, **said)
            )
    return path


def test_of_a_warc_file_of_many_outlets_the_known_or_the_named_are_taken_and_the_others_told(
    tmp_path,
):
    for name in ("kabar", "warta"):
        (tmp_path / "sources").mkdir(exist_ok=True)
        (tmp_path / "sources" / f"{name}.toml").write_text(
            f'name = "{name}"\ntitle = "{name}"\nhome = "https://{name}.test/"\n[[article]]\nurl = "/baca/"\n'
        )
    pages = [
        (f"https://{host}/{path}", "200 OK")
        for path in ("baca/1", "tag/banjir")
        for host in ("kabar.test", "www.warta.test", "asing.example", "kabar.test.asing.example")
    ]
    file = cc_news(
        tmp_path / "CC-NEWS-20261101030000-00001.warc.gz",
        [
            *pages,
            ("https://kabar.test/baca/2", "404 Not Found"),
            ("https://kabar.test/baca/3", "? ?"),
            ("https://kabar.test/baca/9", "200 OK"),
        ],
    )
    file.write_bytes(file.read_bytes()[:-200])  # a download that broke off within the last record

    named, known = (
        json.loads(
            kliping(
                tmp_path,
                "import",
                file,
                *given,
                "--sources",
                tmp_path / "sources",
                "--format",
                "json",
            ).stdout
        )
        for given in (["--source", "kabar"], [])
    )

    assert [(row["source_id"], row["n_new"]) for row in named["sources"]] == [("kabar", 1)]
    assert [(row["source_id"], row["n_new"]) for row in known["sources"] if row["n_new"]] == [
        ("warta", 1)
    ]
    skipped = "records in WARC files skipped:"
    assert [note for note in named["notes"] if skipped in note] == [
        f"1 {skipped} no answer with status 200",
        f"1 {skipped} no article by their address",
        f"6 {skipped} not of kabar",
    ]
    assert [note for note in known["notes"] if skipped in note] == [
        f"1 {skipped} no answer with status 200",
        f"2 {skipped} no article by their address",
        f"4 {skipped} not of a known source",
    ]
    for summary in (named, known):
        assert summary["state"] == "partial"
        assert [(f["source_id"], f["reason"]) for f in summary["failures"]] == [
            (str(file), "has no HTTP status"),
            (str(file), "the file ends in the middle of a record"),
        ]
    with Reader(tmp_path) as reader:
        assert [
            row["url"] for row in reader.rows("SELECT url FROM mart.articles ORDER BY url")
        ] == ["https://kabar.test/baca/1", "https://www.warta.test/baca/1"]


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
    kliping(home, "import", written(tmp_path, HTML))
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
    kliping(tmp_path / "home", "import", written(tmp_path, HTML))

    assert kliping(tmp_path / "home", "sql", "DROP VIEW mart.articles").returncode == 2


def test_explain_tells_the_story_of_an_address_and_of_an_article(tmp_path):
    home = tmp_path / "home"
    kliping(home, "import", written(tmp_path, HTML))
    story = json.loads(
        kliping(
            home,
            "explain",
            "https://kabar.test/2026/11/01/warga-gotong-royong/",
            "--format",
            "json",
        ).stdout
    )
    again = json.loads(
        kliping(home, "explain", story["article"][0]["article_id"], "--format", "json").stdout
    )

    assert {"frontier", "fetches", "article", "versions"} <= story.keys()
    assert story == again
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
    kliping(tmp_path / "home", "import", written(tmp_path, HTML))

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
    code = "import sys, flows.cli; flows.cli.app.run(['sources', 'list', '--format', 'json']); print([m for m in ('rich', 'prefect', 'duckdb', 'lxml', 'httpx') if m in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert said[-1] == "[]"
    assert len(said) > 40


def test_quarantine_and_explain_name_the_file_that_a_page_was_imported_from(tmp_path):
    home, page = tmp_path / "home", written(tmp_path, "<p>Halo</p>", "b.html")
    kliping(home, "import", page)
    row = json.loads(kliping(home, "quarantine", "list", "--format", "json").stdout)[0]
    shown = json.loads(
        kliping(home, "quarantine", "show", row["quarantine_id"], "--format", "json").stdout
    )[0]
    explained = json.loads(kliping(home, "explain", row["url"], "--format", "json").stdout)
    kliping(home, "rebuild")
    again = json.loads(kliping(home, "quarantine", "list", "--format", "json").stdout)[0]

    named = [row, shown, explained["quarantine"][0], explained["fetches"][0], again]
    assert {each["imported_from"] for each in named} == {str(page)}
    assert all(each["warc_file"] for each in named)
    assert explained["frontier"][0]["discovered_by"] == ""
