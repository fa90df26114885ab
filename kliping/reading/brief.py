"""A week in five findings, each with its sentence: one page to mail or to print, without script or network."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import Unpack

from kliping.reading.completeness import missed_estimate
from kliping.reading.labels import Labels, Language
from kliping.reading.overview import numbers
from kliping.reading.page_templates import environment
from kliping.reading.periods import EVERYTHING, Scope, shifted
from kliping.reading.questions import last_day
from kliping.reading.sample import sentence
from kliping.reading.word_diff import word_diff
from kliping.sql_files import sql_folder
from warehouse.queries import Row, narrowed
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import SNIPPET_CHARACTERS, reservations

KINDS = ("events", "figures", "edits", "speakers", "copies")  # in this order
QUERIES = sql_folder("brief")
FINDINGS = 5
NEAR = 60  # letters


def brief(reader: Reader, *, language: Language = Language.ENGLISH, **scope: Unpack[Scope]) -> str:
    """HTML of the range, or of the last seven days with articles. One finding of each kind; where one has none, the next of others."""
    range_: Row = {**EVERYTHING, **scope}
    until = range_["until"] or last_day(reader)
    chosen = range_ | {"since": range_["since"] or (until and shifted(until, -6)), "until": until}
    return environment(Labels(language)).get_template("brief.html").render(
        **chosen,
        findings=_findings(reader, chosen),
        total=numbers(reader, chosen | {"topic": None}),
        missed=missed_estimate(reader, **chosen),
    )  # fmt: skip


def _findings(reader: Reader, chosen: Row) -> list[Row]:
    of_kinds = [
        [row | {"kind": kind} for row in reader.rows(*narrowed(QUERIES[kind], chosen))]
        for kind in KINDS
    ]
    turns = chain.from_iterable(zip_longest(*of_kinds))
    found = [row for row in turns if row][:FINDINGS]
    reserved = reservations(reader, sorted({row["article_id"] for row in found}))
    return [row | {"words": _words(row, row["article_id"] in reserved)} for row in found]


def _words(row: Row, is_reserved: bool) -> list[tuple[str, str]]:
    """The sentence, as `word_diff` has it; nothing of a reserved text beyond what its readers see."""
    if row["kind"] == "edits":
        parts = [] if is_reserved else word_diff(row["text_before"], row["text_after"])
        return [(change, _around(text) if change == "equal" else text) for change, text in parts]
    text = row["body_text"][:SNIPPET_CHARACTERS] if is_reserved else row["body_text"]
    if row["char_end"] > len(text):
        return []
    return [("equal", sentence(text, row["char_start"], row["char_end"]))]


def _around(text: str) -> str:
    """What stayed is shown as far as it is near to what changed."""
    return text if len(text) <= 2 * NEAR else f"{text[:NEAR]} … {text[-NEAR:]}"
