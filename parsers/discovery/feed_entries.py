"""One entry of RSS, RDF, Atom or a sitemap: its address, title, dates and language."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice, takewhile
from typing import NamedTuple

from lxml import etree

from parsers import dates
from parsers.article import Link
from parsers.discovery.link_fields import make_link
from parsers.html.document import Element
from parsers.source import Source
from parsers.text.urls import resolve

# Namespaces whose titles, addresses and dates are those of files or of a page in another language.
FOREIGN = re.compile(r"mrss|^media$|itunes|image|video|podcast|/xhtml$|^xhtml$")
OF_OTHERS = frozenset({"source", "enclosure", "image", "author", "contributor"})
PUBLISHED = ("publication_date", "pubdate", "published", "issued", "date", "created")
MODIFIED = ("lastmod", "updated", "modified")
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
MOST_NESTED = 500  # elements of one entry that are searched for an address
WEB = re.compile("https?://", re.IGNORECASE)
MEDIA = re.compile(r"(?:audio|video|image)/", re.IGNORECASE)
PLAIN = re.compile(r"(?:text|html|xhtml|text/.*|.*[/+]xml|multipart/.*|message/.*)?", re.IGNORECASE)
VISIBLE_TEXTS = etree.XPath(
    ".//text()[not(ancestor::*[local-name() = 'script' or local-name() = 'style'])]",
    smart_strings=False,
)


class _Node(NamedTuple):
    element: Element
    name: str  # local, in lower case
    is_foreign: bool


def read_entry(entry: Element, *, url: str, source: Source) -> Link:
    nodes = [_Node(element, *_name(element)) for element in _children(entry)]
    fields = _fields(nodes)
    return make_link(
        url,
        source,
        addresses=_addresses(entry, nodes, fields),
        base=(entry.base and resolve(url, entry.base)) or url,  # xml:base
        guid=fields.get("guid") or fields.get("id"),
        title=fields.get("title"),
        published=first_date(fields.get(name) for name in PUBLISHED),
        modified=first_date(fields.get(name) for name in MODIFIED),
        language=fields.get("language"),
    )


def first_date(values: Iterable[str | None]) -> str | None:
    """The first value that can be read as a date, else the first that is not empty."""
    texts = [text for text in values if text]
    if len(texts) < 2:
        return texts[0] if texts else None
    return next((text for text in texts if dates.read(text) or dates.is_relative(text)), texts[0])


def _children(entry: Element) -> Iterator[Element]:
    """The elements of an entry, and those in a sitemap's `news` element."""
    for element in entry:
        yield element
        if _name(element)[0] == "news":
            yield from element.iterdescendants()


def _name(element: Element) -> tuple[str, bool]:
    """The local name, and whether it is foreign, by its namespace or an undeclared prefix."""
    return _split(element.tag) if isinstance(element.tag, str) else ("", True)  # a comment


@lru_cache(maxsize=1024)
def _split(tag: str) -> tuple[str, bool]:
    namespace, _, name = tag.rpartition("}")
    prefix, _, name = name.rpartition(":")
    return name.lower(), FOREIGN.search(namespace or prefix) is not None


def _fields(nodes: list[_Node]) -> dict[str, str]:
    """The first text of each name."""
    fields: dict[str, str] = {}
    for element, name, is_foreign in nodes:
        if not is_foreign and name != "link" and name not in fields and (text := _text(element)):
            fields[name] = text
    return fields


def _text(element: Element) -> str:
    """The visible text of an element. In Atom, content that is not text is in base64."""
    text = "".join(VISIBLE_TEXTS(element) if len(element) else element.itertext()).strip()
    kind = (element.get("type") or "").strip()
    is_base64 = element.get("mode") == "base64" or not PLAIN.fullmatch(kind)
    return _decode_base64(text) if is_base64 else text


def _decode_base64(text: str) -> str:
    """The text itself if it is not base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except ValueError:
        return text


def _addresses(entry: Element, nodes: list[_Node], fields: dict[str, str]) -> Iterator[str]:
    """Candidates for the address of the article, the best first, without those of files.

    `origlink` is the address before a feed proxy replaced it. Last comes a guid or an id that
    looks like an address.
    """
    links = [node.element for node in nodes if node.name == "link" and not node.is_foreign]
    pages = sorted(filter(_is_page, links), key=_rank)
    ids = (_permanent(nodes, fields), entry.get(ABOUT))
    candidates = chain(
        (fields.get("loc"), fields.get("origlink")),
        (_text(link) for link in pages),
        (link.get("href") for link in pages),
        _nested_links(entry),
        (each for each in ids if each and WEB.match(each)),
    )
    files = _files(nodes)
    return (address for address in candidates if address and address.strip() not in files)


def _is_page(link: Element) -> bool:
    relations = (link.get("rel") or "alternate").lower().split()
    is_alternate = any(relation.rpartition("/")[2] == "alternate" for relation in relations)
    return is_alternate and not MEDIA.match(link.get("type") or "")


def _rank(link: Element) -> bool:
    """HTML, or no type, comes before JSON or a feed of comments."""
    return "html" not in (link.get("type") or "html").lower()


def _files(nodes: list[_Node]) -> set[str]:
    """The addresses of an entry's enclosures."""
    files: set[str] = set()
    for element, name, _ in nodes:
        is_link = name == "link" and "enclosure" in (element.get("rel") or "").lower()
        if is_link or name == "enclosure":
            address = element.get("href" if is_link else "url") or ""
            files |= set() if (element.get("type") or "").startswith("text/") else {address.strip()}
    return files


def _permanent(nodes: list[_Node], fields: dict[str, str]) -> str | None:
    """The guid, unless it is marked as no address."""
    guid = next((node.element for node in nodes if node.name == "guid"), None)
    if guid is None:
        return fields.get("id")
    return None if (guid.get("isPermaLink") or "").lower() == "false" else fields.get("guid")


def _nested_links(entry: Element) -> Iterator[str]:
    """Links that an unclosed element contains; not those of a picture or of another feed."""
    for element in islice(entry.iterdescendants(), MOST_NESTED):
        if element.text and _name(element)[0] == "link" and element.getparent() is not entry:
            around = takewhile(lambda box: box is not entry, element.iterancestors())
            names = [_name(box) for box in (element, *around)]
            if not any(is_foreign or name in OF_OTHERS for name, is_foreign in names):
                yield element.text
