"""The SQL of the reading side, in the folder `sql`, and the TOML files beside the modules that they describe."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SQL = HERE / "sql"


def sql(name: str) -> str:
    """The text of `sql/<name>.sql`. Modules read theirs when they are imported, so that a missing file is found at start."""
    return (SQL / f"{name}.sql").read_text("utf-8")


def sql_folder(name: str) -> dict[str, str]:
    """The text of each file of a folder, by its name without the ending."""
    return {path.stem: path.read_text("utf-8") for path in sorted((SQL / name).glob("*.sql"))}


def toml(name: str) -> dict[str, Any]:
    """What `<name>.toml` says; `web/lists` is the file beside `kliping.web.lists`."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
