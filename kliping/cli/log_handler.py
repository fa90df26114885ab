"""Where log lines go in a command: standard error, readable on a terminal and JSON elsewhere."""

from __future__ import annotations

import logging
import sys
from functools import cached_property


class _LateFormatter(logging.Formatter):
    """Imports what formats a line with the first line: a command that logs nothing starts sooner."""

    @cached_property
    def _formatter(self) -> logging.Formatter:
        import structlog

        from flows.logging import formatter

        if sys.stderr.isatty():
            return formatter(structlog.dev.ConsoleRenderer(pad_event_to=0))
        return formatter(structlog.processors.JSONRenderer())

    def format(self, record: logging.LogRecord) -> str:
        return self._formatter.format(record)


# The last is that of this command. It is no state of the logger: a flow run sets that to INFO.
_levels = [logging.WARNING]


def is_verbose() -> bool:
    """Whether the user wants to see what each stage does."""
    return _levels[-1] <= logging.INFO


def log_to_stderr(level: int) -> None:
    """Our lines of this level and above; those of libraries from WARNING on."""
    _levels.append(level)
    handler = logging.StreamHandler()
    handler.setFormatter(_LateFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING))
    for name in ("flows", "kliping"):
        logging.getLogger(name).setLevel(level)
