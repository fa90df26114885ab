"""The pages in the order of what a reader wants to know."""

from __future__ import annotations

from typing import NamedTuple


class Task(NamedTuple):
    """`pages` are path and title, the first of them where the task begins; `details` begin the paths of the pages behind them."""

    title: str
    pages: tuple[tuple[str, str], ...]
    details: tuple[str, ...] = ()


TASKS = (
    Task("Overview", (("/", "Overview"),), ("/overview",)),
    Task(
        "Who speaks",
        (("/people", "People"), ("/organizations", "Organisations"), ("/quotes", "Quotes")),
        ("/entity/", "/utterance/", "/mentions"),
    ),
    Task(
        "What happened",
        (
            ("/events", "Events"),
            ("/topics", "Topics"),
            ("/places", "Places"),
            ("/articles", "Articles"),
        ),
        ("/event/", "/topic/", "/article/"),
    ),
    Task("Numbers", (("/figures", "Figures"), ("/comparisons", "Figures about one event"))),
    Task("What changed", (("/edits", "Edited after publication"),)),
    Task("Who copied", (("/copies", "Copies"),)),
    Task(
        "What we missed",
        (
            ("/outlets", "Outlets"),
            ("/questions/coverage", "Coverage over time"),
            ("/questions/health", "Source health"),
        ),
        ("/outlet/",),
    ),
    Task(
        "Ask",
        (
            ("/search", "Search"),
            ("/compare", "Compare"),
            ("/questions", "Questions"),
            ("/watches", "Watches"),
            ("/sql", "SQL"),
        ),
        ("/questions/",),
    ),
)


WAYS_OUT = {  # path of an empty page -> what to do, and the command
    "/topics": ("Topics are lists of words that you write; a first one is made by", "kliping topics sample"),
    "/edits": ("Changes are seen when articles are fetched again, by", "kliping revisit"),
    "/questions/edits": ("Changes are seen when articles are fetched again, by", "kliping revisit"),
    "": ("Articles come from", "kliping ingest"),
}  # fmt: skip


def task_of(path: str) -> Task | None:
    """The task of a page: the one that lists it, else the one that it is a detail of."""
    listing = (task for task in TASKS if path in dict(task.pages))
    detailing = (task for task in TASKS if path.startswith(task.details))
    return next(listing, None) or next(detailing, None)
