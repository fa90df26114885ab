"""Every command's help has examples and exit codes, and every example of it is run here."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.builders import T0
from support.command_line import kliping
from support.newsroom_thread import newsroom_in_a_thread
from support.runs import BUNDLED, NAMES, ask, free_port
from typer.main import get_command

from kliping import cli  # noqa: F401 - which registers the commands
from kliping.cli.app import COMMANDS, app
from kliping.cli.examples import exit_codes
from warehouse.archive.archive import Archive
from warehouse.archive.seals import add_seal

SLOW = {
    "demo",
    "fetch",
    "ingest",
    "rebuild",
    "maintain",
    "reparse",
    "sources probe",
    "backfill",
    "revisit",
}
LONG = {"demo", "rebuild", "reparse", "backfill"}
STUDY = """question = "Is flooding in the news?"
query = "banjir"
since = 2026-11-01
until = 2026-11-30
"""
QUOTED = "SELECT text, speaker FROM mart.quotes WHERE quote_type = 'direct' AND speaker IS NOT NULL AND cue = 'kata' ORDER BY article_id, quote_no LIMIT 1"
OPEN = "SELECT quarantine_id FROM ops.quarantine WHERE resolved_at IS NULL LIMIT 1"
EXAMPLES = {command: entry["examples"] for command, entry in COMMANDS["commands"].items()}
RUNS = [(command, example) for command, each in EXAMPLES.items() for example in each]


def commands() -> list[str]:
    group = get_command(app)
    return [
        " ".join([name, *below])
        for name, command in group.commands.items()
        for below in ([[each] for each in getattr(command, "commands", ())] or [[]])
    ]


@pytest.mark.parametrize("command", commands())
def test_the_help_of_a_command_ends_with_its_examples_and_exit_codes(tmp_path, command):
    shown = kliping(tmp_path, *command.split(), "--help").stdout
    examples, codes = shown.partition("  Examples:\n")[2].split("  Exit codes:\n")

    assert [line.strip() for line in examples.splitlines() if line] == EXAMPLES[command]
    listed = [int(code) for code in re.findall(r"^    (\d+)  ", codes, re.MULTILINE)]
    assert listed == list(exit_codes(command))


IMPORT = "SELECT max(run_id) FROM raw.fetches WHERE announced_by LIKE 'file:%'"


@pytest.fixture(scope="module")
def place(
    demo_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder with what the examples name, a home in it, and the environment of the commands."""
    folder = tmp_path_factory.mktemp("examples")
    home = shutil.copytree(demo_home, folder / "home")
    add_seal(Archive(home / "archive"), T0)
    (folder / "my-outlets").mkdir()
    (folder / "pages").mkdir()
    (folder / "pages" / "empty.html").write_text("<p>Halo</p>")
    (home / "watches.toml").write_text('[watch.harga]\nsearch = "harga"')
    text = ask(home, "SELECT body_text FROM core.article_versions ORDER BY version_id LIMIT 1")[0][
        0
    ]
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    (folder / "page.html").write_text(
        f"<html><body><article><h1>Kabar</h1>{paragraphs}</article></body></html>"
    )
    (folder / "pages" / "page.html").write_text((folder / "page.html").read_text())
    (folder / "articles.csv").write_text(
        "link,judul,content\nhttps://kabar.example/1/pasar,Pasar,Pasar lama dibuka lagi.\n"
    )
    [(url,), *_] = ask(home, "SELECT url FROM mart.articles ORDER BY url")
    (folder / "addresses.csv").write_text(f"media_name,url\nHarian Lama,{url}\n")
    (folder / "free-meals.toml").write_text(STUDY)
    [(quote, speaker), *_] = ask(folder / "home", QUOTED)
    (folder / "DRAFT.md").write_text(f"“{quote},” kata {speaker}.\n")
    (folder / "pages.jsonl").write_text('{"id": 1, "html_b64": "PHA+SGFsbzwvcD4="}\n')
    with newsroom_in_a_thread() as site:
        detours = ",".join(f"{host}={ip}:{port}" for host, (ip, port) in site.connect_to.items())
        yield (
            folder,
            {
                "KLIPING_SOURCES": str(BUNDLED),
                "KLIPING_CONTACT": "https://example.test/kliping",
                "KLIPING_ALLOW_PRIVATE": f"127.0.0.1:{site.port}",
                "KLIPING_CONNECT_TO": detours,
            },
        )


def words_of(example: str, home: Path) -> tuple[list[str], str]:
    """The example for the newsroom: an outlet, a URL and an id that are there; the words, and the file for standard input."""
    url = ask(home, "SELECT url FROM mart.articles ORDER BY url LIMIT 1")[0][0]
    ids = ask(home, OPEN)
    for name, value in {
        "kompas": "harianlama",
        "URL": url,
        "ID": ids[0][0] if ids else "ID",
        "RUN": str(ask(home, IMPORT)[0][0]),
        "8484": str(free_port()),
    }.items():
        example = re.sub(rf"\b{name}\b", value, example)
    command, _, stdin = example.partition(" < ")
    if command in {"kliping ingest", "kliping revisit"}:  # of all outlets, real ones too
        command = " ".join([command, *NAMES])
    return shlex.split(command)[1:], stdin.strip()


def marks_of(command: str) -> list[Any]:
    slow = [pytest.mark.slow] if command in SLOW else []
    return [*slow, pytest.mark.long] if command in LONG else slow


@pytest.mark.parametrize(
    ("command", "example"),
    [pytest.param(*each, marks=marks_of(each[0]), id=each[1]) for each in RUNS],
)
def test_an_example_does_what_it_says(command, example, place, monkeypatch):
    folder, environment = place
    monkeypatch.chdir(folder)
    monkeypatch.setattr("uvicorn.Server.run", interrupted)
    monkeypatch.setattr("mcp.server.MCPServer.run", interrupted)
    if command.startswith("quarantine") and not ask(folder / "home", OPEN):
        (folder / "pages" / "empty.html").write_text(f"<p>Halo {example}</p>")
        kliping(folder / "home", "import", "pages", **environment)
    if "--read" in example and not (folder / "quotes.csv").exists():
        kliping(folder / "home", "sample", "quotes", "--output", "quotes.csv", **environment)
    if "--check" in example and not (folder / "free-meals").exists():
        kliping(folder / "home", "study", "free-meals.toml", "--offline", **environment)
    if command == "sources audit":
        kliping(folder / "home", "backfill", "harianlama", "--since", "9d", **environment)
    if "--run" in example:
        kliping(folder / "home", "import", "articles.csv", **environment)
    words, file = words_of(example, folder / "home")
    if command == "init":  # the home here is set up
        words = ["--home", "fresh", *words]
    stdin = (folder / file).read_bytes() if file else ""

    done = kliping(folder / "home", *words, stdin=stdin, **environment)

    assert done.returncode in exit_codes(command)
    assert done.returncode == expected(command, example), done.stderr
    assert done.stdout or done.stderr


def interrupted(*_: object, **__: object) -> None:
    """`web` and `mcp` serve until somebody presses Ctrl-C; tests/kliping/test_web_browser.py and test_mcp.py let them serve."""
    raise KeyboardInterrupt


def expected(command: str, example: str) -> int:
    """Pages of the examples that are no articles are failures, and say so."""
    if command == "lake init":  # the home here has a file
        return 2
    return 130 if command in {"web", "mcp"} else int(example == "kliping import pages")
