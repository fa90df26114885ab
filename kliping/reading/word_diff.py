"""Two texts in words that stayed, went and came."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

WORD = re.compile(r"\s+|\w+|[^\w\s]")


def word_diff(before: str | None, after: str | None) -> list[tuple[str, str]]:
    """Pairs of `equal`, `del` or `ins` and a text."""
    old, new = WORD.findall(before or ""), WORD.findall(after or "")
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    parts: list[tuple[str, str]] = []
    for step, a, b, c, d in steps:
        parts += [("equal", "".join(old[a:b]))] if step == "equal" else []
        parts += [("del", "".join(old[a:b]))] if step in {"replace", "delete"} else []
        parts += [("ins", "".join(new[c:d]))] if step in {"replace", "insert"} else []
    return parts


def text_diff(before: str, after: str) -> list[tuple[str, str]]:
    """`word_diff` of two texts; paragraphs that stayed are not compared by words, which takes long."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    parts: list[tuple[str, str]] = []
    for step, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        lines = "".join(old[a:b]), "".join(new[c:d])
        parts += [("equal", lines[0])] if step == "equal" else word_diff(*lines)
    return parts
