"""Names known from files: the bundled parsers/language/identities.csv, and identities.csv in the home folder."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from parsers.language.words import rows
from parsers.structure.names.name_forms import office_form
from warehouse.plain_file import PlainFileError, read_plain

FILE = "identities.csv"
COLUMNS = ("kind", "name", "also", "offices", "status")
KINDS = {"person": "person", "body": "organization", "office": "office"}
STATUSES = ("verified", "unverified", "different", "none")
OFFICE = re.compile(r"(?P<office>\S.*) (?P<first>\d{4})-(?P<last>\d{4})?")
APOSTROPHES = str.maketrans("’‘`", "'''")


class KnownNamesError(ValueError):
    """A line of the file cannot be understood; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOffice:
    """An office in its full form, from the first year to the last one."""

    office: str
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """A line of a file: one person, body or office with its other names.

    With the status `different` these are names of others; with `none` none of them is a name.
    """

    kind: str  # person, organization, office
    name: str
    also: tuple[str, ...]
    offices: tuple[HeldOffice, ...]
    status: str  # one of STATUSES
    evidence: str  # file and line


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """What two spellings share that differ in case, apostrophes, dots or blanks only."""
    return " ".join(name.translate(APOSTROPHES).replace(".", " ").casefold().split())


def bundled_names() -> tuple[KnownName, ...]:
    return tuple(_known_names("bundled identities.csv", rows("identities")))


def home_names(home: Path) -> tuple[KnownName, ...]:
    """The lines of the user's own file; none without it. Raises KnownNamesError."""
    path = home / FILE
    try:
        text = io.StringIO(read_plain(path).decode("utf-8-sig"), newline="")
        return tuple(_known_names(FILE, csv.DictReader(text, restkey="more")))
    except FileNotFoundError:
        return ()
    except PlainFileError as error:
        raise KnownNamesError(str(error)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise KnownNamesError(f"{path} is no CSV file in UTF-8: {error}") from error


def _known_names(file: str, lines: Iterable[Mapping[str, str]]) -> Iterator[KnownName]:
    for number, line in enumerate(lines, 2):
        where = f"{file}:{number}"
        if "more" in line or not {"kind", "name", "also"} <= line.keys():
            raise KnownNamesError(f"{where}: the columns are {', '.join(COLUMNS)}")
        status = line.get("status") or "verified"
        if line["kind"] not in KINDS or status not in STATUSES or not line["name"]:
            raise KnownNamesError(
                f"{where}: kind is {', '.join(KINDS)}; status is {', '.join(STATUSES)}"
            )
        yield KnownName(
            kind=KINDS[line["kind"]],
            name=line["name"].strip(),
            also=tuple(_parts(line["also"])),
            offices=tuple(_office(part, where) for part in _parts(line.get("offices"))),
            status=status,
            evidence=where,
        )


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(";") if part.strip()]


def _office(text: str, where: str) -> HeldOffice:
    if not (match := OFFICE.fullmatch(text)):
        raise KnownNamesError(f"{where}: an office has its years, as in Menteri Sosial 2020-2024")
    return HeldOffice(
        office=office_form(match["office"]),
        first_year=int(match["first"]),
        last_year=int(match["last"] or 9999),
    )
