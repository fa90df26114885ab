"""Watches look at each publish, and send what they found after the run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from flows.runs.listeners import Listener
from flows.settings import Settings
from flows.stores import reader
from kliping.watches.sending import send_messages
from kliping.watches.watch_file import WatchFileError
from kliping.watches.watch_pass import pass_watches


class Watches(Listener):
    def after_publish(self, settings: Settings, now: datetime) -> Iterator[str]:
        for note in pass_watches(settings.home, partial(reader, settings), now):
            yield note.text

    def deliver(self, settings: Settings, now: datetime) -> Iterator[str]:
        try:
            for note in send_messages(settings.home, now):
                yield note.text
        except WatchFileError:  # the pass has said so
            return
