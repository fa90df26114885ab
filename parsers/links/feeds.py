"""RSS, Atom, sitemaps: one reader, for they all are a list of entries with a link, a title and dates.

lxml's recovering parser reads them all. feedparser would treat bytes that happen to be a path as the name of a file, and takes
seconds for what takes lxml milliseconds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from parsers.article import Link
from parsers.links.hints import stamp, title
from parsers.links.text import mend
from parsers.source import Source
from parsers.urls import resolve

MAX_ENTRIES = 50_000            # the sitemap protocol's own limit
ENTRIES = {"rss": "item", "rdf": "item", "feed": "entry", "urlset": "url", "sitemapindex": "sitemap"}
KINDS = {"rss": "rss", "rdf": "rss", "feed": "atom", "urlset": "sitemap", "sitemapindex": "sitemapindex"}
FOREIGN = re.compile(r"mrss|itunes|image|video|podcast")       # their titles and addresses are those of files
PUBLISHED = ("publication_date", "pubdate", "published", "issued", "date", "created")
MODIFIED = ("lastmod", "updated", "modified")


def read_xml(text: str, root: str, *, url: str, source: Source, warnings: list[str]) -> Iterator[Link]:
    """Every entry that is whole, as a link; one without a usable address has an empty `url`."""
    body = io.BytesIO(_whole(mend(text), ENTRIES[root], warnings).encode())
    context = etree.iterparse(body, tag=f"{{*}}{ENTRIES[root]}", recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    for number, (_, entry) in enumerate(context):
        if number == MAX_ENTRIES:
            warnings.append(f"more than {MAX_ENTRIES} entries: the rest is not read")
            return
        yield _link(entry, url=url, source=source)
        entry.clear()
        while entry.getprevious() is not None:      # lest a document of 50 MB stay in memory
            del entry.getparent()[0]
    if len(context.error_log):
        first = context.error_log[0]
        warnings.append(f"not well-formed: line {first.line}: {first.message[:200]}")


def _whole(text: str, name: str, warnings: list[str]) -> str:
    """Without an entry that is cut in the middle: half an address is an address of something else."""
    opened = closed = 0
    for found in re.finditer(rf"<(/?)(?:[\w-]+:)?{name}(?=[\s/>])", text, re.IGNORECASE):
        opened, closed = (opened, found.end()) if found[1] else (found.start(), closed)
    if opened <= closed:
        return text
    warnings.append(f"cut in the middle of an entry: {len(text) - opened} characters dropped")
    return text[:opened]


def _link(entry: etree._Element, *, url: str, source: Source) -> Link:
    fields = _fields(entry)
    published = next((fields[name] for name in PUBLISHED if fields.get(name)), None)
    modified = next((fields[name] for name in MODIFIED if fields.get(name)), None)
    guid = fields.get("guid") or fields.get("id") or None
    return Link(
        url=resolve(resolve(url, entry.base or url) or url, _address(entry, fields)) or "",
        source_id=source.name, discovered_by=url, guid=guid, title=title(fields.get("title")),
        published_raw=published, published_at=stamp(published, source.zone), modified_at=stamp(modified, source.zone),
        language=fields.get("language") or None,
    )


def _fields(entry: etree._Element) -> dict[str, str]:
    """The first text of each name; a sitemap's news fields lie one and two levels deeper."""
    found: dict[str, str] = {}
    for node in (*entry, *entry.iterfind("{*}news//*")):
        namespace, _, name = node.tag.rpartition("}") if isinstance(node.tag, str) else ("", "", "")
        text = "".join(node.itertext()).strip() if name and not FOREIGN.search(namespace) else ""
        if text:
            found.setdefault(name.lower(), text)
    return found


def _address(entry: etree._Element, fields: dict[str, str]) -> str:
    """What the entry says its address is; a guid that looks like one is the last resort."""
    hrefs = (node.get("href") for node in entry.iterfind("{*}link") if node.get("rel", "alternate") == "alternate")
    guid = fields.get("guid") or fields.get("id") or ""
    written = fields.get("loc") or fields.get("origlink") or fields.get("link") or next((href for href in hrefs if href), "")
    return written or (guid if guid.startswith(("http://", "https://")) else "")
