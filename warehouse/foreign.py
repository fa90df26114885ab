"""WARC files of others, such as CC-NEWS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.timeutils import iso_date_to_datetime

from parsers.article import Response


def foreign_records(path: Path) -> Iterator[tuple[str, Response | None]]:
    """The (target address, response) of every HTTP response in anybody's WARC file, gzipped or not (CC-NEWS).

    None where the record ends too early or its head says nothing that can be read.
    """
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type != "response" or record.http_headers is None:
                continue
            body = record.content_stream().read()
            record.raw_stream.read()  # what a decoder leaves
            response = None
            with suppress(ValueError):
                response = None if record.raw_stream.limit else _response(record, body)
            yield record.rec_headers.get_header("WARC-Target-URI") or "", response


def _response(record: ArcWarcRecord, body: bytes) -> Response:
    warc, http = record.rec_headers, record.http_headers
    url = warc.get_header("WARC-Target-URI") or ""
    return Response(
        fetch_id=warc.get_header("WARC-Record-ID").strip("<>").removeprefix("urn:uuid:"),
        requested_url=url,
        url=url,
        fetched_at=iso_date_to_datetime(warc.get_header("WARC-Date"), tz_aware=True),
        body=body,
        status=int(http.get_statuscode()),
        headers=tuple(http.headers),
    )
