"""The features of each line of a page, from which the model decides if it is the article's."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from parsers import dates
from parsers.body.align import coverage
from parsers.body.elements import (
    ASIDE_HINT,
    HIDDEN_HINT,
    LEAD_HINT,
    MOSTLY,
    OFF_TOPIC_HINT,
    Hints,
    parent_of,
    spans_of,
    summaries_of,
)
from parsers.cleaning import boilerplate
from parsers.fields.person_names import BY
from parsers.html.blocks import Block, Captions
from parsers.html.document import Element
from parsers.text.normalize import letters, words

SENTENCE_ENDS = frozenset('.!?…:;"”’»)]')
SENTENCE = re.compile(r"[.!?][\"”’»]?(?:\s|$)")
DIGIT = re.compile(r"\d")
READER_ADDRESS = re.compile(
    r"\b(?:you|your|we|our|us|anda|kami|sie|ihre|wir|vous|nous)\b", re.IGNORECASE
)
# These are also used multiplied by the mean vote: a caption that no extractor takes means
# something else than one that all take.
WEIGHED = """
    off_topic caption heading noise link short siblings in_scope
    item shape_rate gap_long past lead under_link
""".split()  # noqa: SIM905 - easier to read as words
PRODUCTS = tuple((name, f"{name}*vote") for name in WEIGHED)
SCOPE_SHARE, SURE = 0.85, 0.6  # a share of the wanted text; a mean vote
LABEL, CLAUSE, LONG, APPEAL = 4, 12, 15, 40  # words
WORD_LENGTH = 8  # letters


Shape = tuple[str, ...]  # the tag of a block and the classes of the two elements around it


@dataclass(slots=True)
class Votes:
    """A page's words, and the share of each block that each extractor takes."""

    blocks: Sequence[Block]
    page: list[str] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    cover: dict[str, list[float]] = field(default_factory=dict)
    # These do not depend on the votes:
    sizes: list[int] = field(default_factory=list)  # words
    letters: list[str] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    hints: Hints = field(default_factory=Hints)
    captions: Captions = field(default_factory=Captions)
    spans: dict[Element, tuple[int, int]] = field(default_factory=dict)
    summaries: set[int] = field(default_factory=set)
    own_features: dict[int, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spans = spans_of(self.blocks)
        self.summaries = summaries_of(self.blocks, self.spans)
        for block in self.blocks:
            found, start = words(block.text), len(self.page)
            self.page += found
            self.bounds.append((start, len(self.page)))
            self.sizes.append(len(found))
            self.letters.append("".join(found))
            self.shapes.append((block.tag, *((n.get("class") or "") for n in block.path[-2:])))

    def add(self, extractor: str, text: str) -> None:
        """An extractor that finds nothing has no vote."""
        if text.strip():
            self.add_shares(extractor, coverage(self.page, self.bounds, text))

    def add_shares(self, voter: str, shares: list[float]) -> None:
        for i in self.summaries:
            shares[i] = 0.0
        if any(shares):
            self.cover[voter] = shares

    @property
    def mean(self) -> list[float]:
        if not self.cover:
            return [0.0] * len(self.blocks)
        return [sum(shares) / len(shares) for shares in zip(*self.cover.values(), strict=True)]


class LineFeatures:
    """The features of a page's blocks: one pass over the page, then one row for each block."""

    def __init__(self, votes: Votes, headline: str | None, description: str | None) -> None:
        self.votes, self.blocks = votes, votes.blocks
        self.sizes, self.mean = votes.sizes, votes.mean
        self.mass = [m * n for m, n in zip(self.mean, self.sizes, strict=True)]
        self.total = max(1.0, sum(self.mass))
        self.before = [0.0, *accumulate(self.mass)]
        self.letters, self.shapes = votes.letters, votes.shapes
        self.count = Counter(self.letters)
        self.title, self.description = letters(headline), letters(description)[:60]
        self._sum_wanted()
        self._find_landmarks()

    def _sum_wanted(self) -> None:
        """The wanted text in each element, in each parent and in each shape of paragraph."""
        self.parent: dict[Element, float] = {}
        self.shape: dict[Shape, list[float]] = {}
        for i, block in enumerate(self.blocks):
            sums = self.shape.setdefault(self.shapes[i], [0.0, 0.0])
            sums[0] += self.mass[i]
            sums[1] += self.sizes[i]
            if self.mass[i]:
                parent = parent_of(block)
                self.parent[parent] = self.parent.get(parent, 0.0) + self.mass[i]
        least, before = SCOPE_SHARE * self.total, self.before
        holders = [n for n, (a, b) in self.votes.spans.items() if before[b] - before[a] >= least]
        self.scope = holders[-1] if holders else None  # they contain each other, outer ones first
        start, end = self.votes.spans.get(self.scope, (0, 0))
        self.in_scope = range(start, end)
        path = self.blocks[start].path if self.in_scope else ()
        self.scope_path = path[: path.index(self.scope) + 1] if path else ()
        self.hints_around = self.votes.hints.of(self.scope_path)

    def _find_landmarks(self) -> None:
        """The indexes of the headline and of the first and last long line that is wanted."""
        wanted = [
            i
            for i, (m, n) in enumerate(zip(self.mean, self.sizes, strict=True))
            if m > SURE and n > LONG
        ]
        self.first, self.last = (wanted[0], wanted[-1]) if wanted else (-1, len(self.blocks))
        titles = [i for i, t in enumerate(self.letters) if t == self.title and t]
        first_title = titles[0] if titles else -1
        self.head = next((i for i in titles if self.blocks[i].tag == "h1"), first_title)

    def near(self, i: int) -> float:
        """The mean vote of the lines before and after it, weighted by their length."""
        before, after = min(self.sizes[i - 1], 40) if i else 0, 0
        mass = self.mean[i - 1] * before
        if i + 1 < len(self.sizes):
            after = min(self.sizes[i + 1], 40)
            mass += self.mean[i + 1] * after
        return mass / max(1, before + after)

    def is_possible(self, i: int) -> bool:
        """False for lines that no vote takes, if they are links or stand elsewhere: of a hundred articles one has such a line.

        Between the headline and the text there may be a lead.
        """
        if i in self.votes.summaries:
            return False
        if self.mean[i] > 0 or self.head < i < self.first:
            return True
        return i in self.in_scope and self.blocks[i].link_share <= MOSTLY

    def row(self, i: int) -> dict[str, float]:
        if i not in self.votes.own_features:
            self.votes.own_features[i] = self._text_features(i)
        own = self.votes.own_features[i]
        row = {
            **own,
            **self._vote_features(i),
            **self._place_features(i),
            **self._shape_features(i),
        }
        if mean := self.mean[i]:
            for name, product in PRODUCTS:
                if value := row[name]:
                    row[product] = value * mean
        return row

    def _text_features(self, i: int) -> dict[str, float]:
        """Those of the line itself, whatever the votes are."""
        block, size, text = self.blocks[i], self.sizes[i], self.blocks[i].text
        row = self._form_features(i)
        row["link"] = link = block.link_share
        row["link_long"] = link * min(1.0, size / LONG)
        row["title"] = self.letters[i] == self.title != ""
        row["title_part"] = (
            len(self.letters[i]) > WORD_LENGTH
            and self.title != self.letters[i]
            and len(self.letters[i]) < 2 * len(self.title)
            and (self.letters[i] in self.title or self.title in self.letters[i])
        )
        row["repeated"] = len(self.letters[i]) > LONG and self.count[self.letters[i]] > 1
        row["description"] = len(self.description) > 20 and self.letters[i][:60] == self.description
        kind = boilerplate.kind_of(text, linked=link > 0.7, caption=False, indonesian=False)
        row["noise"] = kind is not None
        brief = len(text) < 120
        row["byline"] = brief and BY.match(text) is not None
        row["date"] = brief and row["digits"] > 0 and next(dates.find(text), None) is not None
        return row

    def _vote_features(self, i: int) -> dict[str, float]:
        votes = {extractor: shares[i] for extractor, shares in self.votes.cover.items()}
        mean = self.mean[i]
        before = self.mean[i - 1] if i else 0.0
        after = self.mean[i + 1] if i + 1 < len(self.mean) else 0.0
        return {
            **votes,
            "vote": mean,
            "all": min(votes.values(), default=0.0),
            "vote_without_jsonld": mean * ("jsonld" not in votes),
            "near": self.near(i),
            "both_sides": before * after,
            "agreed_pair": votes.get("trafilatura", 0.0) * votes.get("density", 0.0),
        }

    def _place_features(self, i: int) -> dict[str, float]:
        block, hints = self.blocks[i], self.votes.hints
        inside = i in self.in_scope
        depth = len(self.scope_path) - 1 if inside else -1
        within, around = hints.of(block.path[depth + 1 :]), self.hints_around if inside else 0
        gap = 0 <= self.head < i < self.first
        away = max(0, self.first - i, i - self.last) if self.first >= 0 else 0
        return {
            "siblings": self.parent.get(parent_of(block), 0.0) / self.total,
            "in_scope": inside,
            "below": min(6, len(block.path) - 1 - depth) / 6 if inside else 1.0,
            "off_topic": bool(within & OFF_TOPIC_HINT),
            "off_topic_around": bool(around & OFF_TOPIC_HINT),
            "aside": bool(within & ASIDE_HINT),
            "hidden": bool((within | around) & HIDDEN_HINT),
            "lead": bool(hints.of(block.path[-2:]) & LEAD_HINT),
            "gap": gap,
            "under_link": self._under_link(i),
            "gap_long": gap and self.sizes[i] > CLAUSE,
            "above_head": i < self.head,
            "past": self.first >= 0 and i > self.last,
            "away": min(20, away) / 20,
            "after_all": self.before[i + 1] > 0.995 * self.total,
        }

    def _under_link(self, i: int) -> bool:
        """A summary under the linked title of another article, in an element with little text."""
        box = parent_of(self.blocks[i])
        above = self.blocks[i - 1] if i else None
        return (
            above is not None
            and above.link_share > MOSTLY
            and box in above.path
            and self.parent.get(box, 0.0) < self.total / 2
        )

    def _shape_features(self, i: int) -> dict[str, float]:
        mass, total = self.shape[self.shapes[i]]
        return {"shape_share": mass / self.total, "shape_rate": mass / max(1.0, total)}

    def _form_features(self, i: int) -> dict[str, float]:
        block, size, text = self.blocks[i], self.sizes[i], self.blocks[i].text
        tens = max(1.0, size / 10)
        return {
            "log_words": math.log1p(size) / 4,
            "short": size < LABEL,
            "long": size > 25,
            **{kind: block.kind == kind for kind in ("heading", "item", "cell")},
            "caption": self.votes.captions.has(block),
            "quote": block.kind in {"quote", "embed"},
            "h1": block.tag == "h1",
            "ends": text[-1] in SENTENCE_ENDS,
            "sentences": len(SENTENCE.findall(text)) / tens,
            "commas": text.count(",") / tens,
            "digits": len(DIGIT.findall(text)) / len(text),
            "upper": text.isupper(),
            "colon": text.endswith(":"),
            "speaks_to_reader": size < APPEAL and READER_ADDRESS.search(text) is not None,
            "opens_quote": text[:1] in "\"“„«‘'",
        }


def chance(row: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The probability that a line is the article's."""
    total = weights["bias"]
    for name, value in row.items():
        if value:
            total += value * weights.get(name, 0.0)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
