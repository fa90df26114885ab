"""What a few articles say about a source's selectors, compared with the generic reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from parsers.article import Article
from parsers.fields.person_names import reads_as_name
from parsers.source import ArticleRule
from parsers.text.normalize import words

LEAST_SHARED = 0.6  # F1 of the words of two readings of one text
LEAST_SAMPLES = 2  # pages that must agree that a rule is wrong
MOST_APART = timedelta(days=1)
MOST_AHEAD = timedelta(minutes=15)  # clocks differ
OLDEST = timedelta(days=400)  # of what a channel announces as new
HOUR = 3600


class CheckState(StrEnum):
    OK = "ok"
    DOUBTFUL = "doubtful"
    BROKEN = "broken"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCheck:
    """One thing that was checked, and how it is."""

    what: str  # robots, channel, address, article, selector, author, instant
    state: CheckState
    key: str = ""  # an address, or a key path of the source file
    note: str = ""


class Sample(NamedTuple):
    """An article as the source's rule reads it, and as the generic reader does."""

    by_rule: Article
    generic: Article
    announced_at: datetime | None
    fetched_at: datetime


def selector_checks(rule: ArticleRule, n: int, samples: Sequence[Sample]) -> Iterator[RuleCheck]:
    """One check for each selector of rule `n`: whether it matches, and whether it is right."""
    for key in rule.selectors:
        n_empty = sum(key in _unmatched(sample.by_rule) for sample in samples)
        n_wrong = sum(is_wrong(key, sample) for sample in samples)
        path, n_all = f"article[{n}].{key}", len(samples)
        state, note = CheckState.OK, ""
        if n_all < LEAST_SAMPLES:
            state, note = CheckState.UNCHECKED, f"only {n_all} articles could be read"
        elif n_empty == n_all:
            state, note = CheckState.BROKEN, f"matches nothing on {n_all} of {n_all} pages"
        elif n_wrong >= LEAST_SAMPLES:
            state = CheckState.BROKEN
            note = f"differs from the generic reader on {n_wrong} of {n_all} pages"
        elif n_empty or n_wrong:
            state, note = CheckState.DOUBTFUL, f"{n_empty} empty, {n_wrong} different of {n_all}"
        yield RuleCheck(what="selector", key=path, state=state, note=note)


def is_wrong(key: str, sample: Sample) -> bool:
    """Whether the generic reader, or for dates the channel, has something else.

    Sections and tags have no second witness.
    """
    rule, generic = sample.by_rule, sample.generic
    if key == "body":
        return shared_words(rule.body_text, generic.body_text) < LEAST_SHARED
    if key == "headline":
        return bool(generic.headline) and words(rule.headline) != words(generic.headline)
    if key == "date":
        witness = sample.announced_at or generic.date_published
        when = rule.date_published
        return bool(when and witness and abs(when - witness) > MOST_APART)
    if key == "authors":
        names = [person.name for person in rule.authors if person.role == "author"]
        return bool(names) and _by_rule(rule, key) and not any(map(reads_as_name, names))
    return False


def shared_words(one: str, other: str) -> float:
    """F1 of the words of two texts; 1.0 where both are empty."""
    a, b = Counter(words(one)), Counter(words(other))
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def author_check(articles: Sequence[Article]) -> RuleCheck:
    """Whether the authors look like people."""
    people = [[p for p in a.authors if p.role == "author"] for a in articles]
    desks = {p.name for each in people for p in each if p.is_staff_desk}
    persons = {p.name for each in people for p in each if not p.is_staff_desk}
    if not articles:
        return RuleCheck(what="author", state=CheckState.UNCHECKED)
    if not persons:
        note = f"only desks: {', '.join(sorted(desks))}" if desks else "no page names an author"
        return RuleCheck(what="author", state=CheckState.DOUBTFUL, note=note)
    strange = [name for name in sorted(persons) if not reads_as_name(name)]
    state = CheckState.DOUBTFUL if strange else CheckState.OK
    note = f"no full name: {', '.join(strange)}" if strange else ", ".join(sorted(persons))
    return RuleCheck(what="author", state=state, note=note)


def instant_check(samples: Iterable[tuple[Article, datetime | None, datetime]]) -> RuleCheck:
    """Whether the time of publication is plausible, and agrees with the announcement."""
    notes: Counter[str] = Counter()
    n = 0
    for article, announced_at, fetched_at in samples:
        n += 1
        notes[_instant_note(article.date_published, announced_at, fetched_at)] += 1
    del notes[""]
    if not n:
        return RuleCheck(what="instant", state=CheckState.UNCHECKED)
    if not notes:
        return RuleCheck(what="instant", state=CheckState.OK)
    [(note, count)] = notes.most_common(1)
    is_broken = count >= LEAST_SAMPLES and note != "no time of publication"
    state = CheckState.BROKEN if is_broken else CheckState.DOUBTFUL
    return RuleCheck(what="instant", state=state, note=f"{note} on {count} of {n} pages")


def _instant_note(
    when: datetime | None, announced_at: datetime | None, fetched_at: datetime
) -> str:
    if when is None:
        return "no time of publication"
    if when > fetched_at + MOST_AHEAD:
        return "in the future"
    if when < fetched_at - OLDEST:
        return "older than a year"
    seconds = (when - announced_at).total_seconds() if announced_at else 0.0
    hours = round(seconds / HOUR)
    if 1 <= abs(hours) <= 14 and abs(seconds - hours * HOUR) < 60:
        return f"{hours:+d} h from the channel: a wrong time zone?"
    return ""


def _unmatched(article: Article) -> list[str]:
    return dict(article.provenance).get("selectors_without_match", "").split()


def _by_rule(article: Article, key: str) -> bool:
    return dict(article.provenance).get(key) == "rule"
