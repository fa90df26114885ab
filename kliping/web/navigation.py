"""The pages in the order of what a reader wants to know, as `navigation.toml` has them."""

from __future__ import annotations

from typing import NamedTuple

from kliping.sql_files import toml


class Task(NamedTuple):
    """`navigation.toml` says what its keys are."""

    title: str
    pages: list[tuple[str, str]]
    details: list[str]


FILE = toml("web/navigation")
TASKS = tuple(Task(**task) for task in FILE["tasks"])
WAYS_OUT: dict[str, tuple[str, str]] = FILE["ways_out"]


def task_of(path: str) -> Task | None:
    """The task of a page: the one that lists it, else the one that it is a detail of."""
    listing = (task for task in TASKS if path in dict(task.pages))
    detailing = (task for task in TASKS if path.startswith(tuple(task.details)))
    return next(listing, None) or next(detailing, None)
