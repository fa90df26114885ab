"""Builders of the values that many tests need: responses, articles, outcomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from parsers.article import Article, Link, Response
from parsers.facts import Mention, Structure, entity_id
from warehouse.archive.archive import Record, RecordLocation
from warehouse.write.database import Database
from warehouse.write.outcome import Outcome, Versions

T0 = datetime(2026, 11, 1, 1, tzinfo=UTC)
VERSIONS = Versions(parser="1", cleaner="1", extractor="1")
SHARED = Path(__file__).parents[2].parent / "shared"
URL = "http://kabar.test/read/1/"


def response(
    body: str = "",
    *,
    hour: int = 0,
    url: str = URL,
    status: int | None = 200,
    same_as: str | None = None,
    **fields,
) -> Response:
    when = T0 + timedelta(hours=hour)
    return Response(
        fetch_id=str(uuid5(NAMESPACE_URL, f"{url} {when} {body}")),
        requested_url=url,
        url=url,
        fetched_at=when,
        body=body.encode(),
        status=status,
        same_as=same_as,
        **fields,
    )


def article(
    body: str,
    *,
    headline: str = "Judul",
    url: str = URL,
    article_id: str = "a1",
    source_id: str = "kabar",
    canonical_url: str | None = None,
    **fields,
) -> Article:
    return Article(
        article_id=article_id,
        source_id=source_id,
        url=url,
        canonical_url=canonical_url,
        source_text=body,
        body_text=body,
        headline=headline,
        **fields,
    )


def outcome(
    body: str,
    *,
    hour: int = 0,
    url: str = URL,
    same_as: str | None = None,
    run_id: str = "run",
    **fields,
) -> Outcome:
    """A page fetched at that hour and loaded; with `same_as`, an unchanged one."""
    got = response(
        "" if same_as else body, hour=hour, url=url, same_as=same_as, status=304 if same_as else 200
    )
    link = Link(url=url, source_id=fields.get("source_id", "kabar"))
    record = Record(
        link=link,
        response=got,
        run_id=run_id,
        location=RecordLocation(file="f.warc.gz", offset=hour * 100, length=100),
    )
    return Outcome(
        link=link,
        run_id=run_id,
        state="loaded",
        records=(record,),
        article=None if same_as else article(body, url=url, **fields),
    )


def rows(store: Database, sql: str) -> list[tuple]:
    with store.write_connection() as con:
        return con.sql(sql).fetchall()


def facts_of_name(
    kind: str, name: str, rule_id: str, *, start: int = 0, is_tagged: bool = True
) -> Structure:
    """Those of a text in which a rule or the tagger sees one name and nothing else."""
    mention = Mention(
        mention_no=1,
        paragraph_no=1,
        entity_id=entity_id(kind, name),
        entity_type=kind,
        entity_name=name,
        mention_type="name",
        text=name,
        char_start=start,
        char_end=start + len(name),
        rule_id=rule_id,
        is_tagged=is_tagged,
    )
    return Structure(mentions=(mention,))
