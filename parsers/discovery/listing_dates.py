"""The dates on a listing page, each found in the element with the links of only one article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree

from parsers import dates
from parsers.html.document import Element

MAX_CARDS = 2000  # as many links of a listing page are used
MAX_ANCHORS = 4  # of one article: its picture, its headline, and the same in another list
MAX_TEXTS = 10  # of one element
MAX_PARTS = 2  # of one text, after the first
MAX_CLIMB = 6  # elements around a link
PAGE = frozenset({"html", "body", "main"})  # never a card, even with only one article
LONGEST = 80  # characters of a line with an outlet or a section before the date
SEPARATOR = re.compile(r"[|•·–—]|\s-\s")
UNSEEN = frozenset({"script", "style"})
NO_DATE = UNSEEN | {"h1", "h2", "h3", "h4"}  # a headline may name a day of its own


def read_raw_dates(links: Iterable[tuple[str, Element]]) -> dict[str, str]:
    """The raw date of each article, by its key. `links`: all links to articles with their keys."""
    anchors: dict[str, list[Element]] = {}
    for key, node in links:
        anchors.setdefault(key, []).append(node)
    shared_boxes = _shared_boxes(anchors)
    raw_dates: dict[str, str] = {}
    for key, nodes in islice(anchors.items(), MAX_CARDS):
        boxes = (_card(node, shared_boxes) for node in nodes[:MAX_ANCHORS])
        cards = dict.fromkeys(box for box in boxes if box is not None)
        headlines = {_line(node) for node in nodes[:MAX_ANCHORS]}
        if text := next(filter(None, (_raw_date(card, headlines) for card in cards)), None):
            raw_dates[key] = text
    return raw_dates


def _shared_boxes(anchors: dict[str, list[Element]]) -> set[Element]:
    """The elements with links to more than one article."""
    owners: dict[Element, str] = {}
    shared_boxes: set[Element] = set()
    for key, nodes in anchors.items():
        for node in nodes:
            for box in _boxes(node):
                if box in shared_boxes:
                    break  # and so are those around it
                if owners.setdefault(box, key) != key:
                    shared_boxes.add(box)
    return shared_boxes


def _boxes(node: Element) -> Iterator[Element]:
    """The link itself and the elements around it, from the inside."""
    yield node
    for box in islice(node.iterancestors(), MAX_CLIMB):
        if box.tag in PAGE:
            return
        yield box


def _card(node: Element, shared_boxes: set[Element]) -> Element | None:
    """The largest element around a link that has links to no other article."""
    card = None
    for box in _boxes(node):
        if box in shared_boxes:
            break
        card = box
    return card


def _raw_date(card: Element, headlines: set[str]) -> str | None:
    """The `datetime` of a `<time>`, else the first text that is only a date."""
    for tag in islice(card.iter("time"), MAX_TEXTS):
        if dates.read(value := tag.get("datetime") or ""):
            return value
    lines = (
        " ".join(text.split()) for text in islice(visible_texts(card, NO_DATE), 20 * MAX_TEXTS)
    )
    short = (line for line in lines if 3 < len(line) <= LONGEST and line not in headlines)
    return next(filter(None, (_date_in(line) for line in islice(short, MAX_TEXTS))), None)


def visible_texts(box: Element, without: frozenset[str] = UNSEEN) -> Iterator[str]:
    """The texts in an element, in order, except those in the elements `without`."""
    walk = etree.iterwalk(box, events=("start", "end"))
    for event, node in walk:
        text = node.tail if event == "end" else node.text
        if event == "start" and node.tag in without:
            walk.skip_subtree()
        elif text and not (event == "end" and node is box):
            yield text


def _date_in(line: str) -> str | None:
    """The line, or its part after an outlet or a section, if it is a date. Not a bare number."""
    if line.isdigit():
        return None
    starts = (0, *(m.end() for m in islice(SEPARATOR.finditer(line), MAX_PARTS)))
    parts = (line[start:].strip() for start in starts)
    return next((p for p in parts if dates.read_strictly(p) or dates.is_relative(p)), None)


def _line(node: Element) -> str:
    return " ".join("".join(islice(visible_texts(node), MAX_TEXTS)).split())
