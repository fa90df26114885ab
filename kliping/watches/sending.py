"""Messages to their destinations. They are sent outside of every lock: a slow receiver holds neither the journal nor a run.

Each try is made in a process of its own, which is killed at the deadline.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kliping.watches.destinations import Destination
from kliping.watches.hit_journal import PAUSES, DeliveryState, Message, open_journal
from kliping.watches.watch_file import FOLDER, Note, WatchFile, read_watches
from kliping.watches.watch_messages import json_body, signature, text, title
from warehouse.child_process import (
    ChildLost,
    ChildPool,
    ChildProcess,
    Deadline,
    NotStartedError,
    start_program,
)

DEADLINE = 15.0  # seconds, from the name of the host to the answer
PROGRAM = ("-P", "-m", "kliping.watches.send_worker")
MOST_BYTES = 1 << 16  # of an answer of the process
LONGEST_SENDING = 30.0  # seconds, after which no other message is begun
MOST_TRIES = len(PAUSES)
MOST_REFUSALS = 2  # of a message: 3xx or 4xx


@dataclass(frozen=True, slots=True)
class Answer:
    """Without a reason the receiver said that it has the message; else it must not count as sent."""

    reason: str = ""
    may_pass: bool = True  # by waiting
    may_have_arrived: bool = False


class Sender(ChildPool):
    """Its process starts with the first message."""

    def __init__(self) -> None:
        super().__init__(1, lambda: ChildProcess(start_program(PROGRAM, os.environ)), b"")

    def check(self, destination: Destination) -> str:
        """Why nothing can be sent there: apprise does not know the address."""
        if destination.takes_json:
            return ""
        return self._ask({"address": destination.address, "title": "", "text": ""}).reason

    def send(self, destination: Destination, message: Message, explorer: str | None) -> Answer:
        request: dict[str, Any] = {"address": destination.address}
        if destination.takes_json:
            body = json_body(message)
            headers = {"content-type": "application/json", "idempotency-key": message.message_id}
            headers |= signature(destination.secret, message.message_id, body)
            request |= {"body": body, "headers": headers}
        else:
            request |= {
                "title": title(message),
                "text": text(message, destination.most_shown, explorer),
            }
        return self._ask(request)

    def _ask(self, request: dict[str, Any]) -> Answer:
        try:
            with self.child() as child:
                deadline = Deadline(child.pid, DEADLINE, patience=1)
                child.send(json.dumps(request).encode(), deadline)
                return Answer(**json.loads(child.receive(deadline, MOST_BYTES)))
        except ChildLost as lost:
            is_late = isinstance(lost.cause, TimeoutError)
            reason = f"gave no answer in {DEADLINE:.0f} seconds" if is_late else "lost its process"
            return Answer(f"it {reason}", may_have_arrived=True)
        except (NotStartedError, OSError):
            return Answer("no process starts that could send it")


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
