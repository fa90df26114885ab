"""Whether the machine is well: versions, disk, locks, archive, database and clock are examined, and left as they are."""

from __future__ import annotations

import random
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from importlib import metadata
from itertools import chain
from pathlib import Path
from platform import python_version
from typing import Any

import duckdb

from flows.runs.locks import LockKind, holder, take
from flows.runs.run import now_utc
from flows.settings import VERSION, Settings
from warehouse.archive.archive import Archive, hold
from warehouse.write.database import Database, StoreBusy, StoreDamaged
from warehouse.write.outcome_rows import Row
from warehouse.write.schema import standing
from warehouse.write.store import SQL, records

SAMPLE = 20  # archive files whose every record is read, beside those that are not settled
MEGABYTE = 1_000_000
REBUILD = "`kliping rebuild`"
NEXT_RUN = "nothing: the next run loads it"


def examine(settings: Settings) -> list[Row]:
    """A row a finding: `state` is ok, note (it mends itself, or is somebody's choice) or bad (somebody has to do something)."""
    home = settings.home
    if not home.exists():
        return [
            _row("home", "bad", f"{home} is not there", "set KLIPING_HOME, or run `kliping ingest`")
        ]
    looks = (
        _versions(),
        _access(settings),
        _disk(settings),
        _locks(home / "locks"),
        _database(Database(home), Archive(home / "archive")),
        _published(Database(home)),
    )
    return list(chain(*looks))


def _row(check: str, state: str, finding: str, do: str = "") -> Row:
    return {"check": check, "state": state, "finding": finding, "do": do}


def _versions() -> Iterator[Row]:
    names = ("duckdb", "prefect")
    others = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    yield _row("versions", "ok", f"kliping {VERSION}, Python {python_version()}, {others}")


def _access(settings: Settings) -> Iterator[Row]:
    """A home made by a version that let everybody read stays as it was."""
    mode = settings.home.stat().st_mode
    if mode & settings.umask:
        yield _row(
            "home",
            "note",
            f"others may read {settings.home} ({stat.filemode(mode)}), which holds full texts",
            f"`chmod -R go-rwx {settings.home}`, or set KLIPING_UMASK",
        )


def _disk(settings: Settings) -> Iterator[Row]:
    free = shutil.disk_usage(settings.home).free
    need = settings.min_free_bytes
    lack = f"free {(need - free) // MEGABYTE + 1} MB" if free < need else ""
    yield _row(
        "disk",
        "bad" if lack else "ok",
        f"{free // MEGABYTE} MB free, a run needs {need // MEGABYTE} MB",
        lack,
    )


def _locks(folder: Path) -> Iterator[Row]:
    dead = 0
    for path in sorted(path for kind in LockKind for path in folder.glob(f"{kind}-*.lock")):
        with path.open("a+") as file:
            is_free = take(file)
            file.seek(0)
            said = file.read()
        if not is_free:
            yield _row("locks", "note", f"{path.stem.partition('-')[2]} is held by {holder(said)}")
        dead += bool(is_free and said)
    left = f"; {dead} were left by runs that were killed" if dead else ""
    yield _row(
        "locks",
        "note" if dead else "ok",
        f"a lock dies with its process{left}",
        "nothing: the next run takes them over" if dead else "",
    )


def _database(database: Database, archive: Archive) -> Iterator[Row]:
    if not database.path.exists():
        waiting = bool(archive.files())
        yield _row(
            "database",
            "note",
            f"{database.path} is not there",
            REBUILD if waiting else "nothing: the first run makes it",
        )
        return
    try:
        with database.look() as con:
            yield from _content(con, database)
            settled = {row["warc_file"]: row["n_bytes"] for row in _ask(con, "settled")}
            placed: dict[str, dict[str, tuple[int, int]]] = {}
            for row in _ask(con, "placed"):
                placed.setdefault(row["warc_file"], {})[row["fetch_id"]] = (
                    row["warc_offset"],
                    row["warc_length"],
                )
    except StoreDamaged as error:
        yield _row("database", "bad", str(error), REBUILD)
    except StoreBusy as error:
        yield _row("database", "bad", str(error), "end that program, or let it read kliping.duckdb")
    else:
        yield from _archive(archive, settled, placed)


def _content(con: duckdb.DuckDBPyConnection, database: Database) -> Iterator[Row]:
    n_log = database.log.stat().st_size if database.log.exists() else 0
    log = f", {n_log} bytes of log that a killed run left" if n_log else ""
    yield _row("database", "ok", f"{database.path.stat().st_size // MEGABYTE} MB, opens{log}")
    version, newest = standing(con)
    told = f"schema {version}, this kliping knows {newest}"
    if version > newest:
        yield _row("schema", "bad", told, "install the newer kliping")
    else:
        yield _row(
            "schema",
            "ok" if version == newest else "note",
            told,
            "" if version == newest else "nothing: the next run upgrades a copy first",
        )
    latest = _ask(con, "latest")[0]["at"]
    if latest and latest > now_utc() + timedelta(minutes=5):
        yield _row(
            "clock",
            "bad",
            f"it says {now_utc():%Y-%m-%d %H:%M} UTC, and something was fetched at {latest:%Y-%m-%d %H:%M}",
            "set the clock",
        )
    else:
        yield _row("clock", "ok", f"{now_utc():%Y-%m-%d %H:%M} UTC")


def _archive(
    archive: Archive, settled: dict[str, int], placed: dict[str, dict[str, tuple[int, int]]]
) -> Iterator[Row]:
    files = {archive.name(path): path for path in archive.files()}
    if missing := placed.keys() - files.keys():
        n = sum(len(placed[name]) for name in missing)
        yield _row(
            "orphans",
            "bad",
            f"{n} rows of raw.fetches name {len(missing)} files that are not there, e.g. {min(missing)}",
            "put them back",
        )
    waiting = [name for name, path in files.items() if archive.size(path) != settled.get(name)]
    if waiting:
        yield _row(
            "orphans",
            "note",
            f"{len(waiting)} archive files are not wholly loaded, e.g. {min(waiting)}",
            NEXT_RUN,
        )
    others = sorted(files.keys() - set(waiting))
    chosen = sorted({*waiting, *random.sample(others, min(SAMPLE, len(others)))})
    bad = list(
        chain.from_iterable(_file(archive, files[name], placed.get(name, {})) for name in chosen)
    )
    yield from bad
    if not bad:
        yield _row(
            "archive",
            "ok",
            f"{len(files)} files, {sum(map(archive.size, files.values())) // MEGABYTE} MB; {len(chosen)} were read and are whole",
        )


def _file(archive: Archive, path: Path, placed: dict[str, tuple[int, int]]) -> Iterator[Row]:
    with hold(path) as mine:
        if not mine:
            return
        found = archive.check(path)
    name = archive.name(path)
    if found.n_torn:
        yield _row(
            "archive",
            "note",
            f"{name} ends in {found.n_torn} bytes of a torn record",
            "nothing: the next run cuts them off and asks again",
        )
    if found.n_damaged:
        behind = (
            f"; {found.n_behind} whole records at its end cannot be proved and do not count"
            if found.n_behind
            else ""
        )
        yield _row(
            "archive",
            "bad",
            f"{name} has {found.n_damaged} damaged bytes from byte {found.damaged_from} on{behind}",
            "restore the file, or live without what was in them",
        )
    if found.n_unproved:
        yield _row(
            "archive",
            "bad",
            f"{name} has {found.n_unproved} bytes of records that its run did not write; they do not count",
            "restore the file, or find out who wrote to it",
        )
    standing_now = {name: (at.offset, at.length) for name, at in found.places.items()}
    if lost := [
        fetch_id for fetch_id, place in placed.items() if standing_now.get(fetch_id) != place
    ]:
        yield _row(
            "orphans",
            "bad",
            f"{len(lost)} rows of raw.fetches name records that are not in {name}, e.g. {min(lost)}",
            "restore the file; what is gone cannot be read again",
        )


def _published(database: Database) -> Iterator[Row]:
    path = database.published
    if not path.exists():
        yield _row(
            "readers",
            "note",
            f"{path.name} is not there",
            "`kliping publish`" if database.path.exists() else "nothing: the first run makes it",
        )
        return
    try:
        with duckdb.connect(path, read_only=True) as con:
            latest = _ask(con, "latest")[0]["at"]
    except duckdb.Error as error:
        yield _row(
            "readers",
            "bad",
            f"{path} cannot be read ({str(error).splitlines()[0]})",
            "`kliping publish`",
        )
    else:
        yield _row(
            "readers",
            "ok",
            f"{path.name} opens; the last answer in it came {latest:%Y-%m-%d %H:%M} UTC"
            if latest
            else f"{path.name} opens",
        )


def _ask(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    return records(con.execute((SQL / f"{query}.sql").read_text()))
