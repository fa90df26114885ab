"""Which names may be one person's, or no name at all: by the words alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from rapidfuzz.distance import OSA

from parsers.language.common_words import is_common_word
from warehouse.known_names import name_key

MOST_LONGER = 3  # names that have a word alone; with more of them nobody can say whose it is
LEAST_ALONE = 3  # letters of a word alone; with fewer it is a degree or an initial
LEAST_WORD, LEAST_NAME = 4, 8  # letters of what may be misspelled, and of the name that it is in
FEW = 2  # articles
SMALL_IN_NAMES = frozenset(
    ("al", "bin", "binti", "da", "de", "del", "der", "dos", "el", "la", "van", "von")
)
PART, LETTER = "all its words are in the longer name", "one letter differs"
EVERYDAY, DIGIT = "a word of everyday language", "a digit or a small word"
TAGGER = "nobody quotes it, and no rule sees a name"


class ArticleName(NamedTuple):
    """A person or a body, under its one name."""

    entity_id: str
    kind: str  # person, organization
    name: str
    n_articles: int
    is_confirmed: bool


Pair = tuple[ArticleName, ArticleName, str]  # what to show first, the other, the reason


def similar_pairs(names: Iterable[ArticleName]) -> Iterator[Pair]:
    names = list(names)
    yield from _parts([name for name in names if name.kind == "person"])
    yield from _misspelled(names)


def _parts(people: list[ArticleName]) -> Iterator[Pair]:
    """People all of whose words are in a longer name."""
    by_word: dict[str, list[ArticleName]] = defaultdict(list)
    for person in people:
        for word in _words(person.name):
            by_word[word].append(person)
    for person in people:
        words = _words(person.name)
        rarest = min(words, key=lambda word: len(by_word[word]), default="")
        longer = [other for other in by_word[rarest] if _is_part(person.name, other.name)]
        is_alone = len(name_key(person.name).split()) == 1
        if not is_alone or (len(longer) <= MOST_LONGER and len(person.name) >= LEAST_ALONE):
            yield from ((other, person, PART) for other in longer)


def _is_part(name: str, longer: str) -> bool:
    """Whether the longer one has its words, and a word more for each of its initials."""
    words, all_words = _words(name), _words(longer)
    initials = {word for word in name_key(name).split() if len(word) == 1}
    return words < all_words and initials <= {word[0] for word in all_words - words}


def _misspelled(names: list[ArticleName]) -> Iterator[Pair]:
    """Names that differ in a letter of one word: without that letter the words are the same."""
    groups: dict[tuple[str, tuple[str, ...], str, int], dict[str, ArticleName]] = defaultdict(dict)
    for name in names:
        key = name_key(name.name)
        words = key.split()
        for n, word in enumerate(words):
            if len(word) >= LEAST_WORD and len(key) >= LEAST_NAME:
                others = (*words[:n], *words[n + 1 :])
                for form in {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}:
                    groups[name.kind, others, form, n][name.entity_id] = name
    pairs = {
        pair: None
        for (*_, n), group in groups.items()
        for pair in combinations(group.values(), 2)
        if _is_misspelled(*(name_key(name.name).split()[n] for name in pair))
    }
    yield from ((name, other, LETTER) for name, other in pairs)


def _is_misspelled(word: str, other: str) -> bool:
    """Whether one letter is another, too many, or one place further. The same word is none: bodies of two regions have it."""
    return OSA.distance(word, other, score_cutoff=1) == 1


def doubtful_names(
    names: Iterable[ArticleName], speakers: frozenset[str]
) -> Iterator[tuple[ArticleName, str]]:
    """Names that may be none, with the reason; `speakers` are the ids of those who are quoted."""
    for name in names:
        if reason := _doubt(name, name.entity_id in speakers):
            yield name, reason


def _doubt(name: ArticleName, is_quoted: bool) -> str | None:
    words = name.name.split()
    has_small = any(word[0].islower() and word not in SMALL_IN_NAMES for word in words)
    if name.kind == "person" and (has_small or any(letter.isdigit() for letter in name.name)):
        return DIGIT  # Badan Riset dan Inovasi, SMA Negeri 1: names of bodies have both
    if len(words) == 1 and name.n_articles <= FEW and is_common_word(name.name.lower()):
        return EVERYDAY
    return None if name.is_confirmed or is_quoted else TAGGER


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in name_key(name).replace(",", " ").split() if len(word) > 1)
