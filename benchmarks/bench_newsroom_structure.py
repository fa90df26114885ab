"""Measures the rules of parsers/structure on the bundled newsroom's own truth, whose author did not write the rules, and on `labelled/`:
sixty-eight invented articles in the styles of as many desks, labelled as tests/truth/README.md says before any rule had read them.

    python benchmarks/bench_newsroom_structure.py [--errors TABLE…]

The articles of each fall into two halves by a hash of their slug. Rules are mended on the development half alone, so the held-out half says
what they are worth on text nobody has seen; an article whose errors were looked at has been given a slug of the development half.
`--errors` lists the differences of the development halves only.

F1 when a batch was first read, each after the rules had been mended on those before it:

    articles  quotes: span  speaker   cue  figures  dates  acronyms  mentions  places
          16          .939     .781  .925     .940   .952      .933      .847    .748
          13          .957     .859  .951     .946   .927      .973      .873    .889
           6          .931     .809  .931     .991  1.000      .923      .882    .897
           5          .982     .930  .982     .959  1.000      .933      .919    .829
           8          .957     .899  .957     .955   .945      .900      .908    .812
           8          .976     .865  .976     .970  1.000      .889      .885    .959
           8          .978     .952  .978    1.000   .919      .914      .947    .891
           4          .990     .949  .990     .960   .941      .909      .900    .840
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from support.truth import Truth, truth, truth_of

from kliping.newsroom.manuscripts import Manuscript
from parsers.structure import Structure, structure

Row = tuple[Any, ...]
COMPARED = {  # table: field of the truth, field of the structure, columns that must agree
    "quotes: span": ("quotes", "quotes", ("char_start", "char_end")),
    "quotes: speaker": ("quotes", "quotes", ("char_start", "speaker_name")),
    "quotes: cue": ("quotes", "quotes", ("char_start", "cue", "cue_class")),
    "quotes: kind": ("quotes", "quotes", ("char_start", "quote_type", "structure", "resolution")),
    "figures: span": ("figures", "figures", ("char_start", "char_end")),
    "figures: value": (
        "figures",
        "figures",
        ("char_start", "value", "value_high", "comparator", "unit", "currency"),
    ),
    "dates": (
        "dates_mentioned",
        "dates",
        ("char_start", "char_end", "date_start", "date_end", "resolution"),
    ),
    "acronyms": (
        "acronyms",
        "acronyms",
        ("char_start", "char_end", "short_form", "expansion", "rule"),
    ),
    "mentions": ("mentions", "mentions", ("char_start", "char_end", "mention_type")),
    "places": ("places", "places", ("text", "kind", "role")),
}


def labelled() -> Iterator[Truth]:
    for path in sorted((Path(__file__).parent / "labelled").glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        labels = data.pop("truth")
        manuscript = Manuscript(outlet="", id=0, slug=path.stem, description="", section="", **data)
        yield truth_of(manuscript, labels)


def is_held_out(slug: str) -> bool:
    return sha256(slug.encode()).digest()[0] % 2 == 1


def interval(hits: int, n: int) -> str:
    """The 95 % interval of a share, after Wilson."""
    if not n:
        return "[–]"
    z, p = 1.96, hits / n
    middle, half = (
        (p + z * z / (2 * n)) / (1 + z * z / n),
        z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n),
    )
    return f"[{max(middle - half, 0):.3f}, {min(middle + half, 1):.3f}]"


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
                tuple(getattr(row, c) for c in columns)
                for row in rows
                if not (table == "dates" and row.char_start in optional)
            )
            for rows in (getattr(article, wanted_field), getattr(found, found_field))
        )
        yield table, wanted, mine


def row_in_context(article: Truth, row: Row) -> str:
    """A row with the words around it."""
    spans = [v for v in row[:2] if isinstance(v, int)]
    if not spans:
        return f"{article.slug[:20]} {row}"
    start, end = spans[0], spans[-1] if len(spans) > 1 else spans[0] + 30
    before, inside, after = (
        article.body_text[a:b]
        for a, b in ((max(0, start - 50), start), (start, end), (end, end + 30))
    )
    return f"{article.slug[:20]} {before}⟦{inside}⟧{after} {row}".replace("\n", "¶")


def main(arguments: list[str]) -> None:
    listed = arguments[arguments.index("--errors") + 1 :] if "--errors" in arguments else []
    for name, articles in (
        ("newsroom", [a for a in truth() if a.structured]),
        ("labelled", list(labelled())),
    ):
        for held_out, title in ((False, "development half"), (True, "held-out half")):
            half = [a for a in articles if is_held_out(a.slug) == held_out]
            print(f"{name}, {title}, {len(half)} articles:")
            measure(half, [] if held_out else listed)


def measure(articles: list[Truth], listed: list[str]) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for article in articles:
        for table, wanted, mine in differences(article):
            counts[table] += Counter(
                hit=(wanted & mine).total(), found=mine.total(), wanted=wanted.total()
            )
            if table in listed:
                rows = [("-", r) for r in wanted - mine] + [("+", r) for r in mine - wanted]
                for sign, row in sorted(rows, key=lambda pair: str(pair[1][0]).zfill(6)):
                    print(f"{table} {sign} {row_in_context(article, row)}")
    for table, c in counts.items():
        hit, found, wanted = c["hit"], c["found"], c["wanted"]
        shares = f"P {hit / max(found, 1):.3f} {interval(hit, found)}  R {hit / max(wanted, 1):.3f} {interval(hit, wanted)}"
        print(f"  {table:16} {shares}  F1 {2 * hit / max(found + wanted, 1):.3f}  n {wanted}")


if __name__ == "__main__":
    main(sys.argv[1:])
