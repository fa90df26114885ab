"""Who a phrase or a description names: a person, an office holder or an institution."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from parsers.language.words import roles
from parsers.structure.names.entities import EntityIndex
from parsers.structure.names.people import NO_OFFICE, NamedPerson, Office, office_of
from parsers.structure.names.phrase_parts import EntityPhrase


class Identity(NamedTuple):
    """Who a statement belongs to, and how that is known.

    `confidence` runs from 0 to 1. Where it is too low there is no `name`, and the most likely
    one is the `candidate`. `witnesses` of a reference are what speaks for its likeliest candidate,
    `rivals` the one that is about as likely.
    """

    resolution: str
    name: str | None = None
    office: Office = NO_OFFICE
    entity_type: str = "person"
    confidence: float | None = None
    candidate: str | None = None
    witnesses: Mapping[str, float] = MappingProxyType({})
    rivals: tuple[str, ...] = ()

    @property
    def key(self) -> str | None:
        """What two places about the same person have in common."""
        return self.name or self.office.role


UNRESOLVED = Identity(resolution="unresolved")


def phrase_identity(entities: EntityIndex, phrase: EntityPhrase) -> Identity:
    """The person, office holder or institution a phrase names."""
    if phrase.name:
        return name_identity(entities, entities.body.text[slice(*phrase.name)])
    if phrase.role:
        office = " ".join(
            entities.expansions.get(w, w) for w in phrase.role.split()
        )  # Menteri ESDM
        if person := entities.person_with_role(office, phrase.organization_name):
            return person_identity(person, "role")
        if roles().isdisjoint(phrase.role.lower().replace(",", " ").split()):
            return UNRESOLVED  # Timnas Indonesia: no office
        return Identity(resolution="role", office=office_of(phrase, "office.phrase"))
    body = entities.body_name(phrase)
    return organization_identity(body) if body else UNRESOLVED


def name_identity(entities: EntityIndex, name: str) -> Identity:
    full = entities.short_forms.get(name)
    person = entities.person(full or name)
    if full and not person:
        return organization_identity(full)
    if person:
        return person_identity(person, "full_name" if person.name == name else "short_name")
    return Identity(resolution="full_name", name=name)


def person_identity(person: NamedPerson, resolution: str) -> Identity:
    return Identity(
        resolution=resolution,
        name=person.name,
        office=person.office,
        entity_type=person.kind,
    )


def organization_identity(name: str) -> Identity:
    return Identity(resolution="organization", name=name, entity_type="organization")
