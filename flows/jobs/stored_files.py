"""WARC files in object storage, to import; they are read by range, and with the same AWS_ variables as a lake."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Literal

from flows.jobs.import_tables import ImportFailedError
from warehouse.object_file import open_object
from warehouse.storage import BucketMissingError, Object, Storage

WARCS = (".warc", ".warc.gz", ".warc.zst")
ADDRESS = re.compile(r"(?P<bucket>s3://[^/?#]+)/*(?P<name>[^?#]*)")
StorageAt = Callable[[str], Storage]  # the storage of `s3://bucket`


@dataclass(frozen=True)
class StoredFile:
    """An object, with what an import needs of a path."""

    storage: Storage
    found: Object

    def __str__(self) -> str:
        return f"{self.storage.url}/{self.found.name}"

    @property
    def name(self) -> str:
        return self.found.name.rpartition("/")[2]

    def open(self, _mode: Literal["rb"]) -> IO[bytes]:
        return open_object(self.storage, self.found)


def stored_files(address: str, storage_at: StorageAt) -> list[StoredFile]:
    """The WARC file of that address, or those below it in the order of their names.

    Raises ImportFailedError, LakeError, StorageUnavailable.
    """
    parts = ADDRESS.fullmatch(address)
    if not parts:
        raise ImportFailedError(f"{address}: write s3://bucket/prefix or s3://bucket/file.warc.gz")
    storage, name = storage_at(parts["bucket"]), parts["name"].rstrip("/")
    try:
        storage.require_bucket()
        if is_warc(name):
            return [StoredFile(storage, storage.find(name))]
        found = [o for o in storage.objects(name) if is_warc(o.name)]
    except FileNotFoundError:
        raise ImportFailedError(f"{address}: there is no such object") from None
    except BucketMissingError:
        where = storage.endpoint or "Amazon S3"
        raise ImportFailedError(
            f"{address}: there is no such bucket at {where}; correct it, or AWS_ENDPOINT_URL"
        ) from None
    if not found:
        raise ImportFailedError(
            f"{address}: no {', '.join(WARCS[:-1])} or {WARCS[-1]} object there"
        )
    return [StoredFile(storage, each) for each in sorted(found, key=lambda each: each.name)]


def is_warc(name: str) -> bool:
    return name.lower().endswith(WARCS)
