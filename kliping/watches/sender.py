"""One try to send a message, in a process of its own that is killed at the deadline."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
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


class NotTakenError(Exception):
    """It must not count as sent: nobody said that they have the message."""

    def __init__(self, reason: str, *, may_pass: bool, may_have_arrived: bool) -> None:
        super().__init__(reason)
        self.may_pass = may_pass  # by waiting
        self.may_have_arrived = may_have_arrived


class Sender(ChildPool):
    """Its process starts with the first message."""

    def __init__(self) -> None:
        super().__init__(1, lambda: ChildProcess(start_program(PROGRAM, os.environ)), b"")

    def check(self, destinations: Mapping[str, Destination]) -> Iterator[str]:
        """A line for each address that apprise does not know; nothing is sent."""
        for name, destination in destinations.items():
            try:
                if not destination.takes_json:
                    self._ask({"address": destination.address, "title": "", "text": ""})
            except NotTakenError as error:
                yield f"destination.{name}.address: {error}"

    def send(self, destination: Destination, message: Message, explorer: str | None) -> None:
        """Raises NotTakenError."""
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
        self._ask(request)

    def _ask(self, request: dict[str, Any]) -> None:
        try:
            with self.child() as child:
                deadline = Deadline(child.pid, DEADLINE, patience=1)
                child.send(json.dumps(request).encode(), deadline)
                answer = json.loads(child.receive(deadline, MOST_BYTES))
        except (ChildLost, NotStartedError, OSError) as error:
            was_begun = isinstance(error, ChildLost)
            is_late = isinstance(error, ChildLost) and isinstance(error.cause, TimeoutError)
            reason = f"gave no answer in {DEADLINE:.0f} seconds" if is_late else "lost its process"
            raise NotTakenError(f"it {reason}", may_pass=True, may_have_arrived=was_begun) from error  # fmt: skip
        if answer["reason"]:
            raise NotTakenError(**answer)
