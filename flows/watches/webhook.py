"""A message for each watch with new hits, to the webhook of `watches.toml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import uuid5

import httpx

from flows.watches.feeds import marked_diff, plain_text
from parsers.text.normalize import printable
from warehouse.read.watch_hits import HITS, WatchHit

TIMEOUT = 10.0  # seconds
UNAVAILABLE = 503


class NotTakenError(Exception):
    """The receiver does not have the message: it may be sent again."""


class DoubtfulError(Exception):
    """The receiver may have the message, or not: it must not be sent again."""


def send(address: str, watch: str, hits: Sequence[WatchHit]) -> None:
    """POST once. Raises NotTakenError and DoubtfulError."""
    message = make_message(watch, hits)
    headers = {"idempotency-key": str(message["id"])}
    try:
        answer = httpx.post(address, json=message, headers=headers, timeout=TIMEOUT)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
        raise NotTakenError(f"it cannot be reached ({error})") from error
    except httpx.HTTPError as error:
        raise DoubtfulError(f"it gave no answer ({error or type(error).__name__})") from error
    if answer.is_success:
        return
    refusal = f"it answered {answer.status_code}"
    if answer.status_code < 500 or answer.status_code == UNAVAILABLE:
        raise NotTakenError(refusal)
    raise DoubtfulError(refusal)


def make_message(watch: str, hits: Sequence[WatchHit]) -> dict[str, object]:
    """`text` is what Slack, Mattermost and others show; the ids are the same whenever the hits are."""
    rows = [asdict(hit) | {"diff": marked_diff(hit.diff)} for hit in hits]
    return {
        "text": "\n\n".join([f"{watch}: {len(hits)} new", *map(_paragraph, hits)]),
        "id": str(uuid5(HITS, " ".join(hit.hit_id for hit in hits))),
        "watch": watch,
        "hits": rows,
    }


def _paragraph(hit: WatchHit) -> str:
    headline = " – ".join(filter(None, (hit.headline, hit.source_name, hit.url)))
    return f"{printable(headline)}\n{plain_text(hit)}"
