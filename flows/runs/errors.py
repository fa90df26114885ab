"""Why a run did not start, or was stopped."""

from __future__ import annotations

import signal


class Busy(Exception):  # noqa: N818 - a state, not an error
    """Another run holds the source; the message names it."""

    exit_code = 73


class Stopped(Exception):  # noqa: N818 - the operator asked for it
    """A signal stopped the run; what it fetched until then is loaded and published."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}; what was loaded is published")
        self.exit_code = 128 + number
