"""RSS, Atom, sitemaps: one reader, for all are lists of entries with an address, a title and dates.

lxml's recovering parser reads them. feedparser takes even bytes for a file name when they happen to be one, and needs
seconds for what takes lxml milliseconds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from parsers.article import Link, Reason, Rejected
from parsers.links.hints import announce
from parsers.links.text import mend
from parsers.source import Source
from parsers.urls import resolve

MAX_ENTRIES = 50_000  # the sitemap protocol's own limit
ENTRIES = {
    "rss": "item",
    "rdf": "item",
    "feed": "entry",
    "urlset": "url",
    "sitemapindex": "sitemap",
}
KINDS = {
    "rss": "rss",
    "rdf": "rss",
    "feed": "atom",
    "urlset": "sitemap",
    "sitemapindex": "sitemapindex",
}
FOREIGN = re.compile(
    r"mrss|itunes|image|video|podcast"
)  # their titles and addresses are those of files
PUBLISHED = ("publication_date", "pubdate", "published", "issued", "date", "created")
MODIFIED = ("lastmod", "updated", "modified")


def read_xml(
    text: str, root: str, *, url: str, source: Source, warnings: list[str]
) -> Iterator[Link]:
    """Every entry that is whole; faults are told in `warnings`. `root` is the root element's local name."""
    body = io.BytesIO(_whole(mend(text), ENTRIES[root], warnings).encode())
    names = [f"{{*}}{name}" for name in (ENTRIES[root], ENTRIES[root].upper())]
    events = etree.iterparse(body, tag=names, recover=True, resolve_entities=False, no_network=True)
    try:
        for number, (_, entry) in enumerate(events):
            if number == MAX_ENTRIES:
                warnings.append(f"more than {MAX_ENTRIES} entries: the rest is not read")
                return
            yield _link(entry, url=url, source=source)
            _forget(entry)
    except etree.XMLSyntaxError as error:
        raise Rejected(Reason.PARSE_ERROR, str(error)) from error
    if len(events.error_log):
        fault = events.error_log[0]
        warnings.append(f"not well-formed: line {fault.line}: {fault.message[:200]}")


def _whole(text: str, name: str, warnings: list[str]) -> str:
    """Without an entry cut in the middle: half an address is the address of something else."""
    opened = closed = 0
    for found in re.finditer(rf"<(/?)(?:[\w-]+:)?{name}(?=[\s/>])", text, re.IGNORECASE):
        opened, closed = (opened, found.end()) if found[1] else (found.start(), closed)
    if opened <= closed:
        return text
    warnings.append("cut in the middle of an entry, which is left out")
    return text[:opened]


def _forget(entry: etree._Element) -> None:
    """Lest a document of 50 MB stand in memory as a tree."""
    entry.clear()
    if next(entry.iterancestors(entry.tag), None) is not None:
        return  # an entry that was never closed holds this one, and is still to be read
    while (before := entry.getprevious()) is not None:
        entry.getparent().remove(before)


def _link(entry: etree._Element, *, url: str, source: Source) -> Link:
    fields = _fields(entry)
    return announce(
        url,
        source,
        address=_address(entry, fields),
        base=(entry.base and resolve(url, entry.base)) or url,  # xml:base
        guid=fields.get("guid") or fields.get("id"),
        title=fields.get("title"),
        published=next((fields[name] for name in PUBLISHED if name in fields), None),
        modified=next((fields[name] for name in MODIFIED if name in fields), None),
        language=fields.get("language"),
    )


def _fields(entry: etree._Element) -> dict[str, str]:
    """The first text of each name; a sitemap's news fields lie one and two levels deeper."""
    found: dict[str, str] = {}
    for node in (*entry, *entry.iterfind("{*}news//*")):
        namespace, _, name = node.tag.rpartition("}") if isinstance(node.tag, str) else ("", "", "")
        if name and not FOREIGN.search(namespace) and (text := "".join(node.itertext()).strip()):
            found.setdefault(name.lower(), text)
    return found


def _address(entry: etree._Element, fields: dict[str, str]) -> str | None:
    """`origlink` is what a feed's proxy replaced. A guid that looks like an address is the last resort."""
    hrefs = [
        node.get("href")
        for node in entry.iterfind("{*}link")
        if node.get("rel", "alternate") == "alternate"
    ]
    guid = fields.get("guid") or fields.get("id") or ""
    written = [fields.get(name) for name in ("loc", "origlink", "link")]
    astray = (
        node.text for node in entry.iterfind(".//{*}link")
    )  # in an element that was never closed
    return next(
        filter(None, (*written, *hrefs, *astray, guid if guid.startswith("http") else None)), None
    )
