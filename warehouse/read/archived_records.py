"""Records of the archive, by what is published of their fetches."""

from __future__ import annotations

from parsers.article import Response
from warehouse.archive.archive import Archive, ArchiveError, RecordLocation
from warehouse.queries import sql
from warehouse.read.published import Reader

__all__ = ["Archive", "ArchiveError", "archived_block", "archived_response"]

LOCATIONS = sql("fetches/record_locations")


def archived_block(reader: Reader, archive: Archive, fetch_id: str) -> bytes | None:
    """The WARC record of a fetch as it stands in the archive; None if none is published. Raises ArchiveError."""
    location = _location(reader, fetch_id)
    return archive.block(location) if location else None


def archived_response(reader: Reader, archive: Archive, fetch_id: str) -> Response | None:
    """The answer that a fetch got, or the earlier one that it repeats; None if none is published. Raises ArchiveError."""
    location = _location(reader, fetch_id)
    response = archive.read(location).response if location else None
    if response and response.same_as:
        return archived_response(reader, archive, response.same_as)
    return response


def _location(reader: Reader, fetch_id: str) -> RecordLocation | None:
    for row in reader.rows(LOCATIONS, {"ids": [fetch_id]}):
        return RecordLocation(file=row["file"], offset=row["offset"], length=row["length"])
    return None
