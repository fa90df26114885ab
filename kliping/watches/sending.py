"""Messages to their destinations. They are sent outside of every lock: a slow receiver holds neither the journal nor a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from kliping.watches.hit_journal import PAUSES, DeliveryState, Message, open_journal
from kliping.watches.sender import Answer, Sender
from kliping.watches.watch_file import FOLDER, Note, WatchFile, read_watches
from kliping.watches.watch_messages import title

LONGEST_SENDING = 30.0  # seconds, after which no other message is begun
MOST_TRIES = len(PAUSES)
MOST_REFUSALS = 2  # of a message: 3xx or 4xx


def send_messages(home: Path, now: datetime) -> Iterator[Note]:
    """Send what is due; why some was not taken. Raises WatchFileError, OSError, sqlite3.Error."""
    folder = home / FOLDER
    if not folder.exists():
        return
    file = read_watches(home)
    with open_journal(folder) as journal:
        journal.pack(file, now)
    end = time.monotonic() + LONGEST_SENDING
    with closing(Sender()) as sender:
        while time.monotonic() < end:
            with open_journal(folder) as journal:
                message = journal.begin_try(file.destinations, now)
            if not message:
                return
            yield from _send_one(folder, file, message, sender)


def _send_one(folder: Path, file: WatchFile, message: Message, sender: Sender) -> Iterator[Note]:
    """Nothing is sent where the last try died, or what was found is forgotten."""
    answer = Answer("the process died in the last try")
    if not message.hits:
        answer = Answer()
    elif message.n_tries <= MOST_TRIES:
        answer = sender.send(file.destinations[message.destination], message, file.explorer)
    most = MOST_TRIES if answer.may_pass else MOST_REFUSALS
    state = DeliveryState.WAITING if message.n_tries < most else DeliveryState.UNSENT
    state = state if answer.reason else DeliveryState.SENT
    with open_journal(folder) as journal:
        journal.end_try(message, state, may_have_arrived=answer.may_have_arrived)
    if answer.reason:
        doubt = "; it may have arrived" if message.is_in_doubt or answer.may_have_arrived else ""
        again = (
            f"again with the same key, from {message.next_at:%Y-%m-%d %H:%M} UTC on"
            if state is DeliveryState.WAITING
            else "they are in the feeds, and not sent again"
        )
        reason = f"{answer.reason} (try {min(message.n_tries, most)} of {most}){doubt}"
        yield Note(f"{message.destination} did not take {title(message)}: {reason}; {again}")
