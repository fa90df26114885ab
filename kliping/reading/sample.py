"""A sample of rows for a person to judge: the sheet, and what it says once the verdicts are filled in."""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterable, Iterator, Mapping

from kliping.sql_files import sql
from warehouse.judgement import Judgement
from warehouse.queries import Row
from warehouse.read.published import Reader

ROWS = sql("sample/rows")
TABLES = ("quotes", "figures", "people", "organizations", "dates", "places", "acronyms")
COLUMNS = ("row", "table", "rule", "value", "sentence", "context", "address", "verdict")
NEEDED = ("row", "rule", "verdict")
VERDICTS = {"right": True, "wrong": False}
CONTEXT = 300  # characters on each side
# Their full stop ends no sentence, nor does that of an initial.
TITLES = ("Prof", "Dr", "dr", "drg", "Drs", "Dra", "Ir", "Hj", "KH", "St", "No", "Pol", "[A-Z]")
NO_TITLE = "".join(rf"(?<!\b{title})" for title in TITLES)
BEFORE = re.compile(rf"{NO_TITLE}[.!?…][”\"’»)]*\s|\n")  # a sentence begins after it
AFTER = re.compile(rf"{NO_TITLE}[.!?…][”\"’»)]*(?=\s|$)|\n|$")  # and ends with it


class SheetError(ValueError):
    """The file is no sheet that can be read; the message has a line for each mistake."""

    exit_code = 2


def sheet(reader: Reader, table: str, *, n: int, seed: int) -> list[Row]:
    """At most `n` rows of the table, the same ones for the same seed and rows; the verdicts are empty."""
    rows = reader.rows(ROWS, {"table": table, "n": n, "seed": str(seed)})
    return [dict(zip(COLUMNS, _cells(row), strict=True)) for row in rows]


def _cells(row: Row) -> Iterator[str]:
    text, start, end = row["body_text"], row["char_start"], row["char_end"]
    yield from (row["row_key"], row["table_name"], row["rules"], row["value"])
    yield marked_sentence(text, start, end)
    yield _marked(text, max(0, start - CONTEXT), start, end, end + CONTEXT)
    yield from (row["url"], "")


def marked_sentence(text: str, start: int, end: int) -> str:
    """The sentence around a span, which is in «»."""
    return _marked(text, _sentence_start(text, start), start, end, _sentence_end(text, end))


def sentence(text: str, start: int, end: int) -> str:
    """The sentence around a span, with at most 300 characters before and after it."""
    return " ".join(text[_sentence_start(text, start) : _sentence_end(text, end)].split())


def _marked(text: str, first: int, start: int, end: int, last: int) -> str:
    return f"{text[first:start]}«{text[start:end]}»{text[end:last]}".replace("\n", " ¶ ").strip()


def _sentence_start(text: str, at: int) -> int:
    first = max(0, at - CONTEXT)
    return max((found.end() for found in BEFORE.finditer(text, first, at)), default=first)


def _sentence_end(text: str, at: int) -> int:
    if text[at - 1 : at] in ".!?…":
        return at
    found = AFTER.search(text, at, at + CONTEXT)
    return found.end() if found else at + CONTEXT


def sheet_rows(lines: Iterable[str], needed: Iterable[str] = NEEDED) -> Iterator[dict[str, str]]:
    """The rows of a sheet, as a spreadsheet may have saved it. Raises SheetError."""
    head, *rest = list(lines) or [""]
    delimiter = ";" if head.count(";") > head.count(",") else ","  # as some spreadsheets write it
    reader = csv.DictReader([head.removeprefix("\ufeff"), *rest], delimiter=delimiter, restval="")
    if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
        raise SheetError(f"no sheet of `kliping sample`: it has no column {', '.join(missing)}")
    return iter(reader)


def verdict_of(row: Mapping[str, str]) -> bool | None:
    """None where there is none yet. Raises SheetError."""
    verdict = row["verdict"].strip()
    if verdict and verdict.lower() not in VERDICTS:
        raise SheetError(f"the verdict {verdict!r} is neither right nor wrong nor empty")
    return VERDICTS.get(verdict.lower())


def judgements(lines: Iterable[str], rule_ids: Container[str]) -> list[Judgement]:
    """The verdicts of a sheet, read from its lines; rows without one are left out. Raises SheetError."""
    mistakes: list[str] = []
    judged: dict[tuple[str, str], Judgement] = {}
    for number, row in enumerate(sheet_rows(lines), 2):
        try:
            for judgement in _judgements(row, rule_ids):
                key = judgement.row_key, judgement.rule_id
                if judged.setdefault(key, judgement) != judgement:
                    raise SheetError(f"{judgement.row_key} is both right and wrong")
        except SheetError as error:
            mistakes.append(f"row {number}: {error}")
    if mistakes:
        raise SheetError("\n".join(mistakes))
    return list(judged.values())


def _judgements(row: Mapping[str, str], rule_ids: Container[str]) -> Iterator[Judgement]:
    key, is_right = row["row"].strip(), verdict_of(row)
    if is_right is None:
        return
    if not re.fullmatch(rf"(?:{'|'.join(TABLES)}):[0-9a-f]{{12}}", key):
        raise SheetError(f"{key!r} names no row of a sample")
    for rule_id in row["rule"].split() or [""]:
        if rule_id not in rule_ids:
            raise SheetError(f"there is no rule {rule_id!r}")
        yield Judgement(key, rule_id, is_right)
