"""Topics: the files of users, and the articles that are about them.

An article is read for all topics when it changes, and for a topic when its lists change. So a new topic needs neither the network
nor a reparse, and the same files give the same rows whatever came first. Where there are no files, or one cannot be understood,
the topics that were read last stay (`ref.topics`, `ref.topic_terms`).
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from parsers.facts import Topic
from parsers.language.words import HERE
from parsers.topics.definition import TopicDefinition, TopicError, topic_definitions
from parsers.topics.finder import TopicFinder, traces
from warehouse.disk import replace_file
from warehouse.plain_file import PlainFileError, read_plain_files
from warehouse.queries import Row, records, sql
from warehouse.write.staging import stage_rows
from warehouse.write.step import Step, StepContext

SAMPLE = HERE / "topics.toml"
SAMPLE_NAME = "sample.toml"  # in a home
LISTS = ("terms", "phrases", "exclude")
DEFINITIONS = sql("topics/definitions")
TEXTS = sql("topics/texts")
TOO_BROAD = sql("topics/too_broad")
MOST_BYTES = 5_000_000  # of all files of topics
CHUNK = 2000  # texts in memory
BROAD_PERCENT = 50  # of all articles: more than a topic should have
ENOUGH_ARTICLES = 20  # to tell that


def read_topics(home: Path, folder: Path | None) -> tuple[TopicDefinition, ...] | None:
    """The topics in `folder`, else in that of the home; None where the home has no such folder. Raises TopicError."""
    if folder and not folder.is_dir():
        raise TopicError(f"{folder}: KLIPING_TOPICS names no folder")
    folder = folder or home / "topics"
    if not folder.is_dir():
        return None
    try:
        files = read_plain_files(folder, "*.toml", MOST_BYTES)
    except PlainFileError as error:
        raise TopicError(str(error)) from None
    return topic_definitions({str(path): _text(path, each) for path, each in files.items()})


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise TopicError(f"{path}: not UTF-8: {error}") from None


def write_sample(home: Path, folder: Path | None = None) -> Path:
    """Copy the bundled topics to `sample.toml` in the folder of topics, unless it is there. Raises FileExistsError."""
    target = (folder or home / "topics") / SAMPLE_NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise FileExistsError(errno.EEXIST, "exists already", str(target))
    replace_file(target, SAMPLE.read_bytes())
    return target


def tag_topics(context: StepContext) -> int:
    """Find the topics of changed articles, and the articles of changed topics; returns the number of rows added."""
    con = context.con
    before = stored_topics(con)
    wanted, messages = _wanted(before, context.home, context.topics)
    lists_before = set(map(_without_labels, before))
    changed = [topic for topic in wanted if _without_labels(topic) not in lists_before]
    unchanged = [topic for topic in wanted if _without_labels(topic) in lists_before]
    if wanted != before:
        _store(con, context.folder, wanted)
    con.execute(
        "DELETE FROM core.article_topics WHERE NOT list_contains($unchanged, topic_id) OR article_id IN (FROM ops.uncompared)",
        {"unchanged": [topic.topic_id for topic in unchanged]},
    )
    n_rows = _tag(context, changed, of_all=True) + _tag(context, unchanged, of_all=False)
    limits = {"percent": BROAD_PERCENT, "enough": ENOUGH_ARTICLES}
    broad = con.execute(TOO_BROAD, limits).fetchall()
    context.notes.extend([*messages, *map(_too_broad, broad)])
    return n_rows


TAG_TOPICS = Step(
    name="tag topics",
    reads=("ops.uncompared", "mart.article_metadata", "core.article_versions"),
    makes=("core.article_topics", "ref.topics", "ref.topic_terms"),
    run=tag_topics,
)


def _wanted(
    before: tuple[TopicDefinition, ...], home: Path, topics: Path | None
) -> tuple[tuple[TopicDefinition, ...], list[str]]:
    """The topics of the files, or those of before; with messages."""
    try:
        read = read_topics(home, topics)
    except TopicError as error:
        return before, [f"topics are as they were: {line}" for line in str(error).splitlines()]
    return before if read is None else tuple(map(_in_order, read)), []


def _without_labels(topic: TopicDefinition) -> TopicDefinition:
    return replace(topic, label_id="", label_en=None)


def _too_broad(row: tuple[str, int]) -> str:
    return (
        f"topic {row[0]} has {row[1]} % of all articles: `kliping topics check {row[0]}` shows why"
    )


def _in_order(topic: TopicDefinition) -> TopicDefinition:
    """Each entry once: an order that nobody sees makes no other topic."""
    lists: dict[str, Any] = {name: tuple(sorted({*getattr(topic, name)})) for name in LISTS}
    return replace(topic, **lists)


def stored_topics(con: duckdb.DuckDBPyConnection) -> tuple[TopicDefinition, ...]:
    """The topics as they were last read."""
    return tuple(
        _in_order(TopicDefinition(**{**row, **{name: tuple(row[name] or ()) for name in LISTS}}))
        for row in records(con.execute(DEFINITIONS))
    )


def _store(con: duckdb.DuckDBPyConnection, folder: Path, topics: Iterable[TopicDefinition]) -> None:
    rows = [asdict(topic) for topic in topics]
    labels = [
        {key: row[key] for key in ("topic_id", "label_id", "label_en", "since")} for row in rows
    ]
    terms = [
        {"topic_id": row["topic_id"], "term": term, "list": name}
        for row in rows
        for name in LISTS
        for term in row[name]
    ]
    for table, values in (("topics", labels), ("topic_terms", terms)):
        con.execute(f"DELETE FROM ref.{table}")  # noqa: S608 - our own table names
        _insert(con, folder, f"ref.{table}", values)


def _tag(context: StepContext, topics: list[TopicDefinition], *, of_all: bool) -> int:
    """Read all articles for these topics, or those that changed; returns the number of rows added."""
    con, n_rows = context.con, 0
    if not topics or not (of_all or con.execute("FROM ops.uncompared LIMIT 1").fetchall()):
        return 0
    finder = TopicFinder(topics)
    with con.cursor() as texts:
        texts.execute(TEXTS, {"all": of_all, "traces": traces(topics)})
        while chunk := texts.fetchmany(CHUNK):
            rows = list(_rows(finder, chunk))
            _insert(con, context.folder, "core.article_topics", rows)
            n_rows += len(rows)
    return n_rows


def _rows(
    finder: TopicFinder, texts: Iterable[tuple[str, str, str | None, date, str]]
) -> Iterator[Row]:
    for article_id, version_id, headline, day, text in texts:
        for topic in finder.topics(headline, text, day):
            yield {"article_id": article_id, "version_id": version_id} | _row(topic)


def _row(topic: Topic) -> Row:
    return asdict(topic) | {"matched_terms": dict(topic.matched_terms)}


def _insert(con: duckdb.DuckDBPyConnection, folder: Path, table: str, rows: list[Row]) -> None:
    if rows:
        stage_rows(con, folder, "rows_of_topics", table, rows)
        con.execute(
            f"INSERT INTO {table} BY NAME FROM new_rows_of_topics; DROP TABLE new_rows_of_topics"
        )
