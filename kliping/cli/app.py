"""The command line's frame: look-ups that commands share, the help screen, and how every command ends."""

from __future__ import annotations

import errno
import logging
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from io import BufferedWriter, FileIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Option
from typer.core import TyperGroup
from typer.exceptions import TyperException

from kliping.cli.log_handler import log_to_stderr
from kliping.cli.umask import private_files
from kliping.output import one_line, say
from kliping.sql_files import toml

if TYPE_CHECKING:
    from datetime import date

    from flows.settings import Settings
    from parsers.source import Source, Sources
    from warehouse.read.published import Reader

OK, FAILED, USAGE, BUSY, LATER, INTERRUPTED = 0, 1, 2, 73, 75, 130
WRONG_PATH = (
    FileNotFoundError,
    FileExistsError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
ARGUMENTS = "kliping.arguments"  # those of the command line, in a context
WHOLE = 1000  # letters of a summary: it is broken, not cut
MOST_READ = 100_000  # bytes of a file that may be a stranger's
OUTLAST = {"web", "mcp", "doctor", "check"}  # a silent lake: they do without it, or name it
GO_ON = {"doctor", "status", "init"}  # whatever is wrong in the file of the home
OUTPUT = "standard output"  # where an error has the name of a file
LONGEST_REASON = 300  # characters of what a library says
START, READ, SHARE, CRAWL, CARE = PANELS = ("Start here", "Read", "Share", "Crawl", "Care")
FIRST_WEEK = (  # what is listed first, in the order in which it is needed
    *("demo", "init", "ingest", "import", "check"),
    *("web", "report", "search", "edits", "person", "event", "sql"),
)
COMMANDS = toml("cli/commands")


class CommandGroup(TyperGroup):
    """Lists its commands with whole summaries."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Raises UsageError for a command that is gone."""
        path = f"{ctx.command_path} {args[0]}"
        if message := COMMANDS["gone"].get(path):
            raise UsageError(message)
        return super().resolve_command(ctx, [args[0], *_with_new_options(path, args[1:])])

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        self.write_section(formatter, "Commands", self.list_commands(ctx))

    def write_section(self, formatter: Any, title: str, names: Sequence[str]) -> None:
        width = max(map(len, self.commands))
        rows = [
            (f"{name:{width}}", self.commands[name].get_short_help_str(WHOLE)) for name in names
        ]
        with formatter.section(title):
            formatter.write_dl(rows)


def _with_new_options(command: str, arguments: Sequence[str]) -> Iterator[str]:
    """The arguments with today's names of options; a line tells of each that has another one."""
    old_options = COMMANDS["old_options"].get(command, {})
    words = iter(arguments)
    for word in words:
        option, equals, value = word.partition("=")
        if word == "--":
            yield from (word, *words)
        elif option in old_options:
            new, form = old_options[option]
            say(f"{option} is now {new}; the next version knows only {new}")
            values = [value] if equals else [*islice(words, 1)]
            yield from (new, *map(form.format, values))
        else:
            yield word


class Panels(CommandGroup):
    """Lists the commands by panel, as plain text: Typer's own panels need rich, and draw boxes."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """`common` must know whether it is the help of a command that is asked for."""
        ctx.meta[ARGUMENTS] = tuple(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """By panel; within one in the order in which the modules register them, but those of the first week."""
        names = super().list_commands(ctx)
        others = [name for name in names if name not in FIRST_WEEK]
        return [*FIRST_WEEK, *sorted(others, key=lambda name: PANELS.index(self._panel(name)))]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        names = [name for name in self.list_commands(ctx) if not self.commands[name].hidden]
        for panel in PANELS:
            self.write_section(formatter, panel, [n for n in names if self._panel(n) == panel])

    def _panel(self, name: str) -> str:
        command: Any = self.commands[name]
        return START if name in FIRST_WEEK else str(command.rich_help_panel)


app = typer.Typer(
    cls=Panels,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="News articles into a DuckDB file that anyone can query. Settings: KLIPING_HOME, KLIPING_SOURCES, KLIPING_CONTACT.",
)


class UsageError(ValueError):
    """What was asked cannot be done as asked; the message says what to do instead."""

    exit_code = USAGE


def command_group(name: str, panel: str, meaning: str) -> typer.Typer:
    """To which a module adds commands, such as those of `kliping topics`."""
    group = typer.Typer(cls=CommandGroup, no_args_is_help=True, help=meaning)
    app.add_typer(group, name=name, rich_help_panel=panel)
    return group


def _print_version(*, value: bool) -> None:
    if value:
        print(version("kliping"))
        raise typer.Exit


@app.callback()
def common(
    ctx: typer.Context,
    home: Annotated[
        Path | None,
        Option(help="Folder of archive and database. Default: KLIPING_HOME, or ./data."),
    ] = None,
    sources: Annotated[list[Path] | None, Option(help="One more folder of source files.")] = None,
    verbose: Annotated[bool, Option("--verbose", help="Log what each stage does.")] = False,
    quiet: Annotated[bool, Option("--quiet", help="Log errors only.")] = False,
    _version: Annotated[
        bool, Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    from flows.home_file import HomeFileError
    from flows.settings import with_contact, without_home_file

    log_to_stderr(logging.INFO if verbose else logging.ERROR if quiet else logging.WARNING)
    settings = without_home_file(home)
    if (file := Path(".env")).is_file() and Path.cwd() != settings.home:
        with file.open("rb") as opened:
            if b"KLIPING_" in opened.read(MOST_READ):
                say(f".env of this folder is not read; move it to {settings.home}")
    if settings.home.exists() and not settings.home.is_dir():
        raise UsageError(f"{settings.home} is a file; the home is a folder: give another --home")
    try:
        settings = with_contact(settings)
    except HomeFileError as error:
        if ctx.invoked_subcommand not in GO_ON and "--help" not in ctx.meta[ARGUMENTS]:
            raise
        say(f"kliping: {error}")
    ctx.with_resource(private_files(settings.umask))
    if settings.storage and ctx.invoked_subcommand not in OUTLAST:
        from flows.runs.silence import limited_silence

        ctx.with_resource(limited_silence(settings))
    ctx.obj = settings.model_copy(
        update={"source_folders": (*settings.source_folders, *(sources or ()))}
    )


@contextmanager
def published_copy(settings: Settings) -> Iterator[Reader]:
    """Raises UnansweredError, OtherVersionError, SchemaError where a query of ours fails, and what `reader` raises."""
    import duckdb

    from flows.stores import reader
    from warehouse.read.published import OTHER_VERSION, OtherVersionError, UnansweredError
    from warehouse.write.schema import is_current

    with reader(settings) as published:
        try:
            yield published
        except duckdb.Error as error:
            if _is_damage(error):
                raise
            line = one_line(error)[:LONGEST_REASON]
            if not is_current(published.con):
                raise OtherVersionError(f"{OTHER_VERSION} ({line})") from error
            raise UnansweredError(f"DuckDB cannot answer this: {line}") from error


def chosen_range(
    reader: Reader, since: date | None, until: date | None, source: str | None
) -> dict[str, Any]:
    """The days, and the outlet as the marts name it. Raises UsageError, UnknownNameError."""
    from kliping.reading.questions import outlet

    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}; exchange them")
    return {"since": since, "until": until, "source": outlet(reader, source)}


def load_sources(settings: Settings) -> Sources:
    from flows import source_cache

    return source_cache.load_sources(settings)


def valid_names(names: Sequence[str] | None, sources: Mapping[str, Source]) -> list[str] | None:
    """Each once; None if none is named. Raises UsageError."""
    from parsers.source import suggestion

    for name in names or ():
        if name not in sources:
            hint = suggestion(name, sources) or "; see `kliping sources list`"
            raise UsageError(f"unknown source {name!r}{hint}")
    return list(dict.fromkeys(names)) if names else None


def chosen_sources(
    settings: Settings, names: Sequence[str] | None
) -> tuple[Sources, list[str] | None]:
    """All sources, and the names as `valid_names` gives them. Raises UsageError, SourceError."""
    sources = load_sources(settings)
    return sources, valid_names(names, sources)


def require_address(url: str | None) -> None:
    """Raises UsageError for a `--url` that is given and is no web address."""
    from flows.jobs.import_files import is_address

    if url is not None and not is_address(url):
        raise UsageError(f"--url {url!r} is no web address: it begins with http:// or https://")


def program() -> str:
    """How the shell finds this program: `kliping`, or the path by which it was called."""
    called, on_path = sys.argv[0], shutil.which("kliping")
    is_found = on_path and Path(called).exists() and Path(on_path).samefile(called)
    return "kliping" if is_found or Path(called).name != "kliping" else shlex.quote(called)


def main() -> None:
    from flows.runs.stop import limit_time_to_stop

    # DuckDB imports it for the parameters of a query, which takes 1.4 seconds; no command needs it.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    limit_time_to_stop()
    if not _has_streams():
        sys.exit(USAGE)
    sys.exit(run(_options_first(sys.argv[1:])))


def _has_streams() -> bool:
    """Whether there is a standard output. A file would get the number of a closed stream, and what is printed."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123 - as long as the process
    if sys.stdout is None:
        print(f"kliping: {OUTPUT} is closed; use `> /dev/null`", file=sys.stderr)
        return False
    before: Any = sys.stdout
    raw: Any = _Output(before.fileno(), "w", closefd=False)
    sys.stdout = TextIOWrapper(
        raw if before.write_through else BufferedWriter(raw),  # as PYTHONUNBUFFERED has it
        encoding=before.encoding,
        errors=before.errors,
        line_buffering=before.isatty(),
        write_through=before.write_through,
    )
    return True


class _Output(FileIO):
    """Standard output, whose errors name it; after one nothing more is written."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            raise OSError(error.errno, error.strerror, OUTPUT) from error


def _options_first(arguments: list[str]) -> list[str]:
    """The options of `kliping` itself may also follow the command."""
    front: list[str] = []
    rest: list[str] = []
    values = iter(arguments)
    for value in values:
        if value in {"--home", "--sources"}:
            argument = next(values, None)
            front += [] if argument is None else [value, argument]
            rest += [value] if argument is None else []
        elif value.startswith(("--home=", "--sources=")) or value in {"--verbose", "--quiet"}:
            front.append(value)
        else:
            rest.append(value)
    return front + rest


def run(arguments: list[str]) -> int:
    """The exit code that the command returns, or that of its exception, which is printed in one line."""
    try:
        code = app(arguments, prog_name="kliping", standalone_mode=False) or OK
        sys.stdout.flush()
    except TyperException as error:
        _print_usage_error(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print("kliping: stopped by SIGINT", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        notes = getattr(error, "__notes__", ())  # such as the step of a run
        say(f"kliping: {'; '.join([message(error), *notes])}")
    return int(code)


def _print_usage_error(error: Any) -> None:
    """One line, with the help to read; the help itself for a group without a command."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "kliping"
    message = error.format_message().replace("Value error, ", "")
    if message.startswith("Usage:"):
        print(message, file=sys.stderr)
    else:
        line = " ".join(message.split()).rstrip(".")
        say(f"kliping: {line}; see `{path} --help`")


def message(error: Exception) -> str:
    if isinstance(error, WRONG_PATH) and error.filename:
        return f"{error.filename}: {(error.strerror or '').lower()}; give another path"
    if isinstance(error, OSError) and error.errno == errno.EROFS and error.filename:
        return f"{error.filename}: the disk is read-only; give another path"
    if isinstance(error, OSError) and error.filename == OUTPUT:
        return f"{OUTPUT} cannot be written: {(error.strerror or '').lower()}"
    if _is_damage(error):
        line = " ".join(str(error).split())
        return f"the database cannot be read ({line}); `kliping doctor` says what to do"
    return str(error)


def _is_damage(error: Exception) -> bool:
    """DuckDB, which may not be imported yet, found pages or a file that it cannot read."""
    duckdb = sys.modules.get("duckdb")
    if duckdb is None:
        return False
    kinds = duckdb.IOException, duckdb.SerializationException, duckdb.FatalException
    return isinstance(error, (*kinds, duckdb.InternalException))


def exit_code(error: Exception) -> int | None:
    """Our exceptions have theirs; of others only those of the file system and of damaged databases are for the user."""
    is_read_only = isinstance(error, OSError) and error.errno == errno.EROFS
    if isinstance(error, WRONG_PATH) or (is_read_only and not hasattr(error, "exit_code")):
        return USAGE
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return LATER
    return FAILED if _is_damage(error) else getattr(error, "exit_code", None)
