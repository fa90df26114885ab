"""Tools that answer with the rows of one SQL file: a file and an entry of `list_tools.toml` for each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kliping.mcp_server.arguments import PAGING, described
from kliping.mcp_server.citations import ARTICLE
from kliping.reading import browse
from kliping.sql_files import toml
from warehouse.queries import Row
from warehouse.read.published import Reader

USUAL_ROWS = 20
JSON_TYPES = {
    "BOOLEAN": "boolean",
    "VARCHAR": "string",
    "DATE": "string",
    "TIMESTAMP": "string",
    "STRUCT": "object",
    "MAP": "object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTool:
    """An entry of `list_tools.toml`, which says what its keys are."""

    name: str
    title: str
    description: str
    arguments: tuple[str, ...]
    required: tuple[str, ...] = ()
    page: str = ARTICLE
    evidence_key: str = ""
    hidden: tuple[str, ...] = ()

    def function(self, answer: Callable[..., Row]) -> Callable[..., Row]:
        """`answer`, with the signature of this tool."""

        def call(**values: Any) -> Row:
            return answer(self, **values)

        call.__name__ = self.name
        call.__doc__ = self.description
        call.__signature__ = inspect.Signature(self._parameters())  # type: ignore[attr-defined]
        return call

    def _parameters(self) -> list[inspect.Parameter]:
        defaults = dict.fromkeys(self.required, inspect.Parameter.empty) | {"limit": USUAL_ROWS}
        return [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=defaults.get(name),
                annotation=described(self.name, name),
            )
            for name in (*self.arguments, *PAGING)
        ]


def _list_tools() -> Iterator[ListTool]:
    for name, entry in toml("mcp_server/list_tools").items():
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
        }
        yield ListTool(name=name, **values)


LIST_TOOLS = tuple(_list_tools())


def row_properties(reader: Reader, name: str) -> dict[str, Any]:
    """The JSON schema of each column of a list."""
    browse.rows(reader, name, {}, limit=0)
    return {
        column: {"type": [*dict.fromkeys((_json_type(str(type_)), "string", "null"))]}
        for column, type_, *_ in reader.con.description or ()
    }


def _json_type(type_: str) -> str:
    """A value can also be a string: what is nested in a reserved text is shown as the beginning of its JSON."""
    if type_.endswith("]"):
        return "array"
    return JSON_TYPES.get(type_.partition("(")[0].partition(" ")[0], "number")
