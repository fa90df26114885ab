"""What reading a published home costs: search and attention beside reading every text, topics, watches, and proofreading of a draft.

    python benchmarks/bench_reading.py HOME [--only search,topics,watches,draft]

The home is one of `large_home.py`, or of real news, such as that of press.py. Words, people and paragraphs are its own.
Topics are found in a copy of the home's database. Watches look back seven days from the last article or edit, as a first pass does.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from growing_home import run_sql
from measurement import Spent, peak_mb, print_table, run

from kliping.reading.attention import attention
from kliping.reading.draft_lookups import DraftLookups
from kliping.reading.periods import Period
from kliping.reading.proofread import proofread
from kliping.reading.search import search
from kliping.topic_check import check_topics
from kliping.watches.watch import Watch
from kliping.watches.watch_hits import find_hits, recent_articles
from kliping.watches.watch_search import prepare
from parsers.search_query import terms
from parsers.topics.definition import topic_definitions
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.steps import run_steps
from warehouse.write.topics import TAG_TOPICS, write_sample

Work = tuple[str, Callable[[], object]]  # a name, and what is measured
FREQUENT, RARE, MANY = 20, 2000, 1000  # places of words by frequency; watches of one word each
LOOK_BACK = timedelta(days=7)
SCAN = "SELECT count(*) FROM core.article_versions WHERE regexp_matches(body_text, $pattern)"
LAST = "SELECT greatest(max(first_seen_at), max(last_changed_at)) AS moment FROM core.articles"
TEXT = "SELECT body_text FROM core.article_versions USING SAMPLE 1 ROWS (reservoir, 7)"
PERSON = """
SELECT speaker_name FROM core.quotes WHERE speaker_name IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC, speaker_name LIMIT 1 OFFSET 5
"""
CHANGED = "INSERT INTO ops.uncompared SELECT article_id FROM core.articles LIMIT 1000"


def words(reader: Reader, skip: int, most: int) -> list[str]:
    found = run_sql(reader.con, "frequent_words", {"skip": skip, "most": most}).fetchall()
    return [word for (word,) in found]


def searches(reader: Reader) -> Iterator[Work]:
    [frequent, other], [rare] = words(reader, FREQUENT, 2), words(reader, RARE, 1)
    ((text,),) = reader.con.execute(TEXT).fetchall()
    phrase = " ".join(text.split()[3:5])
    for query in (frequent, f"{frequent} {other}", rare, f'"{phrase}"', f"headline:{frequent}"):
        yield f"attention {query}", partial(attention, reader, query, by=Period.MONTH)
        yield f"search {query}", partial(search, reader, query)
    pattern = f"(?i){terms(frequent)[0].pattern}"
    yield f"every text, {frequent}", partial(reader.rows, SCAN, {"pattern": pattern})


def topics(reader: Reader, home: Path, copy: Path) -> Iterator[Work]:
    """In a copy of the database, whose topics give way to a new one."""
    [frequent, rare] = words(reader, FREQUENT, 1) + words(reader, RARE, 1)
    own = f'[own]\nterms = ["{frequent}", "{rare}"]\nphrases = ["{frequent} {rare}"]\n'
    yield "kliping topics check", partial(check_topics, reader, topic_definitions({"own.toml": own}))  # fmt: skip
    shutil.copy(home / "warehouse.duckdb", copy)
    (copy / "topics").mkdir()
    (copy / "topics" / "own.toml").write_text(own)
    store = Database(copy)
    tag = partial(run_steps, store, None, [TAG_TOPICS])
    yield "a new topic, for all articles", tag
    yield "no new topic and article", tag
    write_sample(copy)
    yield "the sample topics, for all articles", tag
    with store.write_connection() as con:
        con.execute(CHANGED)
    yield "all these topics, for 1,000 articles", tag


def watches(reader: Reader) -> Iterator[Work]:
    [word] = words(reader, FREQUENT, 1)
    ((person,),) = reader.con.execute(PERSON).fetchall()
    kinds = [
        Watch(name="a word", search=word),
        Watch(name="a phrase", search=f'"{word} {word}"'),
        Watch(name="a person", person=person),
        Watch(name="a changed figure", changed="figure"),
        Watch(name="a removed quote", changed="quote"),
        Watch(name="a changed figure of a word", changed="figure", search=word),
        Watch(name="a removed quote of a person", changed="quote", person=person),
    ]
    for kind in kinds:
        yield f"watch of {kind.name}", partial(watch, reader, [kind])
    many = [Watch(name=each, search=each) for each in words(reader, RARE, MANY)]
    yield f"{len(many)} watches of a word", partial(watch, reader, many)


def watch(reader: Reader, group: list[Watch]) -> None:
    [last] = reader.rows(LAST)
    since = last["moment"] - LOOK_BACK
    prepared, _ = prepare(reader, dict.fromkeys(group, since))
    find_hits(reader, prepared, recent_articles(reader, since))


def draft(reader: Reader) -> Iterator[Work]:
    paragraphs = [text for (text,) in run_sql(reader.con, "draft").fetchall()]
    work = partial(proofread, "\n\n".join(paragraphs), DraftLookups(reader))
    yield f"a draft of {len(paragraphs)} paragraphs", work


def measured(works: Iterator[Work]) -> Iterator[tuple[object, ...]]:
    for name, work in works:
        with Spent() as spent:
            work()
        yield name, f"{spent.cpu:.2f}", f"{spent.clock:.2f}", f"{peak_mb():.0f}"


def main(home: Path, only: str = "search,topics,watches,draft") -> None:
    with Reader(home) as reader, tempfile.TemporaryDirectory() as folder:
        reader.con.execute("SET threads = 2")
        parts = {
            "search": searches(reader),
            "topics": topics(reader, home, Path(folder)),
            "watches": watches(reader),
            "draft": draft(reader),
        }
        for name in only.split(","):
            print_table((name, "CPU s", "s", "peak MB"), measured(parts[name]))


if __name__ == "__main__":
    run(main, __doc__)
