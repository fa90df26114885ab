"""Messages to the webhook. They are sent outside of every lock: a slow receiver holds neither the journal nor a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kliping.watches.hit_journal import PAUSES, HitState, Message, open_journal
from kliping.watches.watch_file import FOLDER, Note, read_watches
from kliping.watches.webhook import NotTakenError, send

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
        if not file.webhook:
            journal.leave_to_feeds()
            return
        journal.pack(now)
    names = [watch.name for watch in file.watches]
    end = time.monotonic() + LONGEST_SENDING
    while time.monotonic() < end:
        with open_journal(folder) as journal:
            message = journal.begin_try(names, now)
        if not message:
            return
        yield from _send_one(folder, file.webhook, message)


def _send_one(folder: Path, address: str, message: Message) -> Iterator[Note]:
    """Nothing is sent where the last try died, or what was found is forgotten."""
    reason, is_over, state = "the process died in the last try", True, HitState.UNSENT
    if not message.hits:
        reason = ""
    elif message.n_tries <= MOST_TRIES:
        try:
            send(address, message)
            reason, state = "", HitState.SENT
        except NotTakenError as error:
            most = MOST_TRIES if error.may_pass else MOST_REFUSALS
            reason, is_over = f"{error} (try {message.n_tries} of {most})", message.n_tries >= most
    if is_over:
        with open_journal(folder) as journal:
            journal.end(message, state)
    if reason:
        again = (
            "they are in the feeds, and not sent again"
            if is_over
            else f"again with the same key, from {message.next_at:%Y-%m-%d %H:%M} UTC on"
        )
        text = f"the webhook did not take {len(message.hits)} hits: {reason}; {again}"
        yield Note(f"watch {message.watch}: {text}")
