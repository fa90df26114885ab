"""A study as a folder for others: tables as Parquet and CSV, one page, and a Data Package (datapackage.org) that describes them.

A check writes it anew and compares every file: what a folder says of itself proves nothing.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from kliping.reading.completeness import missed_estimate
from kliping.reading.export import write_table
from kliping.reading.labels import Labels, Language
from kliping.reading.page_templates import axis, environment
from kliping.sql_files import sql
from kliping.studies.methods import methods, rules
from kliping.studies.study import LISTS, digest, numbers, totals, uncrawled_days, warnings
from kliping.studies.study_file import TABLE_FILE, Study, StudyError, read_study
from kliping.studies.study_files import write_files
from kliping.studies.validation import sheets_of, validation
from warehouse.plain_file import PlainFileError, read_plain, require_plain_folder
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.read.reserved_texts import SHOWN as OF_RESERVED

VERSIONS = sql("study/versions")
SENTENCES = (
    sql("study/sentences")
    .replace("shown_of_reserved", OF_RESERVED["span"].format(column="sentence"))
    .rstrip()
    .rstrip(";")
)
PACKAGE = "datapackage.json"
STUDY = "study.toml"
PAGE = "study.html"
CHECK_PAGE = "check.html"
COPIED = [  # as they are
    Path(__file__).with_name(name)
    for name in ("recompute.ipynb", "check_proof.py", "check_seal.py")
]
PROOFS = "proofs.json"
WACZ = "records.wacz"  # that `kliping evidence` adds
RECORDS = {"records.parquet", "records.csv"}  # another archive has other ones
MOST_BYTES = 500_000_000  # of a table that is read
OF_ARCHIVE = RECORDS | {PROOFS, WACZ}  # not compared: another archive has other ones
DIFFERENCES = 3  # lines of each side that are named
KINDS = ("parquet", "csv")
OWN_FILE = re.compile(rf"topics/[^/]+\.toml|{TABLE_FILE.pattern}")
SHOWN = 40  # rows of a table of the page


def write_study(
    reader: Reader,
    source: Path,
    folder: Path,
    *,
    made_by: str,
    language: Language,
    files: Mapping[str, bytes],
    prove: Callable[[list[str]], bytes] | None = None,
) -> Row:
    """Replace the study in the folder, and nothing else there; its package. `files` are the `own_files` of the home.

    `prove` gives the proofs of the records of these fetches.

    Raises StudyError, PlainFileError, QueryError, UnknownNameError, OSError.
    """
    study, folder = read_study(source), folder.resolve()
    old = _own_names(folder)
    sheets = sheets_of(source)
    files = {**files, **_own_tables(study, source.parent), **sheets}
    rows = numbers(reader, study, source.parent)
    with _put_in_place(folder, old) as new:
        (new / STUDY).write_bytes(read_plain(source))
        write_files({path.name: path.read_bytes() for path in COPIED}, new)
        write_files(files, new)
        written = [
            write_table(reader, new / f"{name}.{kind}", query)
            for name, query in TABLES.items()
            for kind in KINDS
        ]
        package = _package(reader, study, written, digest(reader, study, rows), made_by)
        package |= {"language": language.value, "files": [*WRITTEN, *files]}
        labels = Labels(language)
        package["rules"] = list(rules(study, labels))
        package["validation"] = validation(reader, totals(reader), sheets)
        package["methods"] = methods(study, totals(reader), package["versions"], made_by, labels)
        (new / PAGE).write_text(_page(reader, study, rows, package, labels), "utf-8")
        (new / CHECK_PAGE).write_text(_check_page(study, package, labels), "utf-8")
        if prove:
            fetch_ids = [row["fetch_id"] for row in reader.rows(TABLES["records"])]
            (new / PROOFS).write_bytes(prove(fetch_ids))
        text = json.dumps(package, ensure_ascii=False, indent=2, default=str)
        (new / PACKAGE).write_text(f"{text}\n", "utf-8")
    return package


def _own_tables(study: Study, folder: Path) -> dict[str, bytes]:
    """The study's own tables, by the names of their files. Raises StudyError, PlainFileError, OSError."""
    files = sorted(study.tables.values())
    for name in files:
        if name == "identities.csv" or Path(name).stem in TABLES:
            raise StudyError(
                f"{folder / name}: a study writes a file of this name; rename the table"
            )
    return {name: read_plain(folder / name) for name in files}


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
) -> tuple[Row, dict[str, list[str]]]:
    """The package of the same study, written anew over what is published here, and what differs in each file that is not as it writes it.

    Where the archive has the pages is not compared. `reader` reads it with the folder's own `files`. Raises as `write_study`.
    """
    package = read_package(folder)
    if package.get("language") in set(Language):
        language = Language(package["language"])
    with tempfile.TemporaryDirectory() as name:
        new = Path(name, "study")
        counted = write_study(
            reader, folder / STUDY, new, made_by=made_by, language=language, files=files
        )
        names = sorted((_names_in(new) | listed_files(folder)) - OF_ARCHIVE)
        changed = [each for each in names if not _is_same(folder / each, new / each)]
        return counted, {each: _differences(folder / each, new / each) for each in changed}


def _is_same(path: Path, written: Path) -> bool:
    try:
        return written.exists() and read_plain(path, written.stat().st_size) == written.read_bytes()
    except (OSError, PlainFileError):  # not there, or no file, or a longer one
        return False


def _differences(path: Path, written: Path) -> list[str]:
    """The first lines of a table or of the package that only one side has: rows, versions of rules."""
    if path.suffix not in {".csv", ".json"}:
        return []
    try:
        texts = [read_plain(each).decode("utf-8", "replace") for each in (path, written)]
    except (OSError, PlainFileError):
        return []
    here, there = (Counter(text.splitlines()) for text in texts)
    only = [f"only in the folder: {line}" for line in (here - there)][:DIFFERENCES]
    return only + [f"only counted here: {line}" for line in (there - here)][:DIFFERENCES]


def listed_files(folder: Path) -> set[str]:
    """The files of the study in a folder, of those that a study can have. Raises StudyError."""
    package = read_package(folder)
    listed = package.get("files", [*_names_in(folder)])  # earlier versions named tables only
    if not isinstance(listed, list):
        raise StudyError(f"{folder / PACKAGE}: files is no list")
    own = {name for name in listed if isinstance(name, str) and OWN_FILE.fullmatch(name)}
    tables = {f"{name}.{kind}" for name in TABLES for kind in KINDS}
    return {PACKAGE, PROOFS, WACZ, *WRITTEN} | tables | own


WRITTEN = (STUDY, PAGE, CHECK_PAGE, *(path.name for path in COPIED))  # beside the tables
TABLES = {
    "numbers": "FROM study_numbers",
    "evidence": "SELECT * EXCLUDE (parts) FROM study_evidence ORDER BY ALL",
    "denominators": "SELECT * EXCLUDE (parts) FROM study_denominators ORDER BY ALL",
    "sentences": SENTENCES,
    "excluded": "FROM study_excluded ORDER BY ALL",
    **{name: text.rstrip().rstrip(";") for name, text in LISTS.items()},
    "records": sql("study/records").rstrip().rstrip(";"),
}
FIELD_TYPES = {
    **dict.fromkeys(("BIGINT", "INTEGER", "SMALLINT"), "integer"),
    **dict.fromkeys(("DOUBLE", "DECIMAL"), "number"),
    **dict.fromkeys(("VARCHAR[]", "SMALLINT[]"), "array"),
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}


def _fields(reader: Reader, query: str) -> list[dict[str, str]]:
    """Name and type of each column, as Table Schema calls the types."""
    types = {row["column_name"]: row["column_type"] for row in reader.rows(f"DESCRIBE {query}")}
    return [
        {"name": name, "type": FIELD_TYPES.get(kind.partition("(")[0], "any")}
        for name, kind in types.items()
    ]


def _package(reader: Reader, study: Study, files: list[Row], found: str, made_by: str) -> Row:
    fields = {name: _fields(reader, query) for name, query in TABLES.items()}
    return {
        "profile": "data-package",
        "name": "kliping-study",
        "title": study.question,
        "made_by": made_by,
        "digest": found,
        "query": study.query,
        "since": study.since,
        "until": study.until,
        "versions": reader.rows(VERSIONS),
        "resources": [_resource(file, fields) for file in files],
    }


def _resource(file: Row, fields: Mapping[str, list[dict[str, str]]]) -> Row:
    name, kind = file["name"].split(".")
    resource: Row = {
        "name": f"{name}-{kind}",
        "path": file["name"],
        "format": kind,
        "rows": file["rows"],
    }
    if kind == "csv":
        resource["profile"] = "tabular-data-resource"
    if file["name"] not in RECORDS:
        resource |= {"bytes": file["bytes"], "hash": f"sha256:{file['sha256']}"}
    return resource | {"schema": {"fields": fields[name]}}


def _page(reader: Reader, study: Study, rows: list[Row], package: Row, labels: Labels) -> str:
    by_subject: dict[str, list[Row]] = {}
    for row in rows:
        by_subject.setdefault(row["subject"], []).append(row)
    return environment(labels).get_template("study.html").render(
        study=study,
        package=package,
        numbers=by_subject,
        shown=SHOWN,
        axis=axis,
        has_estimates=any(row["missed_low"] is not None for row in rows),
        uncrawled=uncrawled_days(reader),
        missed=missed_estimate(reader, since=study.since, until=study.until),
        warnings=warnings(study, totals(reader)),
        methods=package["methods"],
        rules=package["rules"],
    )  # fmt: skip


def _check_page(study: Study, package: Row, labels: Labels) -> str:
    """How to check the folder by hand; with nothing of the archive, so that it can be compared."""
    digests = [each for each in package["resources"] if each["format"] == "csv" and "hash" in each]
    template = environment(labels).get_template("study_check.html")
    return template.render(study=study, package=package, digests=digests, proofs=PROOFS, wacz=WACZ)


def _own_names(folder: Path) -> set[str]:
    """The files of the study that is in the folder. Raises StudyError for a folder that holds something else, and PlainFileError."""
    require_plain_folder(folder / "topics")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return listed_files(folder)
    return set()


def counted_articles(folder: Path) -> tuple[str, list[str]]:
    """The question of the study in a folder, and the ids of its articles. Raises StudyError, PlainFileError, OSError."""
    title = str(read_package(folder)["title"])
    text = read_plain(folder / "articles.csv", MOST_BYTES).decode("utf-8", "replace")
    rows = csv.DictReader(StringIO(text, newline=""))
    return title, [row["article_id"] for row in rows if "article_id" in row]


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
