"""The SQL of the reading side, in the folder `sql`."""

from __future__ import annotations

from pathlib import Path

SQL = Path(__file__).parent / "sql"


def sql(name: str) -> str:
    """The text of `sql/<name>.sql`. Modules read theirs when they are imported, so that a missing file is found at start."""
    return (SQL / f"{name}.sql").read_text("utf-8")


def sql_folder(name: str) -> dict[str, str]:
    """The text of each file of a folder, by its name without the ending."""
    return {path.stem: path.read_text("utf-8") for path in sorted((SQL / name).glob("*.sql"))}
