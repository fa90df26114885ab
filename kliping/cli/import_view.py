"""Prints what an import would do."""

from __future__ import annotations

import sys
from itertools import groupby
from operator import itemgetter
from typing import Any

from kliping.cli.app import FAILED, OK
from kliping.output import Format, show, to_json

MOST_ROWS = 20  # in a table for people
LAST = ("nothing new", "new")


def print_preview(preview: dict[str, list[dict[str, Any]]], form: Format) -> int:
    """All rows as JSON or CSV; for people the columns, the counts, and some rows. The exit code that the import would have."""
    summary, rows = preview["summary"], preview["rows"]
    if form is Format.JSON:
        print(to_json(preview))
    elif form is Format.CSV:
        show(rows, form)
    else:
        for path, columns in groupby(preview["columns"], itemgetter("file")):
            shown = (
                {
                    "column": row["column"],
                    "read_as": row["read_as"],
                    "examples": " · ".join(row["examples"]),
                }
                for row in columns
            )
            show(shown, form, title=f"the columns of {path}")
        show(summary, form, title="\ndry run, nothing was imported", empty="no rows")
        first = sorted(rows, key=lambda row: LAST.index(row["fate"]) if row["fate"] in LAST else -1)
        print()
        show(first[:MOST_ROWS], form)
        if len(rows) > MOST_ROWS:
            print(f"{len(rows) - MOST_ROWS} more rows: --format csv lists them", file=sys.stderr)
    return FAILED if any(row["fate"] == "refused" for row in summary) else OK
