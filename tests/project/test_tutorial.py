"""Every command of the tutorial is run in its order, over the home of the demo, and prints what the page shows.

`python tests/project/test_tutorial.py HOME` writes what they print over a copy of that home into the page.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from test_docs import CHECKOUT
from test_walkthroughs import BLOCK, PLACE, write

PAGE = CHECKOUT / "docs" / "tutorial.md"
PROGRAMS = Path(sys.executable).parent
NOT_RUN = (
    "python3 -m venv .venv",  # README's first line; `just newcomer` runs it
    "kliping demo",  # the home is what it leaves; tests/project/test_newcomer.py runs it
)
PRINTED = re.compile(r"(```sh\n.*?```\n\n```text\n).*?(```\n)", re.DOTALL)


def answers(folder):
    """What each block of commands prints, in a folder whose `data` is the demo's home."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("KLIPING_")
    } | {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    for _, language, block in BLOCK.findall(PAGE.read_text("utf-8")):
        first, _, rest = block.partition("\n")
        if place := PLACE.fullmatch(first):
            write(folder, place, rest)
        elif language == "sh":
            lines = [line for line in block.splitlines() if not line.startswith(NOT_RUN)]
            done = subprocess.run(
                ["bash", "-c", "\n".join(lines)],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, ""), block
            yield done.stdout


def shown_answers():
    """What the page shows below each block of commands; None where it shows nothing."""
    blocks = [(language, text) for _, language, text in BLOCK.findall(PAGE.read_text("utf-8"))]
    following = [*blocks[1:], ("", "")]
    return [
        text if kind == "text" else None
        for (language, _), (kind, text) in zip(blocks, following, strict=True)
        if language == "sh"
    ]


@pytest.mark.slow
@pytest.mark.xdist_group("demo_home")
def test_the_tutorial_leads_from_the_demo_to_an_answered_question(demo_home, tmp_path):
    shutil.copytree(demo_home, tmp_path / "data")

    found = list(answers(tmp_path))

    assert len(found) > 8
    assert [
        (answer, text)
        for answer, text in zip(found, shown_answers(), strict=True)
        if text not in {answer, None}
    ] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(sys.argv[1], f"{folder}/data")
        pending = iter([a for a, text in zip(answers(Path(folder)), shown_answers(), strict=True) if text is not None])  # fmt: skip
        page = PRINTED.sub(
            lambda found: f"{found[1]}{next(pending)}{found[2]}", PAGE.read_text("utf-8")
        )
        PAGE.write_text(page, encoding="utf-8")
