"""Prints what an import would do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from flows.cli.app import FAILED, OK
from flows.output import Format, show, to_json

if TYPE_CHECKING:
    from flows.jobs.import_preview import Preview

MOST_ROWS = 20  # in a table for people


def print_preview(preview: Preview, form: Format) -> int:
    """All rows as JSON or CSV; for people the columns, the counts, and the first rows that are not new. The exit code of the import."""
    if form is Format.JSON:
        data = {"columns": preview.columns, "summary": preview.summary, "rows": preview.rows}
        print(to_json(data))
    elif form is Format.CSV:
        show(preview.rows, form)
    else:
        _print_for_people(preview)
    return FAILED if preview.skips.faults else OK


def _print_for_people(preview: Preview) -> None:
    files = {row["file"] for row in preview.rows + preview.columns}
    for path in dict.fromkeys(row["file"] for row in preview.columns):
        columns = [
            {
                "column": row["column"],
                "field": row["field"],
                "read as": row["read_as"],
                "examples": " · ".join(row["examples"]),
            }
            for row in preview.columns
            if row["file"] == path
        ]
        show(columns, Format.TABLE, title=f"the columns of {path}")
        print()
    show(preview.summary, Format.TABLE, title="dry run, nothing was imported", empty="no rows")
    rows = sorted(preview.rows, key=lambda row: row["fate"] == "new")[:MOST_ROWS]
    shown = [{k: v for k, v in row.items() if k != "file" or len(files) > 1} for row in rows]
    print()
    show(shown, Format.TABLE)
    if len(preview.rows) > len(rows):
        print(
            f"{len(preview.rows) - len(rows)} more rows: --format csv lists them", file=sys.stderr
        )
