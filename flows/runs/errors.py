"""Why a run did not start, or was stopped."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.runs.summary import Summary

GOES_ON = "the next run goes on where it stopped"


class Busy(Exception):  # noqa: N818 - a state, not an error
    """Another run holds the source; the message names it."""

    exit_code = 73


class HeldElsewhere(Busy):
    """Another machine of the lake works on the source: all is well, and nothing is left to do here."""

    exit_code = 0


class Stopped(Exception):  # noqa: N818 - the operator asked for it
    """A signal stopped the run. If it has a summary, what was fetched until then is loaded and published."""

    def __init__(self, number: int, summary: Summary | None = None, note: str = GOES_ON) -> None:
        note = "what was loaded is published" if summary else note
        super().__init__(f"stopped by {signal.Signals(number).name}; {note}")
        self.exit_code, self.summary = 128 + number, summary
