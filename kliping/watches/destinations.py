"""Where hits go: JSON to an address of the web, or a message for people by apprise, which knows a hundred services."""

from __future__ import annotations

import binascii
from base64 import b64decode
from datetime import datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

WEBHOOK = "webhook"  # the destination of watches that name none
JSON_ADDRESS = r"^https?://[^\s/]+(/\S*)?$"


def _key(secret: str) -> bytes:
    """The secret as Standard Webhooks has it, in base64. Raises ValueError."""
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except (AttributeError, TypeError, binascii.Error):
        key = b""
    if len(key) < 24:
        raise ValueError("`openssl rand -base64 32` makes a secret; it has 24 bytes or more")
    return key


class Keys(BaseModel):
    """A table of a file that people write."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Destination(Keys):
    # with what it takes to send there: it is in no note and no journal
    address: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+.-]*://\S+$")]
    secret: Annotated[bytes, BeforeValidator(_key)] | None = None  # signs JSON
    digest_at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    time_zone: ZoneInfo = ZoneInfo("Asia/Jakarta")
    most_shown: Annotated[int, Field(ge=1, le=100)] = 10  # hits of a watch in a message for people

    @model_validator(mode="after")
    def _only_json_is_signed(self) -> Self:
        if self.secret and not self.takes_json:
            raise ValueError("a secret signs JSON, for an address with http:// or https:// only")
        return self

    @property
    def takes_json(self) -> bool:
        return self.address.startswith(("http://", "https://"))

    def next_moment(self, now: datetime) -> datetime:
        """When hits that were found now are due: at the next hour of the digest, else at once."""
        if not self.digest_at:
            return now
        local = now.astimezone(self.time_zone)
        due = datetime.combine(local, time.fromisoformat(self.digest_at), self.time_zone)
        return due if due > local else due + timedelta(days=1)
