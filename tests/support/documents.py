"""The fenced blocks of the documents."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(name: str, kind: str = "sh") -> list[str]:
    """What stands in its fenced blocks of a kind."""
    return [
        text
        for language, text in FENCED.findall((CHECKOUT / name).read_text(encoding="utf-8"))
        if language == kind
    ]
