"""Lines of the user's identities.csv: what one looks like, adding it to the file, and what the file already decides."""

from __future__ import annotations

import csv
import io
import os
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from stat import S_IMODE

from warehouse.known_names import COLUMNS, FILE, KINDS, KnownName, name_key
from warehouse.plain_file import read_plain

FILE_KINDS = {kind: written for written, kind in KINDS.items()}  # person -> person
Values = Mapping[str, str]  # by the name of the column


def name_values(kind: str, name: str, also: str, status: str) -> dict[str, str]:
    """The values of a line that says: these two are the same, or different; or this is a name, or none."""
    return {"kind": FILE_KINDS[kind], "name": name, "also": also, "status": status}


def csv_line(values: Values, columns: Iterable[str] = COLUMNS) -> str:
    """The line without its end."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([values.get(column, "") for column in columns])
    return text.getvalue()


def add_line(home: Path, values: Values) -> Path:
    """Append a line to the file, and make the file where there is none. What is in it stays, byte for byte.

    Only a head without all columns gets those that it lacks. Either the old file is there or the new one, never a part.
    Raises PlainFileError.
    """
    path = home / FILE
    try:
        before = read_plain(path)
        mode = S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        before, mode = b"", None
    after = _with_line(before.removeprefix(BOM_UTF8).decode(), values).encode()
    mark = BOM_UTF8 if before.startswith(BOM_UTF8) else b""
    new = path.with_name(f"{FILE}.new")
    with new.open("wb") as file:
        file.write(mark + after)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        new.chmod(mode)
    new.replace(path)
    return path


def _with_line(text: str, values: Values) -> str:
    head, _, rest = (text or ",".join(COLUMNS)).partition("\n")
    end = "\r\n" if head.endswith("\r") else "\n"
    head = head.removesuffix("\r")
    columns = next(csv.reader([head]))
    lacking = [column for column in COLUMNS if column not in columns]
    if rest and not rest.endswith("\n"):
        rest += end
    line = csv_line(values, [*columns, *lacking])
    return f"{','.join([head, *lacking])}{end}{rest}{line}{end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What the lines of a file decide, by kind and key of the names."""

    pairs: frozenset[tuple[str, frozenset[str]]]
    names: frozenset[tuple[str, str]]  # of which a line says whether they are one
    no_names: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, lines: Iterable[KnownName]) -> Decisions:
        pairs, names, no_names = set(), set(), set()
        for line in lines:
            keys = [name_key(spelling) for spelling in (line.name, *line.also)]
            if line.status != "different":
                names |= {(line.kind, key) for key in keys}
            if line.status == "none":
                no_names |= {(line.kind, key) for key in keys}
            elif line.status == "different":
                pairs |= {(line.kind, frozenset((keys[0], key))) for key in keys[1:]}
            else:
                pairs |= {(line.kind, frozenset(pair)) for pair in combinations(keys, 2)}
        return cls(pairs=frozenset(pairs), names=frozenset(names), no_names=frozenset(no_names))

    def has_pair(self, kind: str, name: str, other: str) -> bool:
        """Whether these two are decided, or one of them is no name."""
        keys = frozenset((name_key(name), name_key(other)))
        return (kind, keys) in self.pairs or any((kind, key) in self.no_names for key in keys)

    def has_name(self, kind: str, name: str) -> bool:
        return (kind, name_key(name)) in self.names
