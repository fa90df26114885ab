"""Kliping: news articles into a DuckDB file that anyone can query.

The names below are the whole public API; docs/api.md describes them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kliping.api import Article, Rejected, fetch, open, parse  # noqa: A004 - kliping.open
    from kliping.home import Home

__all__ = ["Article", "Home", "Rejected", "fetch", "open", "parse"]


def __getattr__(name: str) -> Any:
    """With the first use, so that the command line, which needs none of them, starts at once. Only a home needs a database."""
    if name not in __all__:
        raise AttributeError(f"kliping has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module("kliping.home" if name == "Home" else "kliping.api"), name)
