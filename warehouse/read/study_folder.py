"""A study as a folder for others: tables as Parquet and CSV, one page, and a Data Package (datapackage.org) that describes them.

It is written beside, and put in place as a whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warehouse.queries import Row, execute, sql
from warehouse.read.export import write_table
from warehouse.read.html_report import axis, environment
from warehouse.read.labels import Labels, Language
from warehouse.read.published import Reader
from warehouse.read.study import LISTS, digest, numbers, uncrawled_days
from warehouse.read.study_file import Study, StudyError, read_study
from warehouse.read.study_files import write_files

STAGE_NUMBERS, VERSIONS = sql("study/stage_numbers"), sql("study/versions")
PACKAGE = "datapackage.json"
STUDY = "study.toml"
PAGE = "study.html"
SHOWN = 40  # rows of a table of the page


def write_study(
    reader: Reader,
    source: Path,
    folder: Path,
    *,
    made_by: str,
    language: Language,
    files: Mapping[str, bytes],
) -> Row:
    """Replace the study in the folder; its package. `files` are the `own_files` of the home.

    Raises StudyError, QueryError, UnknownNameError, OSError.
    """
    study = read_study(source)
    _require_own(folder)
    rows = numbers(reader, study)
    with _put_in_place(folder) as new:
        shutil.copyfile(source, new / STUDY)
        write_files(files, new)
        tables = _tables(reader, rows)
        written = [
            write_table(reader, new / f"{name}.{kind}", query)
            for name, query in tables.items()
            for kind in ("parquet", "csv")
        ]
        fields = {name: _fields(reader, query) for name, query in tables.items()}
        package = _package(reader, study, written, fields, digest(reader, rows), made_by)
        page = _page(study, rows, package, uncrawled_days(reader), language)
        (new / PAGE).write_text(page, "utf-8")
        text = json.dumps(package, ensure_ascii=False, indent=2, default=str)
        (new / PACKAGE).write_text(f"{text}\n", "utf-8")
    return package


@contextmanager
def _put_in_place(folder: Path) -> Iterator[Path]:
    """A new folder beside it, which replaces it once it is whole; where that fails, nothing is left of it."""
    new = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def check_study(reader: Reader, folder: Path) -> tuple[str, str]:
    """The digest that the folder names, and that of the same study over what is published here.

    `reader` reads it with the folder's own files. Raises StudyError as `write_study`.
    """
    package = read_package(folder)
    return package["digest"], digest(reader, numbers(reader, read_study(folder / STUDY)))


def changed_files(folder: Path) -> list[str]:
    """The tables of the folder that are not as they were written, or are gone. Raises StudyError."""
    return [
        each["path"]
        for each in read_package(folder)["resources"]
        if each["hash"] != f"sha256:{_sha256(folder / Path(each['path']).name)}"
    ]


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tables(reader: Reader, rows: list[Row]) -> dict[str, str]:
    """Name -> query; numbers come from Python, where the estimates are added up."""
    text = json.dumps(rows, default=str, ensure_ascii=False)
    execute(reader.con, STAGE_NUMBERS, {"rows": text, "shape": json.dumps([SHAPE])})
    return {
        "numbers": "FROM study_numbers",
        "evidence": "FROM study_evidence ORDER BY ALL",
        **{name: query.rstrip().rstrip(";") for name, query in LISTS.items()},
    }


SHAPE = {
    "subject": "VARCHAR",
    "name": "VARCHAR",
    "n": "BIGINT",
    "n_articles": "BIGINT",
    "of_n": "BIGINT",
    "headline": "VARCHAR",
    "missed_state": "VARCHAR",
    "missed_n": "BIGINT",
    "missed_low": "BIGINT",
    "missed_high": "BIGINT",
}
FIELD_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "SMALLINT": "integer",
    "DOUBLE": "number",
    "DECIMAL": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "VARCHAR[]": "array",
    "SMALLINT[]": "array",
}


def _fields(reader: Reader, query: str) -> list[dict[str, str]]:
    """Name and type of each column, as Table Schema calls the types."""
    return [
        {
            "name": column["column_name"],
            "type": FIELD_TYPES.get(column["column_type"].partition("(")[0], "any"),
        }
        for column in reader.rows(f"DESCRIBE {query}")
    ]


def _package(
    reader: Reader,
    study: Study,
    files: list[Row],
    fields: Mapping[str, list[dict[str, str]]],
    found: str,
    made_by: str,
) -> Row:
    return {
        "name": "kliping-study",
        "title": study.question,
        "made_by": made_by,
        "digest": found,
        "query": study.query,
        "since": study.since,
        "until": study.until,
        "versions": reader.rows(VERSIONS),
        "resources": [
            {
                "name": f"{Path(file['name']).stem}-{Path(file['name']).suffix[1:]}",
                "path": file["name"],
                "format": Path(file["name"]).suffix[1:],
                "bytes": file["bytes"],
                "hash": f"sha256:{file['sha256']}",
                "rows": file["rows"],
                "schema": {"fields": fields[Path(file["name"]).stem]},
            }
            for file in files
        ],
    }


def _page(
    study: Study, rows: list[Row], package: Row, uncrawled: list[Row], language: Language
) -> str:
    by_subject: dict[str, list[Row]] = {}
    for row in rows:
        by_subject.setdefault(row["subject"], []).append(row)
    highest = max((row["n"] for row in by_subject.get("period", [])), default=0)
    return (
        environment(Labels(language))
        .get_template("study.html")
        .render(
            study=study,
            package=package,
            numbers=by_subject,
            shown=SHOWN,
            axis=axis(highest),
            uncrawled=uncrawled,
        )
    )


def _require_own(folder: Path) -> None:
    """Raises StudyError for a folder that holds something else."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        read_package(folder)


def read_package(folder: Path) -> dict[str, Any]:
    """What the folder says of its study. Raises StudyError for a folder without one."""
    try:
        package: dict[str, Any] = json.loads((folder / PACKAGE).read_text("utf-8"))
        if package["made_by"].startswith("kliping ") and package["digest"]:
            return package
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise StudyError(f"{folder} holds no study of kliping; name another folder")
