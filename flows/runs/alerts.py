"""What a run must tell its operator: at most one message, and none again soon.

One cause gives one message. If most hosts failed in the same way, that is the message. Otherwise it has a line for each
outlet of the run that was well before and is not now. What was sent is in `alerts.json` in the home.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flows.runs.summary import Summary
from parsers.text.normalize import printable
from warehouse.queries import Row
from warehouse.read.health import troubles

OUTLET_AGAIN = timedelta(days=7)  # while its trouble lasts; a new one may be told on the next day
NETWORK_AGAIN = timedelta(days=1)  # while it lasts; a new outage is told at once
NETWORK = "network"  # in the file, where an outlet has its name
WORST_FIRST = ("broken", "blocked", "empty", "drifting", "quiet")

Sent = dict[str, str]  # outlet and state -> when it was sent, as ISO 8601


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A message, and the name of its event."""

    event: str  # network.down, run.digest
    text: str


def alert_once(
    home: Path, summary: Summary, health: Sequence[Row], most_percent: int, now: datetime
) -> Alert | None:
    """The message of a run, without what was sent before; it counts as sent from now on.

    `health` has the rows of `mart.source_health`. A failed run has no digest: its state is the message. An outage ends
    with the first run that was answered, and the next one is a new cause.
    """
    lines, judged = _lines(summary, health, most_percent)
    with (home / "alerts.json").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        sent = {
            key: at
            for key, at in _read(file.read()).items()
            if _counts(now - datetime.fromisoformat(at), key, key in lines, judged)
        }
        new = {key: line for key, line in lines.items() if key not in sent}
        file.truncate(0)
        json.dump(sent | dict.fromkeys(new, now.isoformat(timespec="seconds")), file, indent=1)
    if not new:
        return None
    return Alert(
        event="network.down" if NETWORK in new else "run.digest", text="\n".join(new.values())
    )


def _lines(
    summary: Summary, health: Sequence[Row], most_percent: int
) -> tuple[dict[str, str], set[str]]:
    """What there is to say, by key, and of what the run can say that it is over."""
    if cause := summary.common_cause:
        return {NETWORK: cause}, set()
    if summary.is_failed(most_percent):
        return {}, set()
    return dict(_outlet_lines(health, summary.asked_sources)), {NETWORK, *summary.asked_sources}


def _counts(age: timedelta, key: str, lasts: bool, judged: set[str]) -> bool:
    """Whether a message of that age still counts. One from the future was sent before the clock was set back."""
    if age < timedelta(0) or (key == NETWORK and key in judged):
        return False
    is_open = lasts or key.partition(" ")[0] not in judged
    return age < (OUTLET_AGAIN if is_open and key != NETWORK else NETWORK_AGAIN)


def _outlet_lines(health: Sequence[Row], source_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A line for each outlet that was asked, was well before, and is not: its worst state."""
    source_ids = set(source_ids)
    rows = [row for row in health if row["source_id"] in source_ids and row["last_success_at"]]
    worst: dict[str, tuple[str, str]] = {}
    for source_id, state, text in troubles(rows):
        if state in WORST_FIRST:
            worst[source_id] = min(
                (state, text), worst.get(source_id, (state, text)), key=_by_state
            )
    for source_id, (state, text) in sorted(worst.items()):
        yield f"{source_id} {state}", printable(" ".join(text.split()))


def _by_state(trouble: tuple[str, str]) -> int:
    return WORST_FIRST.index(trouble[0])


def _read(text: str) -> Sent:
    """What is damaged counts as nothing sent."""
    try:
        sent = json.loads(text or "{}")
        return {key: at for key, at in sent.items() if datetime.fromisoformat(at).tzinfo}
    except (ValueError, TypeError, AttributeError):
        return {}
