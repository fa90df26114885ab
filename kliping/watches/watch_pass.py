"""One pass over all watches of a home: find, note, write the feeds. It runs after each publish, and by hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from kliping.watches.feeds import LONGEST_FEED, write_feeds
from kliping.watches.hit_journal import HitJournal, definition, open_journal
from kliping.watches.watch_file import (
    FOLDER,
    WATCHES,
    Note,
    WatchFile,
    WatchFileError,
    read_watches,
)
from kliping.watches.watch_hits import find_hits, recent_articles
from kliping.watches.watch_search import prepare
from warehouse.read.published import Reader

FORGOTTEN = "SELECT DISTINCT article_id FROM ops.tombstones WHERE article_id IS NOT NULL"


def pass_watches(
    home: Path, open_published: Callable[[], AbstractContextManager[Reader]], now: datetime
) -> list[Note]:
    """What each watch found, and which ones cannot be used.

    Raises WatchFileError, NothingPublished, OSError, sqlite3.Error.
    """
    folder = home / FOLDER
    if not (folder.exists() or (home / WATCHES).exists()):
        return []
    with open_published() as published:
        with open_journal(folder) as journal:
            forgotten = [row["article_id"] for row in published.rows(FORGOTTEN)]
            for name in journal.erase(forgotten):
                write_feeds(folder, name, journal.latest(name, LONGEST_FEED), _explorer(home))
        file = read_watches(home)
        with open_journal(folder) as journal:
            n_new, problems = _find(journal, published, file, now)
            for name, n in n_new.items():
                if n or not (folder / f"{name}.json").exists():
                    write_feeds(folder, name, journal.latest(name, LONGEST_FEED), file.explorer)
    found = [
        Note(f"watch {name}: {n} new, in {folder / name}.atom and .json", is_problem=False)
        for name, n in n_new.items()
        if n
    ]
    return [*map(Note, file.problems), *found, *map(Note, problems)]


def _explorer(home: Path) -> str | None:
    """None of a broken file, which must not keep words that are forgotten."""
    try:
        return read_watches(home).explorer
    except WatchFileError:
        return None


def _find(
    journal: HitJournal, published: Reader, file: WatchFile, now: datetime
) -> tuple[dict[str, int], list[str]]:
    """How many new hits each watch has, and which ones cannot be asked.

    A watch looks at versions that were not there in the last pass; one that this pass did not ask as it is now, at all since its moment.
    """
    since = {watch: journal.since(watch.name, now) for watch in file.watches}
    articles = recent_articles(published, min(since.values())) if since else []
    seen = journal.last_pass()
    unseen = [row for row in articles if row["version_id"] not in seen]
    new = {watch for watch in since if definition(watch) not in seen}
    if not (unseen or new or any(watch.is_of_state for watch in since)):
        return {}, []
    searches, unasked = prepare(published, since)
    found = find_hits(published, [each for each in searches if each.watch in new], articles)
    found |= find_hits(published, [each for each in searches if each.watch not in new], unseen)
    n_new = {
        each.watch.name: journal.add(each.watch.name, found[each.watch], now) for each in searches
    }
    journal.set_last_pass(
        [*(row["version_id"] for row in articles), *(definition(each.watch) for each in searches)]
    )
    return n_new, [f"{file.path}: {problem}" for problem in unasked.values()]
