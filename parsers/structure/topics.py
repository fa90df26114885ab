"""What an article is about, by editable term lists; the matched terms are kept."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from parsers.language.words import table

from .rows import Topic
from .text import Body

LEAST_HITS = 2  # one hit in passing is no topic, unless the headline has it


@cache
def _terms() -> dict[str, tuple[tuple[str, str], ...]]:
    """A term in lower case to the topics it speaks for, with the spelling of the list."""
    found: dict[str, list[tuple[str, str]]] = {}
    for topic, entry in table("topics").items():
        for term in entry["terms"]:
            found.setdefault(term.lower(), []).append((topic, term))
    return {term: tuple(topics) for term, topics in found.items()}


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_terms(), key=lambda t: (-len(t), t))
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, names)) + r")(?![\w-])", re.IGNORECASE)


def topics(body: Body, headline: str | None) -> tuple[Topic, ...]:
    hits: dict[str, Counter[str]] = {}
    first: dict[str, int] = {}
    for match in _pattern().finditer(body.text):
        for topic, term in _terms()[match.group().lower()]:
            hits.setdefault(topic, Counter())[term] += 1
            first.setdefault(topic, match.start())
    named = {topic for match in _pattern().finditer(headline or "") for topic, _ in _terms()[match.group().lower()]}
    kept = [t for t in {**hits, **dict.fromkeys(named)} if t in named or sum(hits[t].values()) >= LEAST_HITS]
    return tuple(_topic(t, hits.get(t, Counter()), first.get(t), in_headline=t in named) for t in sorted(kept))


def _topic(topic: str, counts: Counter[str], first: int | None, *, in_headline: bool) -> Topic:
    terms = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    return Topic(topic_id=topic, n_hits=sum(counts.values()), in_headline=in_headline, first_char=first, matched_terms=terms, rule_id="topic.terms")
