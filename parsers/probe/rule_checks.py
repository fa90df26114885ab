"""What a few articles say about a source's selectors, compared with the generic reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from parsers.article import Article, Link
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
    """One thing that was checked, how it is, and what to change in the source file."""

    what: str  # robots, channel, feed, address, article, selector, author, instant
    state: CheckState
    key: str = ""  # path of the key in the file
    url: str = ""  # what was asked; of a channel, as the file writes it
    note: str = ""  # the proof
    change: str = ""

    def __str__(self) -> str:
        subject = " ".join(filter(None, (self.what, self.key, self.url)))
        return f"{subject}: {'; '.join(filter(None, (self.note, self.change)))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page as the source's selectors read it, and as the generic reader does."""

    link: Link
    fetched_at: datetime
    by_rule: Article | None
    generic: Article | None
    is_matched: bool  # an address rule finds it

    @property
    def article(self) -> Article | None:
        return self.by_rule or self.generic


def selector_checks(rule: ArticleRule, n: int, samples: Sequence[Sample]) -> Iterator[RuleCheck]:
    """One check for each selector of rule `n`: whether it matches, and whether it is right."""
    pairs = [
        (s.by_rule, s.generic, s.link.published_at) for s in samples if s.by_rule and s.generic
    ]
    for name in rule.selectors:
        n_empty = sum(name in _unmatched(by_rule) for by_rule, *_ in pairs)
        n_wrong = sum(is_wrong(name, *pair) for pair in pairs)
        key, n_all = f"article[{n}].{name}", len(pairs)
        state, note, change = CheckState.OK, "", ""
        if n_all < LEAST_SAMPLES:
            state, note = CheckState.UNCHECKED, f"only {n_all} articles could be read"
        elif n_empty == n_all:
            state, note = CheckState.BROKEN, f"matches nothing on {n_all} of {n_all} pages"
            change = "write another selector, or name the key in `unverified`"
        elif n_wrong >= LEAST_SAMPLES:
            state = CheckState.BROKEN
            note = f"differs from the generic reader on {n_wrong} of {n_all} pages"
            change = "remove the key, or write another selector"
        elif n_empty or n_wrong:
            state, note = CheckState.DOUBTFUL, f"{n_empty} empty, {n_wrong} different of {n_all}"
        yield RuleCheck(what="selector", state=state, key=key, note=note, change=change)


def is_wrong(key: str, rule: Article, generic: Article, announced_at: datetime | None) -> bool:
    """Whether the generic reader, or for dates the channel, has something else.

    Sections and tags have no second witness.
    """
    if key == "body":
        return shared_words(rule.body_text, generic.body_text) < LEAST_SHARED
    if key == "headline":
        return bool(generic.headline) and words(rule.headline) != words(generic.headline)
    if key == "date":
        witness = announced_at or generic.date_published
        when = rule.date_published
        return bool(when and witness and abs(when - witness) > MOST_APART)
    if key == "authors":
        names = [person.name for person in rule.authors if person.role == "author"]
        is_by_rule = dict(rule.provenance).get(key) == "rule"
        return bool(names) and is_by_rule and not any(map(reads_as_name, names))
    return False


def shared_words(one: str, other: str) -> float:
    """F1 of the words of two texts; 1.0 where both are empty."""
    a, b = Counter(words(one)), Counter(words(other))
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def author_check(articles: Sequence[Article]) -> RuleCheck:
    """Whether the authors look like people."""
    authors = [person for a in articles for person in a.authors if person.role == "author"]
    desks = sorted({person.name for person in authors if person.is_staff_desk})
    persons = sorted({person.name for person in authors if not person.is_staff_desk})
    strange = [name for name in persons if not reads_as_name(name)]
    state = CheckState.DOUBTFUL
    if not articles:
        state, note = CheckState.UNCHECKED, ""
    elif not persons:
        note = f"only desks: {', '.join(desks)}" if desks else "no page names an author"
    elif strange:
        note = f"no full name: {', '.join(strange)}"
    else:
        state, note = CheckState.OK, ", ".join(persons)
    return RuleCheck(what="author", state=state, note=note)


def instant_check(samples: Sequence[Sample]) -> RuleCheck:
    """Whether the time of publication is plausible, and agrees with the announcement."""
    notes = Counter(
        _instant_note(article.date_published, sample.link.published_at, sample.fetched_at)
        for sample in samples
        if (article := sample.article)
    )
    n = notes.total()
    del notes[""]
    if not notes:
        return RuleCheck(what="instant", state=CheckState.OK if n else CheckState.UNCHECKED)
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
        return f"{hours:+d} h from the channel: is `timezone` wrong?"
    return ""


def _unmatched(article: Article) -> list[str]:
    return dict(article.provenance).get("selectors_without_match", "").split()
