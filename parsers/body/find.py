"""The article's own lines: by the source's rule, else by a vote of extractors on each line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parsers import dates
from parsers.body.density import Density
from parsers.body.elements import is_hidden
from parsers.body.line_features import LineFeatures, Votes, chance
from parsers.cleaning.clean import Line
from parsers.fields.person_names import BY
from parsers.html import third_party
from parsers.html.blocks import Block, Captions, read_subtree, read_tree
from parsers.html.document import Document, Element
from parsers.source import ArticleRule
from parsers.text.normalize import letters

WEIGHTS: dict[str, dict[str, float]] = json.loads(
    Path(__file__).with_name("weights.json").read_text(encoding="utf-8")
)
LEAST_WORDS = 15  # with fewer, the rule is out of date or the page is of another kind
MARGIN = 12  # lines before the first and after the last vote that can still be chosen
MOST_RULE_LINKS = 0.5  # the share of a rule's text in links
LEAST_FOUND = 1 / 3  # of the page's long lines, some of which are comments
MOST_DOUBT = 0.16  # the share of uncertain words up to which the quick extractors decide
LONG_LINE = 80  # letters; menus and labels have fewer
MOST_LINKED = 0.3  # the share of a long line's letters in links
MANY_LINES = 3000  # of a page; the time of some extractors grows with their square
KEEP = 0.47  # below a half, because a lost paragraph is worse than a stray line


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleBody:
    lines: tuple[Line, ...]
    # From the headline to the first paragraph; may have byline and date.
    near_headline: tuple[Block, ...]
    # The last lines of the text and the first after it; may have a byline.
    near_end: tuple[Block, ...]
    scope: Element | None  # the element that contains the text
    method: str  # rule, quick or vote
    has_drifted: bool = False  # the rule's text is not the page's


def find_body(
    doc: Document, rule: ArticleRule, headline: str | None = None, description: str | None = None
) -> ArticleBody:
    if (body := find_by_rule(doc, rule, headline)) is not None:
        return body
    page = read_tree(doc.tree)
    chances, method = line_chances(doc, page, headline, description)
    chosen = without_repeated(page, [c > KEEP for c in chances], chances)
    chosen = with_hidden_parts(page, without_top_lines(page, chosen, headline))
    texts = [block.text for block, ok in zip(page, chosen, strict=True) if ok]
    return ArticleBody(
        lines=chosen_lines(page, chosen),
        near_headline=_near_headline(page, headline, texts[0] if texts else None),
        near_end=_near_end(page, texts[-1] if texts else None),
        scope=_scope(page, chosen),
        method=method,
    )


def find_by_rule(doc: Document, rule: ArticleRule, headline: str | None) -> ArticleBody | None:
    """What the source's selector selects; None where that has too few words."""
    for root in doc.select(rule.body)[:1]:
        blocks = read_subtree(root, rule.drop)
        text = [b for b in blocks if b.kind != "aside"]
        if sum(len(b.text.split()) for b in text) >= LEAST_WORDS:
            page, captions = read_tree(doc.tree), Captions()
            return ArticleBody(
                lines=tuple(line(b, captions) for b in blocks),
                near_headline=_near_headline(page, headline, text[0].text),
                near_end=_near_end(page, text[-1].text),
                scope=root,
                method="rule",
                has_drifted=_has_drifted(page, text),
            )
    return None


def _has_drifted(page: Sequence[Block], text: Sequence[Block]) -> bool:
    """Whether the rule's text is mostly links, or little beside the page's. Sites are redesigned without notice."""
    n_linked = sum(len(a.text) for block in text for a in block.anchors)
    n_letters = sum(len(block.text) for block in text)
    return n_linked > MOST_RULE_LINKS * n_letters or n_letters < LEAST_FOUND * len(by_length(page))


def line(block: Block, captions: Captions, *, wanted: bool = True) -> Line:
    kind = "caption" if captions.has(block) else block.kind
    return Line(text=block.text, kind=kind, anchors=block.anchors, wanted=wanted)


def line_chances(
    doc: Document, page: Sequence[Block], headline: str | None, description: str | None
) -> tuple[list[float], str]:
    """The probability that each line is the article's, and the method.

    The quick extractors decide where they leave little in doubt, else trafilatura votes too.
    """
    votes = quick_votes(doc, page)
    chances = chances_by(LineFeatures(votes, headline, description), WEIGHTS["quick"])
    if _is_costly(doc, page) or doubt(chances, votes.sizes) <= MOST_DOUBT:
        return chances, "quick"
    add_slow_vote(votes, doc)
    return chances_by(LineFeatures(votes, headline, description), WEIGHTS["vote"]), "vote"


def quick_votes(doc: Document, page: Sequence[Block]) -> Votes:
    votes = Votes(page)
    text = by_length(page) if doc.is_pathological else _extract(third_party.by_resiliparse, doc)
    votes.add("resiliparse", text)
    votes.add("jsonld", third_party.by_jsonld(doc))
    votes.add_shares("density", Density(page, votes.spans, votes.hints).shares())
    return votes


def add_slow_vote(votes: Votes, doc: Document) -> None:
    votes.add("trafilatura", _extract(third_party.by_trafilatura, doc))


def _is_costly(doc: Document, page: Sequence[Block]) -> bool:
    """Whether some extractors would take very long."""
    return doc.is_pathological or len(page) > MANY_LINES


def by_length(page: Sequence[Block]) -> str:
    """A substitute for an extractor: the long lines that are not links."""
    return "\n".join(
        b.text for b in page if len(b.text) >= LONG_LINE and b.link_share < MOST_LINKED
    )


def _extract(extractor: Callable[[Document], str], doc: Document) -> str:
    try:
        return extractor(doc)
    except Exception:  # noqa: BLE001 - an extractor that fails on a page has no vote
        return ""


def chances_by(features: LineFeatures, weights: Mapping[str, float]) -> list[float]:
    """The probability of each line; 0 for lines far from all votes, and for others that nobody votes for."""
    n_lines = len(features.blocks)
    wanted = [i for i, m in enumerate(features.mean) if m > 0]
    chances = [0.0] * n_lines
    if wanted:
        for i in range(max(0, wanted[0] - MARGIN), min(n_lines, wanted[-1] + MARGIN)):
            if features.is_possible(i):
                chances[i] = chance(features.row(i), weights)
    return chances


def doubt(chances: Sequence[float], sizes: Sequence[int]) -> float:
    """The expected number of wrong words for each word that is chosen; 1 if none is."""
    n_chosen = sum(n for c, n in zip(chances, sizes, strict=True) if c > KEEP)
    n_wrong = sum(n * min(c, 1 - c) for c, n in zip(chances, sizes, strict=True))
    return n_wrong / max(30, n_chosen) if n_chosen else 1.0


def without_repeated(
    page: Sequence[Block], chosen: Sequence[bool], chances: Sequence[float]
) -> list[bool]:
    """Of long lines with the same letters only the most probable one."""
    best: dict[str, int] = {}
    keys = {i: letters(page[i].text) for i, ok in enumerate(chosen) if ok}
    for i, key in keys.items():
        if len(key) > 40 and chances[i] > chances[best.get(key, i)] - (key not in best):
            best[key] = i
    return [i in keys and best.get(keys[i], i) == i for i in range(len(page))]


def without_top_lines(
    page: Sequence[Block], chosen: Sequence[bool], headline: str | None
) -> list[bool]:
    """Without the headline, byline and date above the first paragraph."""
    kept, title = list(chosen), letters(headline)
    for i, block in enumerate(page):
        if kept[i]:
            if letters(block.text) != title and not is_byline_or_date(block.text):
                break
            kept[i] = False
    return kept


def with_hidden_parts(page: Sequence[Block], chosen: Sequence[bool]) -> list[bool]:
    """With the paragraphs of hidden parts beside parts of the text: some pages show one after the other."""
    kept = list(chosen)
    parts: dict[Element, list[int]] = {}
    for i, block in enumerate(page):
        is_text = len(block.text) >= LONG_LINE and block.link_share < MOST_LINKED
        if is_text and block.tag == "p" and not chosen[i]:
            part = next(filter(is_hidden, block.path), None)
            if part is not None:
                parts.setdefault(part, []).append(i)
    if not parts:
        return kept
    scope = _scope(page, chosen)
    paths = (b.path for b, ok in zip(page, chosen, strict=True) if ok and scope in b.path)
    holders = {node for path in paths for node in path[path.index(scope) :]}
    for part, lines in parts.items():
        if any(n in holders and _is_like(n, part) for n in part.getparent()):
            for i in lines:
                kept[i] = True
    return kept


def _is_like(node: Element, part: Element) -> bool:
    """Whether it is a box of the same class."""
    classes, others = ((each.get("class") or "").split() for each in (node, part))
    return node.tag == part.tag and not {*classes}.isdisjoint(others)


def is_byline_or_date(text: str) -> bool:
    """A short line that has little more than a byline or a date. A sentence is neither: `Di Muara, warga antre.`"""
    if len(text) > 120:
        return False
    stamp = next(dates.find(text), None)
    return bool(BY.match(text) and not text.endswith(".")) or (
        stamp is not None and len(text) - (stamp.end - stamp.start) < 40
    )


def chosen_lines(page: Sequence[Block], chosen: Sequence[bool]) -> tuple[Line, ...]:
    """The chosen lines, and as unwanted those between them that are in the same element."""
    at = [i for i, ok in enumerate(chosen) if ok]
    if not at:
        return ()
    scope, captions = _scope(page, chosen), Captions()
    return tuple(
        line(b, captions, wanted=ok)
        for b, ok in zip(page[at[0] : at[-1] + 1], chosen[at[0] : at[-1] + 1], strict=True)
        if ok or scope in b.path
    )


def _scope(page: Sequence[Block], chosen: Sequence[bool]) -> Element | None:
    """The deepest element that contains nine tenths of the chosen text."""
    weight: dict[Element, int] = {}
    total = 0
    for block, ok in zip(page, chosen, strict=True):
        if ok:
            total += len(block.text)
            for node in block.path:
                weight[node] = weight.get(node, 0) + len(block.text)
    holders = [n for n, w in weight.items() if w >= total * 0.9]
    return holders[-1] if holders else None


def _near_headline(
    page: Sequence[Block], headline: str | None, first: str | None
) -> tuple[Block, ...]:
    """From a few lines before the headline to a few after `first`, the first line of the text.

    The first line may be a caption.
    """
    title = letters(headline)
    titles = [i for i, b in enumerate(page) if title and _has_letters(b.text, title)]
    head = next((i for i in titles if page[i].tag == "h1"), titles[0] if titles else None)
    same = (i for i, b in enumerate(page) if first and b.text == first)
    body = next((i for i in same if head is None or i >= head), None)
    start = max(0, (head if head is not None else body or 0) - 6)
    end = body + 4 if body is not None else start + 20
    return tuple(page[start : min(end, start + 40)])


def _has_letters(text: str, wanted: str) -> bool:
    """Whether these are its letters. Most lines are too short or too long for it."""
    return len(wanted) <= 3 * len(text) <= 9 * len(wanted) and letters(text) == wanted


def _near_end(page: Sequence[Block], last: str | None) -> tuple[Block, ...]:
    end = next((i for i in range(len(page) - 1, -1, -1) if page[i].text == last), None)
    return tuple(page[max(0, end - 4) : end + 6]) if end is not None else ()
