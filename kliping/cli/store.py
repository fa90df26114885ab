"""The warehouse of a home, for commands that look at it or write to it without a run."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from kliping.cli.app import FAILED, OK, UsageError
from kliping.output import say

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings import Settings
    from warehouse.write.database import Database


class DemoRefusedError(ValueError):
    """The home has real articles."""

    exit_code = 2


def has_demo(home: Path) -> bool:
    """Whether a demo ran here before. Raises DemoRefusedError if the home has anything else."""
    from warehouse.read.published import NothingPublished, Reader

    try:
        with Reader(home) as reader:
            runs = reader.rows(
                "SELECT DISTINCT trigger FROM ops.runs WHERE state IN ('completed', 'partial')"
            )
    except NothingPublished:
        return False
    if any(row["trigger"] not in {"demo", "reparse"} for row in runs):
        raise DemoRefusedError(
            f"{home} has real articles; give the demo a home of its own: kliping --home demo demo"
        )
    return bool(runs)


def open_store(settings: Settings) -> Database:
    """Raises UsageError if there is no warehouse yet."""
    from flows.stores import database

    store = database(settings)
    if not store.exists:
        place = "the lake" if settings.warehouse else settings.home
        raise UsageError(
            f"there is no warehouse in {place} yet: `kliping ingest` or `kliping import` makes it"
        )
    return store


def check_id_now(command: str) -> str:
    """Stands for the id of a run in the results of checks."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{command}"


def publish_unless_forbidden(settings: Settings, store: Database) -> int:
    """Publish with the names, topics and views of the home as they are now, unless a check finds an error."""
    from flows.home_file import read_home_file
    from flows.runs.listeners import deliver
    from flows.runs.publishing import publish
    from warehouse.write.identities import LINK_NAMES
    from warehouse.write.person_traits import DESCRIBE_PEOPLE
    from warehouse.write.quality import errors, line, run_checks
    from warehouse.write.steps import run_steps
    from warehouse.write.topics import TAG_TOPICS

    gender = read_home_file(settings.home).reports.gender
    steps = (LINK_NAMES, DESCRIBE_PEOPLE, TAG_TOPICS)
    for message in run_steps(store, settings.topics, steps, gender=gender):
        say(message)
    if forbidden := errors(run_checks(store, check_id_now("publish"))):
        for row in forbidden:
            say(f"warehouse: {line(row)}")
        say("what is published is not replaced until this is repaired")
        return FAILED
    now = datetime.now(UTC)
    published, messages = publish(settings, store, now)
    for message in chain(messages, deliver(settings, now)):
        say(message)
    print(published)
    return OK
