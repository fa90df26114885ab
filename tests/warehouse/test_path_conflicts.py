"""A file where a folder of ours should be, or the other way round: one clear line and an exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from kliping.cli.app import run

WRITING = (
    ("ingest", "kabar"),
    ("revisit", "kabar"),
    ("backfill", "kabar"),
    ("import", "PAGE"),
    ("reparse",),
    ("maintain",),
    ("forget", "http://kabar.test/berita/1/", "--yes"),
)
OTHERS = (
    ("doctor",),
    ("explain", "http://kabar.test/berita/1/"),
    ("quarantine", "list"),
    ("quarantine", "retry", "0123456789abcdef"),
    ("quarantine", "ignore", "0123456789abcdef"),
    ("rebuild",),
    ("report", "runs"),
    ("search", "banjir"),
    ("sources", "list"),
    ("status",),
)
FILES = ("", "locks", "staging", "archive")  # '' is the home itself
FOLDERS = ("warehouse.duckdb",)


def blocked(tmp_path: Path, name: str) -> Path:
    """A home in which something else has this name."""
    home = tmp_path / "home"
    if name:
        home.mkdir()
    path = home / name if name else home
    if name in FOLDERS:
        path.mkdir()
    else:
        path.write_text("bukan folder")
    return home


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "halaman.html"
    file.write_text("<html><body><h1>Kabar</h1><p>Warga membersihkan sungai.</p></body></html>")
    return file


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One source, whose host is a port of this machine where nobody listens."""
    for name in ("KLIPING_SOURCES", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KLIPING_ALLOW_PRIVATE", "127.0.0.1:9")
    monkeypatch.setenv("KLIPING_CONNECT_TO", "*.test=127.0.0.1:9")
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "kabar.toml").write_text(
        'name = "kabar"\ntitle = "Kabar"\nhome = "http://kabar.test/"\n'
    )
    return ["--sources", str(folder)]


@pytest.mark.parametrize("command", WRITING, ids=" ".join)
@pytest.mark.parametrize("name", [*FILES, *FOLDERS])
def test_a_command_that_writes_names_what_is_in_its_way(
    name, command, tmp_path, page, arguments, capsys
):
    home = blocked(tmp_path, name)
    given = [str(page) if word == "PAGE" else word for word in command]
    code = run(["--home", str(home), *arguments, *given])
    lines = [line for line in capsys.readouterr().err.splitlines() if "KLIPING_CONTACT" not in line]

    if name == "staging" and code in {0, 1}:
        return  # nothing was loaded
    assert code in {2, 75}, lines
    assert len(lines) == 1
    assert str(home / name).rstrip("/") in lines[0]


@pytest.mark.parametrize("command", OTHERS, ids=" ".join)
@pytest.mark.parametrize("name", [*FILES, *FOLDERS])
def test_no_command_ends_in_a_traceback(name, command, tmp_path, arguments, capsys):
    home = blocked(tmp_path, name)

    assert run(["--home", str(home), *arguments, *command]) in {0, 1, 2, 75}
