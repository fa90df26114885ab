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
    topics: dict[str, tuple[tuple[str, str], ...]] = {}
    for topic, entry in table("topics").items():
        for term in entry["terms"]:
            topics[term.lower()] = (*topics.get(term.lower(), ()), (topic, term))
    return topics


@cache
def _by_first_word() -> dict[str, tuple[str, ...]]:
    """Terms by their first word, the longest first: looking words up is quicker than trying every term everywhere."""
    by_word: dict[str, tuple[str, ...]] = {}
    for term in sorted(_terms(), key=lambda t: (-len(t), t)):
        word = _first_word(term, 0)
        by_word[word] = (*by_word.get(word, ()), term)
    return by_word


def _first_word(text: str, at: int) -> str:
    match = WORD.match(text, at)
    assert match
    return match.group()


def _hits(body: BodyText) -> Iterator[tuple[int, str]]:
    """Where a term stands as whole words, and which; what a longer term covers is not counted again."""
    end = 0
    for paragraph in body.paragraphs:
        text = _lower(paragraph.text)
        for at in paragraph.where(topic_words()):
            free = paragraph.start + at >= end and not _is_inside(text, at - 1)
            terms = _by_first_word().get(_first_word(text, at), ()) if free else ()
            for term in terms:
                if text.startswith(term, at) and not _is_inside(text, at + len(term)):
                    end = paragraph.start + at + len(term)
                    yield paragraph.start + at, term
                    break


def _lower(text: str) -> str:
    """Of the same length: a letter that grows when it is made small would move every place after it."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _is_inside(text: str, at: int) -> bool:
    """A letter, digit or hyphen stands there."""
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] in "-_")


def topics(body: BodyText, headline: str | None) -> tuple[Topic, ...]:
    counts: dict[str, Counter[str]] = {}
    first: dict[str, int] = {}
    for at, hit in _hits(body):
        for topic, term in _terms()[hit]:
            counts.setdefault(topic, Counter())[term] += 1
            first.setdefault(topic, at)
    in_headline = {t for _, hit in _hits(BodyText(headline or "")) for t, _ in _terms()[hit]}
    return tuple(
        _topic(
            topic, counts.get(topic, Counter()), first.get(topic), in_headline=topic in in_headline
        )
        for topic in sorted({*counts, *in_headline})
        if topic in in_headline or counts[topic].total() >= LEAST_HITS
    )


def _topic(topic: str, counts: Counter[str], first: int | None, *, in_headline: bool) -> Topic:
    return Topic(
        topic_id=topic,
        n_hits=counts.total(),
        in_headline=in_headline,
        first_char=first,
        matched_terms=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        rule_id="topic.terms",
    )
