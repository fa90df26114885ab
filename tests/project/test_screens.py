"""What commands print on terminals of four widths and in a pipe, as files under `golden/screens/`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from support.command_line import kliping
from test_golden import compare

from kliping.output import UNBROKEN
from kliping.reading.series import spark
from kliping.tables import draw

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


def too_wide(text: str, width: int) -> list[str]:
    """Lines that a terminal would break, but for a single word at its left edge, such as a URL."""
    lines = text.splitlines()
    return [line for line in lines if cell_len(line) > width and re.search(r"^\s|\s", line)]


def test_screens_are_as_they_were(demo_home, monkeypatch, write_golden):
    texts = {
        f"{name}-{width or 'pipe'}": screen(demo_home, command, width, monkeypatch)
        for width in (None, *WIDTHS)
        for name, command in COMMANDS.items()
    }

    assert not [name for name, text in texts.items() if "\x1b" in text]
    for width in WIDTHS:
        lines = "\n".join(texts[f"{name}-{width}"] for name in COMMANDS if name != "error")
        assert not too_wide(lines.replace("*", ""), width)
    compare("screens", texts, is_written=write_golden)


def words(text: str) -> set[str]:
    """A help may be broken at a hyphen too; what changes from call to call has digits."""
    return {re.sub(r"\d+", "0", word) for word in re.split(r"\s+|(?<=-)|─+", text)}


GROUPS = ("quarantine", "sources", "topics", "watch")
HELP = [[], *([name] for name in [*GROUPS, "init", "sql", "search", "sample", "status", "publish"])]
MAIN = [
    ["search", "pekerja migran"],
    ["status", "--all"],
    ["doctor"],
    ["report"],
    *(["report", name] for name in ("coverage", "speakers", "topics", "figures", "edits", "dates")),
    ["attention", "banjir"],
    ["explain", "http://kabar.test/lain"],
    ["sources", "list"],
    ["sources", "check"],
    ["sql", "FROM mart.articles LIMIT 3"],
    ["sample", "quotes", "--n", "5"],
    ["ingest", "nowhere-at-all", "--limit", "20"],
    *([*words, "--help"] for words in HELP),
]


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("command", MAIN, ids=" ".join)
def test_no_word_is_broken_and_nothing_is_cut_without_a_mark(
    command, width, demo_home, monkeypatch
):
    shown = screen(demo_home, command, width, monkeypatch).replace("*", "")
    whole = screen(demo_home, command, 80 if "--help" in command else UNBROKEN, monkeypatch)

    assert not too_wide(shown, width)
    assert words(shown) - words(whole.replace("*", "")) <= {"\\"}
    assert not [line for line in shown.splitlines() if line.endswith("...") and "Usage" not in line]


def test_a_chart_of_characters_is_never_folded(demo_home, monkeypatch):
    rows = json.loads(kliping(demo_home, "report", "topics", "--format", "json").stdout)
    charts = [spark(row["per_week"]) for row in rows]
    assert any("·" in chart for chart in charts)

    shown = screen(demo_home, ["report", "topics"], 60, monkeypatch)

    assert not [chart for chart in charts if chart not in shown]


def test_a_url_is_whole_where_it_does_not_fit_beside_its_column():
    url = f"https://kabar.test/{'daerah/' * 12}"

    lines = draw([{"judul": "Jembatan", "alamat": url, "hari": "Senin"}], 60)

    assert lines == ["judul   Jembatan", "alamat", url, "hari    Senin"]
