"""Addresses that hold a token or a password. All but the fetcher know them by a form that may be kept and shown."""

from __future__ import annotations

from base64 import b64encode
from itertools import count
from urllib.parse import SplitResult, unquote, urlsplit

from parsers.text.redaction import SECRET

LEAST = 4  # characters: what is shorter is found everywhere, and hides nothing


class Secrets:
    def __init__(self) -> None:
        self._full: dict[str, str] = {}
        self._values: set[str] = set()

    def public(self, url: str) -> str:
        """The form under which a configured address is known; two that differ in their secrets only have two."""
        try:
            parts = urlsplit(url)
        except ValueError:  # no address, and so never asked
            return url
        pairs = [pair.partition("=") for pair in parts.query.split("&")]
        values = [value for name, _, value in pairs if value and SECRET.fullmatch(name)]
        if not values and "@" not in parts.netloc:
            return url
        for n in count(3):
            query = "&".join(
                name + equals + ("*" * n if value in values else value)
                for name, equals, value in pairs
            )
            shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query).geturl()
            if self._full.setdefault(shown, url) == url:
                break
        found = {*values, parts.password or "", _basic(parts)}
        self._values |= {
            each for value in found for each in (value, unquote(value)) if len(each) >= LEAST
        }
        return shown

    def full(self, url: str) -> tuple[str, str | None]:
        """The address as it is asked, and the Authorization header that its user name stands for."""
        if url not in self._full:
            return url, None
        parts = urlsplit(self._full[url])
        if "@" not in parts.netloc:
            return self._full[url], None
        return parts._replace(
            netloc=parts.netloc.rpartition("@")[2]
        ).geturl(), f"Basic {_basic(parts)}"

    def knows(self, url: str) -> bool:
        return url in self._full

    def hide(self, text: str) -> str:
        """What a server sent back, without the secrets it was asked with."""
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, "***")
        return text


def _basic(parts: SplitResult) -> str:
    return b64encode(
        f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
    ).decode()
