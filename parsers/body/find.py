"""The article's own lines: by the source's rule, else by a vote of readers on each line of the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parsers import dates
from parsers.body.align import words
from parsers.body.line_features import Sheet, Votes, chance, letters
from parsers.cleaning.clean import Line
from parsers.fields.byline import BY
from parsers.html import jsonld, third_party
from parsers.html.blocks import Block, read_cut, read_tree
from parsers.html.document import Document, Element
from parsers.source import ArticleRule

WEIGHTS: dict[str, dict[str, float]] = json.loads(
    Path(__file__).with_name("weights.json").read_text(encoding="utf-8")
)
LEAST_WORDS = 15  # a rule that finds fewer has rotted, or the page is none of its kind
MARGIN = 12  # lines before and after all votes that are still looked at
DRIFT = 0.5  # the share of a rule's words that a generic reader must take too
LOST = (
    1 / 3
)  # of the generic reader's words, which have some of the menus among them; newsroom rules have half or more
DOUBT = 0.08  # the share of the text in doubt up to which the quick readers are believed
LONG_LINE = 80  # letters; menus and labels have fewer
DOUBTFUL_LINKS = 0.3  # the share of a line's letters in links
MANY_LINES = 3000  # of a page; the time of some readers grows with the square of them
KEEP = 0.47  # below a half: a lost paragraph costs the reader more than a stray line


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    lines: tuple[Line, ...]
    near: tuple[Block, ...]  # the lines around headline and first paragraph, for byline and date
    after: tuple[Block, ...]  # the last lines of the text and the first after it, where some sign
    scope: Element | None  # the element that holds the text
    reader: str  # rule, quick or vote
    has_drifted: bool = False  # the rule's text is not what a generic reader takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the head says that helps to find the body."""

    articles: list[jsonld.Node]
    headline: str | None = None
    description: str | None = None


def find_body(doc: Document, rule: ArticleRule, known: Known, cascade: str = "") -> Body:
    """`cascade` is for measuring what its stages add: '' all of them, 'quick', 'vote', 'plain' only that one."""
    if (ruled := by_rule(doc, rule, known)) is not None:
        return ruled
    page = read_tree(doc.tree)
    chances, reader = by_vote(doc, page, known, cascade)
    chosen = without_head(page, once(page, [c > KEEP for c in chances], chances), known.headline)
    first = next((b.text for b, ok in zip(page, chosen, strict=True) if ok), None)
    last = next(
        (b.text for b, ok in zip(reversed(page), reversed(chosen), strict=True) if ok), None
    )
    return Body(
        lines=between(page, chosen),
        near=_near(page, known.headline, first),
        after=_after(page, last),
        scope=_scope(page, chosen),
        reader=reader,
    )


def by_rule(doc: Document, rule: ArticleRule, known: Known) -> Body | None:
    """What the source's selector cuts out; watched by the cheapest reader, for sites are redesigned without notice."""
    for cut in doc.select(rule.body)[:1]:
        blocks = read_cut(cut, rule.drop)
        text = [b for b in blocks if b.kind != "aside"]
        if sum(len(b.text.split()) for b in text) >= LEAST_WORDS:
            page = read_tree(_around(cut), cut)
            return Body(
                lines=tuple(line(b) for b in blocks),
                near=_near(page, known.headline, text[0].text),
                after=_after(page, text[-1].text),
                scope=cut,
                reader="rule",
                has_drifted=not doc.is_absurd and _has_drifted(doc, text),
            )
    return None


def _has_drifted(doc: Document, text: Sequence[Block]) -> bool:
    """Most of what the rule takes is nothing a generic reader would, or is little of what that one finds."""
    votes, taken = Votes(text), _ask(third_party.by_resiliparse, doc)
    votes.add("resiliparse", taken)
    mine = sum(votes.sizes)
    return sum(
        m * n for m, n in zip(votes.mean, votes.sizes, strict=True)
    ) < DRIFT * mine or mine < LOST * len(words(taken))


def _around(cut: Element) -> Element:
    """The element that holds the headline too: byline and date are not looked for in the menus of a site."""
    root = cut.getroottree().getroot()
    return next((e for e in cut.iterancestors() if next(e.iter("h1"), None) is not None), root)


def line(block: Block, *, wanted: bool = True) -> Line:
    return Line(text=block.text, kind=block.kind, anchors=block.anchors, wanted=wanted)


def by_vote(
    doc: Document, page: Sequence[Block], known: Known, cascade: str = ""
) -> tuple[list[float], str]:
    """The quick readers' opinion where it leaves little in doubt, else everybody's."""
    votes = Votes(page)
    votes.add(
        "resiliparse", by_length(page) if doc.is_absurd else _ask(third_party.by_resiliparse, doc)
    )
    votes.add("jsonld", third_party.by_jsonld(known.articles))
    if cascade in {"", "quick"}:
        chances = judge(votes, known, WEIGHTS["quick"])
        is_costly = doc.is_absurd or len(page) > MANY_LINES
        if cascade == "quick" or is_costly or doubt(chances, votes.sizes) <= DOUBT:
            return chances, "quick"
    votes.add("trafilatura", _ask(third_party.by_trafilatura, doc))
    votes.add("readability", _ask(third_party.by_readability, doc))
    return (
        (votes.mean, "plain")
        if cascade == "plain"
        else (judge(votes, known, WEIGHTS["vote"]), "vote")
    )


def by_length(page: Sequence[Block]) -> str:
    """What a reader takes that looks at lines alone: the long ones that are no links."""
    return "\n".join(
        b.text for b in page if len(b.text) >= LONG_LINE and b.link_share < DOUBTFUL_LINKS
    )


def _ask(voter: Callable[[Document], str], doc: Document) -> str:
    try:
        return voter(doc)
    except Exception:  # noqa: BLE001 - a reader that fails on a page abstains
        return ""


def judge(votes: Votes, known: Known, weights: Mapping[str, float]) -> list[float]:
    """The chance of each line; lines far from everything anybody wants have none."""
    sheet = Sheet(votes, known.headline, known.description)
    wanted = [i for i, m in enumerate(sheet.mean) if m > 0]
    if not wanted:
        return [0.0] * len(votes.blocks)
    near = range(max(0, wanted[0] - MARGIN), min(len(votes.blocks), wanted[-1] + MARGIN))
    return [chance(sheet.row(i), weights) if i in near else 0.0 for i in range(len(votes.blocks))]


def doubt(chances: Sequence[float], sizes: Sequence[int]) -> float:
    """How many words may be wrongly in or out, for each word that is in; 1 where nothing is."""
    taken = sum(n for c, n in zip(chances, sizes, strict=True) if c > KEEP)
    return (
        sum(n * min(c, 1 - c) for c, n in zip(chances, sizes, strict=True)) / max(30, taken)
        if taken
        else 1.0
    )


def once(page: Sequence[Block], chosen: Sequence[bool], chances: Sequence[float]) -> list[bool]:
    """A long line that the page has twice is taken where it is likeliest."""
    best: dict[str, int] = {}
    for i, block in enumerate(page):
        key = letters(block.text)
        if (
            chosen[i]
            and len(key) > 40
            and chances[i] > chances[best.get(key, i)] - (key not in best)
        ):
            best[key] = i
    return [
        ok and (len(key := letters(b.text)) <= 40 or best[key] == i)
        for i, (b, ok) in enumerate(zip(page, chosen, strict=True))
    ]


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
    if len(text) > 120:
        return False
    stamp = next(dates.find(text), None)
    return bool(BY.match(text)) or (
        stamp is not None and len(text) - (stamp.end - stamp.start) < 40
    )


def between(page: Sequence[Block], chosen: Sequence[bool]) -> tuple[Line, ...]:
    """The chosen lines, and those between the first and the last that stand in the same element."""
    at = [i for i, ok in enumerate(chosen) if ok]
    if not at:
        return ()
    scope = _scope(page, chosen)
    return tuple(
        line(b, wanted=ok)
        for b, ok in zip(page[at[0] : at[-1] + 1], chosen[at[0] : at[-1] + 1], strict=True)
        if ok or scope in b.path
    )


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
    """From a little before the headline to a little after the start of the text, which may be a caption's."""
    title = letters(headline or "")
    head = next(
        (i for i, b in enumerate(page) if title and b.tag == "h1" and letters(b.text) == title),
        next((i for i, b in enumerate(page) if title and letters(b.text) == title), None),
    )
    body = next(
        (
            i
            for i, b in enumerate(page)
            if first and b.text == first and (head is None or i >= head)
        ),
        None,
    )
    start = max(0, (head if head is not None else body or 0) - 6)
    end = body + 4 if body is not None else start + 20
    return tuple(page[start : min(end, start + 40)])


def _after(page: Sequence[Block], last: str | None) -> tuple[Block, ...]:
    end = next((i for i in range(len(page) - 1, -1, -1) if page[i].text == last), None)
    return tuple(page[max(0, end - 4) : end + 6]) if end is not None else ()
