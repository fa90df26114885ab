"""Markup to blocks: one line of text each, with its kind, its links and its place in the tree."""

from __future__ import annotations

import json
import re
import sys
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString
from lxml import etree

from parsers.html.document import Element, selector, text_of
from parsers.html.embeds import is_post
from parsers.html.markup import DEEP
from parsers.text.normalize import collapse_whitespace

SKIP = frozenset(
    """
    script style noscript template svg math iframe embed audio video select option textarea input head title datalist
    progress meter
    """.split()  # noqa: SIM905 - easier to read as words
)
BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul button
    dialog html amp-ad
    """.split()  # noqa: SIM905 - easier to read as words
)
KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "item"),
    **dict.fromkeys(("figcaption", "figure", "caption"), "caption"),
    **dict.fromkeys(("td", "th"), "cell"),
    "blockquote": "quote",
    "pre": "text",
    "post": "embed",
}
ASIDE_TAGS = frozenset({"nav", "aside", "footer", "form", "header", "button", "dialog"})
CAPTION_CLASS = re.compile(
    r"(?:^|[\s_-])(?:caption|photo|foto|pic|gambar|image)s?(?:$|[\s_-])", re.IGNORECASE
)
CAPTION_BOX = 600  # letters, with the spaces of the markup
LINES_AFTER = 8  # after the text; they may hold a byline


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link's text and its address as written."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Block:
    """A line of text as a reader sees it."""

    text: str
    # text, heading, item, quote, caption, cell, embed; aside: not in the text, only its links count
    kind: str = "text"
    anchors: tuple[Anchor, ...] = ()
    tag: str = "p"  # the nearest block element
    path: tuple[Any, ...] = ()  # the block elements around it, outermost first, at most DEEP

    @property
    def link_share(self) -> float:
        """The share of the text that is inside links."""
        return (
            min(1.0, sum(len(a.text) for a in self.anchors) / len(self.text)) if self.text else 0.0
        )


def is_caption(block: Block) -> bool:
    """Whether it describes a picture: by its kind, or by the class of a short element around it."""
    return block.kind == "caption" or any(map(_is_caption_box, block.path[-2:]))


def _is_caption_box(node: Any) -> bool:
    """A box with two paragraphs is the text of a picture story."""
    names = node.get("class") or ""
    if not CAPTION_CLASS.search(names if isinstance(names, str) else " ".join(names)):
        return False
    is_soup = isinstance(node, Tag)
    n_paragraphs = len(node.find_all("p") if is_soup else node.findall(".//p"))
    text = node.get_text() if is_soup else "".join(node.itertext())
    return n_paragraphs < 2 and len(text) < CAPTION_BOX


@dataclass(slots=True)
class BlockBuilder:
    """Collects blocks from the start, text and end events of a tree of any library."""

    blocks: list[Block] = field(default_factory=list)
    stack: list[tuple[str, Any]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    open_link: tuple[int, str] | None = None  # index of its first part, and its address

    def start(self, tag: str, node: Any, href: str | None) -> None:
        if tag in BLOCKS:
            self.flush()
            self.stack.append(
                ("post" if tag == "blockquote" and is_post(node.get("class")) else tag, node)
            )
        elif tag == "br":
            self.flush()
        elif tag == "a" and href:
            self._end_link()  # links do not nest
            self.open_link = (len(self.parts), href)

    def text(self, text: str | None) -> None:
        if text and (self.parts or not text.isspace()):
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
        """Ends the line. A link that is still open gives an anchor to this line and to the next."""
        if not self.parts:
            return
        text = collapse_whitespace("".join(self.parts))
        link = self._end_link()
        if text:
            tags = [t for t, _ in self.stack[-DEEP:]]
            kind = next((KINDS[t] for t in reversed(tags) if t in KINDS), "text")
            path = tuple(n for _, n in self.stack[:DEEP])
            tag = tags[-1] if tags else "p"
            self.blocks.append(Block(text, kind, tuple(self.anchors), tag, path))
        self.open_link = (0, link[1]) if link else None
        self.parts.clear()
        self.anchors.clear()

    def _end_link(self) -> tuple[int, str] | None:
        """The link that was open. It becomes an anchor of the line."""
        link, self.open_link = self.open_link, None
        if link and (text := collapse_whitespace("".join(self.parts[link[0] :]))):
            self.anchors.append(Anchor(text, link[1]))
        return link


def read_tree(root: Element, until: Element | None = None) -> list[Block]:
    """The blocks of an lxml tree, at most LINES_AFTER of them after the element `until`."""
    builder = BlockBuilder()
    most = sys.maxsize
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, node in walker:
        tag = node.tag if isinstance(node.tag, str) else "script"
        if tag in SKIP:
            if event == "start":
                walker.skip_subtree()
            elif node is not root:
                builder.text(node.tail)
        elif event == "start":
            builder.start(tag, node, node.get("href"))
            builder.text(node.text)
        else:
            builder.end(tag)
            if node is not root:
                builder.text(node.tail)
            if node is until:
                most = len(builder.blocks) + LINES_AFTER
        if len(builder.blocks) > most:
            break
    builder.flush()
    return builder.blocks


def read_subtree(root: Element, drop: list[str]) -> list[Block]:
    """The blocks of the element that a source's rule selects, without what the rule drops.

    A dropped element with links leaves an `aside` block: it is not in the text, but its links
    are recorded.
    """
    copy = deepcopy(root)
    copy.tail = None
    for css in drop:
        for node in selector(css)(copy):
            if node is not copy:
                _drop(node)
    builder = BlockBuilder()
    markup = etree.tostring(copy, encoding="unicode", method="html")
    _read_soup(BeautifulSoup(markup, "lxml"), builder)
    builder.flush()
    return builder.blocks


def _drop(node: Element) -> None:
    """Empties an element; its text and its links, if any, stay in an attribute."""
    anchors = [a for a in node.iter("a") if a.get("href")]
    links = [[collapse_whitespace(text_of(a)), a.get("href")] for a in anchors]
    # In ASCII, because lxml refuses some characters that it reads.
    aside = json.dumps([collapse_whitespace(text_of(node)), links])
    node.clear(keep_tail=True)
    node.tag = "datalist"
    if links:
        node.set("data-aside", aside)


def _read_soup(root: Tag, builder: BlockBuilder) -> None:
    todo: list[tuple[bool, Any]] = [(True, root)]
    while todo:
        is_start, node = todo.pop()
        if not is_start:
            builder.end(node.name)
        elif isinstance(node, Tag):
            if aside := node.get("data-aside"):
                text, links = json.loads(str(aside))
                builder.aside(text, [Anchor(*pair) for pair in links])
            elif node.name not in SKIP:
                href = node.get("href")
                builder.start(node.name, node, href if isinstance(href, str) else None)
                todo.append((False, node))
                todo.extend((True, child) for child in reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            builder.text(str(node))
