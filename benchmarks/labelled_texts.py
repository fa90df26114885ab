"""Invented articles with labels: `labelled/` has sixty-eight in the styles of as many desks, labelled as tests/truth/README.md says before any rule had read them.

They fall into two halves by a hash of their slug. Rules are mended on the development half alone, so the held-out half says
what they are worth on text nobody has seen; an article whose errors were looked at has been given a slug of the development half.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from support.truth import Truth, truth_of

from kliping.newsroom.manuscripts import Manuscript
from parsers.structure import Structure, structure

Row = tuple[Any, ...]
COMPARED = {  # table: field of the truth, field of the structure, columns that must agree
    "quotes: span": ("quotes", "quotes", ("char_start", "char_end")),
    "quotes: speaker": ("quotes", "quotes", ("char_start", "speaker_name")),
    "quotes: cue": ("quotes", "quotes", ("char_start", "cue", "cue_class")),
    "quotes: kind": ("quotes", "quotes", ("char_start", "quote_type", "structure", "resolution")),
    "figures: span": ("figures", "figures", ("char_start", "char_end")),
    "figures: value": ("figures", "figures", ("char_start", "value", "value_high", "comparator", "unit", "currency")),
    "dates": ("dates_mentioned", "dates", ("char_start", "char_end", "date_start", "date_end", "resolution")),
    "acronyms": ("acronyms", "acronyms", ("char_start", "char_end", "short_form", "expansion", "rule")),
    "mentions": ("mentions", "mentions", ("char_start", "char_end", "mention_type")),
    "places": ("places", "places", ("text", "kind", "role")),
}  # fmt: skip


def labelled() -> Iterator[Truth]:
    for path in sorted((Path(__file__).parent / "labelled").glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        labels = data.pop("truth")
        manuscript = Manuscript(outlet="", id=0, slug=path.stem, description="", section="", **data)
        yield truth_of(manuscript, labels)


def is_held_out(slug: str) -> bool:
    return sha256(slug.encode()).digest()[0] % 2 == 1


def found_in(article: Truth) -> Structure:
    removed = next((r for r in article.removed if r.kind == "dateline"), None)
    return structure(
        article.body_text,
        dateline=article.dateline,
        dateline_start=removed.start if removed else None,
        language=article.in_language,
        published=article.date_published.date(),
    )


def differences(article: Truth) -> Iterator[tuple[str, Counter[Row], Counter[Row]]]:
    """Per table the rows that should be there and those that are."""
    found = found_in(article)
    optional = {d.char_start for d in article.dates_mentioned if d.method == "relative"}
    optional |= {d.char_start for d in found.dates if d.method.startswith("relative")}
    for table, (wanted_field, found_field, columns) in COMPARED.items():
        wanted, mine = (
            Counter(
                row_of(row, columns)
                for row in rows
                if not (table == "dates" and row.char_start in optional)
            )
            for rows in (getattr(article, wanted_field), getattr(found, found_field))
        )
        yield table, wanted, mine


def row_of(row: object, columns: tuple[str, ...]) -> Row:
    return tuple(getattr(row, column) for column in columns)
