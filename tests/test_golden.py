"""The structure of every bundled and labelled article, as files under `golden/`.

A change of behaviour shows here as a difference. Where it is meant, `pytest tests/test_golden.py --write-golden` takes the
new values over; the commit that does so says why.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, fields
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path

import pytest

from flows.newsroom.truth import truth
from parsers.structure import Structure

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from newsroom_structure import found_in, labelled

GOLDEN = Path(__file__).parent / "golden"
MOST_BYTES = 60_000  # of a file that shows its rows; a larger one shows their digests
KINDS = [field.name for field in fields(Structure)]


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


def compare(name: str, text: str, *, is_written: bool) -> None:
    path = GOLDEN / name
    if is_written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    wanted = path.read_text(encoding="utf-8") if path.exists() else ""
    difference = unified_diff(
        wanted.splitlines(), text.splitlines(), f"golden/{name}", "now", lineterm="", n=0
    )

    assert wanted == text, "\n".join(difference) + "\nIs it meant? Then run --write-golden."


@pytest.fixture(scope="module")
def structures() -> dict[str, Structure]:
    return {article.slug: found_in(article) for article in (*truth(), *labelled())}


@pytest.mark.parametrize("kind", KINDS)
def test_the_structure_of_every_article_is_what_it_was(kind, structures, write_golden):
    """A line an article, and in it an entry a row: the row itself, or the first letters of its digest."""
    found = {
        slug: [
            json.dumps(asdict(row), default=str, ensure_ascii=False)
            for row in getattr(structure, kind)
        ]
        for slug, structure in sorted(structures.items())
    }
    lines = [f"{slug} [{', '.join(rows)}]" for slug, rows in found.items()]
    if sum(map(len, lines)) > MOST_BYTES:
        lines = [
            f"{slug} {len(rows)} {' '.join(map(digest, rows))}".rstrip()
            for slug, rows in found.items()
        ]

    assert len(found) == 47 + 68
    compare(f"structure/{kind}.txt", "\n".join(lines) + "\n", is_written=write_golden)
