"""What a run must tell its operator: at most one message, and none again soon.

One cause gives one message. If most hosts failed in the same way, that is the message. If the run failed, its flow and its
cause are. Otherwise it has a line for each outlet of the run that was well before and is not now, and for what is well again.
What was sent is in `alerts.json` in the home.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flows.runs.listeners import Alert, Listener
from flows.runs.summary import Summary, moment
from flows.settings import Settings
from flows.stores import reader
from kliping.reading.health import source_health, troubles
from parsers.text.normalize import printable
from warehouse.queries import Row

OUTLET_AGAIN = timedelta(days=7)  # while its trouble lasts; a new one may be told on the next day
NETWORK_AGAIN = timedelta(days=1)  # while it lasts, or a flow fails for the same reason
NETWORK = "network"  # in the file, where an outlet has its name
CRAWLS = {"ingest", "revisit", "backfill"}
FLOW = "flow:"  # before the name of a flow; no outlet has such a name
WORST_FIRST = ("broken", "blocked", "empty", "drifting", "quiet")

Sent = dict[str, str]  # what a message was about, and when it was sent, as ISO 8601


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """What there is to say, by key, and of what the run can say that it is over."""

    lines: dict[str, str]
    judged: set[str] = field(default_factory=set)
    again: timedelta = NETWORK_AGAIN  # for an outage or a failed run, while it lasts


class Alerts(Listener):
    def alert(
        self, settings: Settings, flow: str, result: Summary | Exception, now: datetime
    ) -> Alert | None:
        if isinstance(result, Exception):
            return alert_of_error(settings.home, flow, result, now)
        with reader(settings) as published:
            health = source_health(published)
        return alert_once(settings.home, flow, result, health, settings.max_failed_percent, now)


def alert_once(
    home: Path, flow: str, summary: Summary, health: Sequence[Row], most_percent: int, now: datetime
) -> Alert | None:
    """The message of a run, without what was sent before; it counts as sent from now on.

    `health` has the rows of `mart.source_health`. A failed run has no digest. An outage ends with the first run that was
    answered, and the next one is a new cause.
    """
    return _send_once(home, _report(flow, summary, health, most_percent), now)


def alert_of_error(home: Path, flow: str, error: Exception, now: datetime) -> Alert | None:
    """The message of a run that an error ended."""
    text = " ".join(printable(str(error)).split()) or type(error).__name__
    line = f"{flow} failed: {text}"
    return _send_once(home, _Report(lines={f"{FLOW}{flow} {type(error).__name__}": line}), now)


def _send_once(home: Path, report: _Report, now: datetime) -> Alert | None:
    """If what was sent cannot be stored, as on a full disk, it is sent again: better twice than never."""
    new, over = report.lines, dict[str, str]()
    with suppress(OSError), (home / "alerts.json").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        sent = _read(file.read())
        over = {key: at for key, at in sent.items() if _is_over(key, report)}
        counting = {key for key, at in sent.items() if _counts(key, at, report, now)}
        new = {key: line for key, line in report.lines.items() if key not in counting}
        kept = {key for key in sent if key in counting or _is_of_run(key)} - over.keys()
        sent = {key: at for key, at in sent.items() if key in kept}
        sent |= dict.fromkeys(new, now.isoformat(timespec="seconds"))
        file.truncate(0)
        json.dump(sent, file, indent=1)
    lines = [*dict(_recovery(key, at) for key, at in over.items()).values(), *new.values()]
    is_failed = any(map(_is_of_run, new))
    event = "network.down" if NETWORK in new else "run.failed" if is_failed else "run.digest"
    return Alert(event=event, text="\n".join(lines)) if lines else None


def _report(flow: str, summary: Summary, health: Sequence[Row], most_percent: int) -> _Report:
    if cause := summary.common_cause:
        return _Report(lines={NETWORK: cause})
    if summary.is_failed(most_percent):
        well_before = {row["source_id"] for row in health if row["last_success_at"]}
        is_news = summary.unpublished or well_before & summary.failed_sources.keys()
        again = NETWORK_AGAIN if is_news else OUTLET_AGAIN
        reasons = [*summary.reason_lines(), *(row["detail"] for row in summary.unpublished)]
        line = printable(f"{flow} failed: {'; '.join(reasons)}")
        return _Report(lines={f"{FLOW}{flow} {summary.main_reason}": line}, again=again)
    if flow in CRAWLS and not summary.requests:  # nothing was due
        return _Report(lines={})
    judged = {f"{FLOW}{flow}", *summary.asked_sources}
    judged |= {NETWORK} if summary.requests else set()
    lines = dict(_outlet_lines(health, summary.asked_sources))
    return _Report(lines=lines, judged=judged)


def _is_of_run(key: str) -> bool:
    return key == NETWORK or key.startswith(FLOW)


def _is_over(key: str, report: _Report) -> bool:
    return _is_of_run(key) and key.partition(" ")[0] in report.judged


def _recovery(key: str, at: str) -> tuple[str, str]:
    """What is well again, and the line that says so."""
    subject, _, reason = key.partition(" ")
    since = f"on {moment(datetime.fromisoformat(at))}"
    if key == NETWORK:
        return subject, f"the network answers again; it was reported down {since}"
    return subject, f"{subject.removeprefix(FLOW)} is well again; {reason} was reported {since}"


def _counts(key: str, at: str, report: _Report, now: datetime) -> bool:
    """Whether a message still counts. One from the future was sent before the clock was set back."""
    age = now - datetime.fromisoformat(at)
    if age < timedelta(0):
        return False
    if _is_of_run(key):
        return age < report.again
    is_open = key in report.lines or key.partition(" ")[0] not in report.judged
    return age < (OUTLET_AGAIN if is_open else NETWORK_AGAIN)


def _outlet_lines(health: Sequence[Row], source_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A line for each outlet that was asked, was well before, and is not: its worst state."""
    source_ids = set(source_ids)
    rows = [row for row in health if row["source_id"] in source_ids and row["last_success_at"]]
    found = [trouble for trouble in troubles(rows) if trouble[1] in WORST_FIRST]
    found.sort(key=lambda trouble: WORST_FIRST.index(trouble[1]), reverse=True)
    worst = {source_id: (state, text) for source_id, state, text in found}
    for source_id, (state, text) in sorted(worst.items()):
        yield f"{source_id} {state}", printable(" ".join(text.split()))


def _read(text: str) -> Sent:
    """What is damaged counts as nothing sent."""
    try:
        sent = json.loads(text or "{}")
        return {key: at for key, at in sent.items() if datetime.fromisoformat(at).tzinfo}
    except (ValueError, TypeError, AttributeError):
        return {}
