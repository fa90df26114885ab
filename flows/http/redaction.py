"""Addresses with a token or a password. Only the fetcher has the full form; everything else uses a redacted form."""

from __future__ import annotations

from base64 import b64encode
from itertools import count
from urllib.parse import SplitResult, unquote, urlsplit

from parsers.text.redaction import SECRET

MIN_LENGTH = 4  # characters of a secret: shorter ones occur everywhere in a text


class Secrets:
    """The secrets of configured addresses. Redacted addresses are the keys."""

    def __init__(self) -> None:
        self._full: dict[str, str] = {}
        self._values: set[str] = set()

    def redact_url(self, url: str) -> str:
        """The redacted form of a configured address. Two addresses that differ only in their secrets get different forms."""
        try:
            parts = urlsplit(url)
        except ValueError:  # not an address, so it is never fetched
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
            redacted = parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query).geturl()
            if self._full.setdefault(redacted, url) == url:
                break
        secrets = {*values, parts.password or "", _basic(parts)}
        spellings = {each for secret in secrets for each in (secret, unquote(secret))}
        self._values |= {each for each in spellings if len(each) >= MIN_LENGTH}
        return redacted

    def restore(self, url: str) -> tuple[str, str | None]:
        """The address to request for a redacted one, and the Authorization header if it has a user name."""
        if url not in self._full:
            return url, None
        parts = urlsplit(self._full[url])
        if "@" not in parts.netloc:
            return self._full[url], None
        without_user = parts._replace(netloc=parts.netloc.rpartition("@")[2])
        return without_user.geturl(), f"Basic {_basic(parts)}"

    def has(self, url: str) -> bool:
        return url in self._full

    def redact(self, text: str) -> str:
        """What a server sent, without the secrets of the requests."""
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, "***")
        return text


def _basic(parts: SplitResult) -> str:
    return b64encode(
        f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
    ).decode()
