"""One pass over all watches of a home: find, note, write the feeds. It runs after each publish, and by hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.watches.feeds import LONGEST_FEED, write_feeds
from flows.watches.hit_journal import HitJournal, open_journal
from flows.watches.watch_file import WATCHES, WatchFile, read_watches
from warehouse.read.published import Reader
from warehouse.read.watch_hits import find_hits, published_mark, recent_articles
from warehouse.read.watch_search import prepare

FOLDER = "watch"
FORGOTTEN = "SELECT DISTINCT article_id FROM ops.tombstones WHERE article_id IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    is_problem: bool = True


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
                write_feeds(folder, name, journal.latest(name, LONGEST_FEED))
        file = read_watches(home)
        with open_journal(folder) as journal:
            n_new, problems = _find(journal, published, file, now)
            for name, n in n_new.items():
                if n or not (folder / f"{name}.json").exists():
                    write_feeds(folder, name, journal.latest(name, LONGEST_FEED))
    texts = [f"watch {name}: {n} new, in {folder / name}.atom and .json" for name, n in n_new.items() if n]  # fmt: skip
    found = (Note(text, is_problem=False) for text in texts)
    return [*map(Note, file.problems), *found, *map(Note, problems)]


def _find(
    journal: HitJournal, published: Reader, file: WatchFile, now: datetime
) -> tuple[dict[str, int], list[str]]:
    """How many new hits each watch has, and which ones cannot be asked.

    A watch looks at versions that were not there in the last pass; one that this pass did not ask as it is now, at all since its moment.
    """
    since = {watch: journal.since(watch.name, now) for watch in file.watches}
    new = {watch for watch in since if not journal.has_asked(watch)}
    mark = published_mark(published)
    if not since or (not new and journal.is_published(mark)):
        return {}, []
    articles, seen = recent_articles(published, min(since.values())), journal.seen_versions()
    unseen = [row for row in articles if row["version_id"] not in seen]
    n_new, problems = dict[str, int](), list[str]()
    for watches, looked_at in ((since.keys() - new, unseen), (new, articles)):
        searches, unasked = prepare(published, {watch: since[watch] for watch in file.watches if watch in watches})  # fmt: skip
        problems += [f"{file.path}: {problem}" for problem in unasked.values()]
        for watch, hits in find_hits(published, searches, looked_at).items():
            n_new[watch.name] = journal.add(watch, hits, now)
    journal.set_seen(mark, [row["version_id"] for row in articles], n_new)
    return {watch.name: n_new[watch.name] for watch in since if watch.name in n_new}, problems
