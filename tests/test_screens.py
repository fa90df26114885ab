"""What commands print on terminals of four widths and in a pipe, as files under `golden/screens/`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from support.command_line import kliping
from test_golden import compare

WIDTHS = (60, 80, 120, 200)
COMMANDS = {
    "search": ["search", "banjir"],
    "narrow": [
        "sql",
        "SELECT source_name, count(*) AS articles FROM mart.articles GROUP BY ALL ORDER BY 1",
    ],
    "medium": [
        "sql",
        "SELECT day, source_name, headline, word_count, date_published FROM mart.articles ORDER BY ALL DESC LIMIT 3",
    ],
    "wide": [
        "sql",
        "SELECT day, source_name, speaker, speaker_role, cue, text, headline FROM mart.quotes ORDER BY ALL DESC LIMIT 3",
    ],
    "error": ["search", "banjir", "--since", "kemarin"],
}
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def screen(home: Path, command: list[str], width: int | None, patch: pytest.MonkeyPatch) -> str:
    """What a command prints; bold as `*…*`."""
    if width:
        patch.setenv("COLUMNS", str(width))
        patch.setenv("TERM", "xterm")
    done = kliping(home, *command, is_terminal=bool(width))
    text = re.sub(r"\x1b\[1m(.*?)\x1b\[0m", r"*\1*", done.stdout)
    return f"{text}{done.stderr}exit code {done.returncode}\n"


def test_screens_are_as_they_were(demo_home, monkeypatch, write_golden):
    texts = {
        f"{name}-{width or 'pipe'}": screen(demo_home, command, width, monkeypatch)
        for width in (None, *WIDTHS)
        for name, command in COMMANDS.items()
    }

    assert not [name for name, text in texts.items() if "\x1b" in text]
    for width in WIDTHS:
        lines = "\n".join(texts[f"{name}-{width}"] for name in COMMANDS if name != "error")
        whole = [line for line in lines.replace("*", "").splitlines() if "http" not in line]
        assert max(map(cell_len, whole)) <= width
    compare("screens", texts, is_written=write_golden)
