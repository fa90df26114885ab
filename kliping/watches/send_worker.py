"""The process that sends messages: `python -m kliping.watches.send_worker`, started by `sending`, which kills it at the deadline.

httpx and apprise have a limit for each read only, so a slow answer could go on for ever; and apprise reads whole answers.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import httpx

from parsers.text.normalize import printable
from warehouse.child_process import Parent, end_with_parent, limit_memory

MOST_BYTES = 1 << 30  # of memory
PASSING = {408, 425, 429}  # refusals that time can cure, as it can those from 500 on
NEVER_SENT = (httpx.ConnectError, httpx.InvalidURL, httpx.UnsupportedProtocol)


def main() -> None:
    parent = Parent()
    end_with_parent()
    limit_memory(MOST_BYTES)
    messages = parent.messages()
    parent.send(next(messages))
    for message in messages:
        request = json.loads(message)
        answer = post(**request) if "body" in request else notify(**request)
        parent.send(json.dumps(answer).encode())


def post(address: str, body: str, headers: dict[str, str]) -> dict[str, Any]:
    """The status is all that is read of the answer, and no redirect is followed."""
    try:
        with (
            httpx.Client(timeout=None) as client,  # noqa: S113 - the parent has the deadline
            client.stream("POST", address, content=body, headers=headers) as answer,
        ):
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"it cannot be reached, or gave no answer ({error or type(error).__name__})"
        return _not_taken(reason, may_have_arrived=not isinstance(error, NEVER_SENT))
    if httpx.codes.is_success(status):
        return {}
    # a proxy may say so of a message that arrived
    return _not_taken(f"it answered {status}", status, may_have_arrived=status >= 500)


def notify(address: str, title: str, text: str) -> dict[str, Any]:
    """Without a text only the address is looked at."""
    from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode  # noqa: PLC0415 - slow

    asset = AppriseAsset(app_id="Kliping", async_mode=False, http_redirects=False)
    service = Apprise.instantiate(address, asset=asset)
    if not service:
        return _not_taken("apprise knows no such address", 404, may_have_arrived=False)
    if "overflow=" not in address:  # most services refuse what is too long
        service.overflow_mode = OverflowMode.SPLIT
    warnings = Warnings(logging.WARNING)
    logging.getLogger("apprise").addHandler(warnings)
    apprise = Apprise([service], asset=asset)
    if not text or apprise.notify(text, title, body_format=NotifyFormat.TEXT):
        return {}
    status = re.search(r"error=(\d{3})", warnings.last)
    # of a message in several parts some may have arrived
    return _not_taken(warnings.last, int(status[1]) if status else 500, may_have_arrived=True)


def _not_taken(reason: str, status: int = 500, *, may_have_arrived: bool) -> dict[str, Any]:
    return {
        "reason": printable(reason)[:200],
        "may_pass": status in PASSING or status >= 500,
        "may_have_arrived": may_have_arrived,
    }


class Warnings(logging.Handler):
    """The last one says why apprise did not send."""

    last = "apprise gives no reason"

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()


if __name__ == "__main__":
    main()
