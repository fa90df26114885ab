"""The stores of a home as its settings name them: files in its folder, or a lake."""

from __future__ import annotations

from flows.settings import Settings
from warehouse.archive.archive import Archive
from warehouse.lake import PREFIX, LakeLocation, connect
from warehouse.read.published import NothingPublished, Reader
from warehouse.storage import Storage
from warehouse.write.database import Database


def lake_location(settings: Settings) -> LakeLocation | None:
    """None for a home whose warehouse is a file."""
    if not settings.warehouse or not settings.storage:
        return None
    storage = storage_at(settings, settings.storage)
    return LakeLocation(conninfo=settings.warehouse.removeprefix(PREFIX), storage=storage)


def storage_at(settings: Settings, url: str) -> Storage:
    """A bucket with a prefix, as the AWS_ variables say how to reach it."""
    endpoint, path_style = settings.aws_endpoint_url, settings.s3_path_style
    return Storage(
        url=url.rstrip("/"),
        endpoint=endpoint,
        region=settings.aws_region,
        path_style=endpoint is not None if path_style is None else path_style,
        key_id=settings.aws_access_key_id,
        secret=settings.aws_secret_access_key,
        token=settings.aws_session_token,
    )


def database(settings: Settings, run_id: str | None = None) -> Database:
    """The warehouse, to be written."""
    if location := lake_location(settings):
        from warehouse.write.ducklake import Lake  # noqa: PLC0415 - few homes have one

        return Lake(settings.home, location, run_id)
    return Database(settings.home, run_id)


def existing_database(settings: Settings) -> Database | None:
    """None before the first run."""
    store = database(settings)
    return store if settings.warehouse or store.path.exists() else None


def archive(settings: Settings) -> Archive:
    """The archive, to be read and written."""
    folder = settings.home / "archive"
    if location := lake_location(settings):
        from warehouse.archive.stored import StoredArchive  # noqa: PLC0415 - few homes have one

        return StoredArchive(folder, location.storage)
    return Archive(folder)


def reader(settings: Settings) -> Reader:
    """What is published. Raises NothingPublished, LakeUnavailable."""
    if not (location := lake_location(settings)):
        return Reader(settings.home)
    if not (found := location.published()):
        raise NothingPublished(
            "nothing is published in the lake yet: `kliping ingest` or `kliping import` does it"
        )
    catalog, snapshot = found
    con = connect(settings.home / "kliping.duckdb.tmp")
    location.attach(con, catalog, snapshot=snapshot)
    con.execute("USE kliping")
    return Reader.over(con)
