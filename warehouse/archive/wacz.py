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
from typing import Any, Self
from urllib.parse import quote, urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from parsers.article import Response
from warehouse.archive.members import compress
from warehouse.archive.warc import RawRecord, RecordLocation, decode, parse

WARC = "data.warc.gz"
VERSION = "1.1.1"
MOST_BYTES = 2**31 - 1  # of a file in ZIP's narrow form, as Python writes it
WWW = re.compile(r"www\d*\.")


class TooLargeError(ValueError):
    """The records do not fit into a file."""

    exit_code = 2


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

    def page(self, title: str) -> dict[str, str]:
        """A line of the list of pages."""
        response = self.response
        moment = _moment(response.fetched_at)
        return {"id": response.fetch_id, "url": response.url, "ts": moment, "title": title}


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


class WaczFile:
    """A file in the making, to which records are added one after the other; `finish` writes what describes them."""

    def __init__(self, path: Path, *, title: str, software: str, now: datetime) -> None:
        self._path, self._title, self._software, self._now = path, title, software, now
        self._index: list[str] = []
        self._pages: list[dict[str, str]] = []
        self._digest, self._n_bytes = sha256(), 0
        self._zip = ZipFile(path, "w", ZIP_DEFLATED)
        day = now.year, now.month, now.day
        warc = ZipInfo(f"archive/{WARC}", (*day, now.hour, now.minute, now.second))
        warc.compress_type = ZIP_STORED  # programs read single records of it
        self._warc = self._zip.open(warc, "w")  # the wide form of ZIP misleads ReplayWeb.page

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """A file that was not finished is removed."""
        self._warc.close()
        self._zip.close()
        if error:
            self._path.unlink()

    def add(self, block: bytes, title: str) -> None:
        """One record, of the page of this title. Raises ArchiveError."""
        member, raw = compress(block), parse(block)
        location = RecordLocation(file=WARC, offset=self._n_bytes, length=len(member))
        record = PackedRecord(response=decode(raw, location).response, raw=raw, location=location)
        if location.offset + location.length > MOST_BYTES:
            raise TooLargeError("the records are larger than 2 GB: pack fewer articles at a time")
        self._warc.write(member)
        self._digest.update(member)
        self._n_bytes += len(member)
        self._index.append(record.index_line)
        if record.is_page:
            self._pages.append(record.page(title))

    def finish(self, others: Mapping[str, bytes]) -> None:
        """With other files beside the records."""
        self._warc.close()
        head = {"format": "json-pages-1.0", "id": "pages", "title": "All pages"}
        files = {
            "indexes/index.cdx": _lines(sorted(self._index)),
            "pages/pages.jsonl": _lines(map(_json, [head, *self._pages])),
            **others,
        }
        resources = [_resource(f"archive/{WARC}", self._digest.hexdigest(), self._n_bytes)]
        resources += [
            _resource(name, sha256(content).hexdigest(), len(content))
            for name, content in files.items()
        ]
        package = json.dumps(self._package(resources), indent=2).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(package).hexdigest()}"}
        files |= {"datapackage.json": package, "datapackage-digest.json": _json(digest).encode()}
        for name, content in files.items():
            self._zip.writestr(name, content)

    def _package(self, resources: list[dict[str, Any]]) -> dict[str, Any]:
        package = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": self._title,
            "created": _moment(self._now),
            "software": self._software,
            "resources": resources,
        }
        for last in self._pages[-1:]:
            package |= {"mainPageUrl": last["url"], "mainPageDate": last["ts"]}
        return package


def _resource(path: str, digest: str, n_bytes: int) -> dict[str, Any]:
    name = path.rpartition("/")[2]
    return {"name": name, "path": path, "hash": f"sha256:{digest}", "bytes": n_bytes}


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
