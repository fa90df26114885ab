"""The article's own lines: by the source's rule, else by agreement of readers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers import dates, jsonld, voters
from parsers.clean import Line
from parsers.document import Document, Element
from parsers.people import BY
from parsers.reader import Block, read_cut, read_tree
from parsers.source import ArticleRule

LEAST_WORDS = 15      # a rule that finds fewer has rotted, or the page is none of its kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    lines: tuple[Line, ...]
    near: tuple[Block, ...]         # the lines around headline and body, for byline and date
    scope: Element | None           # the element that holds the text
    reader: str                     # the rule or reader that found it


def find_body(doc: Document, rule: ArticleRule, articles: list[jsonld.Node], headline: str | None) -> Body:
    page = read_tree(doc.tree)
    for cut in doc.select(rule.body)[:1]:
        blocks = read_cut(cut, rule.drop)
        text = [b for b in blocks if b.kind != "aside"]
        if sum(len(b.text.split()) for b in text) >= LEAST_WORDS:
            return Body(lines=tuple(line(b) for b in blocks), near=_near(page, headline, text[0].text), scope=cut, reader="rule")
    chosen = without_head(page, by_vote(doc, page, articles), headline)
    lines = between(page, chosen)
    first = next((b.text for b, ok in zip(page, chosen, strict=True) if ok), None)
    return Body(lines=lines, near=_near(page, headline, first), scope=_scope(page, chosen), reader="vote")


def line(block: Block, *, wanted: bool = True) -> Line:
    return Line(text=block.text, kind=block.kind, anchors=block.anchors, wanted=wanted)


def letters(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def by_vote(doc: Document, page: Sequence[Block], articles: list[jsonld.Node]) -> list[bool]:
    texts = [t for t in (voters.by_trafilatura(doc), voters.by_resiliparse(doc), voters.by_jsonld(articles)) if t.strip()]
    lines = [{letters(x) for x in t.split("\n")} for t in texts]
    whole = [letters(t) for t in texts]
    out = []
    for b in page:
        key = letters(b.text)
        votes = sum(key in ls or (len(key) > 30 and key in w) for ls, w in zip(lines, whole, strict=True))  # noqa: PLR2004
        out.append(bool(key) and votes * 2 >= len(texts) and votes > 0)
    return out


def without_head(page: Sequence[Block], chosen: Sequence[bool], headline: str | None) -> list[bool]:
    """Without the headline, byline and date that stand above the first paragraph."""
    kept, title = list(chosen), letters(headline or "")
    for i, block in enumerate(page):
        if kept[i]:
            if letters(block.text) != title and not is_about(block.text):
                break
            kept[i] = False
    return kept


def is_about(text: str) -> bool:
    """A short line that says who or when and nothing else."""
    if len(text) > 120:  # noqa: PLR2004 - longer than any byline with a date
        return False
    stamp = next(dates.find(text), None)
    return bool(BY.match(text)) or (stamp is not None and len(text) - (stamp.end - stamp.start) < 40)  # noqa: PLR2004 - a name or a label beside it


def between(page: Sequence[Block], chosen: Sequence[bool]) -> tuple[Line, ...]:
    """The chosen lines, and those between the first and the last that stand in the same element."""
    at = [i for i, ok in enumerate(chosen) if ok]
    if not at:
        return ()
    scope = _scope(page, chosen)
    return tuple(line(b, wanted=ok) for b, ok in zip(page[at[0]:at[-1] + 1], chosen[at[0]:at[-1] + 1], strict=True) if ok or scope in b.path)


def _scope(page: Sequence[Block], chosen: Sequence[bool]) -> Element | None:
    """The deepest element that holds nine tenths of the chosen text."""
    weight: dict[Element, int] = {}
    total = 0
    for block, ok in zip(page, chosen, strict=True):
        if ok:
            total += len(block.text)
            for node in block.path:
                weight[node] = weight.get(node, 0) + len(block.text)
    holders = [n for n, w in weight.items() if w >= total * 0.9]
    return holders[-1] if holders else None


def _near(page: Sequence[Block], headline: str | None, first: str | None) -> tuple[Block, ...]:
    """From a little before the headline to the start of the text."""
    title = letters(headline or "")
    head = next((i for i, b in enumerate(page) if title and b.tag == "h1" and letters(b.text) == title),
                next((i for i, b in enumerate(page) if title and letters(b.text) == title), None))
    body = next((i for i, b in enumerate(page) if first and b.text == first and (head is None or i >= head)), None)
    start = max(0, (head if head is not None else body or 0) - 6)
    end = body + 1 if body is not None else start + 20
    return tuple(page[start:min(end, start + 40)])
