"""Edits of single keys in a TOML file. Comments, order and the other lines stay as they are."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from typing import Any

MOST_COLUMNS = 100
HEADER = re.compile(r"\s*(\[+)\s*([\w.-]+)\s*\]+\s*(#.*)?$")


def with_value(text: str, table: str, nth: int, key: str, value: Any) -> str:
    """The text with another value of the key in the nth table of that name; None removes the key.

    `table` is '' for the keys before the first header. A missing key is added at the end of its
    table, a missing table at the end of the file.
    """
    lines = text.splitlines()
    span = _table(lines, table, nth)
    if span is None:
        if value is None:
            return text
        header = f"[[{table}]]" if table == "article" else f"[{table}]"
        return "\n".join([*lines, "", header, *_pair(key, value)]) + "\n"
    start, end = span
    new = [] if value is None else _pair(key, value)
    for n in range(start, end):
        name = re.match(r"\s*(?:\"([^\"]+)\"|([\w-]+))\s*=", lines[n])
        if name and (name[1] or name[2]) == key:
            lines[n : _end(lines, n, end)] = new
            return "\n".join(lines) + "\n"
    while end > start and not lines[end - 1].strip():
        end -= 1
    lines[end:end] = new
    return "\n".join(lines) + "\n"


def _table(lines: list[str], table: str, nth: int) -> tuple[int, int] | None:
    """The lines of the table, without its header."""
    headers = [(n, m[2]) for n, line in enumerate(lines) if (m := HEADER.match(line))]
    starts = [-1] if not table else [n for n, name in headers if name == table]
    if nth >= len(starts):
        return None
    start = starts[nth] + 1
    return start, next((n for n, _ in headers if n >= start), len(lines))


def _end(lines: list[str], start: int, end: int) -> int:
    """The line after the pair that begins there; a value can have several lines."""
    for n in range(start + 1, end):
        try:
            tomllib.loads("\n".join(lines[start:n]))
        except tomllib.TOMLDecodeError:
            continue
        return n
    return end


def _pair(key: str, value: Any) -> list[str]:
    name = key if re.fullmatch(r"[\w-]+", key) else json.dumps(key)
    line = f"{name} = {_literal(value)}"
    if not isinstance(value, list) or len(line) <= MOST_COLUMNS:
        return [line]
    return [f"{name} = [", *(f"    {_literal(each)}," for each in value), "]"]


def _literal(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, str) and "\\" in value and value.isprintable() and "'" not in value:
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")
