"""The command line's frame: options and lookups that commands share, and an exit code for every known failure."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from flows.cli.umask import private_files
from flows.output import Format, printable, show
from flows.settings import VERSION, Settings, from_environment

if TYPE_CHECKING:
    from parsers.source import Source

OK, FAILED, USAGE, BUSY, LATER, INTERRUPTED = 0, 1, 2, 73, 75, 130
WRONG_PATH = (
    FileNotFoundError,
    FileExistsError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="News articles into a DuckDB file anyone can query. Settings: KLIPING_HOME, KLIPING_SOURCES, KLIPING_CONTACT.",
)

Form = Annotated[Format, typer.Option("--format", help="How to print.")]
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SOURCE]...", help="Names of sources; all where none is given.", show_default=False
    ),
]


class UsageError(ValueError):
    """What was asked cannot be done as asked; the message says what to do instead."""

    exit_code = USAGE


@app.callback()
def common(
    ctx: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", help="Where archive and database are, instead of KLIPING_HOME (else ./data)."
        ),
    ] = None,
    sources: Annotated[
        list[Path] | None, typer.Option("--sources", help="A further folder of source files.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True)
    ] = False,
) -> None:
    if version:
        print(VERSION)
        raise typer.Exit
    settings = from_environment()
    ctx.with_resource(private_files(settings.umask))
    ctx.obj = settings.model_copy(
        update={
            "home": home.expanduser().absolute() if home else settings.home,
            "source_folders": (*settings.source_folders, *(sources or ())),
        }
    )


def query_rows(
    ctx: typer.Context, name: str, parameters: Mapping[str, Any], form: Format, *, empty: str
) -> int:
    from warehouse.write.store import SQL

    with reader_of(ctx.obj) as reader:
        rows = reader.rows((SQL / f"{name}.sql").read_text(), parameters)
    show(rows, form, empty=empty)
    return len(rows)


@contextmanager
def reader_of(settings: Settings) -> Iterator[Any]:
    from warehouse.read.published import Reader

    with Reader(settings.home) as reader:
        yield reader


def known_sources(settings: Settings) -> dict[str, Source]:
    from parsers.source import load

    return load(settings.source_folders)


def chosen(names: Sequence[str] | None, known: Mapping[str, Source]) -> list[str]:
    import difflib

    for name in names or ():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise UsageError(
                f"unknown source {name!r}"
                + (
                    f"; did you mean {near[0]!r}?"
                    if near
                    else "; `kliping sources list` names them all"
                )
            )
    return list(dict.fromkeys(names or known))


def main() -> None:
    """Every known failure is one clear line and its exit code."""
    sys.exit(run(_options_first(sys.argv[1:])))


def _options_first(arguments: list[str]) -> list[str]:
    """--home and --sources may stand after the command too."""
    front: list[str] = []
    rest: list[str] = []
    values = iter(arguments)
    for value in values:
        if value in {"--home", "--sources"}:
            front += [value, *[v for v in [next(values, None)] if v is not None]]
        elif value.startswith(("--home=", "--sources=")):
            front.append(value)
        else:
            rest.append(value)
    return front + rest


def run(arguments: list[str]) -> int:
    try:
        return app(arguments, standalone_mode=False) or OK
    except TyperException as error:
        error.show()  # type: ignore[attr-defined]  # every one has it; its type does not say so
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:
        code = _exit_code(error)
        if code is None:
            raise
        print(f"kliping: {printable(str(error))}", file=sys.stderr)
        return code


def _exit_code(error: Exception) -> int | None:
    """Our exceptions have theirs; of others only those of the file system are for the user."""
    if isinstance(error, WRONG_PATH):
        return USAGE
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return LATER
    return getattr(error, "exit_code", None)
