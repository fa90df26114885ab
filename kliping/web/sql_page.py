"""A SELECT of a reader, answered by the sandbox, and kept in the address of its page."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
from starlette.responses import Response

from kliping.sandbox.errors import LimitError, QueryError, UnavailableError
from kliping.sandbox.pool import Limits, Sandbox
from kliping.sandbox.query_result import Answer
from kliping.web.answer import WebPage, respond
from kliping.web.filters import Filters

LIMITS = Limits(seconds=10.0, rows=10_000, answer_mb=8, processes=2)
SHOWN = 200  # rows of the page
EXAMPLE = "SELECT speaker, count(*) AS quotes\nFROM mart.quotes\nWHERE is_cluster_lead\nGROUP BY speaker\nORDER BY quotes DESC\nLIMIT 20"


class SQLPages:
    """Processes for queries start with the first of them. Raises NothingPublished."""

    def __init__(self, home: Path, limits: Limits = LIMITS) -> None:
        self._sandbox = Sandbox(home, limits)

    def close(self) -> None:
        self._sandbox.close()

    def respond(self, query: str, form: str, filters: Filters) -> Response:
        """The page, or the rows as json, csv or parquet."""
        answer, error = self._ask(query, exact=form == "parquet")
        if answer and answer.truncated and form != "html":
            limits = self._sandbox.limits
            most = f"{limits.rows:,} rows or {limits.answer_mb} MB"
            answer, error = None, LimitError(f"the answer has more than {most}: ask for less at once")  # fmt: skip
        if form == "parquet" and answer:
            return Response(_parquet(answer), media_type="application/vnd.apache.parquet")
        rows = answer.records() if answer and form != "parquet" else []
        page = WebPage(
            template="sql.html",
            title="SQL",
            tables={"rows": rows} if not error else {"error": [{"message": str(error)}]},
            context={
                "query": query or EXAMPLE,
                "rows": rows[:SHOWN],
                "n_rows": len(rows),
                "is_cut": bool(answer and answer.truncated),
                "message": str(error or ""),
                "names": [column.name for column in answer.columns] if answer else [],
            },
            status=200 if not error else 503 if isinstance(error, UnavailableError) else 400,
        )
        return respond(page, "json" if form == "parquet" else form, filters, "/sql")

    def _ask(self, query: str, *, exact: bool) -> tuple[Answer | None, Exception | None]:
        if not query.strip():
            return None, None
        try:
            return self._sandbox.ask(query, exact=exact), None
        except QueryError as error:
            return None, error


def _parquet(answer: Answer) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as con:
        con.execute("CREATE TABLE given AS SELECT ?::VARCHAR AS rows", [answer.text])
        rows = "(SELECT rows FROM given)"
        con.execute(f"COPY ({answer.select(rows)}) TO '{file.name}' (FORMAT parquet)")
        return Path(file.name).read_bytes()
