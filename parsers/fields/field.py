"""A value with the part of the page that it came from."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Field(NamedTuple, Generic[T]):
    value: T
    source: str  # such as `jsonld` or `meta`; `none` if the page does not say
