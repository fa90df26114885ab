"""Messages to their destinations. They are sent outside of every lock: a slow receiver holds neither the journal nor a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from kliping.watches.hit_journal import PAUSES, DeliveryState, Message, open_journal
from kliping.watches.sender import NotTakenError, Sender
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
    reason, state, may_have_arrived = "", DeliveryState.UNSENT, False
    if message.n_tries > MOST_TRIES:
        reason = "the process died in the last try"
    elif message.hits:
        try:
            sender.send(file.destinations[message.destination], message, file.explorer)
            state = DeliveryState.SENT
        except NotTakenError as error:
            most = MOST_TRIES if error.may_pass else MOST_REFUSALS
            reason = f"{error} (try {message.n_tries} of {most})"
            may_have_arrived = error.may_have_arrived
            state = DeliveryState.WAITING if message.n_tries < most else state
    with open_journal(folder) as journal:
        journal.end_try(message, state, may_have_arrived=may_have_arrived)
    if reason:
        reason += "; it may have arrived" if may_have_arrived or message.is_in_doubt else ""
        yield Note(_not_taken(message, reason, state))


def _not_taken(message: Message, reason: str, state: DeliveryState) -> str:
    again = (
        f"again with the same key, from {message.next_at:%Y-%m-%d %H:%M} UTC on"
        if state is DeliveryState.WAITING
        else "they are in the feeds, and not sent again"
    )
    return f"{message.destination} did not take {title(message)}: {reason}; {again}"
