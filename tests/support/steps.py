"""Steps after a load one by one, where a test is about one of them."""

from pathlib import Path

from warehouse.write.copies import FIND_COPIES
from warehouse.write.database import Database
from warehouse.write.events import FIND_EVENTS
from warehouse.write.identities import LINK_NAMES
from warehouse.write.step import Step
from warehouse.write.steps import run_steps
from warehouse.write.topics import TAG_TOPICS
from warehouse.write.week_estimates import ESTIMATE_UNSEEN
from warehouse.write.word_index import INDEX_WORDS


def run_step(store: Database, step: Step) -> int | None:
    """The number of rows that the step made; the marks of changed articles stay."""
    made: list[int | None] = []
    run_steps(store, steps=[step], report=lambda _step, n_rows, _seconds: made.append(n_rows))
    return made[0]


def find_copies(store: Database) -> int | None:
    """The number of articles compared; words are indexed and events found too, and no article is marked any more."""
    n_compared = run_step(store, FIND_COPIES)
    run_steps(store, steps=[INDEX_WORDS, FIND_EVENTS])
    with store.write_connection() as con:
        con.execute("DELETE FROM ops.uncompared")
    return n_compared


def link_names(store: Database) -> list[str]:
    """The messages."""
    return run_steps(store, steps=[LINK_NAMES])


def tag_topics(store: Database, topics: Path | None = None) -> list[str]:
    """The messages."""
    return run_steps(store, topics, [TAG_TOPICS])


def estimate_unseen(store: Database) -> int | None:
    return run_step(store, ESTIMATE_UNSEEN)


def count_again(store: Database) -> int | None:
    """`estimate_unseen` of everything: after a test has written to tables that loads write."""
    with store.write_connection() as con:
        con.execute("INSERT INTO ops.uncounted VALUES (NULL, NULL, NULL)")
    return estimate_unseen(store)
