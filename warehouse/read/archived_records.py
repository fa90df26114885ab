"""Records of the archive, by what is published of their fetches."""

from __future__ import annotations

from warehouse.archive.archive import Archive, ArchiveError, RecordLocation
from warehouse.queries import sql
from warehouse.read.published import Reader

__all__ = ["Archive", "ArchiveError", "archived_block"]

LOCATIONS = sql("fetches/record_locations")


def archived_block(reader: Reader, archive: Archive, fetch_id: str) -> bytes | None:
    """The WARC record of a fetch as it stands in the archive; None if none is published. Raises ArchiveError."""
    for row in reader.rows(LOCATIONS, {"ids": [fetch_id]}):
        return archive.block(
            RecordLocation(file=row["file"], offset=row["offset"], length=row["length"])
        )
    return None
