"""Records of the archive as a WACZ 1.1.1 file, which ReplayWeb.page, pywb and others open.

A ZIP file with the records as they are, an index of them, a list of pages, and the digest of every file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from parsers.article import Response
from warehouse.archive.members import compress
from warehouse.archive.warc import RawRecord, RecordLocation, decode, parse

WARC = "data.warc.gz"
VERSION = "1.1.1"
WWW = re.compile(r"www\d*\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedRecord:
    response: Response
    raw: RawRecord
    location: RecordLocation  # in the file's own WARC file

    @property
    def mime(self) -> str:
        return (self.response.header("content-type") or "unk").partition(";")[0]

    @property
    def index_line(self) -> str:
        """Of CDXJ: the key of the address, the time, and where the record is; what the record does not have is left out."""
        digest = "warc-block-digest" if self.raw.kind == "resource" else "warc-payload-digest"
        fields = {
            "url": self.response.url,
            "mime": "warc/revisit" if self.raw.kind == "revisit" else self.mime,
            "status": self.response.status and str(self.response.status),
            "digest": self.raw.headers.get(digest),
            "length": str(self.location.length),
            "offset": str(self.location.offset),
            "filename": self.location.file,
        }
        fields = {name: value for name, value in fields.items() if value}
        return (
            f"{url_key(self.response.url)} {self.response.fetched_at:%Y%m%d%H%M%S} {_json(fields)}"
        )

    @property
    def is_page(self) -> bool:
        """A row of a table is none, nor is an answer that repeats an earlier one."""
        if self.raw.kind == "resource":
            return self.mime == "text/html"
        return self.raw.kind == "response" and self.response.status == 200


def url_key(url: str) -> str:
    """The address as indexes sort it: the host from its end, without case, scheme and `www`."""
    parts = urlsplit(url.lower())
    if not parts.hostname:
        return url
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    host = ",".join(reversed(WWW.sub("", parts.hostname, count=1).split(".")))
    query = "&".join(sorted(parts.query.split("&")))
    path = quote(parts.path.rstrip("/") or "/", safe="/%:@!$&'()*+,;=~").lower()
    return f"{host}{port}){path}" + (f"?{query}" if query else "")


def write_wacz(
    path: Path,
    blocks: Iterable[bytes],
    *,
    title: str,
    software: str,
    now: datetime,
    others: Mapping[str, bytes],
) -> int:
    """Write the records, and other files beside them; returns the number of pages. Raises ArchiveError."""
    warc, packed = b"", []
    for block in blocks:
        member, raw = compress(block), parse(block)
        location = RecordLocation(file=WARC, offset=len(warc), length=len(member))
        response = decode(raw, location).response
        packed.append(PackedRecord(response=response, raw=raw, location=location))
        warc += member
    files = {
        f"archive/{WARC}": warc,
        "indexes/index.cdx": _lines(sorted(record.index_line for record in packed)),
        "pages/pages.jsonl": _lines(_page_lines(packed, title)),
        **others,
    }
    package = json.dumps(_package(files, packed, title, software, now), indent=2).encode()
    digest = {"path": "datapackage.json", "hash": _hash(package)}
    files |= {"datapackage.json": package, "datapackage-digest.json": _json(digest).encode()}
    with ZipFile(path, "w") as file:
        for name, content in files.items():
            file.writestr(name, content, ZIP_STORED if name.endswith(".gz") else ZIP_DEFLATED)
    return sum(record.is_page for record in packed)


def _page_lines(packed: Iterable[PackedRecord], title: str) -> list[str]:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All pages"}
    pages = [
        {
            "id": record.response.fetch_id,
            "url": record.response.url,
            "ts": _moment(record.response.fetched_at),
            "title": title,
        }
        for record in packed
        if record.is_page
    ]
    return [_json(each) for each in (head, *pages)]


def _package(
    files: Mapping[str, bytes],
    packed: Iterable[PackedRecord],
    title: str,
    software: str,
    now: datetime,
) -> dict[str, Any]:
    resources = [
        {
            "name": name.rpartition("/")[2],
            "path": name,
            "hash": _hash(content),
            "bytes": len(content),
        }
        for name, content in files.items()
    ]
    package = {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": title,
        "created": _moment(now),
        "software": software,
        "resources": resources,
    }
    for last in [record.response for record in packed if record.is_page][-1:]:
        package |= {"mainPageUrl": last.url, "mainPageDate": _moment(last.fetched_at)}
    return package


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _hash(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
