"""Settings: the only reader of the environment."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

VERSION = version("kliping")


class SettingsError(ValueError):
    """A variable of the environment cannot be understood; the message says which and how it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    home: Path  # KLIPING_HOME: archive, warehouse, published copy, locks
    source_folders: tuple[Path, ...] = ()  # KLIPING_SOURCES: further folders of source files
    contact: str | None = (
        None  # KLIPING_CONTACT: who answers for the requests: a page or an address
    )
    allow_private: frozenset[tuple[str, int]] = (
        frozenset()
    )  # KLIPING_ALLOW_PRIVATE: ip:port that may be reached though not public
    connect_to: tuple[
        tuple[str, str, int], ...
    ] = ()  # KLIPING_CONNECT_TO: host=ip:port, where a host is dialled instead
    min_free_bytes: int = (
        1_000_000_000  # KLIPING_MIN_FREE_MB: no batch begins with less room on the disk
    )
    umask: int = 0o077  # KLIPING_UMASK: what others may not do with the files of a home
    serve_token: str | None = field(
        default=None, repr=False
    )  # KLIPING_SERVE_TOKEN: what a reader of `kliping serve` must name; 32 characters or more
    prefect_api_url: str | None = None  # PREFECT_API_URL: runs are seen there


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Raises SettingsError."""
    env = os.environ if environ is None else environ
    return Settings(
        home=Path(env.get("KLIPING_HOME") or "data").expanduser().absolute(),
        source_folders=tuple(
            Path(p).expanduser() for p in env.get("KLIPING_SOURCES", "").split(os.pathsep) if p
        ),
        contact=env.get("KLIPING_CONTACT") or None,
        allow_private=frozenset(
            _address("KLIPING_ALLOW_PRIVATE", item)
            for item in _items(env.get("KLIPING_ALLOW_PRIVATE"))
        ),
        connect_to=tuple(_detour(item) for item in _items(env.get("KLIPING_CONNECT_TO"))),
        min_free_bytes=_megabytes("KLIPING_MIN_FREE_MB", env.get("KLIPING_MIN_FREE_MB") or "1000"),
        umask=_mask("KLIPING_UMASK", env.get("KLIPING_UMASK") or "077"),
        serve_token=env.get("KLIPING_SERVE_TOKEN") or None,
        prefect_api_url=env.get("PREFECT_API_URL") or None,
    )


def export(settings: Settings, **more: str) -> None:
    """Put the settings where a flow, which gets plain parameters only, reads them again; telemetry off in whatever we start."""
    os.environ.update(
        {
            "KLIPING_HOME": str(settings.home),
            "KLIPING_SOURCES": os.pathsep.join(map(str, settings.source_folders)),
            "KLIPING_CONTACT": settings.contact or "",
            "KLIPING_ALLOW_PRIVATE": ",".join(
                f"{_bracketed(ip)}:{port}" for ip, port in sorted(settings.allow_private)
            ),
            "KLIPING_CONNECT_TO": ",".join(
                f"{host}={_bracketed(ip)}:{port}" for host, ip, port in settings.connect_to
            ),
            "KLIPING_MIN_FREE_MB": str(settings.min_free_bytes // 1_000_000),
            "KLIPING_UMASK": f"{settings.umask:03o}",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            **more,
        }
    )


def _megabytes(name: str, text: str) -> int:
    if not text.isdecimal():
        raise SettingsError(f"{name}: {text!r} is not a number of megabytes, such as 1000")
    return int(text) * 1_000_000


def _mask(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-7]{1,4}", text) or int(text, 8) > 0o777:
        raise SettingsError(f"{name}: {text!r} is not an octal umask, such as 077 or 027")
    return int(text, 8)


def _bracketed(ip: str) -> str:
    return f"[{ip}]" if ":" in ip else ip


def _items(text: str | None) -> list[str]:
    return [item.strip() for item in (text or "").split(",") if item.strip()]


def _address(name: str, item: str) -> tuple[str, int]:
    host, _, port = item.rpartition(":")
    try:
        return str(ipaddress.ip_address(host.strip("[]"))), int(port)
    except ValueError as error:
        raise SettingsError(f"{name}: {item!r} is not ip:port, such as 127.0.0.1:8000") from error


def _detour(item: str) -> tuple[str, str, int]:
    host, equals, address = item.partition("=")
    if not equals or not host:
        raise SettingsError(
            f"KLIPING_CONNECT_TO: {item!r} is not host=ip:port, such as *.test=127.0.0.1:8000"
        )
    return (host, *_address("KLIPING_CONNECT_TO", address))
