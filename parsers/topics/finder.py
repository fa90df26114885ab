"""Which topics a text is about: one pass over its words, however many topics there are.

What a word can begin is looked up once for each spelling, then remembered. So the forms of a term cost nothing in
texts, where patterns with all forms took a hundred times as long (docs/benchmarks/warehouse.md), and a hundred thousand terms no more than one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from parsers.facts import Topic
from parsers.language.affixes import roots, stems
from parsers.topics.definition import TOKEN, TopicDefinition

LEAST_HITS = 2  # one hit in passing is no topic, unless the headline has it
REMEMBERED = 500_000  # spellings of words
MOST_TRACES = 300


@dataclass(frozen=True, slots=True)
class EntryWord:
    """A word of an entry; `roots` are empty where only the word itself counts."""

    text: str
    roots: frozenset[str]

    def fits(self, word: str) -> bool:
        return word == self.text or not self.roots.isdisjoint(stems(word))


@dataclass(frozen=True, slots=True)
class Pattern:
    """One entry of a topic's lists, or a term of a watch."""

    entry: str  # as the list writes it
    words: tuple[EntryWord, ...]
    topic_id: str = ""
    is_excluded: bool = False

    def fits(self, words: list[str], at: int) -> bool:
        """Whether it is there; its first word is known to be."""
        rest = words[at + 1 : at + len(self.words)]
        return len(rest) == len(self.words) - 1 and all(
            word.fits(fold(text)) for word, text in zip(self.words[1:], rest, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    pattern: Pattern
    start: int  # of the words of the text
    end: int  # one past the last


def fold(word: str) -> str:
    """In lower case, without accents."""
    word = word.lower()
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


class Beginnings(dict[str, tuple[Pattern, ...]]):
    """A word as spelled -> the patterns that it can begin, in the order of the lists."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        super().__init__()
        self._patterns = tuple(patterns)
        self._by_word: dict[str, list[int]] = {}
        self._by_root: dict[str, list[int]] = {}
        for number, pattern in enumerate(self._patterns):
            self._by_word.setdefault(pattern.words[0].text, []).append(number)
            for root in pattern.words[0].roots:
                self._by_root.setdefault(root, []).append(number)

    def __missing__(self, word: str) -> tuple[Pattern, ...]:
        if len(self) >= REMEMBERED:
            self.clear()
        folded = fold(word)
        numbers = {*self._by_word.get(folded, ())}
        for stem in stems(folded) if self._by_root else ():
            numbers.update(self._by_root.get(stem, ()))
        self[word] = tuple(self._patterns[number] for number in sorted(numbers))
        return self[word]

    def hits(self, text: str) -> Iterator[Hit]:
        """All there are, in the order of the text."""
        words = TOKEN.findall(text)
        beginnings = map(self.__getitem__, words)
        for at, there in [(at, there) for at, there in enumerate(beginnings) if there]:
            for pattern in there:
                if pattern.fits(words, at):
                    yield Hit(pattern, at, at + len(pattern.words))


class TopicFinder:
    def __init__(self, definitions: Iterable[TopicDefinition]) -> None:
        definitions = tuple(definitions)
        self._since = {each.topic_id: each.since for each in definitions}
        self._beginnings = Beginnings(pattern for each in definitions for pattern in patterns(each))

    def topics(self, headline: str | None, text: str, day: date | None = None) -> tuple[Topic, ...]:
        """The topics of a text of that day, by their ids, with the terms that say so."""
        in_text = self.hits(text)
        in_headline = {hit.pattern.topic_id for hit in self.hits(headline or "")}
        by_topic: dict[str, list[Hit]] = {name: [] for name in sorted(in_headline)}
        for hit in in_text:
            by_topic.setdefault(hit.pattern.topic_id, []).append(hit)
        return tuple(
            _topic(name, hits, text, in_headline=name in in_headline)
            for name, hits in sorted(by_topic.items())
            if (name in in_headline or len(hits) >= LEAST_HITS) and self._is_due(name, day)
        )

    def hits(self, text: str) -> list[Hit]:
        """What counts, in the order of the text: of a topic's hits that overlap the first and longest, none that touches an exclusion."""
        return self.hits_and_exclusions(text)[0]

    def hits_and_exclusions(self, text: str) -> tuple[list[Hit], list[Hit]]:
        """What counts, and where something is excluded."""
        candidates = list(self._beginnings.hits(text))
        exclusions = [hit for hit in candidates if hit.pattern.is_excluded]
        covered = {
            (hit.pattern.topic_id, at) for hit in exclusions for at in range(hit.start, hit.end)
        }
        hits: list[Hit] = []
        for hit in sorted(candidates, key=lambda hit: (hit.start, -hit.end)):
            words = {(hit.pattern.topic_id, at) for at in range(hit.start, hit.end)}
            if not hit.pattern.is_excluded and covered.isdisjoint(words):
                covered |= words
                hits.append(hit)
        return hits, exclusions

    def _is_due(self, topic_id: str, day: date | None) -> bool:
        since = self._since[topic_id]
        return since is None or day is None or day >= since


def patterns(definition: TopicDefinition) -> list[Pattern]:
    """The entries of its lists; of two alike the first."""
    entries = [
        *((entry, False, True) for entry in definition.exclude),
        *((entry, False, False) for entry in definition.phrases),
        *((entry, True, False) for entry in definition.terms),
    ]
    return [
        Pattern(entry, entry_words(entry, has_forms=has_forms), definition.topic_id, is_excluded)
        for entry, has_forms, is_excluded in entries
    ]


def entry_words(entry: str, *, has_forms: bool) -> tuple[EntryWord, ...]:
    words = map(fold, TOKEN.findall(entry))
    return tuple(EntryWord(word, frozenset(roots(word) if has_forms else ())) for word in words)


def traces(definitions: Iterable[TopicDefinition]) -> str:
    """A pattern for texts in lower case, without accents: what it does not find in a text is about none of the topics.

    Of many entries it finds all texts: to look for so many parts costs more than to read the text.
    """
    parts = {
        part
        for topic in definitions
        for entries, has_forms in ((topic.terms, True), (topic.phrases, False))
        for entry in entries
        for part in _traces(entry, has_forms=has_forms)
    }
    return "|".join(sorted(parts)) if len(parts) <= MOST_TRACES else ""


def _traces(entry: str, *, has_forms: bool) -> list[str]:
    """The longest word, or of its roots what no prefix changes."""
    word = max(map(fold, TOKEN.findall(entry)), key=len)
    return [root[1:] for root in roots(word)] if has_forms and roots(word) else [word]


def _topic(topic_id: str, hits: list[Hit], text: str, *, in_headline: bool) -> Topic:
    counts = Counter(hit.pattern.entry for hit in hits)
    return Topic(
        topic_id=topic_id,
        n_hits=len(hits),
        in_headline=in_headline,
        first_char=position(text, hits[0].start) if hits else None,
        matched_terms=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        rule_id="topic.terms",
    )


def position(text: str, word_no: int) -> int:
    """Where in the text that word begins."""
    return next(islice(TOKEN.finditer(text), word_no, None)).start()
