"""Names as a reader writes them: found in any case, with or without accents, and refused with the nearest ones where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kliping.reading.unknown_names import UnknownNameError
from kliping.sql_files import sql_folder
from warehouse.queries import Row
from warehouse.read.published import Reader

MISSING = {  # what is named -> the beginning of the message
    "speaker": "nobody of the name {name!r} is quoted",
    "province": "no place of an article is in a province {name!r}",
    "place": "no article names a place {name!r}",
    "people": "no article names a person {name!r}",
    "organizations": "no article names an organisation {name!r}",
}
QUERIES = sql_folder("names")


def spelled(reader: Reader, chosen: Mapping[str, Any]) -> Row:
    """The choice, with the speaker, the province and the place as the published copy spells them. Raises UnknownNameError."""
    names = {
        kind: _spelled(reader, kind, chosen[kind])
        for kind in ("speaker", "province", "place")
        if chosen.get(kind)
    }
    return {**chosen, **names}


def _spelled(reader: Reader, kind: str, name: str) -> str:
    if found := _found(reader, "spelled", kind, name):
        return found[0]
    raise unknown_name(reader, kind, name)


def require_known(reader: Reader, list_name: str, chosen: Mapping[str, Any]) -> None:
    """Of a list without a row: raises UnknownNameError where nothing at all has the name or the id."""
    if (name := chosen.get("name")) and not chosen.get("body"):
        raise unknown_name(reader, list_name, name)
    for kind in ("entity", "article", "event"):
        key = chosen.get(kind)
        if key and not reader.rows(QUERIES[f"{kind}_id"], {"id": key}):
            raise UnknownNameError(f"there is no {kind} of the id {key!r}")


def unknown_name(reader: Reader, kind: str, name: str) -> UnknownNameError:
    near = ", ".join(map(repr, _found(reader, "nearest", kind, name)))
    meant = f"; did you mean {near}?" if near else "; no name is similar"
    return UnknownNameError(MISSING[kind].format(name=name) + meant)


def _found(reader: Reader, query: str, kind: str, name: str) -> list[str]:
    rows = reader.rows(QUERIES[query].replace("$names", QUERIES[kind]), {"name": name})
    return [row["name"] for row in rows]
