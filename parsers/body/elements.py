"""What the elements around a line say of it: by their names, and by the lines that they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice

from parsers.html.blocks import ASIDE_TAGS, LONGEST_NAMES, Block
from parsers.html.document import Element

# In small letters, because a search that ignores case takes four times as long.
OFF_TOPIC = re.compile(
    r"comment|disqus|related|recommend|promo|newsletter|subscri|sidebar|side-bar|share|social|advert|sponsor|footer|header|menu|\bnav"
    r"|popular|trending|read-?more|more-|widget|cookie|consent|banner|signup|sign-up"
    r"|paywall|teaser|copyright|breadcrumb|author|byline|bio\b|tags?\b|meta\b|credit|caption|disclaimer|toolbar|popup|modal|hidden|login"
    r"|rating|print-only|skip|terkait|iklan|baca"
)
ON_TOPIC = re.compile(
    r"article-?body|story-?body|post-?content|entry-?content|article-?content|article__?body|body-?text|article-?text|story-?content"
    r"|main-?content|content-?body|richtext|prose|\bpost\b|article|story|detail|isi|konten"
)
LEAD = re.compile(
    r"\blead|intro|standfirst|summary|subtitle|sub-?head|\bdek\b|deck|teaser|abstract|excerpt|vorspann|chapo|sommario"
    r"|kicker|ringkasan|strapline|description"
)
LEAVES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "td"})
MOSTLY = 0.7  # a share of a line in links
CARD, ROW = 6, 3  # lines of a card at most; cards of a row at least
SUMMARY = 40  # letters
# What the attributes of an element suggest about its text, as bits of a sum.
OFF_TOPIC_HINT, LEAD_HINT, ASIDE_HINT, HIDDEN_HINT, ON_TOPIC_HINT = 1, 2, 4, 8, 16


@lru_cache(maxsize=5000)
def hints_of_names(names: str, itemprop: str) -> int:
    """Those of the class, the id and the role of an element."""
    is_off_topic, is_on_topic = bool(OFF_TOPIC.search(names)), bool(ON_TOPIC.search(names))
    is_lead = LEAD.search(f"{names} {itemprop}") is not None
    topic = OFF_TOPIC_HINT * is_off_topic + ON_TOPIC_HINT * is_on_topic
    return topic * (is_off_topic != is_on_topic) + LEAD_HINT * is_lead


def is_hidden(node: Element) -> bool:
    style = node.get("style")
    is_off = style is not None and "display:none" in style.replace(" ", "")
    return is_off or node.get("hidden") is not None


class Hints(dict[Element, int]):
    """The hints of each element, read once."""

    def __missing__(self, node: Element) -> int:
        get = node.get
        names = f"{get('class') or ''} {get('id') or ''} {get('role') or ''}"[:LONGEST_NAMES]
        itemprop = (get("itemprop") or "")[:LONGEST_NAMES]
        self[node] = hints = (
            hints_of_names(names.lower(), itemprop.lower())
            + ASIDE_HINT * (node.tag in ASIDE_TAGS)
            + HIDDEN_HINT * is_hidden(node)
        )
        return hints

    def of(self, path: Sequence[Element]) -> int:
        """The hints of all elements of a path."""
        hints = 0
        for node in path:
            hints |= self[node]
        return hints


def spans_of(blocks: Sequence[Block]) -> dict[Element, tuple[int, int]]:
    """The half-open range of the blocks in each element, outer elements first; blocks are in page order."""
    first: dict[Element, int] = {}
    last: dict[Element, int] = {}
    for i, block in enumerate(blocks):
        last.update(dict.fromkeys(block.path, i + 1))
    for i in reversed(range(len(blocks))):
        first.update(dict.fromkeys(blocks[i].path, i))
    return {node: (first[node], end) for node, end in last.items()}


def parent_of(block: Block) -> Element:
    """The element that contains the paragraphs."""
    path = block.path
    return path[-2] if block.tag in LEAVES and len(path) > 1 else path[-1] if path else None


def summaries_of(blocks: Sequence[Block], spans: Mapping[Element, tuple[int, int]]) -> set[int]:
    """The lines that are summaries of other articles: the only text of a card, below its linked title, in a row of cards."""
    is_text = [len(b.text) >= SUMMARY and b.link_share < 1 - MOSTLY for b in blocks]
    rows: dict[tuple[Element, str], dict[int, bool]] = {}
    for i in (i for i, ok in enumerate(is_text) if ok):
        small = (node for node in blocks[i].path if spans[node][1] - spans[node][0] <= CARD)
        for card in islice(small, 1):  # the outermost
            start, end = spans[card]
            if sum(is_text[start:end]) == 1:
                is_titled = any(map(_is_linked_title, blocks[start:i]))
                rows.setdefault((card.getparent(), card.tag), {})[i] = is_titled
    found = (row for row in rows.values() if ROW <= sum(row.values()) > len(row) / 2)
    return {i for row in found for i, is_titled in row.items() if is_titled}


def _is_linked_title(block: Block) -> bool:
    return block.link_share > 0.5 and block.text.count(" ") > 1
