"""A published home with many invented articles, for measuring what reads it.

    python benchmarks/large_home.py HOME [--articles 100000]

Names, copies and events are found in the first week, from which the others are made (`growing_home.py`). What the loader takes from elsewhere
is made by SQL too: topics, a few names that many articles share and many names that few do, polls of every day.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from growing_home import Grower, as_batches, load, run_sql
from measurement import run
from synthetic_articles import MONDAY, outcomes

from warehouse.write.database import Database
from warehouse.write.identities import LINK_NAMES
from warehouse.write.outcome import Outcome
from warehouse.write.person_traits import DESCRIBE_PEOPLE
from warehouse.write.steps import run_steps
from warehouse.write.topics import write_sample
from warehouse.write.week_estimates import ESTIMATE_UNSEEN
from warehouse.write.word_index import INDEX_WORDS

BATCH = 500  # articles loaded at once
PIECE_WEEKS = 100  # whose names and words are found at once
TOLD_BY = 3  # outlets report an event
EDITED = 30  # one article in so many has a second version

MORE_GROWN = ("core.article_agencies", "core.figure_subjects", "core.article_statements")
MARK_NEW = "INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.word_texts USING (article_id)"
RARE = "mention_no IN (6, 7)"  # mentions whose names are new in every week
WEEK_LETTERS = "chr((97 + week_no % 26)::INTEGER) || chr((97 + week_no // 26 % 26)::INTEGER)"
RARE_NAMES = {
    "entity_id": f"CASE WHEN {RARE} THEN md5(entity_id || week_no)[:length(entity_id)] ELSE entity_id END",
    # the second word, as given names are shared and the rest of a name is not
    "entity_name": f"CASE WHEN {RARE} THEN entity_name || {WEEK_LETTERS} ELSE entity_name END",
}


def edited(articles: Sequence[Outcome]) -> Iterator[Outcome]:
    """Some of them as they are a day later, with another headline and another end."""
    for outcome in articles[::EDITED]:
        [record], article = outcome.records, outcome.article
        assert article
        old = record.response
        response = replace(
            old,
            fetch_id=str(UUID(int=UUID(old.fetch_id).int ^ 1)),
            fetched_at=old.fetched_at + timedelta(days=1),
            body=old.body + b" again",
        )
        end = article.body_text[-40:]
        yield replace(
            outcome,
            records=(replace(record, response=response),),
            article=replace(
                article,
                headline=f"{article.headline} (diperbarui)",
                body_text=article.body_text.replace(end, end[::-1]),
                source_text=article.source_text.replace(end, end[::-1]),
            ),
        )


def fill(home: Path, n_articles: int, week: int) -> None:
    """Prints the seconds of each step."""
    store = Database(home)
    articles = [*outcomes(0, week, week, MONDAY, TOLD_BY)]
    load(store, as_batches([*articles, *edited(articles)], BATCH))
    write_sample(home)
    run_steps(store)
    report("first week")
    with store.write_connection() as con:
        run_sql(con, "large_home_first_week")
    grower = Grower(
        store, week, more_tables=MORE_GROWN, columns_of={"core.entity_mentions": RARE_NAMES}
    )
    for n in range(week * PIECE_WEEKS, n_articles + week * PIECE_WEEKS, week * PIECE_WEEKS):
        grower.grow_to(min(n, n_articles), at_once=10)
        with store.write_connection() as con:
            con.execute(MARK_NEW)
        run_steps(store, steps=[INDEX_WORDS, LINK_NAMES])
        with store.write_connection() as con:
            run_sql(con, "large_home_people")
        report(f"{grower.n_weeks * week:,} articles with names and words")
    with store.write_connection() as con:
        run_sql(con, "large_home_end")
    run_steps(store, steps=[DESCRIBE_PEOPLE, ESTIMATE_UNSEEN])
    report("people and unseen articles")
    store.publish()
    report("published")


def report(step: str) -> None:
    print(f"{time.process_time():7.0f} CPU s  {step}", file=sys.stderr, flush=True)


def main(home: Path, articles: int = 100_000, week: int = 2000) -> None:
    """A folder that is not there yet; `week` is the articles a week."""
    home.mkdir(parents=True)
    fill(home, articles, week)


if __name__ == "__main__":
    run(main, __doc__)
