"""`kliping.toml` in a home: who answers for its requests, which outlets are enabled, and what is reported. People edit it."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from warehouse.plain_file import PlainFileError, read_plain

if TYPE_CHECKING:
    from parsers.source import Sources

NAME = "kliping.toml"
# Outlets whose pages of recent years these files were seen to read.
STARTER = (
    "detik",
    "liputan6",
    "mediaindonesia",
    "merdeka",
    "okezone",
    "pikiranrakyat",
    "tirto",
    "tribunnews",
)
CONTACT = re.compile(r"https?://[^\s/]+\.[^\s]+|[^\s@/]+@[^\s@/]+\.[^\s@/]+")
MOST_BYTES = 1_000_000
MESSAGES = {  # in place of pydantic's
    "bool_type": "write true or false",
    "string_type": "write a text in quotes",
    "model_type": "write it as a table, its name in brackets on a line of its own",
    "string_pattern_mismatch": "write an address, such as https://timestamps.example.org/tsr",
    "missing": "it is missing in the table",
    "dict_type": "write it as a table, [outlets], with a name in each line",
}
TEXT = """\
# Who answers for the requests of this home, and which outlets it reads.
# Edit it as you like; `kliping sources list` describes the outlets.

contact = {contact}  # every request carries it; KLIPING_CONTACT goes before it

# `kliping ingest` and `kliping revisit` without names take what is `true` here, and the files
# in KLIPING_SOURCES that are not `false` here.
[outlets]
{lines}
"""


class HomeFileError(ValueError):
    """The file of a home cannot be understood, or enables no outlet; the message says what to do."""

    exit_code = 2


def valid_contact(text: str) -> str:
    """The text, stripped. Raises ValueError unless it is a page or an e-mail address."""
    text = text.strip()
    if not CONTACT.fullmatch(text) or not text.isprintable():
        raise ValueError(
            f"{text!r} is neither a page nor an e-mail address, such as https://example.org/about"
        )
    return text


class Reports(BaseModel):
    """What the published data say beyond what every home publishes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    gender: bool = False  # of speakers


class Timestamps(BaseModel):
    """Who states at what time it saw a seal of the archive, as in RFC 3161."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    authority: str = Field(pattern=r"^https?://[^\s/]+(/\S*)?$")
    certificate: str  # a PEM file in the home: whom to trust that a timestamp is the authority's


class HomeFile(BaseModel):
    """What the file says; a home without one says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    contact: Annotated[str, AfterValidator(valid_contact)] | None = None
    outlets: dict[str, bool] = Field(default_factory=dict)
    reports: Reports = Reports()
    timestamps: Timestamps | None = None


TABLES: dict[str, type[BaseModel]] = {"reports": Reports, "timestamps": Timestamps}


def read_home_file(home: Path) -> HomeFile:
    """Raises HomeFileError, with a line for each mistake."""
    path = home / NAME
    try:
        text = _text(path)
        return HomeFile.model_validate(tomllib.loads(text))
    except (FileNotFoundError, NotADirectoryError):
        return HomeFile()
    except ValidationError as error:
        lines = (
            _line(path, text, each["loc"], each["type"], each["msg"]) for each in error.errors()
        )
        raise HomeFileError("\n".join(lines)) from None
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.+) \(at (?:line (\d+), column \d+|end of document)\)", str(error))
        message, line = found.groups() if found else (str(error), None)
        raise HomeFileError(f"{path}:{line or text.count(chr(10))}: {message.lower()}") from None
    except OSError as error:
        raise HomeFileError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except PlainFileError as error:
        raise HomeFileError(str(error)) from None
    except (ValueError, RecursionError) as error:  # not UTF-8
        raise HomeFileError(f"{path}: {error}") from None


def _text(path: Path) -> str:
    """The file may be a link. Raises OSError, ValueError."""
    return read_plain(Path(os.path.realpath(path)), MOST_BYTES).decode()


def _line(path: Path, text: str, keys: Sequence[int | str], kind: str, message: str) -> str:
    from parsers.source import line_of_key, suggestion  # noqa: PLC0415 - only mistakes need them

    table = TABLES.get(str(keys[0]), HomeFile) if len(keys) > 1 else HomeFile
    known_keys = table.model_fields
    message = MESSAGES.get(kind, message.removeprefix("Value error, "))
    if kind == "extra_forbidden":
        hint = suggestion(str(keys[-1]), known_keys) or f"; known are {', '.join(known_keys)}"
        message = f"unknown key{hint}"
    if len(keys) > 1 and keys[0] == "outlets" and kind == "bool_type":
        message += '; put a name with a dot in it in quotes: "kabar.id" = true'
    return f"{path}:{line_of_key(text, tuple(keys))}: {'.'.join(map(str, keys))}: {message}"


def home_file_text(contact: str, enabled: Iterable[str], all_names: Iterable[str]) -> str:
    """The text of a new file: the enabled outlets, then the others as comments."""
    enabled = list(enabled)
    lines = [f"{_key(name)} = true" for name in enabled]
    lines += [f"# {_key(name)} = true" for name in sorted({*all_names} - {*enabled})]
    return TEXT.format(contact=json.dumps(contact, ensure_ascii=False), lines="\n".join(lines))


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name) else json.dumps(name)


def enabled_outlets(home: Path, all_sources: Sources) -> list[str]:
    """The outlets that the home enables, and those with a file of the user's, unless the home disables them.

    A file with `terms` must be enabled by the home. Raises HomeFileError for a name that is none, and if nothing is enabled.
    """
    from parsers.source import line_of_key, suggestion  # noqa: PLC0415 - most commands read settings only

    listed, own = read_home_file(home).outlets, all_sources.not_bundled
    for name in listed.keys() - all_sources.keys():
        if listed[name]:
            hint = suggestion(name, all_sources) or "; see `kliping sources list`"
            line = line_of_key(_text(home / NAME), ("outlets", name))
            raise HomeFileError(f"{home / NAME}:{line}: unknown source {name!r}{hint}")
    names = [
        name
        for name, source in all_sources.items()
        if listed.get(name, name in own and source.terms is None)
    ]
    if not names:
        raise HomeFileError(
            f"no outlet is enabled in {home}; `kliping init` asks which to read, or name some"
        )
    return names
