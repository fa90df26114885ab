"""The sources, from a copy in the home while none of their files has changed: 10,000 TOML files take seconds to read and to check."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from flows.settings import Settings
from parsers import source
from parsers.source import Source, Sources

log = logging.getLogger(__name__)  # `flows.logging` imports much

SOURCES = TypeAdapter(tuple[frozenset[str], list[Source]])  # names of those not bundled, and all


def load_sources(settings: Settings) -> Sources:
    """As `parsers.source.load` gives them. Raises SourceError."""
    copy = settings.home / "sources.json"
    digest = _digest(settings)
    try:
        first_line, _, rest = copy.read_bytes().partition(b"\n")
        if first_line == digest:
            return _read(rest)
    except (OSError, ValidationError) as error:
        log.debug("the sources are read from their files: %s", error)
    sources = source.load(settings.source_folders)
    if settings.home.is_dir():
        _write(copy, digest, sources)
    return sources


def _read(content: bytes) -> Sources:
    not_bundled, each = SOURCES.validate_json(content)
    sources = Sources((source.name, source) for source in each)
    sources.not_bundled = not_bundled
    return sources


def _digest(settings: Settings) -> bytes:
    """Of the state of every file of a source, and of the code that reads them. A change of a file always changes its `ctime`."""
    folders = (source.HERE, *settings.source_folders)
    files = chain([Path(source.__file__)], *(sorted(f.glob("*.toml")) for f in folders))
    states = [[str(file), *_state(file)] for file in files]
    return (
        hashlib.sha256(orjson.dumps([[[str(f), f.is_dir()] for f in folders], states]))
        .hexdigest()
        .encode()
    )


def _state(file: Path) -> Iterator[int]:
    found = file.stat()
    yield from (found.st_ctime_ns, found.st_size, found.st_ino)


def _write(copy: Path, digest: bytes, sources: Sources) -> None:
    new = copy.with_name(f"{copy.name}.new")
    try:
        content = (sources.not_bundled, list(sources.values()))
        new.write_bytes(digest + b"\n" + SOURCES.dump_json(content, exclude_unset=True))
        new.replace(copy)
    except OSError as error:  # a home that may only be read, or a full disk
        log.debug("no copy of the sources was written: %s", error)
