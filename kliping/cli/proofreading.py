"""`kliping proofread`: a draft's quotes and figures beside what outlets published."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option

from kliping.cli.app import FAILED, OK, READ, UsageError, app, published_copy
from kliping.output import Format, printable, to_json

NOTHING = (
    "{} has nothing to check: no quote of three words, no statement with its speaker, no figure"
    " with a unit; give the text of an article"
)


@app.command(rich_help_panel=READ)
def proofread(
    ctx: typer.Context,
    file: Annotated[
        str,
        Argument(metavar="DRAFT", help="A Markdown or text file, or - for standard input."),
    ],
    form: Annotated[
        Format,
        Option("--format", help="table: for people; json: docs/how-to/check-a-draft.md."),
    ] = Format.TABLE,
) -> int:
    """Look up the quotes and figures of a draft in what is published."""
    from kliping.cli.findings_view import show_findings
    from kliping.proofreading.report import as_rows
    from kliping.reading.draft_lookups import DraftLookups
    from kliping.reading.proofread import proofread as find

    if form is Format.CSV:
        raise UsageError("findings have no CSV; use --format json or table")
    draft = _read(file)
    with published_copy(ctx.obj) as reader:
        findings = find(draft, DraftLookups(reader))
    if not findings:
        raise UsageError(NOTHING.format("standard input" if file == "-" else printable(file)))
    if form is Format.JSON:
        print(to_json(as_rows(findings)))
    else:
        show_findings(findings)
    return OK if all(finding.is_right for finding in findings) else FAILED


def _read(file: str) -> str:
    """Raises UsageError."""
    raw: Any = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return str(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{printable(file)} is no text in UTF-8; save it as such") from error
