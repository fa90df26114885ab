"""Names of questions, outlets, topics and people that are not there: the error, with the nearest ones."""

from __future__ import annotations

from collections.abc import Iterable

from parsers.source import suggestion


class UnknownNameError(ValueError):
    """There is no such question or outlet; the message names those there are."""

    exit_code = 2


def unknown_outlet(source: str, names: Iterable[str]) -> UnknownNameError:
    return UnknownNameError(f"nothing was read of {source!r}{nearest_hint(source, list(names))}")


def unknown_topic(topic: str, names: Iterable[str]) -> UnknownNameError:
    return UnknownNameError(f"there is no topic {topic!r}{nearest_hint(topic, list(names))}")


def nearest_hint(name: str, known_names: list[str]) -> str:
    return suggestion(name, known_names) or f"; there are {', '.join(known_names) or 'none yet'}"
