"""The published tables of the demo, and the structure of every bundled and labelled article, as files under `golden/`.

A change of behaviour shows here as a difference. Where it is meant, `pytest tests/project/test_golden.py --write-golden` takes the
new values over; the commit that does so says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path

from labelled_texts import found_in, labelled
from support.runs import MOMENTS
from support.truth import truth

from parsers.structure import Structure
from warehouse.read.published import Reader

GOLDEN = Path(__file__).parents[1] / "golden"
MOST_BYTES = 60_000  # of a file that shows its rows; a larger one shows their digests
KINDS = [field.name for field in fields(Structure)]

# Columns that differ from run to run, from day to day or from release to release.
NOT_COMPARED = MOMENTS | {
    "applied_at", "checked_at", "detected_at", "finished_at", "last_look_at", "last_new_at", "last_success_at",
    "next_request_at", "robots_fetched_at", "started_at",
    "elapsed_ms", "lag_minutes", "minutes_after", "new_3_days", "usual_3_days",
    "n_bytes", "same_as", "warc_file", "warc_length", "warc_offset",
    "checksum", "code_version", "cleaner_version", "extractor_version", "parser_version",
    "comment", "note", "ops.runs.steps", "mart.source_health.state", "mart.channel_days.day", "main.channel_days.day", "core.crawled_days.day", "core.read_days.day",
    "core.channel_health.state", "as_of", "usual_hours",
    "word_id", "text_no", "text_nos", "quote_row", "article_row", "version_row",  # which depend on the order of loads
    *(f"{end}_{kind}_row" for end in ("first", "last") for kind in ("quote", "figure", "mention", "date", "place")),
}  # fmt: skip


def digest(rows: Iterable[str]) -> str:
    return sha256("\n".join(rows).encode()).hexdigest()[:8]


def as_line(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def compare(folder: str, texts: dict[str, str], *, is_written: bool) -> None:
    """All of a folder, so that a file which is too many or too few is a difference too."""
    paths = {path.stem: path for path in (GOLDEN / folder).glob("*.txt")}
    if is_written:
        (GOLDEN / folder).mkdir(exist_ok=True)
        for path in paths.values():
            path.unlink()
        paths = {name: GOLDEN / folder / f"{name}.txt" for name in texts}
        for name, path in paths.items():
            path.write_text(texts[name], encoding="utf-8")
    wanted = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    differences = [
        line
        for name in sorted(wanted | texts)
        for line in unified_diff(
            wanted.get(name, "").splitlines(),
            texts.get(name, "").splitlines(),
            f"golden/{folder}/{name}.txt",
            "now",
            lineterm="",
            n=0,
        )
    ]

    assert not differences, "\n".join([*differences, "Is it meant? Then run --write-golden."])


def table_text(columns: list[str], rows: list[tuple[object, ...]]) -> str:
    """The rows; of a large table the digest of all rows, and of each column, which says where it differs."""
    lines = sorted(map(as_line, rows))
    if sum(map(len, lines)) > MOST_BYTES:
        values = [sorted(as_line(row[i]) for row in rows) for i in range(len(columns))]
        each = [f"{name} {digest(column)}" for name, column in zip(columns, values, strict=True)]
        lines = [f"{len(rows)} rows {digest(lines)}", *each]
    return "\n".join([as_line(columns), *lines]) + "\n"


def test_every_published_table_of_the_demo_is_what_it_was(demo_home, write_golden):
    texts = {}
    with Reader(demo_home) as reader:
        for schema, table in reader.con.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() UNION ALL "
            "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall():
            described = reader.con.execute(f'DESCRIBE "{schema}"."{table}"').fetchall()
            columns = [
                name
                for name, *_ in described
                if NOT_COMPARED.isdisjoint({name, f"{schema}.{table}.{name}"})
            ]
            if not columns:
                continue
            chosen = ", ".join(f'"{column}"' for column in columns)
            rows = reader.con.execute(f'SELECT {chosen} FROM "{schema}"."{table}"').fetchall()
            texts[f"{schema}.{table}"] = table_text(columns, rows)

    assert "core.articles" in texts
    compare("demo", texts, is_written=write_golden)


def test_the_structure_of_every_article_is_what_it_was(write_golden):
    """A line an article, and in it an entry a row: the row itself, or the first letters of its digest."""
    found = {article.slug: found_in(article) for article in (*truth(), *labelled())}
    texts = {}
    for kind in KINDS:
        rows = {
            slug: [as_line(asdict(row)) for row in getattr(structure, kind)]
            for slug, structure in sorted(found.items())
        }
        lines = [f"{slug} [{', '.join(each)}]" for slug, each in rows.items()]
        if sum(map(len, lines)) > MOST_BYTES:
            short = {slug: [digest([row]) for row in each] for slug, each in rows.items()}
            lines = [" ".join([slug, str(len(each)), *each]) for slug, each in short.items()]
        texts[kind] = "\n".join(lines) + "\n"

    assert len(found) == 51 + 68
    compare("structure", texts, is_written=write_golden)
