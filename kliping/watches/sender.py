"""One try to send a message, in a process of its own that is killed at the deadline."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from kliping.watches.destinations import Destination
from kliping.watches.hit_journal import Message
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
