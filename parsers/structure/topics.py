"""What an article is about, by editable term lists; the matched terms are kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from parsers.facts import Topic
from parsers.language.words import table, topic_words
from parsers.structure.tokens.text import BodyText

WORD = re.compile(r"[\w-]+")
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
def _by_first_word() -> dict[str, tuple[str, ...]]:
    """Terms by their first word, the longest first: looking words up is quicker than trying every term everywhere."""
    found: dict[str, list[str]] = {}
    for term in sorted(_terms(), key=lambda t: (-len(t), t)):
        found.setdefault(WORD.match(term).group(), []).append(term)  # type: ignore[union-attr]
    return {word: tuple(terms) for word, terms in found.items()}


def _hits(body: BodyText) -> Iterator[tuple[int, str]]:
    """Where a term stands as whole words, and which; what a longer term covers is not counted again."""
    end = 0
    for paragraph in body.paragraphs:
        text = paragraph.text.lower()
        if len(text) != len(
            paragraph.text
        ):  # a letter that grows when it is made small would move every place after it
            text = "".join(c.lower() if len(c.lower()) == 1 else c for c in paragraph.text)
        for at in paragraph.where(topic_words()):
            free = paragraph.start + at >= end and not _is_inside(text, at - 1)
            terms = _by_first_word().get(WORD.match(text, at).group(), ()) if free else ()  # type: ignore[union-attr]
            if term := next(
                (t for t in terms if text.startswith(t, at) and not _is_inside(text, at + len(t))),
                None,
            ):
                end = paragraph.start + at + len(term)
                yield paragraph.start + at, term


def _is_inside(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] in "-_")


def topics(body: BodyText, headline: str | None) -> tuple[Topic, ...]:
    hits: dict[str, Counter[str]] = {}
    first: dict[str, int] = {}
    for at, hit in _hits(body):
        for topic, term in _terms()[hit]:
            hits.setdefault(topic, Counter())[term] += 1
            first.setdefault(topic, at)
    named = {topic for _, hit in _hits(BodyText(headline or "")) for topic, _ in _terms()[hit]}
    kept = [
        t
        for t in {**hits, **dict.fromkeys(named)}
        if t in named or sum(hits[t].values()) >= LEAST_HITS
    ]
    return tuple(
        _topic(t, hits.get(t, Counter()), first.get(t), in_headline=t in named)
        for t in sorted(kept)
    )


def _topic(topic: str, counts: Counter[str], first: int | None, *, in_headline: bool) -> Topic:
    terms = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    return Topic(
        topic_id=topic,
        n_hits=sum(counts.values()),
        in_headline=in_headline,
        first_char=first,
        matched_terms=terms,
        rule_id="topic.terms",
    )
