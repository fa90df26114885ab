"""A wheel has all that the program reads, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from support.documents import CHECKOUT, blocks

PACKAGES = ("flows", "kliping", "parsers", "warehouse")
UV = Path(sys.executable).with_name("uv")
MYPY = Path(sys.executable).with_name("mypy")
PAGE = "/read/2026/08/25/7512/pustaka-perahu-keliling-pulau.html"
EXAMPLE = f"""
from kliping.newsroom import NOW
from kliping.newsroom.pages import answer

html = answer("harianlama.test", "{PAGE}", now=NOW).body
url, draft = "http://harianlama.test{PAGE}", "Cuaca cerah."
{{}}
assert article.quotes
assert [row["state"] for row in summary.addresses] == ["loaded before"]
"""
TYPED = """
import kliping

reveal_type(kliping.parse("", url="").quotes[0].text)
reveal_type(kliping.open("").search("")[0])
reveal_type(kliping.fetch([], home="").state)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("KLIPING_TEST_INSTALL" not in os.environ, reason="installs from the index"),
    pytest.mark.timeout(1800),
]


def run(*command, **options):
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "-q", "--wheel", "--out-dir", folder, CHECKOUT)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def programs(wheel, tmp_path_factory):
    """The programs of an environment with the wheel and what it needs, and nothing else."""
    environment = tmp_path_factory.mktemp("installed") / "env"
    run(UV, "venv", "-q", "--python", sys.executable, environment)
    python = environment / "bin" / "python"
    pins = CHECKOUT / "constraints.txt"
    run(UV, "pip", "install", "-q", "--python", python, "-c", pins, f"{wheel}[frames]")
    return environment / "bin"


@pytest.fixture
def user(tmp_path, programs):
    """Where and with what somebody works who has the wheel."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("KLIPING_", "PREFECT_", "PYTHON", "VIRTUAL_ENV"))}  # fmt: skip
    return {"cwd": tmp_path, "env": variables | {"HOME": str(tmp_path), "PATH": f"{programs}{os.pathsep}{os.defpath}"}}  # fmt: skip


def test_a_wheel_has_every_file_of_the_packages(wheel):
    listed = run("git", "ls-files", *PACKAGES, cwd=CHECKOUT).splitlines()

    assert sorted({*listed} - {*ZipFile(wheel).namelist()}) == []


def test_the_demo_and_the_example_of_the_api_run_without_a_checkout(user, programs, tmp_path):
    assert "Five commands" in run(programs / "kliping", "--home", "kliping", "demo", **user)

    [example] = blocks("docs/api.md", "python")[:1]
    run(programs / "python", "-c", EXAMPLE.format(example), **user)
    where = run(programs / "python", "-c", "import kliping; print(kliping.__file__)", **user)

    assert Path(where.strip()).is_relative_to(programs.parent)


def test_who_imports_it_gets_types(user, programs, tmp_path):
    (tmp_path / "script.py").write_text(TYPED, encoding="utf-8")

    shown = run(MYPY, "--python-executable", programs / "python", "script.py", **user)

    assert [line.partition("type is ")[2] for line in shown.splitlines()[:3]] == [
        '"str"', '"dict[str, Any]"', '"str"'
    ]  # fmt: skip
