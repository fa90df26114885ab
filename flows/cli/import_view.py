"""Prints what an import would do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from flows.cli.app import FAILED, OK
from flows.output import Format, show, to_json

if TYPE_CHECKING:
    from flows.jobs.import_preview import Preview

MOST_ROWS = 20  # in a table for people
FIRST = ("refused", "left out", "adds to an article", "nothing new", "new")


def print_preview(preview: Preview, form: Format) -> int:
    """All rows as JSON or CSV; for people the columns, the counts, and the first rows, refused ones before the others.

    Returns the exit code that the import would have.
    """
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
    rows = sorted(preview.rows, key=lambda row: FIRST.index(row["fate"]))[:MOST_ROWS]
    names = [*(["file"] if len(files) > 1 else []), "where", "fate", "reason"]
    shown = [{name: row[name] for name in names} for row in rows]
    print()
    show(shown, Format.TABLE)
    if len(preview.rows) > len(rows):
        print(
            f"{len(preview.rows) - len(rows)} more rows: --format csv lists them", file=sys.stderr
        )
