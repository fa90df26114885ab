"""Is a text one plain SELECT? DuckDB's own parser answers, so that comments, quotes and case deceive nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from kliping.sandbox.errors import FailedError, ForbiddenError, NotSelectError

LONGEST_TEXT = 100_000
UNREADABLE = re.compile("[\0\ud800-\udfff]")  # which DuckDB cannot take
HIDDEN = "unreserved_copy"  # the database with the texts that publishers reserve
FILE_NAME = re.compile(r"[./\\:]")  # DuckDB takes such a name of a table for a file's


class Rules:
    """`Rules(connection).check(text)`; the connection needs nothing but DuckDB itself."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        rows = con.execute(Path(__file__).with_name("rules.sql").read_text("utf-8")).fetchall()
        self._forbidden = frozenset((str(kind), str(name)) for kind, name in rows)

    def check(self, text: str) -> None:
        """Raises NotSelectError, ForbiddenError, and FailedError where DuckDB cannot parse the text."""
        for node in _nodes(self._statement(text)):
            if node.get("type") == "TABLE_FUNCTION":
                self._allow("table", node["function"]["function_name"])
            if "function_name" in node:
                self._allow("scalar", node["function_name"])
            if "table_name" in node:
                self._allow("relation", node["table_name"].strip('"'))

    def _allow(self, kind: str, name: str) -> None:
        if (kind, name.lower()) in self._forbidden:
            raise ForbiddenError(f"{name} is not for readers: it shows more than the data")
        if kind == "relation" and FILE_NAME.search(name):
            raise ForbiddenError(f"{name} is no table: files cannot be read here")

    def _statement(self, text: str) -> Any:
        if len(text) > LONGEST_TEXT:
            raise NotSelectError(f"a query has at most {LONGEST_TEXT:,} characters")
        if UNREADABLE.search(text):
            raise NotSelectError("the query is not valid Unicode, or has a NUL in it")
        [(tree,)] = self._con.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchall()
        if HIDDEN in tree.lower():
            raise ForbiddenError(f"{HIDDEN} is not for readers: kliping has the same tables")
        try:
            parsed = json.loads(tree)
        except RecursionError as error:
            raise NotSelectError("the query is too deeply nested") from error
        if parsed["error"] and parsed["error_type"] == "parser":
            raise FailedError(f"Parser Error: {parsed['error_message']}")
        if parsed["error"] or len(parsed["statements"]) != 1:
            raise NotSelectError("only one SELECT statement is allowed")
        return parsed["statements"][0]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a tree, without recursion: a query may be nested deeper than Python's stack."""
    rest = [tree]
    while rest:
        node = rest.pop()
        if isinstance(node, dict):
            yield node
            rest += node.values()
        elif isinstance(node, list):
            rest += node
