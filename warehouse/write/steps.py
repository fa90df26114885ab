"""The steps after a load: what follows from the articles, brought up to date before the checks and the publish.

To add a step, write its file with a `Step`, and name it in STEPS after those that make what it reads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from warehouse.write.copies import FIND_COPIES
from warehouse.write.database import Database
from warehouse.write.events import FIND_EVENTS
from warehouse.write.identities import LINK_NAMES
from warehouse.write.memory import with_limited_memory
from warehouse.write.person_traits import DESCRIBE_PEOPLE
from warehouse.write.speaker_classes import CLASSIFY_SPEAKERS
from warehouse.write.step import Step, StepContext, StepPostponed
from warehouse.write.topics import TAG_TOPICS
from warehouse.write.week_estimates import ESTIMATE_UNSEEN
from warehouse.write.word_index import INDEX_WORDS

STEPS = (
    CLASSIFY_SPEAKERS,
    LINK_NAMES,
    DESCRIBE_PEOPLE,
    TAG_TOPICS,
    FIND_COPIES,
    INDEX_WORDS,
    FIND_EVENTS,
    ESTIMATE_UNSEEN,
)
FEW_ROWS = 1000  # of a table: if a step looks for no more, what lies between them is not read
Report = Callable[
    [Step, int | None, float], None
]  # gets the rows, None if postponed, and the seconds of processor time


def no_report(_step: Step, _n_rows: int | None, _cpu_seconds: float) -> None:
    """For callers that log nothing."""


def run_steps(
    db: Database,
    topics: Path | None = None,
    steps: Sequence[Step] | None = None,
    report: Report = no_report,
    gender: bool | None = None,
) -> list[str]:
    """Go through STEPS, or those given; returns messages for the user. `topics` is KLIPING_TOPICS, `gender` whether
    the home wants genders of speakers.

    Loads mark the articles that they change (`ops.uncompared`). The marks are removed at the end, once all of STEPS have read them:
    a run that was killed, and one with a step that was postponed, leaves them to the next run. All is one task of the database, so
    no article is marked meanwhile. An error gets a note that names its step.
    """
    steps = STEPS if steps is None else steps
    messages: list[str] = []
    is_complete = set(STEPS) <= set(steps)
    with db.write_connection() as con, db.staging_folder() as folder:
        for step in steps:
            started = time.thread_time()
            with con.cursor() as own:
                own.execute(f"SET dynamic_or_filter_threshold = {FEW_ROWS}")
                context = StepContext(
                    con=own, folder=folder, home=db.home, topics=topics, gender=gender
                )
                n_rows = _run(step, context)
            report(step, n_rows, time.thread_time() - started)
            messages += [note for note in context.notes if note not in messages]
            is_complete = is_complete and n_rows is not None
        if is_complete:
            con.execute("DELETE FROM ops.uncompared")
    return messages


def _run(step: Step, context: StepContext) -> int | None:
    try:
        return with_limited_memory(context.con, partial(_in_transaction, step, context))
    except Exception as error:
        error.add_note(f"in the step `{step.name}`")
        raise


def _in_transaction(step: Step, context: StepContext) -> int | None:
    """The number of rows made; None if the step was postponed."""
    context.notes.clear()  # of an attempt that ran out of memory
    context.con.begin()
    try:
        n_rows = step.run(context)
    except StepPostponed as reason:
        context.con.rollback()
        context.notes.append(str(reason))
        return None
    context.con.commit()
    return n_rows
