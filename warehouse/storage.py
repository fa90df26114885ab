"""Object storage: where a lake keeps its Parquet files and its archive; any server with S3's interface."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import S3Store

# A server may be started again meanwhile. With the last request a silent one takes 75 seconds.
RETRY_SECONDS = 45
REQUEST_SECONDS = 30
MISSING = "{name} is not installed: .venv/bin/uv pip install -c constraints.txt -e '.[lake]'"
REFUSED = re.compile(r"status code: 40[13]\b")
WRONG_KEYS = "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what this key may do"


class LakeError(Exception):
    """The lake is not set up: something is not installed, or named wrongly; the message says what."""

    exit_code = 2


class BucketMissingError(LakeError):
    """The server has no bucket of that name."""


class StorageUnavailable(Exception):  # noqa: N818 - a state of things that passes
    """The object storage does not answer, or refuses; nothing that was acknowledged is lost."""

    exit_code = 75


class AccessDenied(StorageUnavailable):
    """The server does not let these keys in."""

    exit_code = 2


class ObjectExists(Exception):  # noqa: N818 - a state of things
    """An object of that name is there already, with another content."""


class ObjectChanged(Exception):  # noqa: N818 - a state of things
    """Somebody else has replaced the object since it was read."""


@dataclass(frozen=True, kw_only=True)
class Object:
    name: str  # below the prefix of the storage
    size: int  # bytes
    e_tag: str
    modified_at: datetime


@dataclass(frozen=True, kw_only=True)
class Storage:
    """A bucket and a prefix. Every method raises StorageUnavailable and BucketMissingError, which never quote a secret."""

    url: str  # s3://bucket/prefix
    endpoint: str | None = None  # None: Amazon's
    region: str = "us-east-1"
    path_style: bool = False
    key_id: str | None = None  # None: what the provider gives the machine, such as a role
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    def secret_statement(self, name: str) -> str:
        """DuckDB's secret for the files below `url`. Whoever runs it must not show the error of a failure."""
        endpoint = urlsplit(self.endpoint or "")
        options = {
            "KEY_ID": self.key_id,
            "SECRET": self.secret,
            "SESSION_TOKEN": self.token,
            "REGION": self.region,
            "ENDPOINT": endpoint.netloc,
            "URL_STYLE": "path" if self.path_style else "vhost",
            "SCOPE": self.url,
        }
        quoted = [f"{key} '{_escape(value)}'" for key, value in options.items() if value]
        quoted += ["USE_SSL false"] if endpoint.scheme == "http" else []
        quoted += [] if self.key_id else ["PROVIDER credential_chain", "REFRESH auto"]
        return f"CREATE OR REPLACE SECRET {name} (TYPE s3, {', '.join(quoted)})"

    def put_new(self, name: str, body: bytes) -> None:
        """A new object. Raises ObjectExists; the same object twice, as after a lost answer, is no error."""
        with self._failures() as obstore:
            try:
                obstore.put(self._store, name, body, mode="create")
            except obstore.exceptions.AlreadyExistsError:
                if self.get(name)[0] != body:
                    raise ObjectExists(
                        f"{self.url}/{name} is there already, and is another file"
                    ) from None

    def replace(self, name: str, body: bytes, e_tag: str) -> None:
        """Replace the object that has this tag. Raises ObjectChanged."""
        with self._failures() as obstore:
            try:
                obstore.put(self._store, name, body, mode={"e_tag": e_tag})
            except (obstore.exceptions.PreconditionError, obstore.exceptions.NotFoundError):
                if self.get(name)[0] != body:
                    raise ObjectChanged(f"{self.url}/{name} was replaced meanwhile") from None

    def get(self, name: str) -> tuple[bytes, str]:
        """The object and its tag. Raises FileNotFoundError."""
        with self._failures() as obstore:
            answer = obstore.get(self._store, name)
            return bytes(answer.bytes()), answer.meta["e_tag"] or ""

    def ranges(self, name: str, starts: Sequence[int], lengths: Sequence[int]) -> list[bytes]:
        """Parts of an object; near ones in one request. Raises FileNotFoundError."""
        with self._failures() as obstore:
            parts = obstore.get_ranges(self._store, name, starts=starts, lengths=lengths)
            return [bytes(part) for part in parts]

    def block(self, of: Object, start: int, length: int) -> bytes:
        """A part of an object as it was when it was found. Raises FileNotFoundError, ObjectChanged."""
        with self._failures() as obstore:
            try:
                part = (start, start + length)
                answer = obstore.get(
                    self._store, of.name, options={"range": part, "if_match": of.e_tag or None}
                )
                return bytes(answer.bytes())
            except obstore.exceptions.PreconditionError:
                raise ObjectChanged(f"{self.url}/{of.name} was replaced meanwhile") from None

    def find(self, name: str) -> Object:
        """Raises FileNotFoundError."""
        with self._failures() as obstore:
            return _object(obstore.head(self._store, name))

    def objects(self, prefix: str) -> Iterator[Object]:
        with self._failures() as obstore:
            for batch in obstore.list(self._store, prefix):
                yield from map(_object, batch)

    def put_file(self, name: str, file: Path) -> None:
        """A new or another object, in parts where it is large."""
        with self._failures() as obstore:
            obstore.put(self._store, name, file)

    def get_file(self, name: str, file: Path) -> None:
        """Write the object to a file, a part at a time. Raises FileNotFoundError."""
        with self._failures() as obstore, file.open("wb") as opened:
            for part in obstore.get(self._store, name).stream():
                opened.write(part)

    def delete(self, *names: str) -> None:
        """Those that are there."""
        with self._failures() as obstore:
            if names:
                obstore.delete(self._store, names)

    def require_bucket(self) -> None:
        """Else DuckDB would be the first to miss it, in words that say little."""
        next(self.objects("lake/"), None)

    @contextmanager
    def _failures(self) -> Iterator[Any]:
        """Gives the library, which only a lake needs; its errors become ours."""
        try:
            import obstore  # noqa: PLC0415 - as above
            from obstore.exceptions import BaseError, NotFoundError  # noqa: PLC0415
        except ImportError as error:
            raise LakeError(MISSING.format(name="obstore")) from error
        try:
            yield obstore
        except (NotFoundError, FileNotFoundError, BaseError) as error:
            if "<Code>NoSuchBucket</Code>" in str(error):
                bucket, server = urlsplit(self.url).netloc, self.endpoint or "Amazon S3"
                raise BucketMissingError(
                    f"there is no bucket {bucket} at {server}: make it, or correct KLIPING_STORAGE"
                ) from None
            message = f"{self.url} cannot be used: {first_line(error)}"
            if isinstance(error, (NotFoundError, FileNotFoundError)):
                raise FileNotFoundError(message) from None
            if REFUSED.search(str(error)):  # a list that is refused has no class of its own
                raise AccessDenied(f"{self.url} is refused: {WRONG_KEYS}") from None
            raise StorageUnavailable(message) from None

    @cached_property
    def _store(self) -> S3Store:
        from obstore.store import S3Store  # noqa: PLC0415 - only a lake needs it

        parts = urlsplit(self.url)
        options: dict[str, Any] = {
            "endpoint": self.endpoint,
            "access_key_id": self.key_id,
            "secret_access_key": self.secret,
            "session_token": self.token,
        }
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            region=self.region,
            virtual_hosted_style_request=not self.path_style,
            client_options={
                "allow_http": (self.endpoint or "").startswith("http:"),
                "connect_timeout": timedelta(seconds=10),
                "timeout": timedelta(seconds=REQUEST_SECONDS),
            },
            retry_config={
                "max_retries": 60,
                "retry_timeout": timedelta(seconds=RETRY_SECONDS),
                "backoff": {
                    "init_backoff": timedelta(seconds=0.2),
                    "max_backoff": timedelta(seconds=2),
                    "base": 2,
                },
            },
            **{key: value for key, value in options.items() if value},
        )


def _object(meta: ObjectMeta) -> Object:
    return Object(
        name=meta["path"],
        size=meta["size"],
        e_tag=meta["e_tag"] or "",
        modified_at=meta["last_modified"],
    )


def first_line(error: Exception) -> str:
    """Of a server's answer: the rest is XML, and may name the key."""
    return str(error).strip().partition("\n")[0].partition(": <?xml")[0][:300]


def _escape(value: str) -> str:
    return value.replace("'", "''")
