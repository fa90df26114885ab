"""Who listens to publishes and runs. A run finds its listeners by the entry points `kliping.listeners`, and knows none by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points

from flows.runs.summary import Summary
from flows.settings import Settings
from warehouse.write.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A message for the operator, and the name of its event."""

    event: str  # network.down, run.failed, run.digest
    text: str


class Listener:
    """Does nothing; a listener does something at the moments that it needs. What it returns are notes for the operator."""

    def before_publish(self, store: Database) -> Iterable[str]:  # noqa: ARG002 - for those who need it
        """In the warehouse, before readers get a copy of it. An error ends the publish."""
        return ()

    def after_publish(self, settings: Settings, now: datetime) -> Iterable[str]:  # noqa: ARG002 - as above
        """Over what is published. An error is a note."""
        return ()

    def deliver(self, settings: Settings, now: datetime) -> Iterable[str]:  # noqa: ARG002 - as above
        """After the run, or the publish, has given back its locks: a receiver may be slow. An error is a note."""
        return ()

    def alert(
        self,
        settings: Settings,  # noqa: ARG002 - as above
        flow: str,  # noqa: ARG002
        result: Summary | Exception,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Alert | None:
        """What the operator must know of a run of this flow, or of the error that ended it."""
        return None


@cache
def listeners() -> dict[str, Listener]:
    """By the names of their entry points."""
    return {each.name: each.load()() for each in entry_points(group="kliping.listeners")}


def after_publish(settings: Settings, now: datetime) -> Iterator[str]:
    for name, listener in listeners().items():
        try:
            yield from listener.after_publish(settings, now)
        except Exception as error:  # noqa: BLE001 - a full disk, a damaged journal, a lake that went away
            yield f"no {name}: {' '.join(str(error).split())}"


def deliver(settings: Settings, now: datetime) -> Iterator[str]:
    for name, listener in listeners().items():
        try:
            yield from listener.deliver(settings, now)
        except Exception as error:  # noqa: BLE001 - as above
            yield f"{name}: nothing is sent: {' '.join(str(error).split())}"
