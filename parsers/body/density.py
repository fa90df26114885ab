"""A vote of our own, in the way of Readability: the element with the densest prose, read from the page's blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from parsers.body.elements import MOSTLY, OFF_TOPIC_HINT, ON_TOPIC_HINT, Hints, parent_of
from parsers.html.blocks import Block
from parsers.html.document import Element

SHORTEST = 25  # letters of a line that counts
LEAST = 250  # letters of a text; where it has fewer, the names of elements do not count
NAME_WEIGHT = 25  # as much as a long paragraph has
TAG_WEIGHTS = {
    **dict.fromkeys(("article", "main"), 8),
    **dict.fromkeys(("div", "section"), 5),
    **dict.fromkeys(("blockquote", "pre", "td"), 3),
    **dict.fromkeys(("address", "dd", "dl", "dt", "form", "li", "ol", "ul"), -3),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "th"), -5),
}
WHOLE = frozenset({"html", "body", "main", "article"})  # whatever their names are
BOXES = frozenset({"table", "ul", "ol", "div", "aside", "header", "footer", "section", "nav", "form"})  # fmt: skip
MOST_LINKED, MOST_LINKED_NAMED = 0.2, 0.5  # a share of a box; of one that is named like an article
MANY_COMMAS = 10  # prose, however much of it is linked
BESIDE_SHARE, BESIDE_LEAST = 0.2, 10  # of the best score, for the elements beside the best


class Density:
    """The score of each element, from the lines directly in it and in its children."""

    def __init__(
        self, blocks: Sequence[Block], spans: dict[Element, tuple[int, int]], hints: Hints
    ) -> None:
        self.blocks, self.spans, self.hints = blocks, spans, hints
        self.letters = _sums(len(b.text) for b in blocks)
        self.linked = _sums(sum(len(a.text) for a in b.anchors) for b in blocks)
        self.commas = _sums(b.text.count(",") for b in blocks)
        self.scores: dict[Element, float] = {}
        self.reads_names = True

    def shares(self) -> list[float]:
        """Of each line the share to take."""
        for self.reads_names in (True, False):
            shares = self._shares(self._side_lines())
            if sum(v * len(b.text) for v, b in zip(shares, self.blocks, strict=True)) >= LEAST:
                break
        return shares

    def _shares(self, is_beside: bytearray) -> list[float]:
        shares = [0.0] * len(self.blocks)
        self._score(is_beside)
        scores = {e: s * (1 - self._link_share(e)) for e, s in self.scores.items()}
        if not scores:
            return shares
        best = max(scores, key=lambda e: scores[e])
        chosen = [best, *self._neighbours(best, scores)]
        for start, end in map(self.spans.__getitem__, chosen):
            for i in range(start, end):
                shares[i] = 0.0 if is_beside[i] else 1 - self.blocks[i].link_share
        text_elements = {*chosen, *best.iterancestors()}
        for node, (start, end) in self.spans.items():
            is_box = node.tag in BOXES and node not in text_elements
            if is_box and any(shares[start:end]) and self._is_rejected(node):
                shares[start:end] = [0.0] * (end - start)
        return shares

    def _side_lines(self) -> bytearray:
        """1 for each line in an element of links, or with the name of a side box."""
        lines = bytearray(len(self.blocks))
        for node, (start, end) in self.spans.items():  # outer ones first
            if not lines[start] and node.tag not in WHOLE and self._is_beside(node):
                lines[start:end] = b"\1" * (end - start)
        return lines

    def _is_beside(self, node: Element) -> bool:
        return self._link_share(node) > MOSTLY or self._name_weight(node) < 0

    def _score(self, is_beside: bytearray) -> None:
        self.scores = {}
        for block, beside in zip(self.blocks, is_beside, strict=True):
            holder = None if beside or len(block.text) < SHORTEST else parent_of(block)
            if holder is not None:
                points = 1 + block.text.count(",") + min(len(block.text) / 100, 3)
                self._add(holder, points)
                if (around := holder.getparent()) in self.spans:
                    self._add(around, points / 2)

    def _add(self, node: Element, points: float) -> None:
        before = self.scores.get(node)
        start = TAG_WEIGHTS.get(node.tag, 0) + self._name_weight(node) if before is None else before
        self.scores[node] = start + points

    def _name_weight(self, node: Element) -> int:
        hints = self.hints[node] if self.reads_names else 0
        return NAME_WEIGHT * (bool(hints & ON_TOPIC_HINT) - bool(hints & OFF_TOPIC_HINT))

    def _link_share(self, node: Element) -> float:
        return min(1.0, self._sum(self.linked, node) / max(1, self._sum(self.letters, node)))

    def _sum(self, sums: Sequence[int], node: Element) -> int:
        start, end = self.spans[node]
        return sums[end] - sums[start]

    def _neighbours(self, best: Element, scores: dict[Element, float]) -> Iterator[Element]:
        """The elements beside the best that have text, too."""
        parent, least = best.getparent(), max(BESIDE_LEAST, BESIDE_SHARE * scores[best])
        for node in parent if parent is not None else ():
            if node is not best and scores.get(node, 0) >= least:
                yield node

    def _is_rejected(self, node: Element) -> bool:
        """Whether it has links, little text, or a bad score."""
        weight = self._name_weight(node)
        if weight + self.scores.get(node, 0) < 0:
            return True
        if self._sum(self.commas, node) >= MANY_COMMAS:
            return False
        most = MOST_LINKED_NAMED if weight > 0 else MOST_LINKED
        return self._sum(self.letters, node) < SHORTEST or self._link_share(node) > most


def _sums(values: Iterable[int]) -> list[int]:
    return [0, *accumulate(values)]
