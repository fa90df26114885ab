"""Our WARC records as bytes: how a response, its announcement and its run are written, and read again.

Every record names its file's `warcinfo` record (WARC-Warcinfo-ID). That id is random and made with the file, so that no
page that was written before can name it: it proves that the writer of the file wrote the record.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from parsers.article import Link, Response
from parsers.kinds import LinkKind

VERSION = "WARC/1.1"
REMOVED = "metadata"  # the kind of record that stands for one that is gone
END = b"\r\n\r\n"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
HTTP = "application/http; msgtype=response"
LINE_BREAKS = re.compile(r"[\r\n\0]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLocation:
    """Where a record is; `file` is relative to the archive's folder."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A response as the archive keeps it, with the announcement and the run it belongs to."""

    link: Link
    response: Response
    run_id: str
    location: RecordLocation


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInfo:
    """What the `warcinfo` record says of its file."""

    warcinfo_id: str | None  # what the file's records name; None where that is not known
    run_id: str
    flow: (
        str | None
    )  # the kind of run; None in files of the first version, whose records name no warcinfo
    parts: tuple[FilePart, ...] = ()  # the files that were put one behind the other, in order


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """A file as a part of another one, in which its records name its own `warcinfo` record."""

    file: str  # its name before
    size: int  # bytes
    warcinfo_id: str
    run_id: str
    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A WARC record whose length and digest are right."""

    headers: dict[str, str]  # by their names in lower case
    content: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("warc-type", "")

    @property
    def record_id(self) -> str:
        return _uuid(self.headers.get("warc-record-id", ""))

    @property
    def warcinfo_id(self) -> str | None:
        return _uuid(self.headers.get("warc-warcinfo-id", "")) or None


class ArchiveError(Exception):
    """A record is not what was written: cut, or its length or digest disagrees."""

    exit_code = 1


def new_info(run_id: str, flow: str) -> FileInfo:
    return FileInfo(warcinfo_id=str(uuid4()), run_id=run_id, flow=flow)


def encode_info(info: FileInfo, file_name: str, software: str, now: datetime) -> bytes:
    fields = {
        "software": software,
        "format": "WARC File Format 1.1",
        "isPartOf": info.run_id,
        "kliping-flow": info.flow or "",
    }
    if info.parts:
        fields["kliping-parts"] = json.dumps([asdict(part) for part in info.parts])
    headers = {
        "WARC-Record-ID": _urn(info.warcinfo_id or ""),
        "WARC-Filename": file_name,
        "WARC-Date": _date(now),
        "Content-Type": "application/warc-fields",
    }
    lines = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields.items())
    return _serialised("warcinfo", headers, lines.encode())


def encode(
    link: Link, response: Response, info: FileInfo, refers_to: datetime | None = None
) -> bytes:
    """The record holds its context, so that a later parse needs nothing else."""
    headers = {
        "WARC-Record-ID": _urn(response.fetch_id),
        "WARC-Warcinfo-ID": _urn(info.warcinfo_id or ""),
        "WARC-Date": _date(response.fetched_at),
        "WARC-Target-URI": response.url,
        "WARC-JSON-Metadata": json.dumps(_context(link, response, info.run_id)),
    }
    if response.status is None:
        kind = response.header("content-type") or "application/octet-stream"
        return _serialised("resource", headers | {"Content-Type": kind}, response.body)
    headers["Content-Type"] = HTTP
    if response.same_as is None:
        headers["WARC-Payload-Digest"] = _digest(response.body)
        return _serialised("response", headers, _http_head(response) + response.body)
    headers |= {
        "WARC-Profile": NOT_MODIFIED if response.status == 304 else SAME_PAYLOAD,
        "WARC-Refers-To": _urn(response.same_as),
        "WARC-Refers-To-Target-URI": response.url,
    }
    if refers_to:
        headers["WARC-Refers-To-Date"] = _date(refers_to)
    return _serialised("revisit", headers, _http_head(response))


def parse(block: bytes) -> RawRecord:
    """The one record of a member. Raises ArchiveError."""
    head, _, rest = block.partition(END)
    version, *lines = head.decode("utf-8", "replace").split("\r\n")
    named = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in named}
    if version != VERSION or rest[-4:] != END:
        raise ArchiveError("it is not one whole WARC record")
    content = rest[:-4]
    if headers.get("content-length") != str(len(content)):
        raise ArchiveError("it does not agree with its length")
    if headers.get("warc-block-digest") != _digest(content):
        raise ArchiveError("it does not agree with its digest")
    return RawRecord(headers=headers, content=content)


def info_of(raw: RawRecord) -> FileInfo:
    lines = (line.partition(":") for line in raw.content.decode("utf-8", "replace").split("\r\n"))
    fields = {name.lower(): value.strip() for name, _, value in lines}
    return FileInfo(
        warcinfo_id=raw.record_id or None,
        run_id=fields.get("ispartof", ""),
        flow=fields.get("kliping-flow"),
        parts=tuple(FilePart(**part) for part in json.loads(fields.get("kliping-parts", "[]"))),
    )


def encode_removal(warcinfo_id: str, removed_at: datetime) -> bytes:
    """What stands where a record was that is gone; the others stay where they are."""
    headers = {
        "WARC-Record-ID": _urn(str(uuid4())),
        "WARC-Warcinfo-ID": _urn(warcinfo_id),
        "WARC-Date": _date(removed_at),
    }
    return _serialised(REMOVED, headers, b"")


def decode(raw: RawRecord, location: RecordLocation) -> Record:
    """Raises ArchiveError where it is no record of a response, or not one of ours."""
    try:
        context = json.loads(raw.headers["warc-json-metadata"])
        return Record(
            link=_link(context["link"]),
            response=_response(raw, context),
            run_id=context["run_id"],
            location=location,
        )
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        message = (
            f"{location.file}: the {raw.kind} record at byte {location.offset} is not one of ours"
        )
        raise ArchiveError(f"{message}: {type(error).__name__} {error}") from error


def _serialised(kind: str, headers: dict[str, str], content: bytes) -> bytes:
    lines = [VERSION, f"WARC-Type: {kind}"]
    lines += [f"{name}: {_one_line(value)}" for name, value in headers.items()]
    lines += [f"WARC-Block-Digest: {_digest(content)}", f"Content-Length: {len(content)}"]
    head = "\r\n".join(lines).encode("utf-8", "replace")
    return b"".join((head, END, content, END))


def _http_head(response: Response) -> bytes:
    """Without the headers about its encoding: the body is stored decoded."""
    lines = [f"HTTP/1.1 {response.status} "]
    lines += [f"{_one_line(k)}: {_one_line(v)}" for k, v in response.headers if _is_kept(k)]
    return "\r\n".join(lines).encode("utf-8", "replace") + END


def _is_kept(header: str) -> bool:
    return header.lower() not in {"content-encoding", "transfer-encoding", "content-length"}


def _context(link: Link, response: Response, run_id: str) -> dict[str, Any]:
    announcement = {
        k: v.isoformat() if isinstance(v, datetime) else v
        for k, v in asdict(link).items()
        if v not in (None, "")
    }
    return {
        "run_id": run_id,
        "link": announcement,
        "requested_url": response.requested_url,
        "redirects": list(response.redirects),
        "elapsed_ms": response.elapsed_ms,
        "attempt": response.attempt,
        "robots_rule": response.robots_rule,
        "headers": {k: v for k, v in response.headers if not _is_kept(k)},
    }


def _link(announcement: dict[str, Any]) -> Link:
    fields = {k: v for k, v in announcement.items() if k in Link.__slots__}
    for name in ("published_at", "modified_at"):
        if fields.get(name):
            fields[name] = datetime.fromisoformat(fields[name])
    if "kind" in fields:
        fields["kind"] = LinkKind(fields["kind"])
    return replace(Link(url="", source_id=""), **fields)


def _response(raw: RawRecord, context: dict[str, Any]) -> Response:
    head, _, body = raw.content.partition(END)
    if raw.kind == "resource":
        status, body = None, raw.content
        headers = [("content-type", raw.headers["content-type"])]
    elif raw.kind in {"response", "revisit"}:
        first, *lines = head.decode("utf-8", "replace").split("\r\n")
        status = int(first.split(" ")[1])
        headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    else:
        raise ValueError(f"a {raw.kind} record holds no response")
    url, same_as = raw.headers["warc-target-uri"], raw.headers.get("warc-refers-to")
    return Response(
        fetch_id=raw.record_id,
        requested_url=context.get("requested_url") or url,
        url=url,
        fetched_at=datetime.fromisoformat(raw.headers["warc-date"]),
        body=body,
        status=status,
        headers=(*headers, *(context.get("headers") or {}).items()),
        redirects=tuple(context.get("redirects") or ()),
        elapsed_ms=context.get("elapsed_ms", 0),
        attempt=context.get("attempt", 1),
        robots_rule=context.get("robots_rule"),
        same_as=_uuid(same_as) if same_as else None,
    )


def _one_line(value: str) -> str:
    """What others wrote must not begin a header of its own."""
    return LINE_BREAKS.sub(" ", value)


def _date(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")


def _digest(content: bytes) -> str:
    return (
        "sha1:" + base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
    )


def _urn(uuid: str) -> str:
    return f"<urn:uuid:{uuid}>"


def _uuid(urn: str) -> str:
    return urn.strip("<>").removeprefix("urn:uuid:")
