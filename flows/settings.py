"""Settings: the only reader of the environment."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from flows.home_file import read_home_file

VERSION = version("kliping")


NO_OTHERS = "the storage of Google Cloud and Azure is not supported"


class SettingsError(ValueError):
    """Variables of the environment cannot be understood; the message has a line for each."""

    exit_code = 2


def _folders(text: str) -> tuple[Path, ...]:
    return tuple(Path(part).expanduser() for part in text.split(os.pathsep) if part)


def _addresses(text: str) -> frozenset[tuple[str, int]]:
    return frozenset(map(_address, _items(text)))


def _detours(text: str) -> tuple[tuple[str, str, int], ...]:
    parts = [item.partition("=") for item in _items(text)]
    if not all(host for host, *_ in parts):
        raise ValueError
    return tuple((host, *_address(address)) for host, _, address in parts)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return str(ipaddress.ip_address(host.strip("[]"))), int(port)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _mask(text: str) -> int:
    if not re.fullmatch("[0-7]{1,4}", text):
        raise ValueError
    return int(text, 8)


def _from_text(parse: Callable[[str], Any]) -> BeforeValidator:
    """The environment has text; what the program sets itself has its type already."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _catalog(text: str) -> str:
    if not re.fullmatch(r"ducklake:postgres:.+", text) or re.search(
        r"password\s*=|://[^@/]*:", text
    ):
        raise ValueError
    return text


class Settings(BaseSettings):
    """`KLIPING_` and the name of a field is its variable; `.env` in the home may hold them too, except the home.

    A description says how the variable is written, for messages. What is passed by name beats the environment.
    """

    model_config = SettingsConfigDict(
        env_prefix="KLIPING_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    # archive, warehouse, published copy, locks
    home: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = Field(
        Path("data"), validate_default=True, description="a folder"
    )
    # further folders of source files
    source_folders: Annotated[tuple[Path, ...], NoDecode, _from_text(_folders)] = Field(
        (), validation_alias="KLIPING_SOURCES", description=f"folders, separated by {os.pathsep}"
    )
    # the folder of topics, instead of that in the home
    topics: Annotated[Path | None, AfterValidator(lambda path: path and path.expanduser())] = Field(
        None, description="a folder"
    )
    # who answers for the requests
    contact: str | None = Field(None, description="a page or an e-mail address")
    # what may be reached though it is not public
    allow_private: Annotated[frozenset[tuple[str, int]], NoDecode, _from_text(_addresses)] = Field(
        frozenset(), description="ip:port,…, such as 127.0.0.1:8000"
    )
    # where to connect instead of to a host
    connect_to: Annotated[tuple[tuple[str, str, int], ...], NoDecode, _from_text(_detours)] = Field(
        (), description="host=ip:port,…, such as *.test=127.0.0.1:8000"
    )
    # the worker processes that parse pages, each about 170 MB
    readers: int = Field(
        os.cpu_count() or 1, ge=1, le=256, description="a number of processes up to 256, such as 2"
    )
    # no batch begins with less free space on the disk
    min_free_mb: int = Field(1000, ge=0, description="a number of megabytes, such as 1000")
    # a run fails if at least two and more than this share of its sources did
    max_failed_percent: int = Field(50, ge=0, le=100, description="a percentage, such as 50")
    # what others may not do with the files of a home
    umask: Annotated[int, _from_text(_mask)] = Field(
        0o077, ge=0, le=0o777, description="an octal umask, such as 077 or 027"
    )
    # the labels of reports
    report_language: Literal["en", "id"] = Field("en", description="a language, such as en or id")
    # what a reader of `kliping web` beyond localhost must name
    serve_token: str | None = Field(None, repr=False, description="32 characters or more")
    # the warehouse as a lake: its catalog in PostgreSQL, and its objects (docs/how-to/several-machines.md)
    warehouse: Annotated[str | None, AfterValidator(lambda text: text and _catalog(text))] = Field(
        None,
        repr=False,
        description="ducklake:postgres:host=… dbname=…, without a password, which PGPASSFILE has",
    )
    storage: str | None = Field(
        None, pattern="^s3://[^/?#]+(/[^?#]*)?$", description=f"s3://bucket/prefix; {NO_OTHERS}"
    )
    s3_path_style: bool | None = Field(None, description="true or false")
    # the scheduler of the processes that parse an archive in object storage
    dask: str | None = Field(
        None, pattern="^(tcp|tls)://.+:[0-9]+$", description="tcp://host:8786 or tls://host:8786"
    )
    aws_endpoint_url: str | None = Field(
        None,
        validation_alias="AWS_ENDPOINT_URL",
        description="the address of a server, such as https://s3.example.org",
    )
    aws_region: str = Field("us-east-1", validation_alias="AWS_REGION", description="a region")
    aws_access_key_id: str | None = Field(
        None, validation_alias="AWS_ACCESS_KEY_ID", repr=False, description="a key"
    )
    aws_secret_access_key: str | None = Field(
        None, validation_alias="AWS_SECRET_ACCESS_KEY", repr=False, description="a secret"
    )
    aws_session_token: str | None = Field(
        None, validation_alias="AWS_SESSION_TOKEN", repr=False, description="a token"
    )
    # the Prefect server whose flow runs the commands become
    prefect_api_url: str | None = Field(
        None, validation_alias="PREFECT_API_URL", description="the address of a Prefect server"
    )

    @property
    def min_free_bytes(self) -> int:
        return self.min_free_mb * 1_000_000


def from_environment(home: Path | None = None) -> Settings:
    """Raises what `without_home_file` and `with_contact` do."""
    return with_contact(without_home_file(home))


def with_contact(settings: Settings) -> Settings:
    """With the contact that the home names, if the environment names none. Raises HomeFileError."""
    contact = settings.contact or read_home_file(settings.home).contact
    return settings.model_copy(update={"contact": contact})


def without_home_file(home: Path | None = None) -> Settings:
    """By the environment, and the `.env` of the home: that of the current folder may be a stranger's.

    Raises SettingsError, which lists all that is wrong.
    """
    try:
        home = home or Settings(_env_file=None).home
        settings = Settings(home=home, _env_file=home / ".env")
    except ValidationError as error:
        lines = (_line(str(each["loc"][0]), each["input"]) for each in error.errors())
        raise SettingsError("\n".join(lines)) from None
    if bool(settings.warehouse) != bool(settings.storage):
        raise SettingsError("KLIPING_WAREHOUSE and KLIPING_STORAGE make a lake together: set both")
    if settings.dask and not settings.storage:
        raise SettingsError("KLIPING_DASK reads an archive in object storage: set KLIPING_STORAGE")
    return settings


def _line(name: str, value: Any) -> str:
    """The name is that of a field, or its variable where that is another."""
    fields = Settings.model_fields
    field = fields.get(name) or next(f for f in fields.values() if f.validation_alias == name)
    variable = field.validation_alias or f"KLIPING_{name.upper()}"
    shown = repr(value) if field.repr else "its value"
    return f"{variable}: {shown} is not {field.description}"


def export(settings: Settings, **more: str) -> None:
    """Put the settings where a flow, which gets plain parameters only, reads them again; telemetry off in whatever we start."""
    os.environ.update(
        {
            "KLIPING_HOME": str(settings.home),
            "KLIPING_SOURCES": os.pathsep.join(map(str, settings.source_folders)),
            "KLIPING_TOPICS": str(settings.topics or ""),
            "KLIPING_CONTACT": settings.contact or "",
            "KLIPING_ALLOW_PRIVATE": ",".join(
                f"{_bracketed(ip)}:{port}" for ip, port in sorted(settings.allow_private)
            ),
            "KLIPING_CONNECT_TO": ",".join(
                f"{host}={_bracketed(ip)}:{port}" for host, ip, port in settings.connect_to
            ),
            "KLIPING_READERS": str(settings.readers),
            "KLIPING_MIN_FREE_MB": str(settings.min_free_mb),
            "KLIPING_MAX_FAILED_PERCENT": str(settings.max_failed_percent),
            "KLIPING_UMASK": f"{settings.umask:03o}",
            "KLIPING_REPORT_LANGUAGE": settings.report_language,
            "KLIPING_WAREHOUSE": settings.warehouse or "",
            "KLIPING_STORAGE": settings.storage or "",
            "KLIPING_DASK": settings.dask or "",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            **more,
        }
    )


def _bracketed(ip: str) -> str:
    return f"[{ip}]" if ":" in ip else ip
