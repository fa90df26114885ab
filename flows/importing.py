"""Files into the warehouse: HTML, plain text, WARC. Each becomes archive records first, then loads as everything does."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from flows.reading import Fetched, source_of, understand
from flows.recovery import BULK
from flows.run import Run
from parsers.article import Context, Link, Page, Response
from parsers.dateline import brand_source
from parsers.decode import decode
from parsers.source import Source, owner, unlisted
from parsers.urls import canonicalise
from warehouse.foreign import foreign_records

TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "text/html", ".txt": "text/plain"}
Pair = tuple[Link, Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the operator says of the files; what is not said is told from the files."""

    source_id: str | None = None
    url: str | None = None
    as_fetched: bool = (
        False  # a saved page counts as fetched now, so it may become the current version
    )


class ImportFailedError(ValueError):
    """A path that cannot be imported; the message says why and what to do."""


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files to import, folders searched. Raises ImportFailedError for a path that is not there or of no known kind."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                p
                for p in path.rglob("*")
                if p.is_file() and (p.suffix.lower() in TYPES or is_warc(p))
            )
        elif not path.exists():
            raise ImportFailedError(f"{path}: no such file")
        elif path.suffix.lower() not in TYPES and not is_warc(path):
            raise ImportFailedError(
                f"{path}: not a kind of file that can be imported: .html, .htm, .txt, .warc, .warc.gz"
            )
        else:
            found.append(path)
    if not found:
        raise ImportFailedError(
            "nothing to import there: no .html, .htm, .txt, .warc or .warc.gz file"
        )
    return found


def is_warc(path: Path) -> bool:
    return path.name.lower().endswith((".warc", ".warc.gz"))


def import_files(
    run: Run, files: Iterable[Path], given: Given, progress: Callable[[int], None]
) -> None:
    """Archive and load, a batch at a time. What was imported before is left as it is; what of a WARC file is not taken is told."""
    batch: list[Pair] = []
    skipped = Counter[str]()
    for n, path in enumerate(files, 1):
        for pair in pairs(path, run.sources, given, run.clock(), skipped):
            batch.append(pair)
            if len(batch) >= BULK:
                _load(run, batch)
                batch = []
        progress(n)
    _load(run, batch)
    run.notes += [f"{n} answers in WARC files skipped: {why}" for why, n in sorted(skipped.items())]


def pairs(
    path: Path, sources: Mapping[str, Source], given: Given, now: datetime, skipped: Counter[str]
) -> Iterator[Pair]:
    """The pages in a file, each with the link it stands for. Of a WARC those of known sources or the given one; others are counted."""
    if not is_warc(path):
        yield _pair(path.read_bytes(), TYPES[path.suffix.lower()], given, sources, now)
        return
    for url, response in foreign_records(path):
        source = owner(url, sources)
        if source is None or given.source_id not in {None, source.name}:
            skipped[f"not of {given.source_id or 'a known source'}"] += 1
        elif response is None:
            skipped["cut off or garbled"] += 1
        elif not source.recognises(url) or response.status != 200:
            skipped["no article by their address, or no page"] += 1
        else:
            yield Link(url=canonicalise(url), source_id=source.name, kind="file"), response


def _pair(
    body: bytes, kind: str, given: Given, sources: Mapping[str, Source], now: datetime
) -> Pair:
    name = f"urn:sha256:{hashlib.sha256(body).hexdigest()}"
    url = _address(body, kind, given, sources)
    source = _source(given, url, body, kind, sources)
    link_kind = "page" if url and given.as_fetched else "file"
    link = Link(url=url or name, source_id=source.name, kind=link_kind)
    suffix = " fetched" if link_kind == "page" else ""
    fetch_id = str(uuid5(NAMESPACE_URL, f"{name} {link.url} {source.name}{suffix}"))
    return link, Response(
        fetch_id=fetch_id,
        requested_url=link.url,
        url=link.url,
        fetched_at=now,
        body=body,
        status=None,
        headers=(("content-type", kind),),
    )


def _address(body: bytes, kind: str, given: Given, sources: Mapping[str, Source]) -> str | None:
    """The address the operator gives, else the one the page claims, unless that is another outlet's than the named one."""
    if given.url:
        return canonicalise(given.url)
    claimed = said_address(body) if kind == "text/html" else None
    own = owner(claimed, sources) if claimed else None
    return claimed if own is None or given.source_id in {None, own.name} else None


def parse_bytes(
    body: bytes, path: Path, given: Given, sources: Mapping[str, Source]
) -> dict[str, object]:
    """One page's article as plain data, no database. Raises Rejected."""
    kind = TYPES.get(path.suffix.lower()) or (
        "text/html" if body.lstrip()[:1] == b"<" else "text/plain"
    )
    link, response = _pair(body, kind, given, sources, datetime.now(UTC))
    source = source_of(link, sources)
    return asdict(understand(Page(link=link, responses=(response,)), source, Context(link=link)))


def _source(
    given: Given, url: str | None, body: bytes, kind: str, sources: Mapping[str, Source]
) -> Source:
    """As said; else by the address; else, for plain text, by the brand in its dateline."""
    if given.source_id:
        return sources[given.source_id]
    if url:
        return owner(url, sources) or unlisted(url.split("/")[2])
    text = decode(body, kind).text if kind == "text/plain" else ""
    return brand_source(text, sources.values()) or unlisted("files")


def said_address(body: bytes) -> str | None:
    """The address an HTML page gives itself."""
    from parsers.document import Document  # noqa: PLC0415 - only pages need it

    doc = Document(decode(body, "text/html").text, "")
    for said in (doc.rel("canonical"), doc.meta("og:url")):
        try:
            return canonicalise(said) if said else None
        except ValueError:
            continue
    return None


def _load(run: Run, batch: list[Pair]) -> None:
    known = run.store.have(response.fetch_id for _, response in batch)
    new = {
        response.fetch_id: (link, response)
        for link, response in batch
        if response.fetch_id not in known
    }
    run.need_room()
    records = [run.writer.append(link, response) for link, response in new.values()]
    if records:
        run.writer.sync()
        run.load(Fetched(link=r.link, run_id=run.run_id, records=(r,)) for r in records)
