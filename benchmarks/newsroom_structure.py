"""Measures the rules of parsers/structure on the bundled newsroom's own truth, whose author did not write the rules.

    python benchmarks/newsroom_structure.py [--errors TABLE…]

The articles fall into two halves by a hash of their slug. Rules are mended on the development half alone, so the held-out half says
what they are worth on text nobody has seen. `--errors` lists the differences of the development half only.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256
from math import sqrt
from typing import Any

from flows.newsroom.truth import Truth, truth
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
}


def is_held_out(slug: str) -> bool:
    return sha256(slug.encode()).digest()[0] % 2 == 1


def interval(hits: int, n: int) -> str:
    """The 95 % interval of a share, after Wilson."""
    if not n:
        return "[–]"
    z, p = 1.96, hits / n
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"[{max(middle - half, 0):.3f}, {min(middle + half, 1):.3f}]"


def found_in(article: Truth) -> Structure:
    removed = next((r for r in article.removed if r.kind == "dateline"), None)
    return structure(
        article.body_text,
        headline=article.headline,
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
                tuple(getattr(row, c) for c in columns) for row in rows if not (table == "dates" and row.char_start in optional)
            )
            for rows in (getattr(article, wanted_field), getattr(found, found_field))
        )
        yield table, wanted, mine


def shown(article: Truth, row: Row) -> str:
    """A row with the words around it."""
    spans = [v for v in row[:2] if isinstance(v, int)]
    if not spans:
        return f"{article.slug[:20]} {row}"
    start, end = spans[0], spans[-1] if len(spans) > 1 else spans[0] + 30
    before, inside, after = (article.body_text[a:b] for a, b in ((max(0, start - 50), start), (start, end), (end, end + 30)))
    return f"{article.slug[:20]} {before}⟦{inside}⟧{after} {row}".replace("\n", "¶")


def main(arguments: list[str]) -> None:
    counts: dict[tuple[bool, str], Counter[str]] = defaultdict(Counter)
    listed = arguments[arguments.index("--errors") + 1 :] if "--errors" in arguments else []
    articles = [article for article in truth() if article.structured]
    for article in articles:
        half = is_held_out(article.slug)
        for table, wanted, mine in differences(article):
            counts[half, table] += Counter(hit=(wanted & mine).total(), found=mine.total(), wanted=wanted.total())
            if not half and table in listed:
                rows = [("-", r) for r in wanted - mine] + [("+", r) for r in mine - wanted]
                for sign, row in sorted(rows, key=lambda pair: str(pair[1][0]).zfill(6)):
                    print(f"{table} {sign} {shown(article, row)}")
    for half, title in ((False, "development half"), (True, "held-out half"), (None, "all")):
        n = sum(half in {None, is_held_out(a.slug)} for a in articles)
        print(f"{title}, {n} articles:")
        for table in COMPARED:
            c = counts[half, table] if half is not None else counts[False, table] + counts[True, table]
            hit, found, wanted = c["hit"], c["found"], c["wanted"]
            shares = f"P {hit / max(found, 1):.3f} {interval(hit, found)}  R {hit / max(wanted, 1):.3f} {interval(hit, wanted)}"
            print(f"  {table:16} {shares}  F1 {2 * hit / max(found + wanted, 1):.3f}  n {wanted}")


if __name__ == "__main__":
    main(sys.argv[1:])
