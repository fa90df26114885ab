"""What a message with new hits says: to people as text, to programs as JSON."""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64encode
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter

from kliping.watches.feeds import explorer_page, marked_diff, plain_text
from kliping.watches.hit_journal import Message
from kliping.watches.watch import WatchHit
from parsers.text.normalize import printable


def json_body(message: Message) -> str:
    """The id is the same in each try."""
    content = {
        "id": message.message_id,
        "may_be_repeated": message.is_in_doubt,
        "hits": [asdict(hit) | {"diff": marked_diff(hit.diff)} for hit in message.hits],
    }
    return json.dumps(content, ensure_ascii=False)


def signature(key: bytes | None, message_id: str, body: str) -> dict[str, str]:
    """The headers of Standard Webhooks, by which a receiver knows who sent it, and when."""
    if not key:
        return {}
    at = str(int(time.time()))
    digest = hmac.digest(key, f"{message_id}.{at}.{body}".encode(), "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


def title(message: Message) -> str:
    return ", ".join(f"{watch}: {len(hits)} new" for watch, hits in _by_watch(message).items())


def text(message: Message, most_shown: int, explorer: str | None) -> str:
    """So many hits of each watch, and how many more there are."""
    parts = ["This message may have arrived before."] if message.is_in_doubt else []
    for watch, hits in _by_watch(message).items():
        parts += [
            f"{watch}: {len(hits)} new",
            *(_paragraph(hit, explorer) for hit in hits[:most_shown]),
        ]
        if len(hits) > most_shown:
            parts.append(f"and {len(hits) - most_shown} more")
    # with a word joiner: some services call everybody where a text has @everyone
    return "\n\n".join(parts).replace("@", "@\u2060")


def _by_watch(message: Message) -> dict[str, list[WatchHit]]:
    watch = attrgetter("watch")
    return {name: [*hits] for name, hits in groupby(sorted(message.hits, key=watch), watch)}


def _paragraph(hit: WatchHit, explorer: str | None) -> str:
    head = printable(" – ".join(filter(None, (hit.title, hit.source_name))))
    pages = printable(hit.url or ""), explorer_page(hit, explorer)
    return "\n".join(filter(None, (head, plain_text(hit), *pages)))
