"""`kliping lake init`: make a lake, or say which commands make what it lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from kliping.cli.app import CARE, FAILED, OK, UsageError, command_group
from kliping.output import say

if TYPE_CHECKING:
    from warehouse.lake import LakeLocation

lake = command_group("lake", CARE, "The warehouse of several machines.")
UNSET = (
    "set KLIPING_WAREHOUSE and KLIPING_STORAGE first; docs/how-to/several-machines.md has examples"
)
MAKE_BUCKET = "aws s3api create-bucket --bucket {bucket}{endpoint}"


@lake.command("init")
def init(ctx: typer.Context) -> int:
    """Make the catalog of a lake, and print how to let others read it.

    Where database or bucket are missing, it prints the commands that make them, and makes nothing. It may be repeated.
    """
    from flows.stores import database, lake_location
    from warehouse.disk import make_folder
    from warehouse.silence import LakeUnavailable
    from warehouse.storage import AccessDenied, BucketMissingError

    location = lake_location(ctx.obj)
    if not location:
        raise UsageError(UNSET)
    try:
        location.connect().close()
    except LakeUnavailable as error:
        say(f"kliping: {error}")
        print(_text("lake_database", **_target(location)))
        return FAILED
    try:
        location.storage.put_new("init", b"")  # some servers make a bucket with its first object
        location.storage.delete("init")
    except (AccessDenied, BucketMissingError) as error:  # some servers refuse a missing bucket
        say(f"kliping: {error}")
        storage = location.storage
        endpoint = f" --endpoint-url {storage.endpoint}" if storage.endpoint else ""
        print(MAKE_BUCKET.format(bucket=urlsplit(storage.url).netloc, endpoint=endpoint))
        return FAILED
    make_folder(ctx.obj.home)
    with database(ctx.obj).kept_open() as store, store.write_connection():
        pass
    catalog = location.current()
    url, conninfo = location.storage.url, location.conninfo
    print(_text("lake_readers", catalog=catalog, url=url, conninfo=conninfo))
    return OK


def _text(name: str, **values: object) -> str:
    return Path(__file__).with_name(f"{name}.txt").read_text().format(**values).rstrip()


def _target(location: LakeLocation) -> dict[str, str]:
    """What of PostgreSQL the setting names, or libpq's choice."""
    from psycopg.conninfo import conninfo_to_dict

    named = {key: str(value) for key, value in conninfo_to_dict(location.conninfo).items()}
    user = named.get("user", "kliping")
    return {"host": "localhost", "port": "5432", "user": user, "dbname": user} | named
