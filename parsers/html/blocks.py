"""Markup to blocks: one line of text each, with its kind, its links and where it stands."""

from __future__ import annotations

import json
import sys
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString
from lxml import etree

from parsers.html.document import Element, selector, squeeze, text_of
from parsers.html.embeds import is_post
from parsers.html.markup import DEEP

SKIP = frozenset(
    """
    script style noscript template svg math iframe embed audio video select option textarea input head title datalist
    progress meter
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul button
    dialog html amp-ad
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
KINDS = {
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "h5": "heading",
    "h6": "heading",
    "li": "item",
    "dt": "item",
    "dd": "item",
    "blockquote": "quote",
    "figcaption": "caption",
    "figure": "caption",
    "caption": "caption",
    "td": "cell",
    "th": "cell",
    "pre": "text",
    "post": "embed",
}
PAST = 8  # lines after an element in which some sign


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link's words and its address as written."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Block:
    """A line of text as a reader sees it."""

    text: str
    kind: str = "text"  # text, heading, item, quote, caption, cell, embed; aside: beside the text, for its links only
    anchors: tuple[Anchor, ...] = ()
    tag: str = "p"  # the nearest block element
    path: tuple[
        Any, ...
    ] = ()  # the block elements around it, outermost first, so many as a page has that somebody wrote

    @property
    def link_share(self) -> float:
        """How much of the text is inside links."""
        return (
            min(1.0, sum(len(a.text) for a in self.anchors) / len(self.text)) if self.text else 0.0
        )


@dataclass(slots=True)
class Reader:
    """Collects blocks from the events of a tree; knows nothing of which library made the tree."""

    blocks: list[Block] = field(default_factory=list)
    stack: list[tuple[str, Any]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    opened: tuple[int, str] | None = None  # where the words of the open link begin, and its address

    def start(self, tag: str, node: Any, href: str | None) -> None:
        if tag in BLOCKS:
            self.flush()
            self.stack.append(
                ("post" if tag == "blockquote" and is_post(node.get("class")) else tag, node)
            )
        elif tag == "br":
            self.flush()
        elif tag == "a" and href:
            self._end_link()  # there is none inside another
            self.opened = (len(self.parts), href)

    def text(self, text: str | None) -> None:
        if text:
            self.parts.append(text)

    def end(self, tag: str) -> None:
        if tag in BLOCKS:
            self.flush()
            if self.stack:
                self.stack.pop()
        elif tag == "a":
            self._end_link()

    def aside(self, text: str, anchors: list[Anchor]) -> None:
        self.flush()
        self.blocks.append(Block(text, "aside", tuple(anchors)))

    def flush(self) -> None:
        """Ends the line; a link that runs over the end is counted on both sides."""
        text = squeeze("".join(self.parts)) if self.parts else ""
        link = self._end_link()
        if text:
            tags = [t for t, _ in self.stack[-DEEP:]]
            kind = next((KINDS[t] for t in reversed(tags) if t in KINDS), "text")
            self.blocks.append(
                Block(
                    text,
                    kind,
                    tuple(self.anchors),
                    tags[-1] if tags else "p",
                    tuple(n for _, n in self.stack[:DEEP]),
                )
            )
        self.opened = (0, link[1]) if link else None
        self.parts.clear()
        self.anchors.clear()

    def _end_link(self) -> tuple[int, str] | None:
        """The link that was open; its words are an anchor of the line."""
        link, self.opened = self.opened, None
        if link and (words := squeeze("".join(self.parts[link[0] :]))):
            self.anchors.append(Anchor(words, link[1]))
        return link


def read_tree(root: Element, until: Element | None = None) -> list[Block]:
    """The blocks of an lxml tree, or of its part up to a few lines past an element; not recursive, so that depth costs nothing."""
    reader = Reader()
    past = sys.maxsize
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, node in walker:
        tag = node.tag if isinstance(node.tag, str) else "script"
        if tag in SKIP:
            if event == "start":
                walker.skip_subtree()
            elif node is not root:
                reader.text(node.tail)
        elif event == "start":
            reader.start(tag, node, node.get("href"))
            reader.text(node.text)
        else:
            reader.end(tag)
            if node is not root:
                reader.text(node.tail)
            if node is until:
                past = len(reader.blocks) + PAST
        if len(reader.blocks) > past:
            break
    reader.flush()
    return reader.blocks


def read_cut(cut: Element, drop: list[str]) -> list[Block]:
    """The blocks of a subtree cut out by a source's rule, without what the rule drops.

    Of a dropped box with links an `aside` stays: its words are not the text's, but where it sends the reader is known.
    """
    kept = deepcopy(cut)
    kept.tail = None
    for css in drop:
        for node in selector(css)(kept):
            if node is not kept:
                _drop(node)
    reader = Reader()
    _read_soup(
        BeautifulSoup(etree.tostring(kept, encoding="unicode", method="html"), "lxml"), reader
    )
    reader.flush()
    return reader.blocks


def _drop(node: Element) -> None:
    """Empties an element; with links, it becomes an `aside` that keeps them."""
    links = [[squeeze(text_of(a)), a.get("href")] for a in node.iter("a") if a.get("href")]
    said = json.dumps(
        [squeeze(text_of(node)), links]
    )  # ASCII: not all that can be read may be written into a tree
    node.clear(keep_tail=True)
    node.tag = "datalist"
    if links:
        node.set("data-aside", said)


def _read_soup(root: Tag, reader: Reader) -> None:
    todo: list[tuple[bool, Any]] = [(True, root)]
    while todo:
        opening, node = todo.pop()
        if not opening:
            reader.end(node.name)
        elif isinstance(node, Tag):
            if said := node.get("data-aside"):
                text, links = json.loads(str(said))
                reader.aside(text, [Anchor(*pair) for pair in links])
            elif node.name not in SKIP:
                href = node.get("href")
                reader.start(node.name, node, href if isinstance(href, str) else None)
                todo.append((False, node))
                todo.extend((True, child) for child in reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            reader.text(str(node))
