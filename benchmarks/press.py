"""What an analyst sees first of a home of real news: `just press [--section NAME] [--limit 200]`.

Imports press.csv.gz of `--corpus` (or the variable KLIPING_TEST_PRESS) into a home of its own, once for each state of the code and of
the table, and prints the heads of the lists. Every section is a file of SQL in benchmarks/press. The table is not part of the repository.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import duckdb
from measurement import run
from typer import Option

from kliping.tables import draw

CHECKOUT = Path(__file__).parents[1]
SECTIONS = (
    "speakers", "unnamed", "resolution", "people", "organizations", "edits", "figures", "events", "money", "canonical", "days"
)  # fmt: skip
DATA = {".py", ".sql", ".toml", ".csv", ".json"}
TABLE = "press.csv.gz"
WIDTH = 100
LONGEST_CELL = 36  # characters
ROWS = 60
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "kliping-press")


def press_home(table: Path, cache: Path) -> Path:
    """The home that this code makes of the table; imported if it is not there yet."""
    home = cache / _digest(table)
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            _import(table.absolute(), Path(folder) / "home")
            (Path(folder) / "home").rename(home)
    return home


def rows(home: Path, section: str, limit: int) -> list[dict[str, Any]]:
    """The first rows of a section."""
    query = (CHECKOUT / "benchmarks" / "press" / f"{section}.sql").read_text()
    with duckdb.connect(str(home / "kliping.duckdb"), read_only=True) as con:
        found = con.execute(query, {"limit": limit})
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def lines(home: Path, section: str, limit: int) -> Iterator[str]:
    query = (CHECKOUT / "benchmarks" / "press" / f"{section}.sql").read_text()
    yield f"== {section}: {query.splitlines()[0].removeprefix('-- ')}"
    found = rows(home, section, limit)
    numbered = [
        {"#": n, **{key: _short(value) for key, value in row.items()}}
        for n, row in enumerate(found, 1)
    ]
    yield from draw(numbered, WIDTH) if numbered else ["none"]
    yield ""


def _digest(table: Path) -> str:
    """Of the code and of the table."""
    digest = sha256(table.read_bytes())
    for package in ("parsers", "warehouse", "flows", "kliping"):
        for path in sorted((CHECKOUT / package).rglob("*")):
            if path.suffix in DATA:
                digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _import(table: Path, home: Path) -> None:
    kliping = Path(sys.executable).with_name("kliping")
    command = [kliping, "--home", home, "import", table]
    subprocess.run(command, check=True, stdout=sys.stderr, cwd=home.parent)


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        return f"{value[: LONGEST_CELL - 1]}…"
    return value


def main(
    corpus: Annotated[Path, Option(envvar="KLIPING_TEST_PRESS")] = CHECKOUT.parent / "shared" / "corpus",
    cache: Path = CACHE,
    section: list[str] | None = None,
    limit: int = ROWS,
) -> None:  # fmt: skip
    table = corpus / TABLE
    if not table.exists():
        sys.exit(f"{table} is not there; give its folder with --corpus or KLIPING_TEST_PRESS")
    home = press_home(table, cache)
    print(home, end="\n\n")
    for name in section or SECTIONS:
        print(*lines(home, name, limit), sep="\n")


if __name__ == "__main__":
    run(main, __doc__)
