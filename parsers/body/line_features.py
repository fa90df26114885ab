"""What can be said of each line of a page before deciding whether it is the article's: one number a feature."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate
from operator import or_

from parsers import dates
from parsers.body.align import coverage, words
from parsers.cleaning import boilerplate
from parsers.fields.byline import BY
from parsers.html.blocks import Block
from parsers.html.document import Element

VOTERS = ("trafilatura", "readability", "resiliparse", "jsonld")
OFF_TOPIC = re.compile(
    r"comment|disqus|related|recommend|promo|newsletter|subscri|sidebar|side-bar|share|social|advert|sponsor|footer|header|menu|\bnav"
    r"|popular|trending|read-?more|more-|widget|cookie|consent|banner|signup|sign-up"
    r"|paywall|teaser|copyright|breadcrumb|author|byline|bio\b|tags?\b|meta\b|credit|caption|disclaimer|toolbar|popup|modal|hidden|login"
    r"|rating|print-only|skip|terkait|iklan|baca",
    re.IGNORECASE,
)
ON_TOPIC = re.compile(
    r"article-?body|story-?body|post-?content|entry-?content|article-?content|article__?body|body-?text|article-?text|story-?content"
    r"|main-?content|content-?body|richtext|prose|\bpost\b|article|story|detail|isi|konten",
    re.IGNORECASE,
)
LEAD = re.compile(
    r"\blead|intro|standfirst|summary|subtitle|sub-?head|\bdek\b|deck|teaser|abstract|excerpt|vorspann|chapo|sommario"
    r"|kicker|ringkasan|strapline|description",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?…:;\"”’»)\]]\s*$")
SENTENCE = re.compile(r"[.!?][\"”’»]?(?:\s|$)")
DIGIT = re.compile(r"\d")
ADDRESS = re.compile(r"\b(?:you|your|we|our|us|anda|kami|sie|ihre|wir|vous|nous)\b", re.IGNORECASE)
ASIDE = frozenset({"nav", "aside", "footer", "form", "header", "button", "dialog"})
LEAVES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "td"})
# Multiplied by the mean vote as well: a caption nobody wants and one that all want are different things.
WEIGHED = (
    "off_topic",
    "caption",
    "heading",
    "noise",
    "link",
    "short",
    "siblings",
    "in_scope",
    "item",
    "shape_rate",
    "gap_long",
    "past",
    "lead",
    "under_link",
)
PRODUCTS = tuple((name, f"{name}*vote") for name in WEIGHED)
HOLDS, SURE = 0.85, 0.6  # a share of the wanted text; a mean vote
LABEL, CLAUSE, LONG, APPEAL = 4, 12, 15, 40  # words
MOSTLY = 0.7  # a share of a line in links
WORD = 8  # letters
OFF, LEADS, BESIDE, HIDDEN = 1, 2, 4, 8


def letters(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


class Marks(dict[Element, int]):
    """What the attributes of each element suggest, asked once: the sum of OFF, LEADS, BESIDE and HIDDEN."""

    def __missing__(self, node: Element) -> int:
        said = f"{node.get('class') or ''} {node.get('id') or ''} {node.get('role') or ''}"
        style = (node.get("style") or "").replace(" ", "")
        self[node] = marks = (
            OFF * (OFF_TOPIC.search(said) is not None and not ON_TOPIC.search(said))
            + LEADS * (LEAD.search(f"{said} {node.get('itemprop') or ''}") is not None)
            + BESIDE * (node.tag in ASIDE)
            + HIDDEN * (node.get("hidden") is not None or "display:none" in style)
        )
        return marks

    def of(self, path: Sequence[Element]) -> int:
        """What any of them suggests."""
        return reduce(or_, map(self.__getitem__, path), 0)


@dataclass(slots=True)
class Votes:
    """A page's words, and how much of each block every voter takes."""

    blocks: Sequence[Block]
    page: list[str] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    cover: dict[str, list[float]] = field(default_factory=dict)
    marks: Marks = field(
        default_factory=Marks
    )  # of the elements, and what is said of each block: no vote changes them
    said: dict[int, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for block in self.blocks:
            start = len(self.page)
            self.page += words(block.text)
            self.bounds.append((start, len(self.page)))

    def add(self, voter: str, text: str) -> None:
        """A voter that finds nothing does not vote."""
        if text.strip():
            self.cover[voter] = coverage(self.page, self.bounds, text)

    @property
    def sizes(self) -> list[int]:
        return [b - a for a, b in self.bounds]

    @property
    def mean(self) -> list[float]:
        n = max(1, len(self.cover))
        return [sum(c[i] for c in self.cover.values()) / n for i in range(len(self.blocks))]


class Sheet:
    """The features of a page's blocks; one pass over the page, then one row a block."""

    def __init__(self, votes: Votes, headline: str | None, description: str | None) -> None:
        self.votes, self.blocks, self.sizes, self.mean = (
            votes,
            votes.blocks,
            votes.sizes,
            votes.mean,
        )
        self.mass = [m * n for m, n in zip(self.mean, self.sizes, strict=True)]
        self.total = max(1.0, sum(self.mass))
        self.before = [0.0, *accumulate(self.mass)]
        self.letters = [letters(b.text) for b in self.blocks]
        self.count = Counter(self.letters)
        self.title, self.described = letters(headline or ""), letters(description or "")[:60]
        self._weigh()
        self._landmarks()

    def _weigh(self) -> None:
        """How much of the wanted text each element, each parent and each shape of paragraph holds."""
        nodes: dict[Element, float] = {}
        self.parent: dict[Element, float] = {}
        self.shape: dict[tuple[str, ...], list[float]] = {}
        self.shapes = [(b.tag, *((n.get("class") or "") for n in b.path[-2:])) for b in self.blocks]
        for i, block in enumerate(self.blocks):
            kept = self.shape.setdefault(self.shapes[i], [0.0, 0.0])
            kept[0] += self.mass[i]
            kept[1] += self.sizes[i]
            if self.mass[i]:
                for node in block.path:
                    nodes[node] = nodes.get(node, 0.0) + self.mass[i]
                holder = parent_of(block)
                self.parent[holder] = self.parent.get(holder, 0.0) + self.mass[i]
        holders = [n for n, m in nodes.items() if m >= HOLDS * self.total]
        self.scope = max(holders, key=lambda n: sum(1 for _ in n.iterancestors()), default=None)

    def _landmarks(self) -> None:
        """Where the headline stands, and the first and last long line that is wanted."""
        wanted = [
            i
            for i, (m, n) in enumerate(zip(self.mean, self.sizes, strict=True))
            if m > SURE and n > LONG
        ]
        self.first, self.last = (wanted[0], wanted[-1]) if wanted else (-1, len(self.blocks))
        said = [i for i, t in enumerate(self.letters) if t == self.title and t]
        self.head = next((i for i in said if self.blocks[i].tag == "h1"), said[0] if said else -1)

    def near(self, i: int) -> float:
        """The mean vote of the lines beside it, long ones weighing more."""
        pairs = [
            (self.mean[j], min(self.sizes[j], 40))
            for j in (i - 1, i + 1)
            if 0 <= j < len(self.blocks)
        ]
        return sum(m * w for m, w in pairs) / max(1, sum(w for _, w in pairs))

    def row(self, i: int) -> dict[str, float]:
        if i not in self.votes.said:
            self.votes.said[i] = self._said(i)
        row: dict[str, float] = {
            **self._votes(i),
            **self._place(i),
            **self._shape(i),
            **self.votes.said[i],
        }
        if mean := self.mean[i]:
            for name, product in PRODUCTS:
                row[product] = row[name] * mean
        return row

    def _said(self, i: int) -> dict[str, float]:
        """What the line itself says, whoever wants it."""
        block, size, text = self.blocks[i], self.sizes[i], self.blocks[i].text
        row = self._form(i)
        row["link"] = link = block.link_share
        row["link_long"] = link * min(1.0, size / LONG)
        row["title"] = self.letters[i] == self.title != ""
        row["title_part"] = (
            len(self.letters[i]) > WORD
            and self.title != self.letters[i]
            and len(self.letters[i]) < 2 * len(self.title)
            and (self.letters[i] in self.title or self.title in self.letters[i])
        )
        row["repeated"] = len(self.letters[i]) > LONG and self.count[self.letters[i]] > 1
        row["description"] = len(self.described) > 20 and self.letters[i][:60] == self.described
        row["noise"] = (
            boilerplate.kind_of(text, linked=link > 0.7, caption=False, indonesian=False)
            is not None
        )
        brief = len(text) < 120
        row["byline"] = brief and BY.match(text) is not None
        row["date"] = brief and next(dates.find(text), None) is not None
        return row

    def _votes(self, i: int) -> dict[str, float]:
        given = {v: c[i] for v, c in self.votes.cover.items()}
        mean = self.mean[i]
        before, after = (
            self.mean[i - 1] if i else 0.0,
            self.mean[i + 1] if i + 1 < len(self.mean) else 0.0,
        )
        return {
            **given,
            "vote": mean,
            "all": min(given.values(), default=0.0),
            "vote_without_jsonld": mean * ("jsonld" not in given),
            "near": self.near(i),
            "both_sides": before * after,
            "agreed_pair": given.get("trafilatura", 0.0) * given.get("readability", 0.0),
        }

    def _place(self, i: int) -> dict[str, float]:
        block, scope = self.blocks[i], self.scope
        inside = scope is not None and scope in block.path
        depth = block.path.index(scope) if inside else -1
        marks = self.votes.marks
        within, around = marks.of(block.path[depth + 1 :]), marks.of(block.path[: depth + 1])
        gap = 0 <= self.head < i < self.first
        away = max(0, self.first - i, i - self.last) if self.first >= 0 else 0
        return {
            "siblings": self.parent.get(parent_of(block), 0.0) / self.total,
            "in_scope": inside,
            "below": min(6, len(block.path) - 1 - depth) / 6 if inside else 1.0,
            "off_topic": bool(within & OFF),
            "off_topic_around": bool(around & OFF),
            "aside": bool(within & BESIDE),
            "hidden": bool((within | around) & HIDDEN),
            "lead": bool(marks.of(block.path[-2:]) & LEADS),
            "gap": gap,
            "under_link": self._under_link(i),
            "gap_long": gap and self.sizes[i] > CLAUSE,
            "above_head": i < self.head,
            "past": self.first >= 0 and i > self.last,
            "away": min(20, away) / 20,
            "after_all": self.before[i + 1] > 0.995 * self.total,
        }

    def _under_link(self, i: int) -> bool:
        """A summary under the linked title of another story: both stand in a box that holds little of the text."""
        box = parent_of(self.blocks[i])
        beside = self.blocks[i - 1] if i else None
        return (
            beside is not None
            and beside.link_share > MOSTLY
            and box in beside.path
            and self.parent.get(box, 0.0) < self.total / 2
        )

    def _shape(self, i: int) -> dict[str, float]:
        mass, total = self.shape[self.shapes[i]]
        return {"shape_share": mass / self.total, "shape_rate": mass / max(1.0, total)}

    def _form(self, i: int) -> dict[str, float]:
        block, size, text = self.blocks[i], self.sizes[i], self.blocks[i].text
        tens = max(1.0, size / 10)
        return {
            "log_words": math.log1p(size) / 4,
            "short": size < LABEL,
            "long": size > 25,
            **{kind: block.kind == kind for kind in ("heading", "item", "caption", "cell")},
            "quote": block.kind in {"quote", "embed"},
            "h1": block.tag == "h1",
            "ends": SENTENCE_END.search(text) is not None,
            "sentences": len(SENTENCE.findall(text)) / tens,
            "commas": text.count(",") / tens,
            "digits": len(DIGIT.findall(text)) / len(text),
            "upper": text.isupper(),
            "colon": text.endswith(":"),
            "speaks_to_reader": size < APPEAL and ADDRESS.search(text) is not None,
            "opens_quote": text[:1] in "\"“„«‘'",
        }


def parent_of(block: Block) -> Element:
    """The element whose children the paragraphs are."""
    path = block.path
    return path[-2] if block.tag in LEAVES and len(path) > 1 else path[-1] if path else None


def chance(row: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The probability that a line is the article's."""
    total = weights["bias"]
    for name, value in row.items():
        if value:
            total += value * weights.get(name, 0.0)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
