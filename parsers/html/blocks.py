"""Markup to blocks: one line of text each, with its kind, its links and its place in the tree."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

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
MARKS = BLOCKS | {"a", "br"}  # elements that say more than their text
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
CAPTION_CLASS = re.compile(r"caption|(?:^|[\s_-])(?:photo|foto|pic|gambar|image)s?(?:$|[\s_-])")
CAPTION_ID = re.compile(r"(?:^|[\s_-])caption(?:$|[\s_-])")  # other ids are slugs of headings
LONGEST_NAMES = 500  # letters of the names of an element that are read
CAPTION_BOX = 600  # letters, with the spaces of the markup
PICTURE_BOXES = frozenset({"div", "section", "aside", "td", "center"})
MOST_INSIDE = 20  # elements
NOT_IN_CAPTION = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "li"})


class Anchor(NamedTuple):
    """A link's text and its address as written."""

    text: str
    href: str


class Block(NamedTuple):
    """A line of text as a reader sees it."""

    text: str
    # text, heading, item, quote, caption, cell, embed; aside: not in the text, only its links count
    kind: str = "text"
    anchors: tuple[Anchor, ...] = ()
    tag: str = "p"  # the nearest block element
    path: tuple[Element, ...] = ()  # the block elements around it, outermost first, at most DEEP

    @property
    def link_share(self) -> float:
        """The share of the text that is inside links."""
        return (
            min(1.0, sum(len(a.text) for a in self.anchors) / len(self.text)) if self.text else 0.0
        )


class Captions(dict[Element, bool]):
    """Whether each element is the box of a caption, found out once."""

    def __missing__(self, node: Element) -> bool:
        self[node] = is_box = _is_caption_box(node)
        return is_box

    def has(self, block: Block) -> bool:
        """Whether it describes a picture: by its kind, or by the class of a short element around it."""
        return block.kind == "caption" or any(map(self.__getitem__, block.path[-2:]))


def _is_caption_box(node: Element) -> bool:
    """Whether its class or id is that of a caption, or it has one picture and a line of text, as the card of another article has, too.

    A box with two paragraphs is the text of a picture story.
    """
    classes, name = ((node.get(key) or "")[:LONGEST_NAMES] for key in ("class", "id"))
    if not _is_named_caption(classes, name):
        return node.tag in PICTURE_BOXES and _is_picture_box(node)
    n_paragraphs = len(node.findall(".//p"))
    return n_paragraphs < 2 and len("".join(node.itertext())) < CAPTION_BOX


@lru_cache(maxsize=5000)
def _is_named_caption(classes: str, name: str) -> bool:
    return bool(CAPTION_CLASS.search(classes.lower()) or CAPTION_ID.search(name.lower()))


def _is_picture_box(node: Element) -> bool:
    images = islice(node.iter("img"), 3)  # many are repeated for readers without script
    if sum(e.getparent().tag != "noscript" for e in images) != 1:
        return False
    inside = [e.tag for e in islice(node.iter(), MOST_INSIDE + 1)]
    is_small = len(inside) <= MOST_INSIDE and len("".join(node.itertext())) < CAPTION_BOX
    n_lines = max(inside.count("p"), inside.count("br"))
    return is_small and n_lines < 2 and NOT_IN_CAPTION.isdisjoint(inside)


@dataclass(slots=True)
class BlockBuilder:
    """Collects blocks from the start, text and end events of a tree."""

    blocks: list[Block] = field(default_factory=list)
    path: list[Element] = field(default_factory=list)  # the block elements that are open
    kinds: list[tuple[str, str]] = field(default_factory=list)  # the tag and the kind of each
    parts: list[str] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    open_link: tuple[int, str] | None = None  # index of its first part, and its address

    def start(self, tag: str, node: Element) -> None:
        if tag in BLOCKS:
            if self.parts:
                self.flush()
            name = "post" if tag == "blockquote" and is_post(node.get("class")) else tag
            around = self.kinds[-1][1] if self.kinds else "text"
            self.kinds.append((name, KINDS.get(name, around)))
            self.path.append(node)
        elif tag == "br":
            self.flush()
        elif tag == "a" and (href := node.get("href")):
            self._end_link()  # links do not nest
            self.open_link = (len(self.parts), href)

    def end(self, tag: str) -> None:
        if tag in BLOCKS:
            if self.parts:
                self.flush()
            self.path.pop()
            self.kinds.pop()
        elif tag == "a":
            self._end_link()

    def aside(self, text: str, anchors: Iterable[Anchor]) -> None:
        self.flush()
        self.blocks.append(Block(text, "aside", tuple(anchors)))

    def flush(self) -> None:
        """Ends the line. A link that is still open gives an anchor to this line and to the next."""
        if not self.parts:
            return
        text = collapse_whitespace("".join(self.parts))
        link = self._end_link()
        if text:
            tag, kind = self.kinds[-1] if self.kinds else ("p", "text")
            path = tuple(self.path[:DEEP])
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


def read_tree(root: Element, dropped: Container[Element] = ()) -> list[Block]:
    """The blocks of a tree without comments.

    A dropped element with links leaves an `aside` block: it is not in the text, but its links
    are recorded.
    """
    builder = BlockBuilder()
    parts, walker = builder.parts, etree.iterwalk(root, events=("start", "end"))
    for event, node in walker:
        tag = node.tag
        if event == "end":
            if tag in MARKS and node not in dropped:
                builder.end(tag)
            text = node.tail if node is not root else None
        elif tag in SKIP or node in dropped:
            walker.skip_subtree()
            if anchors := _anchors(node) if node in dropped else ():
                builder.aside(collapse_whitespace(text_of(node)), anchors)
            continue
        else:
            if tag in MARKS:
                builder.start(tag, node)
            text = node.text
        if text and (parts or not text.isspace()):
            parts.append(text)
    builder.flush()
    return builder.blocks


def read_subtree(root: Element, drop: Iterable[str]) -> list[Block]:
    """The blocks of the element that a source's rule selects, without what the rule drops."""
    dropped = {node for css in drop for node in selector(css)(root) if node is not root}
    return read_tree(root, dropped=dropped)


def _anchors(node: Element) -> list[Anchor]:
    links = (a for a in node.iter("a") if a.get("href"))
    return [Anchor(collapse_whitespace(text_of(a)), a.get("href")) for a in links]
