"""One tree of a page: the one that a browser builds, made with libxml2.

On real pages libxml2 finds the words that a browser shows (docs/decisions/0001-html-parser.md). What is here are the
constructs that it reads otherwise than the HTML standard says, so that a page loses its text.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from resiliparse.parse.html import HTMLTree

XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
ATTRIBUTES = r"""(?:=\s*+(?:"[^"]*+"|'[^']*+'|(?!["']))|[^=>])*+"""  # of a tag, up to its ">"
# The ">" may be missing: what was searched for it in vain is not searched again from the next tag on.
PIVOTS = re.compile(
    rf"<(/?)(?:(html|head|body)(?=[\s/>]){ATTRIBUTES}>?+|(?:svg|math|select)\b)", re.IGNORECASE
)
TAGS = re.compile(rf"<(/?)([a-z][^\s/>]*+){ATTRIBUTES}>?+", re.IGNORECASE)
VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905 - reads best as words
)
DEEP = 150  # elements inside each other; real pages have fifty at most, browsers stop at 512, libxml2 at 2,048
IS_DEEP = etree.XPath(f"boolean(/{'/'.join('*' * DEEP)})")
MANY_ATTRIBUTES = 500  # of one tag; real ones have seventy at most
ATTRIBUTE = r"""[\s/]++[^\s=/<>"']++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s<>"']++))?+"""
CROWDED = re.compile(rf"<[a-z][^\s/>]*+(?:{ATTRIBUTE}){{{MANY_ATTRIBUTES}}}", re.IGNORECASE)
WINDOW = 4000  # characters; a tag with more attributes is longer
GROWTH = 2  # times its length a page may take when it is written anew; more is one made to grow
HEAD_LENGTH = 100  # characters that are written although the page left them out


def for_libxml(text: str) -> str:
    """The same page in markup that libxml2 reads as browsers do.

    Browsers read on behind the end tags of body and html and ignore the slash of `<html/>`; libxml2 stops there. An svg,
    math or select that was left open ends for them at the first element that cannot be inside; for libxml2 it holds the
    rest of the page. Such a page is read by lexbor, which follows the standard, and written anew.
    """
    n_open = 0

    def count(tag: re.Match[str]) -> str:
        nonlocal n_open
        if tag[2] is None:
            n_open += -1 if tag[1] else 1
        return _mended(tag)

    text = PIVOTS.sub(count, XML_HEAD.sub("", text).replace("\x00", ""))
    return _with_few_attributes(_by_lexbor(text) if n_open > 0 else text)


def to_tree(text: str, parser_class: Any = etree.HTMLParser) -> Any:
    """The root element. Comments and instructions are left out, for they are never content.

    Without `huge_tree` libxml2 would drop what is 255 levels deep.
    """
    parser = parser_class(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    return etree.fromstring(b"<html/>", parser) if root is None else root


def flattened(text: str) -> str:
    """With the elements that are too deep beside each other, as browsers put them.

    libxml2 would drop whatever follows, and readers ask each element for all the text inside it.
    """
    depth, beside = 0, ""

    def place(tag: re.Match[str]) -> str:
        nonlocal depth, beside
        name = tag[2].lower()
        if name in VOID:
            return tag[0]
        depth = max(0, depth + (-1 if tag[1] else 1))
        if depth + bool(tag[1]) < DEEP:
            return tag[0]
        before, beside = beside, "" if tag[1] else name
        end = f"</{before}>" if before else ""
        return end if tag[1] else end + tag[0]

    return TAGS.sub(place, text)


def _mended(tag: re.Match[str]) -> str:
    """A tag of html, head or body."""
    if tag[2] is None:  # svg, math or select
        return tag[0]
    if tag[1]:
        return tag[0] if tag[2].lower() == "head" else ""
    return f"{tag[0][:-2]}>" if tag[0].endswith("/>") else tag[0]


def _by_lexbor(text: str) -> str:
    written = PIVOTS.sub(_mended, str(HTMLTree.parse(text)))
    return written if len(written) <= GROWTH * len(text) + HEAD_LENGTH else text


def _with_few_attributes(text: str) -> str:
    """Parsers compare each attribute of a tag with all before it, so that a tag with thousands is cut short.

    Looked at is what follows a ">" after which none comes for long.
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
