"""What names are looked up by that SQL cannot tell: full forms, known names, and offices that one person holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from parsers.parse import PARSER_VERSION
from parsers.structure.names.name_forms import body_form, is_single_office, office_form
from warehouse.known_names import KnownName, name_key
from warehouse.write.identity_links import name_words


class NameKey(NamedTuple):
    """`is_own`: it is this name; otherwise the name looks for one that has it."""

    entity_id: str
    kind: str  # name, office
    key: str
    is_own: bool


def lists_sha256(lines: Iterable[KnownName], parameters: Mapping[str, Any]) -> str:
    """Another one where names may be linked otherwise than by the last run: all are linked again."""
    lists = (PARSER_VERSION, *lines, *sorted(parameters.items()))
    return hashlib.sha256(repr(lists).encode()).hexdigest()


def name_keys(
    names: Iterable[tuple[str, str, str]],
    offices: Iterable[tuple[str, str]],
    lines: tuple[KnownName, ...],
) -> Iterator[NameKey]:
    """Of names with their id, kind and name, and of the offices of ids; `lines` are those of files."""
    known_names: dict[str, set[str]] = {}
    for line in lines:
        for spelling in (line.name, *line.also):
            known_names.setdefault(name_key(spelling), set()).add(line.name)
    held = {name_key(line.name): line.offices for line in lines if line.offices}
    words: dict[str, frozenset[str]] = {}
    for key, kind, name in names:
        words[key] = name_words(name)
        targets = known_names.get(name_key(name), set())
        forms = {_full(kind, target) for target in (name, *targets)} | targets
        yield from (NameKey(key, "name", form, False) for form in forms - {name})
        for line_office in held.get(name_key(name), ()):
            yield from _office_keys(key, line_office.office, words[key])
    for key, office in offices:
        if is_single_office(office):
            yield from _office_keys(key, office, words.get(key, frozenset()))


def _full(kind: str, name: str) -> str:
    """A link to a body ends at its full form, whatever kind of name is taken for it."""
    return office_form(name) if kind == "office" else body_form(name)


def _office_keys(key: str, office: str, words: frozenset[str]) -> Iterator[NameKey]:
    yield from (NameKey(key, "office", f"{office} {word}", True) for word in words)
