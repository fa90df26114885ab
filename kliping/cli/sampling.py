"""The command with which people judge rows: a sheet of them, and the verdicts read back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from kliping.cli.app import OK, READ, UsageError, app, load_sources, published_copy
from kliping.cli.options import MOST_ROWS, MOST_SEED, Form, output_option, path
from kliping.cli.umask import write_sheet
from kliping.output import Format, printable, say, show

TABLES_HELP = "quotes, figures, people, organizations, dates, places or acronyms."


@app.command(rich_help_panel=READ)
def sample(
    ctx: typer.Context,
    table: Annotated[
        str | None, Argument(metavar="TABLE", help=TABLES_HELP, show_default=False)
    ] = None,
    limit: Annotated[int, Option(min=1, max=MOST_ROWS, help="Most rows.")] = 100,
    seed: Annotated[
        int, Option(min=0, max=MOST_SEED, help="The same seed draws the same rows.")
    ] = 7,
    output: Annotated[Path | None, output_option("Write the sheet, as CSV.", is_text=True)] = None,
    read: Annotated[
        Path | None, Option(metavar="FILE", parser=path, help="Store a sheet's verdicts.")
    ] = None,
    form: Form = Format.TABLE,
) -> int:
    """Rows for a person to judge, and the precision of each rule.

    The precision is that of the verdicts. Write `right` or `wrong` into the last column, or leave it empty, and read the file back.
    """
    if (table is None) == (read is None):
        raise UsageError(f"name a table ({TABLES_HELP[:-1]}), or a sheet with --read")
    if read:
        return _store(ctx, read, form)
    from kliping.reading.sample import TABLES, sheet
    from parsers.source import suggestion

    if table not in TABLES:
        hint = suggestion(str(table), TABLES) or f"; name {TABLES_HELP[:-1]}"
        raise UsageError(f"no samples are drawn of {printable(str(table))!r}{hint}")
    with published_copy(ctx.obj) as reader:
        rows = sheet(reader, table, n=limit, seed=seed)
    if output is None:
        show(rows, form)
        return OK
    write_sheet(output, rows, f"{len(rows)} rows; fill in the verdicts, then --read it")
    return OK


def _store(ctx: typer.Context, file: Path, form: Format) -> int:
    from flows.jobs.maintenance import store_judgements
    from kliping.reading.sample import SheetError, judgements
    from parsers.structure import RULES

    try:
        lines = file.read_text("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8 text: save it as CSV in UTF-8") from error
    try:
        verdicts = judgements(lines, {rule.rule_id for rule in RULES})
    except SheetError as error:
        raise UsageError(f"{file}: nothing was stored\n{error}") from error
    if not verdicts:
        say(f"{file} has no verdict: write right or wrong into its last column")
        return OK
    store_judgements(ctx.obj, load_sources(ctx.obj), verdicts)
    with published_copy(ctx.obj) as reader:
        rows = reader.rows("FROM mart.rules WHERE judged_n > 0 ORDER BY target, rule_id")
    columns = ("rule_id", "judged_n", "judged_precision", "judged_low", "judged_high")
    show(rows, form, columns=columns)
    return OK
