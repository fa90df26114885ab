"""The command line as its users meet it: what they type, what is printed, and the exit code."""

import errno
import io
import json
import signal
import subprocess
import sys
from importlib.metadata import version

import pytest
from support.cli_pages import HTML, write_page
from support.command_line import kliping
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.jobs.import_files import ImportFailedError
from flows.runs.errors import Busy, Stopped
from flows.settings import SettingsError
from parsers.article import Reason, Rejected
from parsers.source import SourceError
from warehouse.read.published import NothingPublished, Reader
from warehouse.write.database import DatabaseBusy, DatabaseDamaged
from warehouse.write.disk_space import DiskFull
from warehouse.write.schema import SchemaError


def test_help_imports_neither_prefect_nor_parsers():
    code = "import sys, kliping.cli; print([m for m in sys.modules if m.split('.')[0] in {'prefect', 'duckdb', 'lxml', 'trafilatura', 'parsers', 'httpx'} and m not in {'parsers', 'parsers.kinds'}])"

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
        elif line[2:3].strip():  # not a summary that goes on
            groups.setdefault(title, []).append(line.split()[0])

    assert {title: " ".join(names) for title, names in groups.items()} == {
        "Start here": "demo init ingest import check web report search edits person event sql",
        "Read": "attention explain parse proofread study sample topics people watch",
        "Share": "export mcp prove evidence",
        "Crawl": "backfill revisit fetch sources",
        "Care": "status doctor maintain forget rebuild reparse publish quarantine lake",
    }
    for command in [*(name for names in groups.values() for name in names), "extract"]:
        assert kliping(tmp_path, command, "--help").returncode == 0


def test_the_version_is_printed(tmp_path):
    done = kliping(tmp_path, "--version")

    assert (done.returncode, done.stdout) == (0, f"{version('kliping')}\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ingest", "voiceindonesi"], 2, "did you mean 'voiceindonesia'?"),
        (["import", "/nowhere.html"], 2, "/nowhere.html: no such file"),
        (["import", __file__], 2, "not a kind of file"),
        (["sql", "FROM mart.articles"], 2, "kliping ingest"),
        (["nonsense"], 2, "No such command"),
        (["serve", "--port", "9494"], 2, "`kliping web` answers"),
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
def test_a_wrong_command_is_one_clear_message_and_its_exit_code(tmp_path, arguments, code, message):
    done = kliping(tmp_path, *arguments)

    assert done.returncode == code
    assert message in done.stderr
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

    done = kliping(tmp_path / "file" / "home", "import", write_page(tmp_path, HTML))

    assert done.returncode == 2
    assert str(tmp_path / "file") in done.stderr


def test_an_html_file_is_imported_under_its_own_address(tmp_path):
    done = kliping(tmp_path / "home", "import", write_page(tmp_path, HTML), "--format", "json")
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
    page, home = write_page(tmp_path, HTML), tmp_path / "home"
    kliping(home, "import", page)
    before = [p.stat().st_size for p in sorted(home.glob("archive/*/*/*"))]

    done = kliping(home, "import", page)

    assert done.returncode == 0
    assert "nothing new" in done.stdout
    assert [p.stat().st_size for p in sorted(home.glob("archive/*/*/*"))] == before


def test_a_page_that_is_no_article_is_put_aside_with_its_reason_and_the_others_load(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "pages"
    folder.mkdir()
    write_page(folder, HTML, "a.html")
    write_page(folder, "<html><body><p>Halo</p></body></html>", "b.html")

    done = kliping(home, "import", folder)
    aside = json.loads(kliping(home, "quarantine", "list", "--format", "json").stdout)
    shown = kliping(home, "explain", aside[0]["quarantine_id"])

    assert done.returncode == 1
    assert "no_content" in done.stderr
    assert [row["reason_code"] for row in aside] == ["no_content"]
    assert "warc_offset" in shown.stdout
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
            record_headers = {
                "warc_headers_dict": {
                    "WARC-Date": f"2026-11-01T03:00:{n:02}Z",
                    "WARC-IP-Address": "192.0.2.1",
                }
            }
            request = StatusAndHeaders(
                "GET / HTTP/1.1",
                [("Host", "kabar.test"), ("User-Agent", "CCBot/2.0")],
                is_http_request=True,
            )
            writer.write_record(
                writer.create_warc_record(
                    url, "request", payload=io.BytesIO(), http_headers=request, **record_headers
                )
            )
            response = StatusAndHeaders(
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
                writer.create_warc_record(
                    url, "response", payload=body, http_headers=response, **record_headers
                )
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

    named, of_all = (
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
    assert [(row["source_id"], row["n_new"]) for row in of_all["sources"] if row["n_new"]] == [
        ("warta", 1)
    ]
    skipped = "records in WARC files skipped:"
    assert [note for note in named["notes"] if skipped in note] == [
        f"1 {skipped} no answer with status 200",
        f"1 {skipped} no article by their address",
        f"6 {skipped} not of kabar",
    ]
    assert [note for note in of_all["notes"] if skipped in note] == [
        f"1 {skipped} no answer with status 200",
        f"2 {skipped} no article by their address",
        f"4 {skipped} not of a known source",
    ]
    for summary in (named, of_all):
        assert summary["state"] == "partial"
        assert [(f["source_id"], f["reason"]) for f in summary["failures"]] == [
            (str(file), "has no HTTP status"),
            (str(file), "the file ends in the middle of a record"),
        ]
    with Reader(tmp_path) as reader:
        assert [
            row["url"] for row in reader.rows("SELECT url FROM mart.articles ORDER BY url")
        ] == ["https://kabar.test/baca/1", "https://www.warta.test/baca/1"]
