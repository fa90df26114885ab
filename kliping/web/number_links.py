"""Where the numbers of pages lead: to the rows that they count, or are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, ClassVar

from kliping.sql_files import sql_folder, toml
from warehouse.queries import PARAMETER, QUESTIONS, Row, narrowed, quote

ROWS, FILE = sql_folder("number_rows"), toml("web/number_links")
RANGE = frozenset({"since", "until", "source", "topic"})


@dataclass(frozen=True, slots=True)
class RowsLink:
    """The page that has the rows behind a number of a row, or shows them."""

    page: str  # `{…}` are values of the row
    by: Mapping[str, str] = field(default_factory=dict)  # filter of that page -> key of the row
    always: Mapping[str, Any] = field(default_factory=dict)  # filters that every row has
    limits: frozenset[str] = RANGE  # of the page with the number: those that limit the rows, too
    is_before: bool = False  # the rows are of the period before
    optional: frozenset[str] = frozenset()  # keys whose filter may be missing, as may the value

    def fits(self, row: Row) -> bool:
        """Whether the row has what the address needs: an article of a file may have no url."""
        return all(row[key] is not None for key in self.by.values() if key not in self.optional)

    def filters(self, row: Row, range_: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the address; `range_` are the limits of the page with the number."""
        carried = {name: value for name, value in range_.items() if name in self.limits}
        return carried | {name: row[key] for name, key in self.by.items()} | dict(self.always)


@dataclass(frozen=True, slots=True)
class QueryLink:
    """A query of `sql/number_rows`, where no list has the rows. The sandbox answers it like any query of a reader."""

    page: ClassVar = "/sql"
    is_before: ClassVar = False
    query: str
    always: Mapping[str, Any] = field(default_factory=dict)  # parameters that every row has

    def filters(self, row: Row, range_: Mapping[str, Any]) -> dict[str, Any]:
        """The query, with its parameters written as SQL."""
        chosen = {**dict.fromkeys(RANGE), **range_, **row, **self.always}
        query, values = narrowed(ROWS[self.query], chosen)
        text = PARAMETER.sub(lambda found: _literal(values[found[1]]), query)
        return {"q": "\n".join(line for line in text.splitlines() if line)}


NumberLink = RowsLink | QueryLink


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return f"DATE {quote(str(value))}" if isinstance(value, date) else quote(str(value))


def link(entry: str | Mapping[str, Any] | None) -> NumberLink | None:
    """As `number_links.toml` writes it: the name of one, or what it is."""
    if not entry:
        return None
    values = dict(FILE["named"][entry] if isinstance(entry, str) else entry)
    if "query" in values:
        return QueryLink(**values)
    sets = {key: frozenset(values[key]) for key in ("limits", "optional") if key in values}
    return RowsLink(**values | sets)


LINKS: dict[str, dict[str, NumberLink]] = {
    question: {key: found for key, entry in entries.items() if (found := link(entry))}
    for question, entries in FILE["questions"].items()
}


@cache
def question_links(name: str, *, has_source: bool) -> dict[str, NumberLink]:
    """Column of the answer to a saved question -> where its numbers lead.

    Of one outlet, `quality` counts the looks whose examples name it, which no list has.
    """
    if (name == "quality" and has_source) or name not in LINKS:
        return {}
    used = frozenset(PARAMETER.findall((QUESTIONS / f"{name}.sql").read_text("utf-8")))
    return {
        key: replace(link, limits=link.limits & used) if isinstance(link, RowsLink) else link
        for key, link in LINKS[name].items()
    }
