"""Rows for whoever looks around in the published copy: the lists in `sql`, and what belongs to one article or entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from kliping.sql_files import sql_folder
from warehouse.queries import PARAMETER, Row, narrowed
from warehouse.read.published import Reader

LISTS = sql_folder("browse") | sql_folder("agents")  # the latter have no page

FigureKind = Literal["money", "percentage", "duration", "casualties", "other"]
END_OF_CHOSEN = "\n), own_"
VIEWED_BY = frozenset({"language", "limit", "offset"})  # parameters that limit no rows


class Sort(NamedTuple):
    column: str  # of the list, from our own code
    is_falling: bool


def parameters(name: str) -> frozenset[str]:
    """What the list can be limited by."""
    return frozenset(PARAMETER.findall(LISTS[name])) - VIEWED_BY


def rows(
    reader: Reader,
    name: str,
    chosen: Mapping[str, Any],
    *,
    limit: int | None = None,
    offset: int = 0,
    sort: Sort | None = None,
) -> list[Row]:
    """The rows of a list; what is not among `chosen` does not limit it.

    Raises ValueError for what the list has no parameter for.
    """
    if not sort:
        return reader.rows(*narrowed(LISTS[name], _values(name, chosen, limit, offset)))
    text, values = query(name, chosen, sort)
    limits = {"first": limit, "skipped": offset}
    return reader.rows(f"{text} LIMIT $first OFFSET $skipped", values | limits)


def query(
    name: str, chosen: Mapping[str, Any], sort: Sort | None = None
) -> tuple[str, dict[str, Any]]:
    """The SQL of the whole list, and its parameters; `rows` says what `chosen` is."""
    text, values = narrowed(LISTS[name], _values(name, chosen))
    if not sort:
        return text, values
    listed = text.rstrip().rstrip(";")
    direction = "DESC" if sort.is_falling else "ASC"
    placed = f"SELECT *, row_number() OVER () AS own_place FROM ({listed})"  # noqa: S608 - our own file
    # equal rows keep the order of the list
    return (
        f'SELECT * EXCLUDE (own_place) FROM ({placed}) ORDER BY "{sort.column}" {direction} NULLS LAST, own_place',  # noqa: S608 - as above
        values,
    )


def each(
    reader: Reader, name: str, chosen: Mapping[str, Any], sort: Sort | None = None
) -> Iterator[Row]:
    """All rows of a list, as `Reader.each` gives them."""
    return reader.each(*query(name, chosen, sort))


def n_rows(reader: Reader, name: str, chosen: Mapping[str, Any]) -> int:
    """How many rows the list has."""
    # what is joined to the chosen rows changes no number, nor does their order, which takes half of the time
    counted, is_chosen, _ = LISTS[name].partition(END_OF_CHOSEN)
    listed = counted.rpartition("ORDER BY")[0] + (") FROM chosen" if is_chosen else "")
    query = f"SELECT count(*) AS n FROM ({listed})"  # noqa: S608 - our own file
    n: int = reader.rows_once(*narrowed(query, _values(name, chosen)))[0]["n"]
    return n


def _values(
    name: str, chosen: Mapping[str, Any], limit: int | None = None, offset: int = 0
) -> dict[str, Any]:
    """One for each parameter of the list."""
    able = parameters(name)
    if unknown := {key for key, value in chosen.items() if value is not None} - able - VIEWED_BY:
        raise ValueError(f"{name} cannot be limited by {min(unknown)}")
    return {**dict.fromkeys(able | VIEWED_BY), **chosen, "limit": limit, "offset": offset}
