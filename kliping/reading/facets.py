"""What the rows of a list can be narrowed by, and how many each choice would leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kliping.reading import browse
from kliping.sql_files import sql_folder
from warehouse.queries import PARAMETER, Row
from warehouse.read.published import Reader

QUERIES = sql_folder("facets")
MOST, MOST_MONTHS = "8", "12"  # choices of a facet
FACETS = {  # list -> files of sql/facets, or columns of the list
    "articles": ("source", "month", "topic", "quoted", "province"),
    "quotes": ("source", "month", "topic", "speaker", "speaker_class"),
    "figures": ("source", "month", "topic", "speaker", "kind"),
    "mentions": ("source", "month", "named", "kind"),
    "copies": ("month", "topic"),
    "edits": ("source", "month", "topic"),
    "events": ("reporting", "month"),
    "comparisons": ("verdict", "month"),
}


def facets(reader: Reader, name: str, chosen: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Facet -> its choices: `value`, `label` and `n`, how many rows of the list have it.

    A facet is the name of the filter, or `month`, whose value is its first day. One that leaves no choice is not there.
    """
    if name not in FACETS:
        return {}
    listed, parameters = browse.query(name, chosen)
    pieces = " UNION ALL ".join(map(_choices, FACETS[name]))
    query = f"WITH listed AS MATERIALIZED ({_statement(listed)}) {pieces}"
    if "$language" in pieces:
        parameters["language"] = chosen.get("language")
    found: dict[str, list[Row]] = {}
    for row in reader.rows(query, {key: parameters[key] for key in PARAMETER.findall(query)}):
        found.setdefault(row.pop("facet"), []).append(row)
    return {
        facet: rows for facet, rows in found.items() if len(rows) > 1 and chosen.get(facet) is None
    }


def _choices(file: str) -> str:
    rows = QUERIES.get(file) or QUERIES["column"].replace("$column", file)
    query = QUERIES["choices"].replace("$rows", _statement(rows))
    return f"({_statement(query).replace('$most', MOST_MONTHS if file == 'month' else MOST)})"


def _statement(script: str) -> str:
    return script.rstrip().rstrip(";")
