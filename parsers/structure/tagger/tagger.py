"""Names of people and organisations by a linear model, which also sees what the rules found.

The score of a word's tag is a sum of weights of what stands there (`features`), so each spelling is added up once a process.
The weights are whole numbers in parsers/language/tagger.csv, made by benchmarks/train_tagger.py.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import groupby, zip_longest
from typing import NamedTuple

from parsers.language.words import HERE
from parsers.structure.tagger.features import (
    Clue,
    joint_features,
    neighbour_features,
    own_features,
    rule_features,
    text_features,
    word_class,
)
from parsers.structure.tagger.sequence import Scores, best_path, packed, run_margin, unpacked
from parsers.structure.tokens.text import BodyText, Paragraph
from parsers.structure.tokens.token import (
    EDGE,
    Span,
    Token,
    Tokens,
    are_particles,
    body_length,
    span_of,
    spelled,
    without_degrees,
)

KINDS = (None, "person", "organization", None)  # by tag; the last is a place
PERSON = 1
BREAKS = frozenset(',;:()[]"“”!?…|•—–-*=<>')  # no name goes on after one of them
RANK_WORDS = frozenset({"H", "Hj", "Pol"})
CACHED = 1 << 15
NEIGHBOURS = (-2, -1, 1, 2)
NOWHERE = (0, 0, 0, 0)
PLACE = re.compile(r"-?[12]")
NO_NAME = ("", "", "")


class Clues(NamedTuple):
    """What the rules found in a text."""

    names: dict[
        int, tuple[str, str, str]
    ]  # by the start of a word: kind, position and rule of the name it is in
    places: dict[int, str]  # by the start of a word: the rule
    elsewhere: dict[str, str]  # by word: the kinds of the names that have it


class TaggedRun(NamedTuple):
    tokens: Tokens  # of the paragraph
    first: int  # token
    scores: list[Scores]
    path: list[int]


class TaggedName(NamedTuple):
    start: int  # code points of the body, half-open
    end: int
    kind: str  # person, organization
    span: Span  # of its tokens
    run: TaggedRun
    tagged: Span  # of the run, with a rank

    @property
    def margin(self) -> int:
        """By how much it is likelier than anything else."""
        return run_margin(self.run.scores, _steps(), self.run.path, *self.tagged)


class WordScores(NamedTuple):
    """Packed sums of weights."""

    name: str  # the class of the word
    earlier: int  # as the second word before another
    before: int
    after: int
    later: int


@cache
def weights() -> dict[str, int]:
    with (HERE / "tagger.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {name: packed((int(a), int(b), int(c), int(d))) for name, a, b, c, d in rows}


@cache
def _steps() -> tuple[Scores, ...]:
    return tuple(unpacked(weights()[f"tag{tag}"]) for tag in range(5))


@cache
def _weights_beside() -> dict[str, list[int]]:
    """Those of each `neighbour_feature` at the four places."""
    beside: dict[str, list[int]] = {}
    for feature, weight in weights().items():
        if match := PLACE.match(feature):
            at = NEIGHBOURS.index(int(match[0]))
            beside.setdefault(feature[match.end() :], [0] * len(NEIGHBOURS))[at] = weight
    return beside


def _total(names: Iterable[str]) -> int:
    return sum(filter(None, map(weights().get, names)))


@lru_cache(maxsize=CACHED)
def _word_scores(text: str) -> WordScores:
    token = spelled(text)
    name, beside = word_class(token), _weights_beside()
    found = [beside[n] for n in neighbour_features(token, name) if n in beside]
    return WordScores(name, *map(sum, zip(NOWHERE, *found, strict=True)))


@lru_cache(maxsize=CACHED)
def _own_score(text: str) -> int:
    """Apart, for most neighbours never stand in a run themselves."""
    return _total(own_features(spelled(text)))


@lru_cache(maxsize=CACHED)
def _class_scores(before: str, own: str, after: str, holds: str) -> int:
    return _total([*joint_features(before, own, after), *text_features(own, holds)])


@lru_cache(maxsize=CACHED)
def _clue_score(own: str, clue: tuple[str, ...]) -> int:
    return _total(rule_features(own, Clue(*clue)))


def tagged_names(body: BodyText, clues: Clues) -> tuple[TaggedName, ...]:
    """In reading order."""
    paragraphs = (p for p in body.paragraphs if not p.is_headline)
    return tuple(n for p in paragraphs for run in _runs(p, body, clues) for n in _names(run))


def _runs(paragraph: Paragraph, body: BodyText, clues: Clues) -> Iterator[TaggedRun]:
    """Those with a name."""
    tokens, steps = paragraph.tokens, _steps()
    for span in windows(paragraph):
        scores = [unpacked(n) for n in _scores(tokens, span, body, clues)]
        path = best_path(scores, steps)
        if any(path):
            yield TaggedRun(tokens, span[0], scores, path)


def windows(paragraph: Paragraph) -> Iterator[Span]:
    """Runs of capitals of one sentence, also with one small word or mark, or two particles, between two of them.

    A word that may only begin a sentence, or a day, alone is none.
    """
    capitals, tokens = paragraph.capitals, paragraph.tokens
    openers = set(map(paragraph.token_at, paragraph.sentence_starts))
    begins = -1
    for at, following in zip_longest(capitals, capitals[1:], fillvalue=len(tokens) + 2):
        begins = at if begins < 0 else begins
        gap, first = following - at, tokens[begins]
        if (
            gap > 2 + are_particles(tokens, at + 1)
            or following in openers
            or (gap == 2 and _parts(first, *tokens[at + 1 : at + 3]))
        ):
            if begins < at or not (tokens[at].is_opener or tokens[at].is_day):
                yield begins, at + 1
            begins = -1


def _parts(first: Token, joint: Token, after: Token) -> bool:
    """A mark that no name goes on after, or a joint before another body: Timnas X dan Timnas Y."""
    begins_body = after.is_head or after.text == first.text
    return joint.text in BREAKS or (joint.lower in {"dan", "serta"} and begins_body)


def clue_at(tokens: Tokens, at: int, clues: Clues) -> tuple[str, ...]:
    """The fields of a `Clue`, which itself takes longer to make."""
    token = tokens[at]
    name = clues.names.get(token.start, NO_NAME)
    before = clues.names.get(tokens[at - 1].start, NO_NAME) if at else NO_NAME
    joint = ("s" if before[1] in {"first", "middle"} else "d") if before[0] else ""
    elsewhere = clues.elsewhere.get(token.text, "") if token.is_capital else "-"
    return (*name, clues.places.get(token.start, ""), elsewhere, joint + before[0])


def around(tokens: Tokens, span: Span) -> Tokens:
    """A run with two words before it and two after it."""
    first, end = span
    return (EDGE,) * max(2 - first, 0) + tokens[max(first - 2, 0) : end + 2] + (EDGE, EDGE)


def held_by(tokens: Tokens, span: Span, body: BodyText) -> Iterator[str]:
    """What only the text tells of each word (`text_features`)."""
    in_region = in_body = 0
    ordinary = body.ordinary
    for at in range(*span):
        token = tokens[at]
        if token.region:
            in_region = max(in_region, at + token.region)
        if token.begins_body:
            in_body = max(in_body, at + body_length(tokens, at))
        holds = "" if at and tokens[at - 1].is_word else "b"
        if token.lower in ordinary:
            holds += "o"
        if at < in_region:
            holds += "r"
        yield holds + "l" if at < in_body else holds


def _scores(tokens: Tokens, span: Span, body: BodyText, clues: Clues) -> Iterator[int]:
    """The sums of the weights of `features.py`, from what each spelling adds."""
    words = [_word_scores(token.text) for token in around(tokens, span)]
    for at, holds in enumerate(held_by(tokens, span, body)):
        earlier, before, word, after, later = words[at : at + 5]
        own = _own_score(tokens[span[0] + at].text)
        joint = _class_scores(before.name, word.name, after.name, holds)
        ruled = _clue_score(word.name, clue_at(tokens, span[0] + at, clues))
        yield earlier.earlier + before.before + own + after.after + later.later + joint + ruled


def _names(run: TaggedRun) -> Iterator[TaggedName]:
    tokens, path = run.tokens, run.path
    for tag, group in groupby(range(len(path)), key=path.__getitem__):
        at, *others = group
        kind, end = KINDS[tag], at + len(others) + 1
        if kind is None:
            continue
        start, stop = run.first + at, run.first + end
        while start < stop and tag == PERSON and _is_before_name(tokens[start]):
            start += 1
        while start < stop and not tokens[stop - 1].is_capital:
            stop -= 1
        stop = without_degrees(tokens, start, stop) if tag == PERSON else stop
        if start < stop:
            yield TaggedName(*span_of(tokens, (start, stop)), kind, (start, stop), run, (at, end))


def _is_before_name(token: Token) -> bool:
    """A rank, an honorific, an office, or the dot after one."""
    is_title = token.is_titled and not token.is_common_name
    return is_title or not token.is_capital or token.text in RANK_WORDS
