"""Kliping: news articles into a DuckDB file that anyone can query.

The names below are the whole public API; docs/api.md describes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kliping.api import Article, Home, Rejected, fetch, open, parse  # noqa: A004 - kliping.open

__all__ = ["Article", "Home", "Rejected", "fetch", "open", "parse"]


def __getattr__(name: str) -> Any:
    """With the first use, so that the command line, which needs none of them, starts at once."""
    if name not in __all__:
        raise AttributeError(f"kliping has no {name!r}; it has {', '.join(__all__)}")
    from kliping import api  # noqa: PLC0415 - as above

    return getattr(api, name)
