"""What `kliping forget` deletes, and the deletion of an import's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parsers.source import Source
from warehouse.queries import Row, execute, sql
from warehouse.write.database import Database
from warehouse.write.load import load_with
from warehouse.write.outcome import Outcome, Versions

FETCHES_OF_RUN = sql("forget/fetches_of_run")
TAKE_BACK = sql("forget/take_back")
AFTER_TAKE_BACK = sql("forget/after_take_back")
ARTICLE = sql("forget/article")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOfRun:
    fetch_id: str
    source_id: str
    url: str
    announced_by: str
    article_id: str  # the address, where there is none
    is_repeated: bool  # a later answer says only that it is as this one


def article_of(db: Database, url: str) -> Row | None:
    """The headline, source, address and counts of the article at an address."""
    return next(iter(db.rows(ARTICLE, {"url": url})), None)


def fetches_of_run(db: Database, run_id: str) -> list[FetchOfRun]:
    """Those that were not taken back, by article."""
    return [FetchOfRun(**row) for row in db.rows(FETCHES_OF_RUN, {"run_id": run_id})]


def take_back(
    db: Database,
    fetch_ids: Iterable[str],
    outcomes: Iterable[Outcome],
    sources: Mapping[str, Source],
    versions: Versions,
) -> None:
    """Load the outcomes as if these fetches had shown nothing; they are all others of the same articles."""
    load_with(db, TAKE_BACK, {"fetch_ids": list(fetch_ids)}, outcomes, sources, versions)


def finish_take_back(db: Database, run_id: str, article_ids: Iterable[str]) -> None:
    """After the records have left the archive."""
    with db.write_connection() as con:
        con.begin()
        execute(con, AFTER_TAKE_BACK, {"run_id": run_id, "article_ids": list(article_ids)})
        con.commit()
