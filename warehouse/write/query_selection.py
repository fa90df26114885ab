"""Addresses that a backfill with a query asks for, and those that it leaves out.

What it leaves out is kept beside the archive too: the archive has the announcements, not the query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from warehouse.queries import Row, sql
from warehouse.write.database import Database
from warehouse.write.saved_table import SavedTable

N_LEFT_OUT = sql("query_selection/n_left_out")
REOPEN = sql("query_selection/reopen")
LEAVE_OUT = sql("query_selection/leave_out")
CANDIDATES = sql("query_selection/candidates")
ARTICLES = sql("query_selection/articles")
TEXTS = sql("query_selection/texts")
SAVED = SavedTable(
    "left_out_addresses",
    sql("query_selection/restore"),
    "SELECT url, detail FROM ops.frontier WHERE reason = 'no_query_match'",
)
FEW_TEXTS = 500  # in memory at once


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedArticle:
    """What is known of an article before it is fetched."""

    article: str  # its id, or its address
    urls: tuple[str, ...]
    titles: tuple[str, ...]
    is_loaded: bool = field(default=False)


def reopen(db: Database, source_id: str, days: tuple[date, date]) -> None:
    """Make what an earlier backfill left out pending again."""
    parameters = _parameters(source_id, days)
    if db.number(N_LEFT_OUT, parameters):
        db.write(REOPEN, parameters)
        save(db)


def save(db: Database) -> None:
    """Keep what is left out now beside the archive."""
    with db.write_connection() as con:
        SAVED.save(db, con)


def leave_out(db: Database, articles: Iterable[AnnouncedArticle], query: str) -> None:
    urls = [url for each in articles for url in each.urls]
    if urls:
        db.write(LEAVE_OUT, {"urls": urls, "detail": f"its title and address do not match {query}"})


def candidates(
    db: Database, source_id: str, days: tuple[date, date], *, dry_run: bool
) -> Iterator[AnnouncedArticle]:
    """The articles that are to be fetched, and that no ingest waits for. A dry run changes nothing for an ingest."""
    parameters = _parameters(source_id, days) | {"dry_run": dry_run}
    return map(_article, db.rows(CANDIDATES, parameters))


def articles(db: Database, source_id: str, days: tuple[date, date]) -> Iterator[AnnouncedArticle]:
    """All articles of the source in these days."""
    return map(_article, db.rows(ARTICLES, _parameters(source_id, days)))


def texts(db: Database, loaded: Iterable[AnnouncedArticle]) -> Iterator[str]:
    """Headline and text of loaded articles."""
    ids = [each.article for each in loaded]
    for n in range(0, len(ids), FEW_TEXTS):
        rows = db.rows(TEXTS, {"articles": ids[n : n + FEW_TEXTS]})
        yield from (row["text"] for row in rows)


def _parameters(source_id: str, days: tuple[date, date]) -> Row:
    return {"source_id": source_id, "since": days[0], "until": days[1]}


def _article(row: Row) -> AnnouncedArticle:
    return AnnouncedArticle(
        article=row["article"],
        urls=tuple(row["urls"]),
        titles=tuple(row["titles"] or ()),
        is_loaded=row.get("is_loaded", False),
    )
