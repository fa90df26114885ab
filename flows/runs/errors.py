"""Why a run did not start, or ended before its time."""

from __future__ import annotations

import signal


class Busy(Exception):  # noqa: N818 - a state of things, not a fault
    """Another run holds the source; the message names it."""

    exit_code = 73


class Stopped(Exception):  # noqa: N818 - the operator's wish
    """A signal asked for the end; what was done is loaded and published."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}; what was loaded is published")
        self.exit_code = 128 + number
