"""RSS, Atom and sitemaps: all are lists of entries with an address, a title and dates.

lxml's recovering parser reads them; feedparser reads no sitemaps (docs/decisions/0004-feeds.md).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from parsers.article import Link, Rejected
from parsers.discovery.feed_entries import read_entry
from parsers.discovery.feed_text import repair_references
from parsers.kinds import Reason
from parsers.source import Source

MAX_ENTRIES = 50_000  # the sitemap protocol's own limit
ENTRIES = {
    "rss": "item",
    "rdf": "item",
    "feed": "entry",
    "urlset": "url",
    "sitemapindex": "sitemap",
}
KINDS = {**{root: root for root in ENTRIES}, "rdf": "rss", "feed": "atom", "urlset": "sitemap"}


def read_xml(
    text: str, root: str, *, url: str, source: Source, warnings: list[str]
) -> Iterator[Link]:
    """Every complete entry. Faults are added to `warnings`. `root`: the root's local name."""
    body = io.BytesIO(_whole(repair_references(text), ENTRIES[root], warnings).encode())
    names = [f"{{*}}{name}" for name in (ENTRIES[root], ENTRIES[root].upper())]
    events = etree.iterparse(body, tag=names, recover=True, resolve_entities=False, no_network=True)
    try:
        for number, (_, entry) in enumerate(events):
            if number == MAX_ENTRIES:
                warnings.append(f"more than {MAX_ENTRIES} entries: the rest is not read")
                return
            yield read_entry(entry, url=url, source=source)
            _free(entry)
    except etree.XMLSyntaxError as error:
        raise Rejected(Reason.PARSE_ERROR, str(error)) from error
    if len(events.error_log):
        fault = events.error_log[0]
        warnings.append(f"not well-formed: line {fault.line}: {fault.message[:200]}")


def _whole(text: str, name: str, warnings: list[str]) -> str:
    """The text without an entry that is cut at the end: half an address is another address."""
    opened = closed = 0
    for found in re.finditer(rf"<(/?)(?:[\w-]+:)?{name}(?=[\s/>])", text, re.IGNORECASE):
        opened, closed = (opened, found.end()) if found[1] else (found.start(), closed)
    if opened <= closed:
        return text
    warnings.append("cut in the middle of an entry, which is left out")
    return text[:opened]


def _free(entry: etree._Element) -> None:
    """Frees memory: a document may have 50 MB."""
    entry.clear()
    if next(entry.iterancestors(entry.tag), None) is not None:
        return  # it is inside an entry without end tag, which comes later
    while (before := entry.getprevious()) is not None:
        entry.getparent().remove(before)
