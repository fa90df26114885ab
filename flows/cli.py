"""The command line of earlier versions, for scripts that call it; `kliping.cli` has it now."""

from __future__ import annotations

from kliping.cli import main

__all__ = ["main"]
