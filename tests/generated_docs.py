"""The parts of docs that are made from the code. `python tests/generated_docs.py` writes them again."""

from __future__ import annotations

import inspect
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from itertools import groupby
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

import kliping
import kliping.cli  # which registers the commands
from kliping.cli.app import app
from kliping.home import Range, RowFilters
from warehouse.write.database import Database

DOCS = Path(__file__).parents[1] / "docs"
WIDTH = 100
MARK = "<!-- Made by tests/generated_docs.py from here to the end. -->\n"
COMMENTED = re.compile(r"^    (\w+): (.*?)  # (.+)$", re.MULTILINE)  # a field on one line
TABLES = """
    SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE NOT internal
    UNION ALL
    SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal AND schema_name <> 'main'"""


def cli_page() -> str:
    """`--help` of every command, in the order in which the program lists them."""
    return "\n".join(
        f"## {' '.join(['kliping', *path])}\n\n```text\n{_help(path)}```\n" for path in _commands()
    )


def schema_page(store: Database) -> str:
    """Every table with its columns, the public views first."""
    with store.write_connection() as con:
        comments = {
            (schema, table): comment for schema, table, comment in con.execute(TABLES).fetchall()
        }
        columns = con.execute("FROM mart.data_dictionary").fetchall()
    tables = sorted(comments, key=lambda table: (table[0] != "mart", table))
    by_table = {key: list(rows) for key, rows in groupby(columns, key=lambda row: row[:2])}
    return "\n".join(
        f"## {'.'.join(table)}\n\n{comments[table]}\n\n{_columns(by_table[table])}"
        for table in tables
        if table in by_table
    )


def api_page(store: Database) -> str:
    """Each public name with its signature and its docstring; an attribute with the comment of its field or its column."""
    functions = [("kliping", name) for name in ("parse", "open", "fetch")]
    methods = [("home", name) for name in vars(kliping.Home) if not name.startswith("_")]
    return "\n".join(
        [
            *(_function(owner, getattr(kliping, name)) for owner, name in functions),
            f"## `kliping.Home`\n\n{_text(kliping.Home)}",
            *(_function(owner, getattr(kliping.Home, name)) for owner, name in methods),
            f"### `Range`, `RowFilters`\n\n{_text(RowFilters)}\n{_filters()}",
            f"## `kliping.Article`\n\n{_text(kliping.Article)}\n{_attributes(kliping.Article, _columns_of_articles(store))}",
            f"## `kliping.Rejected`\n\n{_text(kliping.Rejected)}",
        ]
    )


def _function(owner: str, function: Callable[..., object]) -> str:
    signature = inspect.signature(function)
    own = [p for p in signature.parameters.values() if p.name != "self"]
    shown = str(signature.replace(parameters=own)).replace("'", "")
    name = f"{owner}.{function.__name__}"
    if len(name + shown) > WIDTH:  # a parameter a line, as ruff breaks it
        arguments, _, result = shown.rpartition(")")
        parts = arguments.removeprefix("(").split(", ")
        shown = "(\n" + "".join(f"    {part},\n" for part in parts) + f"){result}"
    heading = "##" if owner == "kliping" else "###"
    return f"{heading} `{name}`\n\n```python\n{name}{shown}\n```\n\n{_text(function)}"


def _text(documented: object) -> str:
    """A docstring with its example in a fence."""
    paragraphs = (inspect.getdoc(documented) or "").split("\n\n")
    return (
        "\n\n".join(
            f"```python\n{each}\n```" if each.startswith(">>>") else each for each in paragraphs
        )
        + "\n"
    )


def _columns_of_articles(store: Database) -> dict[str, str]:
    with store.write_connection() as con:
        query = "SELECT column_name, comment FROM mart.data_dictionary WHERE schema_name = 'mart' AND table_name = 'articles'"
        rows = con.execute(query).fetchall()
    return {name: (text or "").replace("NULL", "None") for name, text in rows}


def _filters() -> str:
    """The names of Range, which every list takes, then those of RowFilters, each with its comment."""
    rows = [
        row for each in (Range, RowFilters) for row in COMMENTED.findall(inspect.getsource(each))
    ]
    lines = (f"| `{name}` | `{_cell(kind)}` | {_cell(text)} |" for name, kind, text in rows)
    return "\n".join(["| name | type | meaning |", "| --- | --- | --- |", *lines]) + "\n"


def _attributes(cls: type, comments: Mapping[str, str]) -> str:
    """The fields of a dataclass, then its properties."""
    stated = {name: text for name, _, text in COMMENTED.findall(inspect.getsource(cls))}
    meanings = {**comments, **stated}
    rows = [(field.name, str(field.type), meanings.get(field.name, "")) for field in fields(cls)]
    rows += [
        (
            name,
            inspect.signature(each.fget).return_annotation,
            inspect.getdoc(each) or meanings.get(name, ""),
        )
        for name, each in inspect.getmembers(cls, lambda member: isinstance(member, property))
    ]
    lines = (f"| `{name}` | `{_cell(kind)}` | {_cell(text)} |" for name, kind, text in rows)
    return "\n".join(["| attribute | type | meaning |", "| --- | --- | --- |", *lines]) + "\n"


def split_at_mark(name: str) -> tuple[str, str]:
    """What a page of docs has up to the mark, and after it."""
    written, mark, made = (DOCS / name).read_text(encoding="utf-8").partition(MARK)
    return written + mark, made.removeprefix("\n")


def _commands() -> Iterator[list[str]]:
    yield []
    group = get_command(app)
    for name in group.list_commands(None):
        command = group.commands[name]
        if command.hidden:
            continue
        yield [name]
        yield from ([name, each] for each in getattr(command, "commands", ()))


def _help(path: list[str]) -> str:
    result = CliRunner().invoke(
        app, [*path, "--help"], terminal_width=WIDTH, prog_name="kliping", color=False
    )
    return re.sub(r" +$", "", result.stdout, flags=re.MULTILINE).strip("\n") + "\n"


def _columns(rows: list[tuple[str, ...]]) -> str:
    lines = [
        f"| `{column}` | {kind} | {_cell(comment)} |" for _, _, column, kind, _, comment in rows
    ]
    return "\n".join(["| column | type | meaning |", "| --- | --- | --- |", *lines]) + "\n"


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        made = {
            "api.md": api_page(Database(Path(home))),
            "cli.md": cli_page(),
            "schema.md": schema_page(Database(Path(home))),
        }
    for page, text in made.items():
        (DOCS / page).write_text(f"{split_at_mark(page)[0]}\n{text}", encoding="utf-8")
