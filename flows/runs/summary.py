"""The summary of a run: what it did, what failed, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from parsers.kinds import CHANNELS, LinkKind, Reason
from parsers.text.normalize import printable
from warehouse.queries import Row

# Of these only the first ones say what is wrong; the last two follow from earlier failures.
NO_ANSWER = (Reason.DNS, Reason.CONNECT, Reason.TIMEOUT, Reason.TLS)
AFTER_FAILURES = (Reason.ROBOTS_UNREACHABLE, Reason.BREAKER)
UNREACHED = "no answer"  # the way to fail of all of these
PAUSES = {Reason.BREAKER: "breaker_until", Reason.RATE_LIMITED: "next_request_at"}  # of a host
CHANNEL_NAMES: dict[str, str] = {
    LinkKind.INDEX: "listing",
    LinkKind.WORDPRESS: "list",
}  # of others their kind
FEWEST = 2  # sources or hosts of which a part can fail: one that fails is all of its run
MOST_NAMES = 5  # of sources in a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did: a row for each source, and its failures."""

    run_id: str
    state: str  # completed, partial, failed
    rows: tuple[Row, ...]
    failures: tuple[Row, ...]
    busy: tuple[str, ...] = ()  # sources that other runs hold
    notes: tuple[str, ...] = ()  # no failures: limits, gaps, silent feeds, warnings of checks
    quality: tuple[Row, ...] = ()  # a row for each check
    days: tuple[Row, ...] = ()  # for a backfill: the state of each day
    estimate: Row | None = None  # for a dry run of a backfill: the requests and time it would take
    match: Row | None = None  # of a backfill with a query: what matches, and the recall of the test
    requests: tuple[Row, ...] = ()  # of a crawl, by source, host and reason of failure
    addresses: tuple[Row, ...] = ()  # of a fetch of named addresses: what became of each

    def total(self, name: str) -> int:
        return sum(row[name] for row in self.rows)

    @property
    def asked_sources(self) -> list[str]:
        """The sources that the run sent a request, or tried to."""
        return sorted({row["source_id"] for row in self.requests})

    @property
    def failed_sources(self) -> dict[str, str]:
        """The sources of which nothing was answered, each with its most frequent reason."""
        return _without_answer(self.requests, "source_id")

    @property
    def main_reason(self) -> str:
        """The failed check, or why the most sources failed."""
        if self.unpublished:
            return str(self.unpublished[0]["reason"])
        reasons = Counter(self.failed_sources.values()).most_common(1)
        return reasons[0][0] if reasons else ""

    @property
    def unpublished(self) -> tuple[Row, ...]:
        """The failed checks, which keep what was loaded from the readers."""
        return tuple(row for row in self.failures if row["kind"] == "check")

    def is_failed(self, most_percent: int) -> bool:
        """Whether nothing came in, or at least two and more than so many percent of the sources failed."""
        n_asked, n_failed = len(self.asked_sources), len(self.failed_sources)
        is_most = n_failed >= FEWEST and 100 * n_failed > most_percent * n_asked
        return bool(self.unpublished) or is_most or 0 < n_asked == n_failed

    @property
    def common_cause(self) -> str | None:
        """One line if most hosts failed in the same way: what happened to how many."""
        found = outage(self.requests)
        return found.text if found else None

    @property
    def other_failures(self) -> tuple[Row, ...]:
        """The failures that the common cause does not explain."""
        found = outage(self.requests)
        return tuple(
            row for row in self.failures if not found or _way_to_fail(row["reason"]) != found.way
        )

    def lines(self) -> Iterator[str]:
        """How the run ended, for people; no line for each failure."""
        counts = ", ".join(f"{self.total(f'n_{what}')} {what}" for what in _COUNTS)
        yield would_do(self.estimate) if self.estimate else f"run {self.run_id}: {counts}"
        yield from self.reason_lines()

    def reason_lines(self) -> Iterator[str]:
        """A line for each reason for which sources failed."""
        by_reason: dict[str, list[str]] = {}
        for source_id, reason in self.failed_sources.items():
            by_reason.setdefault(reason, []).append(source_id)
        n_asked = len(self.asked_sources)
        for reason, names in by_reason.items():
            yield f"{len(names)} of {n_asked} sources failed with {reason}: {name_list(names)}"


_COUNTS = ("new", "changed", "unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Most hosts of a run failed in the same way."""

    way: str  # UNREACHED, or a reason
    requests: tuple[Row, ...]  # those that failed so
    text: str


def outage(requests: Iterable[Row]) -> Outage | None:
    """By the requests of a run; None if its hosts failed for reasons of their own, or only one was asked."""
    rows = [row for row in requests if row["host"]]  # without our own errors
    failed = _without_answer(rows, "host")
    n_hosts = len({row["host"] for row in rows})
    kinds = Counter(map(_way_to_fail, failed.values()))
    way, n_alike = kinds.most_common(1)[0] if kinds else ("", 0)
    if n_alike < FEWEST or 2 * n_alike <= n_hosts:
        return None
    alike = tuple(
        row for row in rows if row["host"] in failed and _way_to_fail(row["reason"]) == way
    )
    first = min(alike, key=lambda row: _rank(row["reason"]))
    detail = f" ({printable(first['detail'])})" if first.get("detail") else ""
    return Outage(
        way=way,
        requests=alike,
        text=(
            f"network down: {n_alike} of {n_hosts} hosts failed in the same way, "
            f"{first['reason']}{detail}; the next run asks them again"
        ),
    )


def failure_line(row: Row) -> str:
    """One failure for people, with the time of the next attempt if there is one."""
    detail = f" ({row['detail']})" if row["detail"] else ""
    until = f"; again from {moment(row['until'])}" if row.get("until") else ""
    what = str(row["kind"])
    if what == "import":
        what = "not imported:"
    elif what in CHANNELS:
        what = f"{CHANNEL_NAMES.get(what, what)}{'s' if row['n'] != 1 else ''} failed:"
    text = f"{row['source_id']}: {row['n']} {what} {row['reason']}{detail}"
    return printable(f"{text}, e.g. {row['example']}{until}")


def with_end_of_pause(failures: Iterable[Row], hosts: Iterable[Row]) -> Iterator[Row]:
    """The failures of channels with the time at which their host may be asked again, by the rows of `ops.hosts`."""
    by_name = {row["host"]: row for row in hosts}
    for row in failures:
        host = by_name.get(urlsplit(row["example"]).netloc.lower().removeprefix("www."), {})
        at = host.get(PAUSES.get(row["reason"], ""))
        yield row if row["until"] or not at else {**row, "until": datetime.fromisoformat(at)}


def would_do(estimate: Row) -> str:
    """What a backfill would do, by its dry run."""
    return (
        f"dry run, nothing was fetched or loaded: a backfill of {estimate['source_id']} would list "
        f"{estimate['days_to_list']} of {estimate['days']} days and fetch {estimate['to_fetch']} pages, "
        f"about {estimate['requests']} requests in {estimate['hours']} hours "
        f"at {estimate['delay_seconds']:g} seconds each"
    )


def name_list(names: Iterable[str], most: int = MOST_NAMES, n: int | None = None) -> str:
    """Some names in a line, and how many more there are of `n`, or of the names."""
    first, *_ = names = list(names)
    shown = names if len(names) <= most + 1 else names[:most]
    n_more = (n or len(names)) - len(shown)
    more = f" and {n_more} more" if n_more else ""
    return f"{', '.join(shown)}{more}" if first else more


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _without_answer(requests: Iterable[Row], column: str) -> dict[str, str]:
    """What got no answer at all, with the reason: the most frequent, one with a cause of its own before one that follows."""
    reasons: dict[str, Counter[str | None]] = {}
    for row in requests:
        reasons.setdefault(row[column], Counter())[row["reason"]] += row["n"]
    return {
        name: min((reason for reason in counts if reason), key=lambda r: (_rank(r), -counts[r]))
        for name, counts in reasons.items()
        if None not in counts
    }


def _way_to_fail(reason: str) -> str:
    """Hosts that cannot be reached fail in the same way, at whichever step."""
    return UNREACHED if reason in {*NO_ANSWER, *AFTER_FAILURES} else reason


def _rank(reason: str) -> bool:
    return reason in AFTER_FAILURES
