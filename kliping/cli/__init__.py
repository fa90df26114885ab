"""The command line. Heavy parts are imported by the command that needs them, so that --help answers at once.

A module for each kind of command; what it imports here registers it, in the order in which --help lists them.
"""

from kliping.cli import queries, lists, topics, people, documents, study, sampling, sharing  # noqa: F401, I001 - in this order
from kliping.cli import evidence, watch  # noqa: F401 - as above
from kliping.cli import crawl, sources, check, status, maintenance, quarantine, lake  # noqa: F401 - as above
from kliping.cli.app import app as all_commands
from kliping.cli.app import main
from kliping.cli.examples import add_epilogs

add_epilogs(all_commands)

__all__ = ["main"]
