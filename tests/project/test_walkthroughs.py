"""The walk-throughs in docs/contributing are followed to the letter, each in a copy of the tree.

A fenced block whose first line is a comment with the path of a file is written there, without that line: appended where the file is
there already, or put `below`, `above` or `in place of` the first line that has a text, as in `# tests/warehouse/test_quality.py, below `PLANTED = [``.
Blocks of `sh` are run, a line at a time.
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
PLACE = re.compile(
    r"(?:#|--|//|<!--) (?P<path>[\w./-]+/[\w.-]+)(?:, (?P<where>below|above|in place of) `(?P<line>.+)`)?(?: -->)?"
)
READS_A_HOME = re.compile(r"^ *\.venv/bin/kliping (?!sources)", re.MULTILINE)
WALKTHROUGHS = sorted((CHECKOUT / "docs" / "contributing").glob("*.md"))
LONG = {"add-a-column", "add-a-page", "add-a-quality-check", "add-a-step"}  # which make homes anew


@pytest.fixture
def tree(tmp_path):
    """A copy of the files that git knows, or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(lambda name: (CHECKOUT / name).is_file(), listed.splitlines()):
        copy = tmp_path / "tree" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, copy)
    return tmp_path / "tree"


def write(tree, place, text):
    path = tree / place["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    if not place["where"]:
        at = slice(len(lines), None)
    else:
        n = next(n for n, line in enumerate(lines) if place["line"] in line)
        first, last = {"above": (n, n), "below": (n + 1, n + 1), "in place of": (n, n + 1)}[
            place["where"]
        ]
        at = slice(first, last)
    lines[at] = [text]
    path.write_text("".join(lines), encoding="utf-8")


def run(tree, home, line):
    """With this environment's programs and the copy's code."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KLIPING_", "PYTEST_", "COV_"))
    }
    done = subprocess.run(
        ["bash", "-c", line.replace(".venv/bin/", f"{PROGRAMS}/")],
        cwd=tree,
        env=environment | {"PYTHONPATH": str(tree), "KLIPING_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}{done.stderr[-2000:]}"


@pytest.mark.slow
@pytest.mark.timeout(1800)  # several make a home of their own, by two crawls of the newsroom
@pytest.mark.xdist_group("demo_home")
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=pytest.mark.long if page.stem in LONG else (), id=page.stem)
        for page in WALKTHROUGHS
    ],
)
def test_who_follows_a_walkthrough_ends_with_passing_tests(page, tree, tmp_path, request):
    home, written, commands = tmp_path / "home", [], []
    text = page.read_text("utf-8")
    if READS_A_HOME.search(text):
        shutil.copytree(request.getfixturevalue("demo_home"), home)
    for _, language, block in BLOCK.findall(text):
        lines = textwrap.dedent(block)
        first, _, rest = lines.partition("\n")
        if place := PLACE.fullmatch(first):
            write(tree, place, rest)
            written.append(place["path"])
        elif language == "sh":
            commands += lines.splitlines()
            for line in lines.splitlines():
                run(tree, home, line)

    assert len(written) > 1
    assert any("pytest" in command for command in commands)
    modules = " ".join(path for path in written if path.endswith(".py"))
    if modules:
        run(tree, home, f".venv/bin/ruff format --check {modules}")
        run(tree, home, f".venv/bin/ruff check {modules}")


def test_contributing_lists_every_walkthrough():
    text = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")

    listed = re.findall(r"\(docs/contributing/([\w-]+\.md)\)", text)

    assert sorted(listed) == [page.name for page in WALKTHROUGHS]
    assert len(listed) > 5
