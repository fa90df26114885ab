"""Log lines: readable on a terminal, JSON in a pipe or a file. They name the run, the source and the host."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from parsers.text.redaction import masked


def _mask(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """No line holds a secret: addresses are without passwords and tokens."""
    return {name: masked(value) for name, value in event.items()}


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
    _mask,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
bound = structlog.contextvars.bound_contextvars


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def configure(level: int, stream: TextIO = sys.stderr) -> None:
    """Write lines of this level and above; those of libraries from WARNING on."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(pad_event_to=0)
        if stream.isatty()
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(renderer))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING))
    logging.getLogger("flows").setLevel(level)


def formatter(renderer: Any) -> logging.Formatter:
    """For a handler of the standard library's."""
    processors = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        renderer,
    ]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=processors)
