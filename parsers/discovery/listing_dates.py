"""The dates that a listing shows beside its articles, each in the box that holds one article's links and no other's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from lxml import etree

from parsers import dates

Element = Any  # lxml has no types
MAX_CARDS = 2000  # as many as a listing's links that are kept
MAX_ANCHORS = 4  # of one article: its picture, its headline, and another list that has it
MAX_TEXTS = 10  # of one box
MAX_PARTS = 2  # of one text, behind the first
MAX_CLIMB = 6  # boxes around a link
PAGE = frozenset({"html", "body", "main"})  # not a box of one article, even if it has only one
LONGEST = 80  # characters of a line that is a date with an outlet or a section before it
SEPARATOR = re.compile(r"[|•·–—]|\s-\s")
UNSEEN = frozenset({"script", "style"})
NO_DATE = UNSEEN | {"h1", "h2", "h3", "h4"}  # a headline may name a day of its own


def read_raw_dates(links: Iterable[tuple[str, Element]]) -> dict[str, str]:
    """By the key of an article, its date as the listing writes it; `links` are all links to articles by their keys."""
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
    """The boxes that hold links to more than one article."""
    owners: dict[Element, str] = {}
    shared_boxes: set[Element] = set()
    for key, nodes in anchors.items():
        for node in nodes:
            for box in _boxes(node):
                if box in shared_boxes:
                    break  # and so are all around it
                if owners.setdefault(box, key) != key:
                    shared_boxes.add(box)
    return shared_boxes


def _boxes(node: Element) -> Iterator[Element]:
    """The link itself and what is around it, inside out."""
    yield node
    for box in islice(node.iterancestors(), MAX_CLIMB):
        if box.tag in PAGE:
            return
        yield box


def _card(node: Element, shared_boxes: set[Element]) -> Element | None:
    """The largest box around a link that is its article's alone."""
    card = None
    for box in _boxes(node):
        if box in shared_boxes:
            break
        card = box
    return card


def _raw_date(card: Element, headlines: set[str]) -> str | None:
    """What a `<time>` says to machines, else the first text that is a date and nothing more."""
    for tag in islice(card.iter("time"), MAX_TEXTS):
        if dates.read(value := tag.get("datetime") or ""):
            return value
    lines = (
        " ".join(text.split()) for text in islice(visible_texts(card, NO_DATE), 20 * MAX_TEXTS)
    )
    short = (line for line in lines if 3 < len(line) <= LONGEST and line not in headlines)
    return next(filter(None, (_date_in(line) for line in islice(short, MAX_TEXTS))), None)


def visible_texts(box: Element, without: frozenset[str] = UNSEEN) -> Iterator[str]:
    """The texts in a box in their order, but those in elements of some names."""
    walk = etree.iterwalk(box, events=("start", "end"))
    for event, node in walk:
        text = node.tail if event == "end" else node.text
        if event == "start" and node.tag in without:
            walk.skip_subtree()
        elif text and not (event == "end" and node is box):
            yield text


def _date_in(line: str) -> str | None:
    """The whole line, or the end of it behind the name of an outlet or a section. A bare number counts something else."""
    if line.isdigit():
        return None
    starts = (0, *(m.end() for m in islice(SEPARATOR.finditer(line), MAX_PARTS)))
    parts = (line[start:].strip() for start in starts)
    return next((p for p in parts if dates.read_strictly(p) or dates.is_relative(p)), None)


def _line(node: Element) -> str:
    return " ".join("".join(islice(visible_texts(node), MAX_TEXTS)).split())
