"""A study as a folder for others: tables as Parquet and CSV, one page, and a Data Package (datapackage.org) that describes them.

A check writes it anew and compares every file: what a folder says of itself proves nothing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kliping.reading.completeness import missed_estimate
from kliping.reading.export import write_table
from kliping.reading.labels import Labels, Language
from kliping.reading.page_templates import axis, environment
from kliping.sql_files import sql
from kliping.studies.study import LISTS, digest, numbers, uncrawled_days
from kliping.studies.study_file import Study, StudyError, read_study
from kliping.studies.study_files import write_files
from warehouse.plain_file import PlainFileError, read_plain, require_plain_folder
from warehouse.queries import Row, execute
from warehouse.read.published import Reader

STAGE_NUMBERS, VERSIONS = sql("study/stage_numbers"), sql("study/versions")
PACKAGE = "datapackage.json"
STUDY = "study.toml"
PAGE = "study.html"
KINDS = ("parquet", "csv")
OWN_FILE = re.compile(r"identities\.csv|topics/[^/]+\.toml")
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
    """Replace the study in the folder, and nothing else there; its package. `files` are the `own_files` of the home.

    Raises StudyError, PlainFileError, QueryError, UnknownNameError, OSError.
    """
    study, folder = read_study(source), folder.resolve()
    old = _own_names(folder)
    rows = numbers(reader, study)
    with _put_in_place(folder, old) as new:
        (new / STUDY).write_bytes(read_plain(source))
        write_files(files, new)
        tables = _tables(reader, rows)
        written = [
            write_table(reader, new / f"{name}.{kind}", query)
            for name, query in tables.items()
            for kind in KINDS
        ]
        package = _package(reader, study, written, tables, digest(reader, rows), made_by)
        package |= {"language": language.value, "files": [STUDY, PAGE, *files]}
        context = {
            "uncrawled": uncrawled_days(reader),
            "missed": missed_estimate(reader, since=study.since, until=study.until),
        }
        page = _page(study, rows, package, context, language)
        (new / PAGE).write_text(page, "utf-8")
        text = json.dumps(package, ensure_ascii=False, indent=2, default=str)
        (new / PACKAGE).write_text(f"{text}\n", "utf-8")
    return package


@contextmanager
def _put_in_place(folder: Path, old: Collection[str]) -> Iterator[Path]:
    """A new folder inside, whose files replace the old ones once all are written, the package last.

    Where writing fails, nothing is left of it.
    """
    is_new = not folder.exists()
    new = folder / ".unfinished"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
        names = sorted(_names_in(new) - {PACKAGE})
        for name in names:
            if name not in old and os.path.lexists(folder / name):
                raise StudyError(f"{folder / name} is no file of the study; move it away")
    except BaseException:
        shutil.rmtree(folder if is_new else new, ignore_errors=True)
        raise
    for name in (*names, PACKAGE):
        (folder / name).parent.mkdir(exist_ok=True)
        (new / name).replace(folder / name)
    shutil.rmtree(new)
    for name in {*old} - {*names, PACKAGE}:
        (folder / name).unlink(missing_ok=True)


def _names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def check_study(
    reader: Reader, folder: Path, *, made_by: str, language: Language, files: Mapping[str, bytes]
) -> tuple[Row, list[str]]:
    """The package of the same study, written anew over what is published here, and the files of the folder that are not as it writes them.

    `reader` reads it with the folder's own `files`. Raises as `write_study`.
    """
    package = read_package(folder)
    if package.get("language") in set(Language):
        language = Language(package["language"])
    with tempfile.TemporaryDirectory() as name:
        new = Path(name, "study")
        counted = write_study(
            reader, folder / STUDY, new, made_by=made_by, language=language, files=files
        )
        names = sorted(_names_in(new) | listed_files(folder))
        return counted, [each for each in names if not _is_same(folder / each, new / each)]


def _is_same(path: Path, written: Path) -> bool:
    try:
        return written.exists() and read_plain(path, written.stat().st_size) == written.read_bytes()
    except (OSError, PlainFileError):  # not there, or no file, or a longer one
        return False


def listed_files(folder: Path) -> set[str]:
    """The files of the study in a folder, of those that a study can have. Raises StudyError."""
    package = read_package(folder)
    listed = package.get("files", [*_names_in(folder)])  # earlier versions named tables only
    if not isinstance(listed, list):
        raise StudyError(f"{folder / PACKAGE}: files is no list")
    own = {name for name in listed if isinstance(name, str) and OWN_FILE.fullmatch(name)}
    tables = {f"{name}.{kind}" for name in ("numbers", "evidence", *LISTS) for kind in KINDS}
    return {PACKAGE, PAGE, STUDY} | tables | own


def _tables(reader: Reader, rows: list[Row]) -> dict[str, str]:
    """Name -> query; numbers come from Python, where the estimates are added up."""
    text = json.dumps(rows, default=str, ensure_ascii=False)
    execute(reader.con, STAGE_NUMBERS, {"rows": text})
    return {
        "numbers": "FROM study_numbers",
        "evidence": "FROM study_evidence ORDER BY ALL",
        **{name: query.rstrip().rstrip(";") for name, query in LISTS.items()},
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
    tables: Mapping[str, str],
    found: str,
    made_by: str,
) -> Row:
    fields = {name: _fields(reader, query) for name, query in tables.items()}
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


def _page(study: Study, rows: list[Row], package: Row, context: Row, language: Language) -> str:
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
            **context,
        )
    )


def _own_names(folder: Path) -> set[str]:
    """The files of the study that is in the folder. Raises StudyError for a folder that holds something else, and PlainFileError."""
    require_plain_folder(folder / "topics")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return listed_files(folder)
    return set()


def read_package(folder: Path) -> dict[str, Any]:
    """What the folder says of its study. Raises StudyError for a folder without one, and PlainFileError."""
    try:
        package: dict[str, Any] = json.loads(read_plain(folder / PACKAGE))
        if package["made_by"].startswith("kliping ") and isinstance(package["digest"], str):
            return package
    except PlainFileError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise StudyError(f"{folder} holds no study of kliping; name another folder")
