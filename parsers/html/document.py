"""A parsed page: its tree, its metadata and the elements that several stages look for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import dropwhile, islice
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from lxml.cssselect import CSSSelector, LxmlTranslator

from parsers.article import Response
from parsers.html.decode import decode, fix_mojibake
from parsers.html.jsonld import Node, nodes, nodes_about
from parsers.html.markup import IS_DEEP, flattened, for_libxml, to_tree
from parsers.text.normalize import collapse_whitespace, letters

Element = Any  # lxml has no types
VISIBLE_TEXTS = etree.XPath(".//text()[not(parent::script or parent::style)]", smart_strings=False)
# Slower, because it checks all ancestors: only used where there is a `noscript`.
VISIBLE_TEXTS_WITHOUT_NOSCRIPT = etree.XPath(
    ".//text()[not(parent::script or parent::style or ancestor::noscript)]", smart_strings=False
)
# All of one class: lxml.html would call Python for each element, to give forms a class of their own.
HTML_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
SECOND_LEVEL = frozenset({"co", "com", "go", "or", "ac", "org", "net", "web"})  # `co.id`
MANY_LINKS = 5000  # the longest real listing pages have one or two thousand
HAS_MANY_LINKS = etree.XPath(f"count(//a) > {MANY_LINKS}")
LONGEST_ADDRESS = 8000  # bytes that RFC 9110 asks everybody to accept
MOST_HEADINGS = 200  # `h1` elements; a page of short news can have more than a hundred
LONGEST_VALUE = 20_000  # letters of a title or a meta element that are read
# `.a b`, `p.a`; not a list of selectors.
CLASS_FIRST = re.compile(r"[a-z0-9]*\.([\w-]+)(?=[\s.:>\[]|$)[^,]*$")


@lru_cache(maxsize=512)
def selector(css: str) -> CSSSelector:
    return CSSSelector(css)


@lru_cache(maxsize=512)
def self_selector(css: str) -> etree.XPath:
    """A selector whose first part must match the given element itself."""
    return etree.XPath(LxmlTranslator().css_to_xpath(css, prefix="self::"), smart_strings=False)


class Document:
    """A page's tree and what its head says. Nothing here changes the tree."""

    @classmethod
    def of(cls, response: Response) -> Document:
        decoded = decode(response.body, response.header("content-type"))
        return cls(fix_mojibake(decoded.text), response.url)

    def __init__(self, text: str, url: str) -> None:
        self.text = for_libxml(text)
        self.url = url
        self.tree: Element = to_tree(self.text)
        self.is_deep = bool(IS_DEEP(self.tree))
        if self.is_deep:
            self.text = flattened(self.text)
            self.tree = to_tree(self.text)

    def html_tree(self) -> Element:
        """A new tree for third-party extractors, which change it. They need the elements of lxml.html.

        It has no style sheets, drawings and scripts but JSON: all of them would drop these, after
        they copied them a few times.
        """
        tree = to_tree(self.text, HTML_ELEMENTS)
        etree.strip_elements(tree, "style", "svg", with_tail=False)
        for script in tree.xpath("//script[not(contains(@type, 'json'))]"):
            script.drop_tree()
        return tree

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Contents of `<meta>` by name, property or itemprop (in lower case), in page order.

        Empty ones are left out.
        """
        found: dict[str, list[str]] = {}
        for meta in self.tree.iter("meta"):
            content = collapse_whitespace((meta.get("content") or "")[:LONGEST_VALUE])
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

    @cached_property
    def articles(self) -> list[Node]:
        """The JSON-LD article nodes of this page, without those of related articles."""
        urls = filter(None, (self.url, self.rel("canonical"), self.meta("og:url")))
        titles = [*self.headings[:3], self.meta("og:title") or "", self.title]
        return nodes_about(self.graph, urls, titles)

    def select(self, css: str | None) -> list[Element]:
        """The elements that match. Faster for a selector that begins with a class."""
        if css and (m := CLASS_FIRST.match(css)):
            holders = (node for node, classes, _ in self.with_class_or_id if m[1] in classes)
            return list(dict.fromkeys(e for node in holders for e in self_selector(css)(node)))
        return list(selector(css)(self.tree)) if css else []

    def rel(self, name: str) -> str | None:
        """The absolute address of a `<link rel=…>`."""
        links = (e for e in self.with_attribute("rel", name) if e.tag == "link" and e.get("href"))
        return next((self.absolute(link.get("href")) for link in links), None)

    def absolute(self, href: str | None) -> str | None:
        """A web address; None for any other."""
        if href and len(href) > LONGEST_ADDRESS:
            return None
        try:
            full = urljoin(self.url, collapse_whitespace(href))
        except ValueError:
            return None
        return full if full.lower().startswith(("http://", "https://")) else None

    @cached_property
    def title(self) -> str:
        texts = ("".join(t.itertext())[:LONGEST_VALUE] for t in self.tree.iter("title"))
        return next(filter(None, map(collapse_whitespace, texts)), "")

    @cached_property
    def site(self) -> str:
        """The outlet's part of the host name: `example` of `www.example.co.id`."""
        try:
            host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        except ValueError:
            return ""
        labels = [p for p in host.split(".")[:-1] if p not in SECOND_LEVEL]
        return labels[-1] if labels else host

    @cached_property
    def is_pathological(self) -> bool:
        """Nested deeper, or with more links, than real pages.

        The time of some third-party extractors grows with the square of both.
        """
        return self.is_deep or bool(HAS_MANY_LINKS(self.tree))

    @property
    def is_american(self) -> bool:
        """The page states that it is in American English, where 3/4 is in March."""
        locale = self.meta("og:locale", "content-language", "language") or ""
        languages = f"{self.tree.get('lang') or ''} {locale}".lower()
        return "en-us" in languages or "en_us" in languages

    @cached_property
    def headings(self) -> list[str]:
        """The texts of the first `h1` elements, in page order."""
        first = islice(self.tree.iter("h1"), MOST_HEADINGS)
        return [t for h in first if (t := collapse_whitespace(text_of(h)))]

    @cached_property
    def with_class_or_id(self) -> list[tuple[Element, str, str]]:
        """Every element with a class or an id, and both, in page order."""
        return self._index[0]

    def with_attribute(self, name: Literal["itemprop", "rel"], value: str) -> list[Element]:
        """The elements with the word in that attribute, in any case, in page order."""
        return self._index[1].get((name, value), [])

    @cached_property
    def _index(self) -> tuple[list[tuple[Element, str, str]], dict[tuple[str, str], list[Element]]]:
        """Both in one pass, as a search for each takes as long."""
        named: list[tuple[Element, str, str]] = []
        marked: dict[tuple[str, str], list[Element]] = {}
        for node in self.tree.iter():
            get = node.get
            if (classes := get("class")) or get("id"):
                named.append((node, classes or "", get("id") or ""))
            for name in ("itemprop", "rel"):
                for value in dict.fromkeys(words.lower().split()) if (words := get(name)) else ():
                    marked.setdefault((name, value), []).append(node)
        return named, marked

    @cached_property
    def site_names(self) -> set[str]:
        """The letters of the outlet's names."""
        keys = ("og:site_name", "application-name", "publisher", "twitter:site")
        return {key for name in (*map(self.meta, keys), self.site) if (key := letters(name))}


def above_text(scope: Element | None, *tags: str) -> Iterator[Element]:
    """The elements of these names between the headline and the text."""
    around = [*reversed([*scope.iterancestors()]), scope] if scope is not None else []
    beside = (e for node in around for e in reversed([*node.itersiblings(preceding=True)]))
    before = (e for node in beside for e in node.iter("h1", *tags))
    return (e for e in dropwhile(lambda e: e.tag != "h1", before) if e.tag in tags)


def visible_value(node: Element) -> str:
    """The content of a `meta` element, the visible text of any other."""
    return node.get("content", "") if node.tag == "meta" else text_of(node)


def text_of(node: Element) -> str:
    """The visible text of a node, with a space between its elements."""
    has_noscript = next(node.iter("noscript"), None) is not None
    return " ".join((VISIBLE_TEXTS_WITHOUT_NOSCRIPT if has_noscript else VISIBLE_TEXTS)(node))
