"""Text without the secrets that addresses in it hold: passwords, tokens, keys."""

from __future__ import annotations

import re
from typing import TypeVar, cast

SECRET = re.compile(
    r".*(token|secret|passw|pwd|signature|credential|api[_-]?key).*|(.*[_-])?(auth|key|pass|session|sig|sid)",
    re.IGNORECASE,
)
USER = re.compile(r"(?<=//)[^/\s?#]*@")
PAIR = re.compile(r"(?<=[?&;])([^=&;\s]+)=([^&;\s#\"'<>]+)")

T = TypeVar("T")


def masked(value: T) -> T:
    """Text, or plain data, for people: of every address in it without user, password and the values of secret names."""
    if isinstance(value, str):
        return cast("T", PAIR.sub(_mask, USER.sub("***@", value)))
    if isinstance(value, dict):
        return cast("T", {name: masked(each) for name, each in value.items()})
    return cast("T", [masked(each) for each in value]) if isinstance(value, list | tuple) else value


def _mask(pair: re.Match[str]) -> str:
    return f"{pair[1]}=***" if SECRET.fullmatch(pair[1]) else pair[0]
