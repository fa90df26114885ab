"""The marts as files for those who have no DuckDB: Parquet or CSV, a data dictionary, and a manifest that says what it all is.

Files are written to a folder beside, synced, and renamed, the manifest last. Its digests tell a torn export from a whole one.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Unpack

import duckdb

from kliping.reading.completeness import missed_estimate
from kliping.reading.periods import EVERYTHING, Scope
from kliping.sql_files import sql, toml
from parsers.kinds import Purpose
from warehouse.disk import FULL, sync_folder
from warehouse.plain_file import read_plain
from warehouse.queries import Row, quote
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import TEXT_COLUMNS

SELECTED_ARTICLES = sql("export/selected_articles")
TOTALS = sql("export/manifest")
MANIFEST = "manifest.json"
UNFINISHED = ".unfinished"
TABLES = toml("reading/export")
PER_ARTICLE, OVER_ALL = TABLES["per_article"], TABLES["over_all"]
LEFT_OUT = "it counts all articles; export without a range"
FULL_TEXT = frozenset(
    (relation.removeprefix("mart."), column)
    for relation, columns in TEXT_COLUMNS.items()
    for column, shown in columns.items()
    if relation.startswith("mart.") and shown in {"text", "hidden"}
)
FORMULA = "^[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]"


class ForeignFolderError(ValueError):
    """The folder holds something that is no export."""

    exit_code = 2


def export(
    reader: Reader,
    folder: Path,
    *,
    made_by: str,
    now: datetime,
    csv: bool = False,
    with_text: bool = False,
    include_reserved: bool = False,
    purpose: Purpose | None = None,
    **scope: Unpack[Scope],
) -> Row:
    """Replace the export in the folder by one of this range; its manifest. `source` as `outlet` gives it.

    Texts that are reserved for the purpose are withheld; without one, those that are reserved for any.

    Raises ForeignFolderError, and OSError where the disk is full.
    """
    old_files = _files_of(folder)
    queries, about = selected_tables(
        reader, with_text=with_text, include_reserved=include_reserved, purpose=purpose, **scope
    )
    new = folder / UNFINISHED
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    files = [
        write_table(reader, new / f"{name}.{'csv' if csv else 'parquet'}", query)
        for name, query in queries
    ]
    manifest = {"made_by": made_by, "exported_at": now, **about, "files": files}
    _write_manifest(new / MANIFEST, manifest)
    _move_into_place(new, folder, [*(file["name"] for file in files), MANIFEST])
    for name in old_files - {file["name"] for file in files}:
        (folder / name).unlink(missing_ok=True)
    return manifest


def selected_tables(
    reader: Reader,
    *,
    with_text: bool = False,
    include_reserved: bool = False,
    purpose: Purpose | None = None,
    **scope: Unpack[Scope],
) -> tuple[list[tuple[str, str]], Row]:
    """Each table of an export with its query, and what the export says of itself, as `export` has it."""
    selection: Row = {**EVERYTHING, **scope}
    reader.rows(SELECTED_ARTICLES, selection | {"purpose": purpose})
    [totals] = reader.rows(TOTALS)
    has_range = any(value is not None for value in selection.values())
    queries = _queries(reader, {} if has_range else OVER_ALL, with_text, include_reserved)
    return list(queries), {
        **selection,
        **totals,
        "unseen": asdict(missed_estimate(reader, **scope)),
        "with_text": with_text,
        "purpose": purpose,
        "include_reserved": include_reserved,
        "n_texts_withheld": totals["n_reserved"] if with_text and not include_reserved else 0,
        "left_out": dict.fromkeys(OVER_ALL, LEFT_OUT) if has_range else {},
    }


def _files_of(folder: Path) -> set[str]:
    """The files of the export in the folder, and of one that was interrupted there."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "is a file, not a folder", str(folder))
    if not folder.is_dir() or not {path.name for path in folder.iterdir()} - {UNFINISHED}:
        return set()
    names = _listed(folder / MANIFEST) | _listed(folder / UNFINISHED / MANIFEST)
    if not names:
        raise ForeignFolderError(
            f"{folder} is not empty and holds no export of kliping; name a new folder"
        )
    return names


def _listed(manifest: Path) -> set[str]:
    try:
        content = json.loads(read_plain(manifest))
        return {
            Path(file["name"]).name
            for file in content["files"]
            if content["made_by"].startswith("kliping ")
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return set()


def _queries(
    reader: Reader, over_all: dict[str, str], with_text: bool, include_reserved: bool
) -> Iterator[tuple[str, str]]:
    """Each mart and its rows; at last the dictionary of their columns."""
    columns: list[tuple[str, str]] = []
    for name, order in {**PER_ARTICLE, **over_all}.items():
        exported = [
            column
            for column in column_types(reader, f"mart.{name}")
            if with_text or (name, column) not in FULL_TEXT
        ]
        columns += [(name, column) for column in exported]
        cells = [
            f"CASE WHEN NOT is_reserved THEN {column} END AS {column}"
            if (name, column) in FULL_TEXT and not include_reserved
            else column
            for column in exported
        ]
        articles = "JOIN selected_articles USING (article_id) " if name in PER_ARTICLE else ""
        yield name, f"SELECT {', '.join(cells)} FROM mart.{name} {articles}ORDER BY {order}"  # noqa: S608 - names of our own
    listed = ", ".join(f"('mart', '{table}', '{column}')" for table, column in columns)
    query = "SELECT table_name, column_name, data_type, comment FROM mart.data_dictionary WHERE (schema_name, table_name, column_name) IN "
    yield "data_dictionary", f"{query} ({listed}) ORDER BY ALL"


def write_table(reader: Reader, path: Path, query: str) -> Row:
    """The file, as the manifest describes it."""
    options = "FORMAT parquet, COMPRESSION zstd"
    if path.suffix == ".csv":
        cells = map(_csv_cell, *zip(*column_types(reader, f"({query})").items(), strict=True))
        options = "FORMAT csv, HEADER"
        query = f"SELECT {', '.join(cells)} FROM ({query})"  # noqa: S608 - our own names
    try:
        [(n_rows,)] = reader.con.execute(
            f"COPY ({query}) TO {quote(str(path))} ({options})"
        ).fetchall()
    except duckdb.IOException as error:
        if FULL not in str(error):
            raise
        raise OSError(
            errno.ENOSPC,
            f"no space left for {path.name}; the earlier export is unchanged",
            str(path.parents[1]),
        ) from error
    with path.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "rows": n_rows, "bytes": path.stat().st_size, "sha256": digest}


def _write_manifest(path: Path, manifest: Row) -> None:
    text = json.dumps(
        manifest, ensure_ascii=False, indent=2, default=lambda value: value.isoformat()
    )
    path.write_text(f"{text}\n", encoding="utf-8")


def column_types(reader: Reader, table: str) -> dict[str, str]:
    """Column -> its type, of a table or a query in brackets."""
    return {
        column: kind for column, kind, *_ in reader.con.execute(f"DESCRIBE FROM {table}").fetchall()
    }


def _csv_cell(column: str, kind: str) -> str:
    """A spreadsheet would run text that begins like a formula; what is nested becomes JSON, which does not."""
    if kind == "VARCHAR":
        return f"CASE WHEN regexp_matches({column}, '{FORMULA}') THEN '''' || {column} ELSE {column} END AS {column}"
    return (
        f"to_json({column})::VARCHAR AS {column}"
        if kind.endswith("[]") or kind.startswith(("MAP", "STRUCT"))
        else column
    )


def _move_into_place(new: Path, folder: Path, names: list[str]) -> None:
    """The manifest last: it must list only files that are there."""
    with (new / MANIFEST).open("rb") as file:
        os.fsync(file.fileno())
    for name in names:
        (new / name).replace(folder / name)
        if name == names[-2]:
            sync_folder(folder)
    new.rmdir()
    sync_folder(folder)
