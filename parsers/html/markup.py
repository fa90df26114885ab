"""Builds the tree of a page as a browser does, with libxml2.

On real pages libxml2 finds the words that a browser shows (docs/decisions/0001-html-parser.md).
This module corrects the few constructs that it reads unlike the HTML standard, so that a page
would lose text.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from resiliparse.parse.html import HTMLTree

XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
ATTRIBUTES = r"""(?:=\s*+(?:"[^"]*+"|'[^']*+'|(?!["']))|[^=>])*+"""  # of a tag, up to its ">"
# The ">" is optional, so that a search for a missing one is not repeated from each later tag.
PIVOTS = re.compile(
    rf"<(/?)(?:(html|head|body)(?=[\s/>]){ATTRIBUTES}>?+|(?:svg|math|select)\b)", re.IGNORECASE
)
TAGS = re.compile(rf"<(/?)([a-z][^\s/>]*+){ATTRIBUTES}>?+", re.IGNORECASE)
VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
# Elements inside each other. Real pages have 50 at most, browsers stop at 512, libxml2 at 2,048.
DEEP = 150
IS_DEEP = etree.XPath(f"boolean(/{'/'.join('*' * DEEP)})")
MANY_ATTRIBUTES = 500  # of one tag; real ones have 70 at most
ATTRIBUTE = r"""[\s/]++[^\s=/<>"']++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s<>"']++))?+"""
CROWDED = re.compile(rf"<[a-z][^\s/>]*+(?:{ATTRIBUTE}){{{MANY_ATTRIBUTES}}}", re.IGNORECASE)
WINDOW = 4000  # characters; a tag with more attributes is longer
GROWTH = 2  # a page that grows more when it is serialised was made to grow
HEAD_LENGTH = 100  # characters of the tags that a page may leave out


def for_libxml(text: str) -> str:
    """The same page in markup that libxml2 reads as browsers do.

    Browsers continue after the end tags of body and html and ignore the slash of `<html/>`;
    libxml2 stops there. For browsers an unclosed svg, math or select ends at the first element
    that cannot be inside; for libxml2 it contains the rest of the page. Such a page is parsed by
    lexbor, which follows the standard, and serialised again.
    """
    n_open = 0

    def count(tag: re.Match[str]) -> str:
        nonlocal n_open
        if tag[2] is None:
            n_open += -1 if tag[1] else 1
        return _corrected(tag)

    text = PIVOTS.sub(count, XML_HEAD.sub("", text).replace("\x00", ""))
    return _with_few_attributes(_by_lexbor(text) if n_open > 0 else text)


def to_tree(text: str, elements: etree.ElementClassLookup | None = None) -> Any:
    """The root element, without comments and processing instructions.

    Without `huge_tree` libxml2 would drop what is more than 255 levels deep.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    parser.set_element_class_lookup(elements)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    return etree.fromstring(b"<html/>", parser) if root is None else root


def flattened(text: str) -> str:
    """The page with elements that are too deep put side by side, as browsers do.

    libxml2 would drop what follows, and extractors read all the text inside each element.
    """
    depth, open_name = 0, ""

    def place(tag: re.Match[str]) -> str:
        nonlocal depth, open_name
        name = tag[2].lower()
        if name in VOID:
            return tag[0]
        depth = max(0, depth + (-1 if tag[1] else 1))
        if depth + bool(tag[1]) < DEEP:
            return tag[0]
        before, open_name = open_name, "" if tag[1] else name
        end = f"</{before}>" if before else ""
        return end if tag[1] else end + tag[0]

    return TAGS.sub(place, text)


def _corrected(tag: re.Match[str]) -> str:
    """Without the end tags of html and body, and without the slash of an empty element."""
    if tag[2] is None:  # svg, math or select
        return tag[0]
    if tag[1]:
        return tag[0] if tag[2].lower() == "head" else ""
    return f"{tag[0][:-2]}>" if tag[0].endswith("/>") else tag[0]


def _by_lexbor(text: str) -> str:
    markup = PIVOTS.sub(_corrected, str(HTMLTree.parse(text)))
    return markup if len(markup) <= GROWTH * len(text) + HEAD_LENGTH else text


def _with_few_attributes(text: str) -> str:
    """Cuts tags with thousands of attributes, because parsers compare each with all before it.

    Only stretches without a ">" for a whole window are checked.
    """
    parts, done = [], 0
    for at in range(WINDOW, len(text), WINDOW):
        if at < done or text.find(">", at - WINDOW, at) >= 0:
            continue
        before = text.rfind(">", max(done, at - 2 * WINDOW), at - WINDOW)
        start = text.find("<", before + 1, at)
        crowded = CROWDED.match(text, start) if start >= done else None
        tag = crowded and TAGS.match(text, start)
        if crowded and tag and "</" not in text[crowded.end() : tag.end()]:
            parts += [text[done : crowded.end()], ">"]
            done = tag.end()
    return "".join([*parts, text[done:]]) if parts else text
