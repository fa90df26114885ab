"""The command line. Heavy parts are imported by the command that needs them, so that --help answers at once.

A module for each kind of command; what it imports here registers it, in the order in which --help lists them.
"""

from flows.cli import queries, pages, sharing, crawl, sources, status, maintenance, quarantine  # noqa: F401, I001 - in this order
from flows.cli.app import main

__all__ = ["main"]
