"""The command that answers a question with a folder."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option

from kliping.cli.app import FAILED, OK, READ, UsageError, app, chosen_sources, published_copy
from kliping.cli.options import MOST_ROWS, Form, output_option, path
from kliping.cli.umask import user_files, write_sheet
from kliping.output import Format, say, show, to_json

MOST_LINES = 40  # of a table of numbers
SEED = 7  # the same rows are drawn again from the same articles


@app.command(rich_help_panel=READ)
def study(
    ctx: typer.Context,
    file: Annotated[
        Path | None, Argument(metavar="FILE.toml", parser=path, show_default=False)
    ] = None,
    folder: Annotated[
        Path | None, output_option("Default: the file's name without .toml.", "DIR")
    ] = None,
    offline: Annotated[
        bool, Option("--offline", help="Count what is loaded; fetch nothing.")
    ] = False,
    sample: Annotated[
        int | None, Option(min=1, max=MOST_ROWS, help="Write sheets of N rows to judge.")
    ] = None,
    coders: Annotated[int, Option(min=1, max=9, help="Sheets with --sample.")] = 2,
    check: Annotated[
        Path | None, Option(metavar="DIR", help="Count the study in a folder again.")
    ] = None,
    form: Form = Format.TABLE,
) -> int:
    """Answer a question from one file: tables, a page, and proof.

    What is missing is fetched first, as by `kliping backfill --match`.
    """
    if (file is None) == (check is None):
        raise UsageError("give a FILE.toml, or --check and the folder of a study")
    if check:
        if folder or offline or sample:
            raise UsageError(
                "--check fetches and writes nothing; leave --output, --offline and --sample out"
            )
        return _check(ctx.obj, check, form)
    assert file
    if sample:
        return _sample(ctx.obj, file, sample, coders)
    if not offline:
        _fetch(ctx.obj, file)
    return _write(ctx.obj, file, folder or file.with_suffix(""), form)


def _fetch(settings: Any, file: Path) -> None:
    """What the study lacks, by `backfill --match` of each outlet; one that fails is named, and the study says what was not read."""
    import asyncio
    from datetime import UTC, datetime

    from flows.crawl.listings import window
    from flows.crawl.matching import Match
    from flows.home_file import enabled_outlets
    from flows.jobs.jobs import backfill_source
    from flows.runs.summary import failure_line
    from kliping.cli.progress import sources_progress
    from kliping.studies.study_file import read_study
    from parsers.search_query import QueryError

    definition = read_study(file)
    try:
        match = Match(query=definition.query)
    except QueryError as error:
        raise UsageError(f"{file}: {error}; --offline counts what is loaded") from error
    sources, names = chosen_sources(settings, definition.outlets)
    for name in names or enabled_outlets(settings.home, sources):
        try:
            days = window(sources[name], definition.since, definition.until, datetime.now(UTC))
        except ValueError as error:
            say(f"{name}: {error}")
            continue
        with sources_progress() as progress:
            summary = asyncio.run(
                backfill_source(settings, sources, name, days, match=match, progress=progress)
            )
        say(f"{name}: {summary.total('n_new')} new articles")
        for line in (*summary.notes, *map(failure_line, summary.failures), *summary.busy):
            say(f"{name}: {line}")


def _write(settings: Any, file: Path, folder: Path, form: Format) -> int:
    from flows.settings import VERSION
    from flows.stores import archive
    from kliping.cli.evidence import OPEN
    from kliping.reading.labels import Language
    from kliping.studies.study import unnamed_people
    from kliping.studies.study_files import own_files
    from kliping.studies.study_folder import PAGE, write_study
    from warehouse.archive.seals import proof_file

    def prove(fetch_ids: list[str]) -> bytes:
        proof = proof_file(archive(settings), file.name, fetch_ids)
        if n := len(fetch_ids) - len(proof["proofs"]):
            say(f"{n} records {OPEN}; then write the study again")
        return to_json(proof).encode()

    with published_copy(settings) as reader, user_files():
        write_study(
            reader,
            file,
            folder,
            made_by=f"kliping {VERSION}",
            language=Language(settings.report_language),
            files=own_files(settings.home, settings.topics),
            prove=prove,
        )
        for line in unnamed_people(reader):
            say(line)
        rows = reader.rows("FROM study_numbers")
    shown = rows[:MOST_LINES] if form is Format.TABLE else rows
    show(shown, form, columns=("subject", "name", "n", "of_n", "share", "low", "high"))
    say(f"{len(shown)} of {len(rows)} numbers; all, and how they were counted: {folder / PAGE}")
    return OK


def _sample(settings: Any, file: Path, n: int, coders: int) -> int:
    """The same rows for each coder, beside the study, which reads them when it is written."""
    from kliping.studies.study import numbers
    from kliping.studies.study_file import read_study
    from kliping.studies.validation import sheet

    study = read_study(file)
    paths = [file.with_name(f"{file.stem}-coder{number}.csv") for number in range(1, coders + 1)]
    for each in paths:
        if each.exists():
            raise UsageError(f"{each} is there already; move it away")
    with published_copy(settings) as reader:
        numbers(reader, study, file.parent)
        rows = sheet(reader, study, n, SEED)
    note = f"{len(rows)} rows; write right or wrong into the last column, then write the study"
    for each in paths:
        write_sheet(each, rows, note)
    return OK


def _check(settings: Any, folder: Path, form: Format) -> int:
    from flows.jobs.changed_copy import changed_copy
    from flows.settings import VERSION
    from flows.stores import database
    from kliping.reading.labels import Language
    from kliping.studies.study_files import own_files, write_files
    from kliping.studies.study_folder import check_study, listed_files, read_package
    from warehouse.plain_file import require_plain_folder

    require_plain_folder(folder / "topics")
    listed, package = listed_files(folder), read_package(folder)
    made_by, language = f"kliping {VERSION}", Language(settings.report_language)
    files = {name: each for name, each in own_files(folder).items() if name in listed}
    with published_copy(settings) as published, ExitStack() as stack:
        reader = published
        if files != own_files(settings.home, settings.topics):
            copy = changed_copy(database(settings), partial(write_files, files), "the study")
            reader = stack.enter_context(copy)
        counted, changed = check_study(
            reader, folder, made_by=made_by, language=language, files=files
        )
    if changed and package["made_by"] != made_by:
        other = package["made_by"]
        say(f"{folder} was made by {other}, and this is {made_by}: rules and files may differ")
    for name, differences in changed.items():
        say(f"{folder / name}: it is not as the study writes it")
        for line in differences:
            say(f"  {line}")
    row = {"written": package["digest"], "counted": counted["digest"], "is_same": not changed}
    show([row], form)
    return FAILED if changed else OK
