"""Judges the politeness of a run by the server's log alone: complaints that a publisher would have."""

from __future__ import annotations

import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from itertools import pairwise

from protego import Protego

from kliping.newsroom import Request
from parsers.source import Source

AGENT = "Kliping/1"
ATTEMPTS = 4
KEPT = 0.95  # of the delay; the rest is what clocks and loops may differ by
LONGEST_DELAY = 60.0
MONTH_SECONDS = 30 * 86400.0
EVERYTHING, NOTHING = Protego.parse(""), Protego.parse("User-agent: *\nDisallow: /")


def complaints(requests: Iterable[Request], sources: Mapping[str, Source]) -> list[str]:
    """All complaints; a polite run has none. The log is that of one run, or of runs that repeat no request without reason."""
    by_host: dict[str, list[Request]] = {}
    for request in sorted(requests, key=lambda r: r.at):
        by_host.setdefault(request.host.removeprefix("www."), []).append(request)
    messages = (
        [f"the port that nobody may reach was reached {len(by_host.pop('canary'))} times"]
        if "canary" in by_host
        else []
    )
    for host, host_requests in by_host.items():
        source = next((s for s in sources.values() if s.owns(f"http://{host}/")), None)
        about_host = (
            _about_robots(host_requests),
            _about_gaps(host_requests, source.fetch.delay_seconds if source else 0.0),
            _about_attempts(host_requests),
            _about_retry_after(host_requests),
            _about_validators(host_requests),
        )
        messages += [f"{host}: {complaint}" for each in about_host for complaint in each]
    return messages


def _about_robots(requests: Sequence[Request]) -> Iterator[str]:
    """robots.txt is fetched first of all, and obeyed."""
    rules: Protego | None = None
    for request in requests:
        if request.target == "/robots.txt":
            rules = _rules(request, rules)
        elif rules is None:
            yield f"{request.target} was asked for before robots.txt"
        elif not rules.can_fetch(request.target, AGENT):
            yield f"{request.target} was asked for, which robots.txt forbids"


def _rules(request: Request, before: Protego | None) -> Protego:
    """By RFC 9309: a missing file allows everything; while it is unreachable the old rules hold, or everything is forbidden."""
    if request.status == 304:
        return before or NOTHING
    if 300 <= request.status < 500 and request.status != 429:
        return EVERYTHING
    text = _text(request) if 200 <= request.status < 300 else None
    if text is None:
        return before or NOTHING
    return EVERYTHING if text.lstrip().startswith("<") else Protego.parse(text)


def _text(request: Request) -> str | None:
    """The text of a response; None if it broke off or cannot be decoded. The log keeps only the first bytes of a long one."""
    body, coding = request.body, request.response_headers.get("content-encoding", "")
    if len(body) < min(int(request.response_headers.get("content-length", "0")), 60_000):
        return None
    if coding:
        inflater = zlib.decompressobj(47)
        body = inflater.decompress(body, 1 << 20)
        if inflater.unconsumed_tail:
            return None
    return body.decode("utf-8-sig", "replace")


def _about_gaps(requests: Sequence[Request], delay_seconds: float) -> Iterator[str]:
    """One request at a time, and after each the delay that the source file or robots.txt asks for."""
    rules: Protego | None = None
    for one, other in pairwise(requests):
        rules = _rules(one, rules) if one.target == "/robots.txt" else rules
        wanted = max(
            delay_seconds, min(float((rules and rules.crawl_delay(AGENT)) or 0), LONGEST_DELAY)
        )
        if other.n_in_flight:
            yield f"{other.target} was asked for while {other.n_in_flight} others were not yet answered"
        elif other.at - one.ended_at < wanted * KEPT:
            yield f"{other.target} came {other.at - one.ended_at:.3f} s after {one.target}; {wanted:g} s are wanted"


def _about_attempts(requests: Sequence[Request]) -> Iterator[str]:
    counted = Counter(request.target for request in requests)
    return (f"{target} was asked for {n} times" for target, n in counted.items() if n > ATTEMPTS)


def _about_retry_after(requests: Sequence[Request]) -> Iterator[str]:
    """Nothing is requested from the host before the time that it named."""
    held_until = 0.0
    for request in requests:
        if request.at < held_until:
            yield f"{request.target} came {held_until - request.at:.2f} s before the time the host had asked for"
        held_until = max(
            held_until,
            request.ended_at
            + _seconds(request.response_headers.get("retry-after", ""), request.ended_at) * 0.99,
        )


def _seconds(value: str, at: float) -> float:
    """`at` is the monotonic clock, which this machine shares with the log."""
    if value.isascii() and value.isdigit():
        return min(float(value), MONTH_SECONDS)
    try:
        return max(
            0.0, parsedate_to_datetime(value).timestamp() - (time.time() - time.monotonic() + at)
        )
    except ValueError:
        return 0.0


def _about_validators(requests: Sequence[Request]) -> Iterator[str]:
    """A page that had a validator is requested again only with it, unless the server rejected it or gave false 304s before.

    One 304 of a host may be put to the test.
    """
    known_targets: set[str] = set()
    lengths: dict[str, str | None] = {}
    unchanged, tested, lied = "", False, False
    for request in requests:
        if (
            request.target in known_targets
            and not {"if-none-match", "if-modified-since"} & request.headers.keys()
            and not lied
        ):
            if tested or unchanged != request.target:
                yield f"{request.target} was asked for again as if it were new"
            tested = True
            lied = request.response_headers.get("content-length") != lengths[request.target]
        unchanged = request.target if request.status == 304 else ""
        lengths[request.target] = request.response_headers.get("content-length")
        if request.status == 412:
            known_targets.discard(request.target)
        if request.status == 200 and any(
            request.response_headers.get(name, "\0").isprintable()
            for name in ("etag", "last-modified")
        ):
            known_targets.add(request.target)
