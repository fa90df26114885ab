"""Whether the machine is well: versions, disk, locks, archive, database and clock are examined, and left as they are."""

from __future__ import annotations

import os
import random
import shutil
import stat
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from importlib import metadata
from itertools import chain
from pathlib import Path
from platform import python_version

import duckdb

from flows.clock import now_utc
from flows.home_file import HomeFileError, read_home_file
from flows.runs.locks import LockKind
from flows.settings import VERSION, Settings
from flows.stores import archive, database
from kliping.cli.doctor_lake import ERRORS, bad, examine_lake, note, ok
from kliping.cli.doctor_seals import examine_seals
from kliping.reading.health import growth
from warehouse.archive.archive import Archive
from warehouse.locks import holder, take
from warehouse.queries import Row, records
from warehouse.write.database import Database, DatabaseBeingWritten, DatabaseBusy, DatabaseDamaged
from warehouse.write.fetches import ALL_RECORD_LOCATIONS, FULLY_LOADED_FILES, LATEST
from warehouse.write.runs import step_costs
from warehouse.write.schema import SchemaError, is_current, schema_versions

SAMPLE = 20  # archive files whose every record is read, beside those that are not wholly loaded
MEGABYTE = 1_000_000
REBUILD = "`kliping rebuild`"
NEXT_RUN = "nothing: the next run loads it"

Places = dict[str, tuple[int, int]]  # offset and length of each record in a file


def examine(settings: Settings) -> list[Row]:
    """One row for each finding. Its state is ok, note (it repairs itself, or is a choice) or bad (somebody has to do something)."""
    home = settings.home
    if not home.exists():
        missing = bad("home", f"{home} is not there", "set KLIPING_HOME, or run `kliping ingest`")
        return [missing, *(examine_lake(settings) if settings.warehouse else ())]
    of_machine = [_versions(), _home_file(home), _access(settings), _disk(settings)]
    if not os.access(home, os.W_OK):  # to open a database may mean to write
        return list(chain(*of_machine, _read_only(home), _published(Database(home))))
    of_machine.append(_locks(home / "locks"))
    if settings.warehouse:
        seals = examine_seals(settings, archive(settings))
        return list(chain(*of_machine, examine_lake(settings), _lake_files(settings), seals))
    store = Database(home)
    files = Archive(home / "archive")
    of_files = _database(store, files), examine_seals(settings, files), _published(store)
    return list(chain(*of_machine, *of_files))


def _versions() -> Iterator[Row]:
    names = ("duckdb", "prefect")
    others = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    yield ok("versions", f"kliping {VERSION}, Python {python_version()}, {others}")


def _home_file(home: Path) -> Iterator[Row]:
    try:
        read_home_file(home)
    except HomeFileError as error:
        for line in str(error).splitlines():
            yield bad("home file", line, "edit it")


def _read_only(home: Path) -> Iterator[Row]:
    yield bad(
        "disk",
        f"nothing can be written to {home}; locks, database and archive were not examined",
        "mount the disk for writing, or name another --home",
    )


def _access(settings: Settings) -> Iterator[Row]:
    """Earlier versions let everybody read a home; its permissions are not changed."""
    mode = settings.home.stat().st_mode
    if mode & settings.umask:
        yield note(
            "home",
            f"others may read {settings.home} ({stat.filemode(mode)}), which has full texts",
            f"`chmod -R go-rwx {settings.home}`, or set KLIPING_UMASK",
        )


def _disk(settings: Settings) -> Iterator[Row]:
    free = shutil.disk_usage(settings.home).free
    need = settings.min_free_bytes
    text = f"{free // MEGABYTE} MB free, a run needs {need // MEGABYTE} MB"
    remedy = f"free {(need - free) // MEGABYTE + 1} MB"
    yield bad("disk", text, remedy) if free < need else ok("disk", text)


def _locks(folder: Path) -> Iterator[Row]:
    dead = 0
    for path in sorted(path for kind in LockKind for path in folder.glob(f"{kind}-*.lock")):
        with path.open("a+") as file:
            if take(file):
                dead += bool(path.stat().st_size)
            else:
                source = path.stem.partition("-")[2]
                yield note("locks", f"{source} is held by {holder(file)}")
    text, of_dead = "locks end with their process", f"{dead} are left from runs that were killed"
    remedy = "nothing: the next run takes them over"
    yield note("locks", f"{text}; {of_dead}", remedy) if dead else ok("locks", text)


def _database(database: Database, archive: Archive) -> Iterator[Row]:
    if not database.path.exists():
        waiting = bool(archive.files())
        yield note(
            "database",
            f"{database.path} is not there",
            REBUILD if waiting else "nothing: the first run makes it",
        )
        return
    try:
        with database.read_connection() as con:
            yield from _content(con, database)
            stored = _stored_records(con)
    except DatabaseDamaged as error:
        yield bad("database", str(error), REBUILD)
    except DatabaseBeingWritten as error:
        yield note("database", f"{error}; it and the archive were not examined", "ask again later")
    except DatabaseBusy as error:
        yield bad("database", str(error), "close it there; readers open kliping.duckdb")
    else:
        yield from _archive(archive, *stored)


def _lake_files(settings: Settings) -> Iterator[Row]:
    """Records of all machines, dead ones too: what they put into the bucket and did not load, and rows without a record."""
    try:
        if (store := database(settings)).exists:
            with store.read_connection() as con:
                stored = _stored_records(con)
            yield from _archive(archive(settings), *stored)
    except ERRORS as error:
        yield bad("archive", str(error), "see `catalog` and `bucket`")


def _stored_records(con: duckdb.DuckDBPyConnection) -> tuple[dict[str, int], dict[str, Places]]:
    """The length of each archive file that is wholly loaded, and where rows say that records are."""
    loaded = {row["warc_file"]: row["n_bytes"] for row in records(con.execute(FULLY_LOADED_FILES))}
    locations: dict[str, Places] = defaultdict(dict)
    for row in records(con.execute(ALL_RECORD_LOCATIONS)):
        locations[row["warc_file"]][row["fetch_id"]] = row["warc_offset"], row["warc_length"]
    return loaded, locations


def _content(con: duckdb.DuckDBPyConnection, database: Database) -> Iterator[Row]:
    n_log = database.log.stat().st_size if database.log.exists() else 0
    log = f", {n_log} bytes of log left by a killed run" if n_log else ""
    yield ok("database", f"{database.path.stat().st_size // MEGABYTE} MB, opens{log}")
    version, newest = schema_versions(con)
    versions = f"schema {version}; this Kliping needs {newest}"
    if version > newest:
        yield bad("schema", versions, "install the newer Kliping")
    elif version < newest:
        yield note("schema", versions, "nothing: the next run upgrades a copy first")
    else:
        yield ok("schema", versions)
    for step in step_costs(con):
        if step["is_growing"]:
            yield note("cost", growth(step), "`kliping maintain`; if that does not help, report it")
    latest = records(con.execute(LATEST))[0]["fetched_at"]
    if latest and latest > now_utc() + timedelta(minutes=5):
        yield bad(
            "clock",
            f"it shows {now_utc():%Y-%m-%d %H:%M} UTC, and something was fetched at {latest:%Y-%m-%d %H:%M}",
            "set the clock",
        )
    else:
        yield ok("clock", f"{now_utc():%Y-%m-%d %H:%M} UTC")


def _archive(
    archive: Archive, loaded: dict[str, int], locations: dict[str, Places]
) -> Iterator[Row]:
    files = {archive.name(path): path for path in archive.files()}
    if missing := locations.keys() - files.keys():
        n = sum(len(locations[name]) for name in missing)
        yield bad(
            "orphans",
            f"{n} rows of raw.fetches name {len(missing)} files that are missing, e.g. {min(missing)}",
            "restore the files",
        )
    waiting = [name for name, path in files.items() if archive.size(path) != loaded.get(name)]
    if waiting:
        yield note(
            "orphans",
            f"{len(waiting)} archive files are not wholly loaded, e.g. {min(waiting)}",
            NEXT_RUN,
        )
    others = sorted(files.keys() - set(waiting))
    chosen = sorted({*waiting, *random.sample(others, min(SAMPLE, len(others)))})
    faults = [row for name in chosen for row in _file(archive, files[name], locations[name])]
    yield from faults
    if not faults:
        yield ok(
            "archive",
            f"{len(files)} files, {sum(map(archive.size, files.values())) // MEGABYTE} MB; {len(chosen)} were read, and are intact",
        )


def _file(archive: Archive, path: Path, locations: Places) -> Iterator[Row]:
    with archive.hold(path) as is_ours:
        if not is_ours:
            return
        condition = archive.check(path)
    name = archive.name(path)
    if condition.n_torn:
        yield note(
            "archive",
            f"{name} ends in {condition.n_torn} bytes of a torn record",
            "nothing: the next run cuts them off and fetches again",
        )
    if condition.n_damaged:
        behind = "; {} whole records behind them cannot be proved and do not count"
        behind = behind.format(condition.n_behind) if condition.n_behind else ""
        yield bad(
            "archive",
            f"{name} has {condition.n_damaged} damaged bytes from byte {condition.damaged_from} on{behind}",
            "restore the file, or accept the loss",
        )
    if condition.n_unproved:
        yield bad(
            "archive",
            f"{name} has {condition.n_unproved} bytes of records that its run did not write; they do not count",
            "restore the file, or find out who wrote to it",
        )
    records_now = {name: (at.offset, at.length) for name, at in condition.locations.items()}
    if lost := [key for key, place in locations.items() if records_now.get(key) != place]:
        yield bad(
            "orphans",
            f"{len(lost)} rows of raw.fetches name records that are not in {name}, e.g. {min(lost)}",
            "restore the file; without it these pages cannot be parsed again",
        )


def _published(database: Database) -> Iterator[Row]:
    check, path, remedy = "published copy", database.published, "`kliping publish`"
    if not path.exists():
        remedy = remedy if database.path.exists() else "nothing: the first run makes it"
        yield note(check, f"{path.name} is not there", remedy)
        return
    try:
        with duckdb.connect(path, read_only=True) as con:
            is_ours = is_current(con)
            latest = records(con.execute(LATEST))[0]["fetched_at"] if is_ours else None
    except SchemaError as error:
        yield bad(check, f"{path}: {error}", "move the file away")
    except duckdb.Error as error:
        yield bad(check, f"{path} cannot be read ({str(error).splitlines()[0]})", remedy)
    else:
        of_latest = f"; its last response is of {latest:%Y-%m-%d %H:%M} UTC" if latest else ""
        if is_ours:
            yield ok(check, f"{path.name} opens{of_latest}")
        else:
            yield bad(check, f"{path.name} was made by another version of Kliping", remedy)
