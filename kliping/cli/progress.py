"""Progress bars on a terminal, silence in a pipe. The bars of work that was stopped stay, and show how far it came."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


@contextmanager
def sources_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar a source: tell(source, pages done, pages known to be due)."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def tell(source: str, done: int, due: int) -> None:
        if source not in tasks:
            tasks[source] = bars.add_task(source, total=due)
        bars.update(tasks[source], completed=done, total=due)

    with bars:
        try:
            yield tell
        except BaseException:
            bars.live.transient = False
            raise


@contextmanager
def one_progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """One bar: progress(done, due)."""
    with sources_progress() as tell:
        yield lambda done, due: tell(name, done, due)
