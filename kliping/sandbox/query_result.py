"""What a query gives: columns, and rows as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

MOST_DIGITS = 4000  # Python refuses integers of more than 4,300
# bytes become text, long fractions floating point
INEXACT_IN_JSON = re.compile(r"BLOB|DECIMAL\((1[6-9]|[23]\d),")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    type: str  # as DuckDB writes it

    @property
    def is_nested(self) -> bool:
        """Lists, structs, maps and unions: DuckDB reads them back from JSON better than from their own texts."""
        return self.type.endswith("]") or self.type.startswith(("STRUCT(", "MAP(", "UNION("))

    @property
    def is_exact(self) -> bool:
        """Whether DuckDB can read the values back as they were."""
        return not (self.is_nested and INEXACT_IN_JSON.search(self.type))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    columns: tuple[Column, ...]
    text: str = field(repr=False)  # a JSON array of rows, each an array of values
    truncated: bool  # there are more rows than the limits let through

    def rows(self) -> list[list[Any]]:
        """Values as JSON has them: dates are texts, and so are NaN, Infinity and integers of more digits than Python reads."""
        rows: list[list[Any]] = json.loads(self.text, parse_constant=str, parse_int=_integer)
        return rows

    def records(self) -> list[dict[str, Any]]:
        """The rows by column name; columns of one name are told apart by a number."""
        names: list[str] = []
        for column in self.columns:
            free = chain([column.name], (f"{column.name}_{n}" for n in count(2)))
            names.append(next(name for name in free if name not in names))
        return [dict(zip(names, row, strict=True)) for row in self.rows()]

    def select(self, rows: str) -> str:
        """A query for an exact answer: `rows` is an expression for its text; every value gets its column's type back."""
        columns = ", ".join(
            f"{_cast(place, column)} AS {_identifier(column.name)}"
            for place, column in enumerate(self.columns, 1)
        )
        return f"SELECT {columns} FROM (SELECT unnest(from_json({rows}, '[[\"VARCHAR\"]]')) AS r)"  # noqa: S608 - of our own parts


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits


def _cast(place: int, column: Column) -> str:
    value = f"CAST(r[{place}] AS JSON)" if column.is_nested else f"r[{place}]"
    return f"CAST({value} AS {column.type})"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
