"""Whether a lake is well: its catalog, PostgreSQL's messages, conditional writes to the bucket, and the workers' versions."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from flows.load.dask_workers import DaskUnavailable, DaskWorkers
from flows.load.spans import WrongVersionError, code_versions
from flows.settings import Settings
from flows.stores import database, lake_location
from warehouse.lake import LakeLocation
from warehouse.queries import Row
from warehouse.silence import LakeUnavailable
from warehouse.storage import LakeError, ObjectChanged, ObjectExists, Storage, StorageUnavailable

ERRORS = (LakeError, LakeUnavailable, StorageUnavailable)


def _row(check: str, state: str, finding: str, do: str = "") -> Row:
    """A finding of `doctor`."""
    return {"check": check, "state": state, "finding": finding, "do": do}


def ok(check: str, finding: str) -> Row:
    return _row(check, "ok", finding)


def note(check: str, finding: str, do: str = "") -> Row:
    """It repairs itself, or is a choice."""
    return _row(check, "note", finding, do)


def bad(check: str, finding: str, do: str) -> Row:
    """Somebody has to do something."""
    return _row(check, "bad", finding, do)


def examine_lake(settings: Settings) -> Iterator[Row]:
    """The findings beside those that every home has."""
    location = lake_location(settings)
    assert location
    try:
        yield from _messages(location)
        yield from _catalog(settings, location)
        if waiting := location.waiting_line():
            yield note("rows", waiting, "nothing: the next run of any machine loads them")
    except ERRORS as error:
        yield bad("catalog", str(error), "start PostgreSQL, or correct KLIPING_WAREHOUSE")
    try:
        yield from _bucket(location.storage)
    except ERRORS as error:
        yield bad("bucket", str(error), "correct KLIPING_STORAGE and the AWS_ variables")
    if settings.dask:
        yield _workers(settings.dask, location.storage)


def _workers(address: str, storage: Storage) -> Row:
    try:
        with DaskWorkers(address, storage, {}) as dask_workers:
            n_workers = len(dask_workers.versions())
    except (*ERRORS, DaskUnavailable, WrongVersionError) as error:
        return bad("dask", str(error), "start the scheduler and its workers, all of one version")
    return ok("dask", f"{n_workers} workers at {address} have {' '.join(code_versions())}")


def _messages(location: LakeLocation) -> Iterator[Row]:
    """DuckLake knows some errors of PostgreSQL by their English texts only."""
    with location.connect() as session:
        answer = session.execute("SHOW lc_messages").fetchone()
    language = str(answer[0]) if answer else ""
    is_english = language in {"C", "POSIX"} or language.startswith(("C.", "en"))
    remedy = "set lc_messages = 'C' in postgresql.conf, and reload it"
    yield ok("lc_messages", language) if is_english else bad("lc_messages", language, remedy)


def _catalog(settings: Settings, location: LakeLocation) -> Iterator[Row]:
    catalog, published = location.current(), location.published()
    if not catalog:
        yield note("catalog", "there is no lake yet", "nothing: the first run makes it")
        return
    with database(settings).read_connection() as con:
        ((snapshot, path),) = con.execute(
            "SELECT (SELECT max(snapshot_id) FROM ducklake_snapshots('kliping')), value"
            " FROM ducklake_options('kliping') WHERE option_name = 'data_path'"
        ).fetchall()
    of_readers = f"readers get {published[1]} of {published[0]}" if published else "none published"
    is_ours = str(path).startswith(f"{location.storage.url}/")
    text = f"{catalog} opens, snapshot {snapshot}, files in {path}; {of_readers}"
    remedy = "set KLIPING_STORAGE to the bucket with its files"
    yield ok("catalog", text) if is_ours else bad("catalog", text, remedy)


def _bucket(storage: Storage) -> Iterator[Row]:
    """An object must be neither overwritten by accident nor replaced when it has changed."""
    storage.require_bucket()
    name, refused = f"doctor/{uuid4()}", 0
    storage.put_new(name, b"1")
    try:
        try:
            storage.put_new(name, b"2")
        except ObjectExists:
            refused += 1
        try:
            storage.replace(name, b"2", '"0"')
        except ObjectChanged:
            refused += 1
    finally:
        storage.delete(name)
    text = f"{storage.url} takes objects; {refused} of 2 conditional writes were refused as they must be"
    remedy = "use a server that has If-None-Match and If-Match for PUT"
    yield ok("bucket", text) if refused == 2 else bad("bucket", text, remedy)
