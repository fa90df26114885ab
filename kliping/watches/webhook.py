"""One try to send a message with the new hits of a watch to the webhook of `watches.toml`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import httpx

from kliping.watches.feeds import marked_diff, plain_text
from kliping.watches.hit_journal import Message
from kliping.watches.watch_hits import WatchHit
from parsers.text.normalize import printable

DEADLINE = 15.0  # seconds, from the name of the host to the status of the answer
PASSING = {408, 425, 429}  # refusals that time can cure, as it can those from 500 on


class NotTakenError(Exception):
    """It must not count as sent: the receiver did not say that it has the message."""

    def __init__(self, reason: str, *, may_pass: bool) -> None:
        super().__init__(reason)
        self.may_pass = may_pass  # by waiting


def send(address: str, message: Message) -> None:
    """POST once; the status is all that is read of the answer, and no redirect is followed. Raises NotTakenError."""
    with ThreadPoolExecutor(1) as thread:  # here an event loop may be running
        try:
            status = thread.submit(asyncio.run, _post(address, message)).result()
        except TimeoutError:
            reason = f"it gave no answer in {DEADLINE:.0f} seconds"
            raise NotTakenError(reason, may_pass=True) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = f"it cannot be reached, or gave no answer ({error or type(error).__name__})"
            raise NotTakenError(reason, may_pass=True) from error
    if not httpx.codes.is_success(status):
        raise NotTakenError(f"it answered {status}", may_pass=status in PASSING or status >= 500)


async def _post(address: str, message: Message) -> int:
    """One deadline over all: a limit for each read lets a slow answer go on for ever."""
    headers = {"idempotency-key": message.message_id}
    async with (
        asyncio.timeout(DEADLINE),
        httpx.AsyncClient(timeout=None) as client,  # noqa: S113 - as above
        client.stream("POST", address, json=content(message), headers=headers) as answer,
    ):
        return answer.status_code


def content(message: Message) -> dict[str, object]:
    """`text` is what Slack, Mattermost and others show; the id is the same in each try."""
    rows = [asdict(hit) | {"diff": marked_diff(hit.diff)} for hit in message.hits]
    return {
        "text": "\n\n".join([f"{message.watch}: {len(rows)} new", *_paragraphs(message.hits)]),
        "id": message.message_id,
        "watch": message.watch,
        "hits": rows,
    }


def _paragraphs(hits: Sequence[WatchHit]) -> list[str]:
    headlines = (" – ".join(filter(None, (hit.headline, hit.source_name, hit.url))) for hit in hits)
    return [
        f"{printable(line)}\n{plain_text(hit)}" for line, hit in zip(headlines, hits, strict=True)
    ]
