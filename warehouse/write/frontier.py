"""The frontier: which addresses a run fetches next, and what is known of them (`ops.frontier`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import duckdb

from parsers.article import Link
from warehouse.queries import Row, records, sql, utc
from warehouse.write.database import Database

PENDING = sql("frontier/pending")
REVISITS = sql("frontier/revisits")
ANNOUNCED_LINKS = sql("frontier/announced_links")
CLAIM = sql("frontier/claim")
N_WAITING = sql("frontier/n_waiting")
N_KNOWN = sql("frontier/n_known")
N_ANNOUNCED = sql("frontier/n_announced")
FEEDS_WITH_GAP = sql("frontier/feeds_with_gap")
KNOWN = sql("frontier/known")
ARTICLE_OF_URL = sql("frontier/article_of_url")
ARTICLE_SOURCES = sql("frontier/article_sources")
STORED_ARTICLE = sql("forget/article")
PRESENT_ARTICLES = sql("frontier/present_articles")
FATES = sql("frontier/fates")

Days = tuple[date, date]  # first and last


def pending(
    db: Database,
    source_id: str,
    run_id: str,
    now: datetime,
    limit: int,
    days: Days | None = None,
    *,
    take: bool = False,
) -> list[Link]:
    """What to fetch next: one address per article, the newest first, none that this run already tried.

    What only a backfill found is given for its days only. With `take`, no other run gets it while this one runs.
    """
    since, until = days or (None, None)
    parameters = {
        "source_id": source_id,
        "run_id": run_id,
        "now": utc(now),
        "limit": limit,
        "since": since,
        "until": until,
    }
    return _due(db, PENDING, parameters, take=take)


def revisits(db: Database, source_id: str, run_id: str, now: datetime, limit: int) -> list[Link]:
    """Loaded articles that are due for another fetch, the most overdue first; no other run gets them while this one runs."""
    parameters = {"source_id": source_id, "run_id": run_id, "now": utc(now), "limit": limit}
    return _due(db, REVISITS, parameters, take=True)


def n_waiting(db: Database, source_id: str) -> int:
    """Addresses of the source that are pending, or being fetched now."""
    return db.number(N_WAITING, {"source_id": source_id})


def n_known(db: Database, source_id: str) -> int:
    """All addresses of the source, without those that only a backfill found."""
    return db.number(N_KNOWN, {"source_id": source_id})


def n_announced(db: Database, source_id: str, run_id: str) -> int:
    """Addresses that channels of the source announced in the run for the first time, outside of a backfill."""
    return db.number(N_ANNOUNCED, {"source_id": source_id, "run_id": run_id})


def has_gap(db: Database, source_id: str, run_id: str) -> bool:
    """In this run a feed of the source shared nothing with what it announced before."""
    return bool(db.rows(FEEDS_WITH_GAP, {"source_id": source_id, "run_id": run_id}))


def article_of_url(db: Database, url: str) -> tuple[str | None, str | None]:
    """The source and the article that an address is known to belong to."""
    rows = db.rows(ARTICLE_OF_URL, {"url": url})
    return (rows[0]["source_id"], rows[0]["article_id"]) if rows else (None, None)


def article_sources(db: Database, urls: Iterable[str]) -> dict[str, str]:
    """The source of the article at each of the addresses that have one."""
    rows = db.rows(ARTICLE_SOURCES, {"urls": list(urls)})
    return {row["url"]: row["source_id"] for row in rows}


def stored_article(db: Database, url: str) -> Row | None:
    """The headline, source and counts of the article at an address."""
    return next(iter(db.rows(STORED_ARTICLE, {"url": url})), None)


def present_articles(
    db: Database, article_ids: Iterable[str], urls: Iterable[str]
) -> tuple[set[str], set[str]]:
    """Those of the ids and addresses whose article is loaded, and those whose article was forgotten."""
    rows = db.rows(PRESENT_ARTICLES, {"article_ids": list(article_ids), "urls": list(urls)})
    forgotten = {row["name"] for row in rows if row["is_forgotten"]}
    return {row["name"] for row in rows} - forgotten, forgotten


def links_to(db: Database, source_id: str, run_id: str, urls: Iterable[str]) -> list[Link]:
    """These addresses with what channels announced of them; no other run gets them while this one runs."""
    own = {url: Link(url=url, source_id=source_id) for url in urls}
    with db.write_connection() as con:
        announced = _links(con, list(own), run_id)
    return list((own | {a.url: a for a in announced if a.source_id == source_id}).values())


def fates(db: Database, run_id: str, urls: Iterable[str]) -> list[Row]:
    """What became of those of the addresses that the run fetched, or tried to."""
    return db.rows(FATES, {"run_id": run_id, "urls": list(urls)})


def known_urls(db: Database, urls: Iterable[str]) -> set[str]:
    """Those of the addresses that the frontier has."""
    return {row["url"] for row in db.rows(KNOWN, {"urls": list(urls)})}


def _due(db: Database, query: str, parameters: Row, *, take: bool) -> list[Link]:
    """Where another machine of a lake writes, nothing is claimed: no other machine asks these hosts."""
    parameters["waiting"] = db.waiting.urls() if db.waiting else []
    with db.turn() as may_write, (db.write_connection if may_write else db.snapshot)() as con:
        urls = [url for (url,) in con.execute(query, parameters).fetchall()]
        taker = parameters["run_id"] if take and may_write else None
        return _links(con, urls, taker) if urls else []


def _links(con: duckdb.DuckDBPyConnection, urls: list[str], taker: str | None) -> list[Link]:
    """Those of the addresses that the frontier has, in order; they are this run's from now on."""
    links = [Link(**row) for row in records(con.execute(ANNOUNCED_LINKS, {"urls": urls}))]
    if taker:
        con.execute(CLAIM, {"run_id": taker, "urls": urls})
    return links
