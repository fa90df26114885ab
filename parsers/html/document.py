"""One parse of a page's text, shared by every stage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from lxml.cssselect import CSSSelector, LxmlTranslator

from parsers.html.decode import clean_text
from parsers.html.jsonld import Node, nodes
from parsers.html.markup import IS_DEEP, flattened, for_libxml, to_tree

Element = Any  # lxml has no types
SEEN = etree.XPath(".//text()[not(parent::script or parent::style)]", smart_strings=False)
# Each text looks at all that is around it, so that it is asked only where it must be.
SEEN_WITH_SCRIPTS = etree.XPath(
    ".//text()[not(parent::script or parent::style or ancestor::noscript)]", smart_strings=False
)
CROWDED = 5000  # links; the longest indexes have a thousand or two
IS_CROWDED = etree.XPath(f"count(//a) > {CROWDED}")
LONGEST_ADDRESS = 8000  # octets that RFC 9110 asks everybody to understand
MANY_HEADINGS = 200  # of the first rank; a page of small news has a hundred and more
LONGEST = 20_000  # letters of a title or of a meta that are looked at
CLASS_FIRST = re.compile(
    r"[a-z0-9]*\.([\w-]+)(?=[\s.:>\[]|$)[^,]*$"
)  # `.a b`, `p.a`; no list of selectors
SPACE = re.compile(r"\s+")


def squeeze(text: str | None) -> str:
    """One line of clean text."""
    line = " ".join(text.split()) if text else ""
    return (
        line if line.isascii() and line.isprintable() else SPACE.sub(" ", clean_text(line)).strip()
    )


@lru_cache(maxsize=512)
def selector(css: str) -> CSSSelector:
    return CSSSelector(css)


@lru_cache(maxsize=512)
def from_here(css: str) -> etree.XPath:
    """A selector whose first part is asked of the given element alone."""
    return etree.XPath(LxmlTranslator().css_to_xpath(css, prefix="self::"), smart_strings=False)


class Document:
    """A page's tree and what its head says. Nothing here changes the tree."""

    def __init__(self, text: str, url: str) -> None:
        self.text = for_libxml(text)
        self.url = url
        self.tree: Element = to_tree(self.text)
        self.is_deep = bool(IS_DEEP(self.tree))
        if self.is_deep:
            self.text = flattened(self.text)
            self.tree = to_tree(self.text)

    @cached_property
    def lent(self) -> Element:
        """The tree for other people's readers: of lxml.html's elements, which they ask for and which are slower. To be copied, not changed."""
        return to_tree(self.text, html.HTMLParser)

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """`<meta>` contents by lower-case name, property or itemprop, in page order, empty ones left out."""
        found: dict[str, list[str]] = {}
        for meta in self.tree.iter("meta"):
            content = squeeze((meta.get("content") or "")[:LONGEST])
            for key in {
                (meta.get(a) or "").strip().lower() for a in ("name", "property", "itemprop")
            } - {""}:
                if content:
                    found.setdefault(key, []).append(content)
        return found

    def meta(self, *names: str) -> str | None:
        return next((self.metas[n][0] for n in names if n in self.metas), None)

    @cached_property
    def graph(self) -> list[Node]:
        """Every JSON-LD node of the page."""
        scripts = (
            "".join(s.itertext())
            for s in self.tree.iter("script")
            if "ld+json" in (s.get("type") or "").lower()
        )
        return list(nodes(scripts))

    def select(self, css: str | None) -> list[Element]:
        """Where the selector begins with a class, only its elements are asked: libxml2 is slow to ask all."""
        if css and (m := CLASS_FIRST.match(css)):
            return list(
                dict.fromkeys(
                    found for node in self._by_class.get(m[1], []) for found in from_here(css)(node)
                )
            )
        return list(selector(css)(self.tree)) if css else []

    @cached_property
    def _by_class(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for node in self.classed:
            for name in dict.fromkeys(node.get("class").split()):
                found.setdefault(name, []).append(node)
        return found

    def rel(self, name: str) -> str | None:
        """The address a `<link rel=…>` gives, made absolute."""
        for link in self.tree.iter("link"):
            if name in (link.get("rel") or "").lower().split() and link.get("href"):
                return self.absolute(link.get("href"))
        return None

    def absolute(self, href: str | None) -> str | None:
        """A web address, or None for what is none."""
        if href and len(href) > LONGEST_ADDRESS:
            return None
        try:
            full = urljoin(self.url, squeeze(href))
        except ValueError:
            return None
        return full if full.lower().startswith(("http://", "https://")) else None

    @cached_property
    def title(self) -> str:
        return next(
            (
                said
                for t in self.tree.iter("title")
                if (said := squeeze("".join(t.itertext())[:LONGEST]))
            ),
            "",
        )

    @cached_property
    def site(self) -> str:
        """The host's own word: `example` of `www.example.co.id`."""
        try:
            host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        except ValueError:
            return ""
        labels = [
            p
            for p in host.split(".")[:-1]
            if p not in {"co", "com", "go", "or", "ac", "org", "net", "web"}
        ]
        return labels[-1] if labels else host

    @cached_property
    def is_absurd(self) -> bool:
        """Nested or full of links as no page is that somebody wrote: the time of some readers grows with the square of it."""
        return self.is_deep or bool(IS_CROWDED(self.tree))

    @property
    def is_american(self) -> bool:
        """The page says it is written in American English, where 3/4 is in March."""
        said = f"{self.tree.get('lang') or ''} {self.meta('og:locale', 'content-language', 'language') or ''}".lower()
        return "en-us" in said or "en_us" in said

    @cached_property
    def headings(self) -> list[str]:
        """The texts of the first h1, in page order."""
        first = islice(self.tree.iter("h1"), MANY_HEADINGS)
        return [t for h in first if (t := squeeze(text_of(h)))]

    @cached_property
    def _marked(self) -> dict[tuple[str, str], list[Element]]:
        found: dict[tuple[str, str], list[Element]] = {}
        for node in self.tree.xpath("//*[@itemprop or @rel]"):
            for name in ("itemprop", "rel"):
                for value in dict.fromkeys((node.get(name) or "").lower().split()):
                    found.setdefault((name, value), []).append(node)
        return found

    def with_attribute(self, name: Literal["itemprop", "rel"], value: str) -> list[Element]:
        """The elements that have the word, in any case, in the attribute, in page order."""
        return self._marked.get((name, value), [])

    @cached_property
    def classed(self) -> list[Element]:
        """Every element with a class, in page order."""
        return list(self.tree.iterfind(".//*[@class]"))


def above_text(doc: Document, scope: Element | None, *tags: str) -> Iterator[Element]:
    """The elements of these names between the headline and the text."""
    if scope is None:
        return
    below_headline = False
    for node in doc.tree.iter():  # not by its name, which may be none that can be asked for
        if node is scope:
            return
        if node.tag == "h1":
            below_headline = True
        elif node.tag in tags and below_headline:
            yield node


def said_by(node: Element) -> str:
    """What a rule's element says: a `meta` its content, any other what readers see, whatever it tells machines."""
    return node.get("content", "") if node.tag == "meta" else text_of(node)


def text_of(node: Element) -> str:
    """The text a reader sees in a node, elements kept apart by a blank."""
    return " ".join(
        SEEN(node) if next(node.iter("noscript"), None) is None else SEEN_WITH_SCRIPTS(node)
    )
