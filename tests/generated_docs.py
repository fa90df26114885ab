"""The parts of docs that are made from the code. `python tests/generated_docs.py` writes them again."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

import kliping.cli  # noqa: F401 - which registers the commands
from kliping.cli.app import app
from warehouse.write.database import Database

DOCS = Path(__file__).parents[1] / "docs"
WIDTH = 100
MARK = "<!-- Made by tests/generated_docs.py from here to the end. -->\n"
TABLES = """
    SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE NOT internal
    UNION ALL
    SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal"""


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
        made = {"cli.md": cli_page(), "schema.md": schema_page(Database(Path(home)))}
    for page, text in made.items():
        (DOCS / page).write_text(f"{split_at_mark(page)[0]}\n{text}", encoding="utf-8")
