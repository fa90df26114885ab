"""The patch of a source file: what a check of the live site confirms, refutes and proposes."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urljoin

from parsers.article import Link
from parsers.patterns import is_costly
from parsers.probe.source_proposal import propose_pattern
from parsers.probe.toml_edit import with_value
from parsers.source import LISTINGS, Source, contradictions, costly_patterns, from_data

LEAST_FOUND = 0.9  # of the addresses that a proposed pattern must find
CHANNEL_LISTS = ("feeds", "sitemaps", "index")
COUNT = re.compile(r"\{(\d+)(,?)\}")  # how often a pattern repeats a character
LEAST_COUNT = 5  # shorter repetitions are those of dates
SLACK = 3  # digits fewer than before


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProposal:
    """A pattern for addresses that no rule finds; in the place of a rule's, or as a rule of its own."""

    pattern: str
    replaces: int | None  # the number of the rule
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a check of the live site says about the keys of a source file."""

    verified: tuple[str, ...] = ()  # keys that were seen to work
    unverified: tuple[str, ...] = ()  # keys that matched nothing
    refuted: tuple[str, ...] = ()  # keys that matched something else
    dead_channels: tuple[str, ...] = ()  # as the file writes them
    new_feeds: tuple[str, ...] = ()
    address: AddressProposal | None = None


@dataclass
class _Edit:
    """A file that is being changed, and the source that it now is."""

    text: str
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        self.source = from_data(tomllib.loads(self.text))

    def set(self, table: str, nth: int, key: str, value: object) -> None:
        self.text = with_value(self.text, table, nth, key, value)
        self.source = from_data(tomllib.loads(self.text))


def patched(
    text: str, findings: Findings, today: date, *, force: bool = False
) -> tuple[str, list[str]]:
    """The changed file, and what was not changed. Raises ValueError if the result is no valid source.

    Without `force`, never more than half of the channels are removed.
    """
    edit = _Edit(text)
    notes = _change_channels(edit, findings, force=force)
    for key in findings.refuted:
        _remove(edit, key)
    if (proposal := findings.address) is not None:
        _change_address(edit, proposal)
    _mark(edit, findings, today)
    source = edit.source
    if problems := [message for _, message in (*costly_patterns(source), *contradictions(source))]:
        raise ValueError("; ".join(problems))
    return edit.text, notes


def unified_diff(before: str, after: str, path: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(lines)


def _change_channels(edit: _Edit, findings: Findings, *, force: bool) -> list[str]:
    discover, dead = edit.source.discover, {*findings.dead_channels}
    lists = {key: list(getattr(discover, key)) for key in CHANNEL_LISTS}
    n_channels = sum(map(len, lists.values())) + bool(discover.wordpress)
    notes = []
    if not force and 2 * len(dead) > n_channels:
        notes.append(f"{len(dead)} of {n_channels} channels are dead; --force removes them")
        dead.clear()
    for key, urls in lists.items():
        left = [url for url in urls if url not in dead]
        if key == "feeds":
            left += [url for url in findings.new_feeds if url not in left]
        if left != urls:
            edit.set("discover", 0, key, left or None)
            if not left:
                _forget_key(edit, f"discover.{key}")
    if discover.wordpress in dead:
        _remove(edit, "discover.wordpress")
    return notes


def _change_address(edit: _Edit, proposal: AddressProposal) -> None:
    if proposal.replaces is None:
        edit.text = edit.text.rstrip("\n") + "\n\n[[article]]\n"
        nth = len(edit.source.article)
    else:
        nth = proposal.replaces
    edit.set("article", nth, "url", proposal.pattern)
    examples = [*edit.source.article[nth].examples, proposal.example]
    edit.set("article", nth, "examples", list(dict.fromkeys(examples)))


def _mark(edit: _Edit, findings: Findings, today: date) -> None:
    """The dates in `verified`; what has one is not in `unverified`, also where that names a whole table."""
    verified = {key for key in findings.verified if key in edit.source.configured_keys}
    if findings.address and findings.address.replaces is not None:
        verified.add(f"article[{findings.address.replaces}].url")
    elif findings.address:
        verified.add(f"article[{len(edit.source.article) - 1}].url")
    doubtful = {*findings.unverified} & {*edit.source.configured_keys}
    unverified = ({*edit.source.unverified_keys} | doubtful) - verified
    others = [key for key in edit.source.unverified if not key.startswith(("discover", "article"))]
    wanted = [*others, *(key for key in edit.source.configured_keys if key in unverified)]
    for key in sorted(verified | {*edit.source.verified}):
        if key in unverified:
            edit.set("verified", 0, key, None)
    expanded = [*others, *edit.source.unverified_keys]
    if wanted != expanded:
        edit.set("", 0, "unverified", wanted or None)
    for key in edit.source.configured_keys:
        if key in verified:
            edit.set("verified", 0, key, today)


def _remove(edit: _Edit, key: str) -> None:
    table, _, name = key.partition(".")
    number = re.search(r"\d+", table)
    _forget_key(edit, key)
    edit.set(table.partition("[")[0], int(number[0]) if number else 0, name, None)


def _forget_key(edit: _Edit, key: str) -> None:
    if key in edit.source.verified:
        edit.set("verified", 0, key, None)
    if key in edit.source.unverified:
        left = [each for each in edit.source.unverified if each != key]
        edit.set("", 0, "unverified", left or None)


def propose_address(
    source: Source, links: Sequence[Link], unmatched: Sequence[Link], listings: Iterable[str]
) -> AddressProposal | None:
    """A pattern that finds the unmatched links; a rule with more digits, or else a further rule.

    It finds no listing page, and all that it replaces found. None if there is no such pattern.
    """
    others = [*listings, *(urljoin(source.home, path) for path in LISTINGS)]
    urls = [link.url for link in unmatched]
    for n, rule in enumerate(source.article):
        found = [link.url for link in links if rule.url and re.search(rule.url, link.url)]
        for pattern in _widened(rule.url or ""):
            if _holds(pattern, urls, [*found, *rule.examples], others):
                return AddressProposal(pattern=pattern, replaces=n, example=_example(pattern, urls))
    best = propose_pattern(unmatched, others)
    if best and not best.n_listings and _holds(best.text, urls, [], others):
        return AddressProposal(pattern=best.text, replaces=None, example=_example(best.text, urls))
    return None


def _widened(pattern: str) -> Iterator[str]:
    """The pattern with more, then with fewer, characters where it counts many."""
    for slack in (0, SLACK):
        wider = COUNT.sub(
            lambda m, slack=slack: (  # type: ignore[misc]
                f"{{{max(LEAST_COUNT - 1, int(m[1]) - slack)},}}"
                if int(m[1]) >= LEAST_COUNT
                else m[0]
            ),
            pattern,
        )
        if wider != pattern:
            yield wider


def _holds(
    pattern: str, urls: Sequence[str], all_of: Sequence[str], none_of: Sequence[str]
) -> bool:
    compiled = re.compile(pattern)
    n_found = sum(compiled.search(url) is not None for url in urls)
    return (
        n_found > 0
        and n_found >= LEAST_FOUND * len(urls)
        and all(map(compiled.search, all_of))
        and not any(map(compiled.search, none_of))
        and not is_costly(pattern)
    )


def _example(pattern: str, urls: Sequence[str]) -> str:
    return next(url for url in urls if re.search(pattern, url))


def rule_of(source: Source, url: str) -> int | None:
    """The number of the first rule whose pattern finds the address."""
    return next((n for n, r in enumerate(source.article) if r.url and re.search(r.url, url)), None)


def without_rules(source: Source, name: str) -> Source:
    """The same outlet as the generic reader knows it."""
    return source.model_copy(update={"name": name, "article": [], "unverified": [], "verified": {}})


def without_addresses(source: Source, name: str) -> Source:
    """The same outlet with its selectors, which then read any page of it."""
    rules = [rule.model_copy(update={"url": None, "examples": []}) for rule in source.article]
    return source.model_copy(update={"name": name, "article": rules})
