"""Outcome: what became of one link in one run, and the rows it is in the warehouse."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from parsers.article import Article, Link, Response
from parsers.consent import reservations
from parsers.identity import content_sha256, digest, version_id
from parsers.kinds import CHANNELS, Reason
from parsers.source import Source, default_source
from parsers.text.urls import canonicalise
from warehouse.archive.archive import Record
from warehouse.write.fact_rows import FACTS, facts

Row = dict[str, Any]
Tables = dict[str, list[Row]]
PAGES = frozenset({"page", "file"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything a run learned of one link: the records it got, and what they mean or why they mean nothing."""

    link: Link
    run_id: str
    state: str  # loaded, duplicate, skipped, deferred, quarantined, gone, pending (pages to come); for a channel, loaded or deferred
    records: tuple[Record, ...] = ()  # archived answers, in order of attempt
    unanswered: Response | None = None  # the attempt that got no answer
    article: Article | None = None
    warnings: tuple[
        str, ...
    ] = ()  # what was wrong with a channel's document, and what a limit cut off
    announced: tuple[Announced, ...] = ()  # what a channel announced
    article_id: str | None = None  # what the address says, where no page said it
    stage: str = "fetch"  # where it failed: fetch, parse, load
    reason: Reason | None = None
    detail: str = ""
    retry_at: datetime | None = None

    @property
    def is_page(self) -> bool:
        return self.link.kind in PAGES

    @property
    def last(self) -> Response | None:
        return self.pages[-1].response if self.records else self.unanswered

    @property
    def pages(self) -> list[Record]:
        return [r for r in self.records if r.link.kind != "part"]

    @property
    def parts(self) -> list[Record]:
        return [r for r in self.records if r.link.kind == "part"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A link with what can be said of it before any fetch."""

    link: Link
    article_id: str
    day: date | None = None  # the day it counts for
    skip: Reason | None = None  # why it will not be fetched
    is_own: bool = True  # its own outlet announces it; what another one announces changes no state


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What made the rows; kept with every version."""

    parser: str
    cleaner: str
    extractor: str


def utc(moment: datetime | None) -> str | None:
    """DuckDB's spelling of a plain UTC TIMESTAMP."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ") if moment else None


def rows(
    outcomes: Iterable[Outcome], sources: Mapping[str, Source], versions: Versions
) -> Iterator[Tables]:
    """What each outcome brings: rows by staging table."""
    seen: set[str] = set()
    for outcome in outcomes:
        tables: Tables = {name: [] for name in STAGED}
        _provenance(outcome, tables)
        if outcome.is_page or outcome.link.kind == "tombstone":
            _fate(outcome, versions, tables)
        if outcome.link.kind == "tombstone" and outcome.last:
            tables["tombstones"] += _tombstones(outcome, outcome.last)
        if outcome.link.kind in CHANNELS and outcome.last:
            tables["checks"].append(_check(outcome, outcome.last))
        if outcome.article and outcome.last:
            _article(outcome.article, outcome, versions, tables)
        if outcome.link.source_id not in seen:
            seen.add(outcome.link.source_id)
            described = sources.get(outcome.link.source_id)
            row = _source(described or default_source(outcome.link.source_id))
            tables["sources"].append(row | {"is_described": described is not None})
        yield tables


# how a channel's failure is called in ops.feed_checks; other reasons are called by their own name
HEALTH = {
    Reason.HTTP_ERROR: "http_error",
    Reason.NOT_FOUND: "http_error",
    Reason.SERVER_ERROR: "http_error",
    Reason.BLOCKED: "http_error",
    Reason.RATE_LIMITED: "http_error",
    Reason.DNS: "dns_error",
    Reason.TLS: "tls_error",
    Reason.NO_CONTENT: "empty",
    Reason.NOT_ARTICLE: "parse_error",
    Reason.NOT_HTML: "parse_error",
}

# staging table -> the table whose column types it takes
STAGED = {
    "checks": "ops.feed_checks",
    "fetches": "raw.fetches",
    "entries": "raw.feed_entries",
    "links": "ops.frontier",
    "fates": "ops.frontier",
    "quarantine": "ops.quarantine",
    "tombstones": "ops.tombstones",
    "sources": "core.sources",
    "articles": "core.articles",
    "versions": "core.article_versions",
    "seen": "core.version_fetches",
    "removed_spans": "core.removed_spans",
    "article_links": "core.article_links",
    "article_images": "core.article_images",
    "authors": "core.authors",
    "article_authors": "core.article_authors",
    "tags": "core.tags",
    "article_tags": "core.article_tags",
} | {name: table for name, (table, _) in FACTS.items()}

# staging table -> columns that its own table does not have. What belongs to a version or an article names the fetch that showed it.
BY_FETCH = ("removed_spans", "article_links", "article_images", "article_authors", "article_tags")
STAGED_BESIDE = {name: {"fetch_id": "VARCHAR"} for name in (*BY_FETCH, *FACTS)} | {
    "links": {"is_own": "BOOLEAN"},
    "sources": {"is_described": "BOOLEAN"},
}


def _source(source: Source) -> Row:
    return {
        "source_id": source.name,
        "name": source.title,
        "domain": source.domain,
        "country": source.country,
        "language": source.language,
        "kind": source.kind,
    }


def _provenance(outcome: Outcome, tables: Tables) -> None:
    failed = outcome.reason is not None and (outcome.stage == "fetch" or not outcome.is_page)
    for record in outcome.records:
        is_last = record is outcome.pages[-1]
        row = _fetch(record.run_id or outcome.run_id, record.link, record.response)
        place = {
            "warc_file": record.location.file,
            "warc_offset": record.location.offset,
            "warc_length": record.location.length,
        }
        tables["fetches"].append(
            row | place | _verdict(outcome, record.response, failed=failed and is_last)
        )
    if outcome.unanswered:
        tables["fetches"].append(
            _fetch(outcome.run_id, outcome.link, outcome.unanswered)
            | _verdict(outcome, outcome.unanswered, failed=True)
        )
    when = utc(outcome.last.fetched_at) if outcome.last else None
    for announced in outcome.announced:
        tables["entries"].append(_entry(announced.link, outcome, when))
        tables["links"].append(_discovered(announced, when))


def _verdict(outcome: Outcome, response: Response, *, failed: bool) -> Row:
    if failed:
        return {"outcome": "failed", "reason": outcome.reason, "detail": outcome.detail or None}
    if response.status not in {None, 200, 304}:
        reason = (
            None if outcome.link.kind in CHANNELS else Reason.HTTP_ERROR
        )  # it went well in the end, or is the end of a listing
        return {"outcome": "failed", "reason": reason, "detail": f"status {response.status}"}
    return {"outcome": "unchanged" if response.same_as else "ok", "reason": None}


def _fetch(run_id: str, link: Link, response: Response) -> Row:
    unchanged = response.same_as is not None
    return {
        "fetch_id": response.fetch_id,
        "run_id": run_id,
        "source_id": link.source_id,
        "kind": link.kind,
        "announced_by": link.discovered_by or None,
        "link_modified_at": utc(link.modified_at),
        "requested_url": response.requested_url,
        "final_url": response.url,
        "redirects": list(response.redirects),
        "fetched_at": utc(response.fetched_at),
        "http_status": response.status,
        "content_type": response.header("content-type"),
        "content_encoding": response.header("content-encoding"),
        "n_bytes": None if unchanged else len(response.body),
        "elapsed_ms": response.elapsed_ms,
        "attempt": response.attempt,
        "etag": response.header("etag"),
        "last_modified": response.header("last-modified"),
        "body_sha256": None if unchanged else response.body_sha256,
        "same_as": response.same_as,
        "robots_rule": response.robots_rule,
        "reservations": list(reservations(response, link.kind)),
    }


def _entry(link: Link, outcome: Outcome, when: str | None) -> Row:
    return {
        "feed_id": outcome.link.url,
        "source_id": outcome.link.source_id,
        "guid": link.guid,
        "url": link.url,
        "title": link.title,
        "published_raw": link.published_raw,
        "published_at": utc(link.published_at),
        "modified_at": utc(link.modified_at),
        "in_language": link.language,
        "first_seen_at": when,
        "last_seen_at": when,
        "run_id": outcome.run_id,
    }


def _discovered(announced: Announced, when: str | None) -> Row:
    link = announced.link
    return {
        "url": link.url,
        "source_id": link.source_id,
        "state": _announced_state(announced.skip),
        "reason": announced.skip,
        "is_own": announced.is_own,
        "attempts": 0,
        "article_id": announced.article_id,
        "discovered_by": link.discovered_by,
        "discovered_at": when,
        "published_at": utc(link.published_at),
        "modified_at": utc(link.modified_at),
        "story_day": str(announced.day) if announced.day else None,
        "is_past": None,  # to be seen from the run
    }


def _announced_state(skip: Reason | None) -> str:
    if skip is Reason.OTHER_OUTLET:
        return "not_asked"
    return "skipped" if skip else "pending"


def _check(outcome: Outcome, last: Response) -> Row:
    said = "not_modified" if last.status == 304 else "same_hash" if last.same_as else "ok"
    return {
        "feed_id": outcome.link.url,
        "checked_at": utc(last.fetched_at),
        "run_id": outcome.run_id,
        "source_id": outcome.link.source_id,
        "kind": outcome.link.kind,
        "outcome": HEALTH.get(outcome.reason, str(outcome.reason)) if outcome.reason else said,
        "http_status": last.status,
        "n_entries": len(outcome.announced),
        "n_new": None,
        "is_gap": None,
        "note": "; ".join(filter(None, (outcome.detail, *outcome.warnings))) or None,
    }


def _tombstones(outcome: Outcome, last: Response) -> list[Row]:
    """A row an id: the article's when it was forgotten, and what the address says today, where ids are made otherwise since."""
    ids = dict.fromkeys(filter(None, (last.body.decode(errors="replace"), outcome.article_id)))
    row = {
        "url": outcome.link.url,
        "source_id": outcome.link.source_id,
        "forgotten_at": utc(last.fetched_at),
        "fetch_id": last.fetch_id,
    }
    return [row | {"article_id": article_id} for article_id in ids or [None]]


def _fate(outcome: Outcome, versions: Versions, tables: Tables) -> None:
    link, last = outcome.link, outcome.last
    url = link.url if link.url.startswith("urn:") else canonicalise(link.url)
    article = outcome.article.article_id if outcome.article else outcome.article_id
    when = utc(last.fetched_at) if last else None
    tables["fates"].append(
        {
            "url": url,
            "source_id": link.source_id,
            "state": outcome.state,
            "reason": outcome.reason,
            "detail": outcome.detail or None,
            "attempts": 0,
            "next_attempt_at": utc(outcome.retry_at),
            "article_id": article,
            "discovered_by": link.discovered_by,
            "discovered_at": when,
            "published_at": utc(link.published_at),
            "modified_at": utc(link.modified_at),
            "last_fetch_id": last.fetch_id if last and outcome.state != "pending" else None,
            "last_run_id": outcome.run_id,
        }
    )
    if outcome.state == "quarantined" and last:
        tables["quarantine"].append(
            {
                "quarantine_id": digest(url, last.fetch_id),
                "run_id": outcome.run_id,
                "source_id": link.source_id,
                "url": url,
                "fetch_id": last.fetch_id,
                "body_sha256": last.body_sha256,
                "stage": outcome.stage,
                "reason_code": outcome.reason,
                "reason": outcome.detail or None,
                "parser_version": versions.parser,
                "quarantined_at": when,
            }
        )


def _article(article: Article, outcome: Outcome, versions: Versions, tables: Tables) -> None:
    version, response = (
        version_id(article.article_id, article.headline, article.body_text),
        outcome.pages[-1].response,
    )
    when = utc(response.fetched_at)
    keys = {"version_id": version, "article_id": article.article_id, "fetch_id": response.fetch_id}
    for n, record in enumerate((outcome.pages[-1], *outcome.parts), 1):
        tables["seen"].append(
            keys
            | {
                "fetch_id": record.response.fetch_id,
                "part_no": n,
                "fetched_at": when,
                "url": _address(article),
            }
        )
    tables["articles"].append(_story(article, keys, when))
    tables["versions"].append(
        keys
        | {
            "version_no": 1,
            "content_sha256": content_sha256(article.headline, article.body_text),
            "body_sha256": hashlib.sha256(article.body_text.encode()).hexdigest(),
            "headline": article.headline,
            "source_text": article.source_text,
            "body_text": article.body_text,
            "n_chars": len(article.body_text),
            "word_count": article.word_count,
            "n_paragraphs": len(article.paragraphs),
            "flags": list(article.flags),
            "parser": article.parser,
            "parser_version": versions.parser,
            "cleaner_version": versions.cleaner,
            "extractor_version": versions.extractor,
            "version_created": when,
            "date_modified": utc(article.date_modified),
        }
    )
    _parts(article, version, response.fetch_id, tables)
    if article.structure:
        for name, found in facts(article.structure, keys).items():
            tables[name].extend(found)
    _bylines_and_tags(article, response.fetch_id, tables)


def _story(article: Article, keys: Row, when: str | None) -> Row:
    published, modified = article.date_published, article.date_modified
    return {
        "article_id": article.article_id,
        "source_id": article.source_id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "normalized_url": _address(article),
        "current_version_id": keys["version_id"],
        "headline": article.headline,
        "description": article.description,
        "article_section": article.article_section,
        "in_language": article.in_language,
        "date_published": utc(published),
        "date_published_offset_minutes": _offset(published),
        "date_published_source": article.date_published_source,
        "date_modified": utc(modified),
        "date_modified_offset_minutes": _offset(modified),
        "dateline": article.dateline,
        "content_reference_date": str(article.content_reference_date)
        if article.content_reference_date
        else None,
        "is_accessible_for_free": article.is_accessible_for_free,
        "access": article.access,
        "first_seen_at": when,
        "last_seen_at": when,
        "last_changed_at": when,
        "authors": "; ".join(person.name for person in article.authors if person.role == "author")
        or None,
        "tags": list(article.tags) or None,
        "n_versions": 1,
        "status": "live",
        "syndicated_from": article.syndicated_from,
        "provenance": dict(article.provenance) or None,
        "fetch_id": keys["fetch_id"],
    }


def _address(article: Article) -> str | None:
    """The canonical address where it is believed, else the one the page was read at; None for a file without one."""
    return canonicalise(article.canonical_url or article.url) if article.url else None


def _offset(moment: datetime | None) -> int | None:
    offset = moment.utcoffset() if moment else None
    return None if offset is None else int(offset.total_seconds() // 60)


def _parts(article: Article, version: str, fetch: str, tables: Tables) -> None:
    for name, parts in (
        ("removed_spans", map(_removed, article.removed)),
        ("article_links", map(_link, article.links)),
        ("article_images", map(_image, article.images)),
    ):
        tables[name].extend(
            {"version_id": version, "fetch_id": fetch, "ordinal": n} | part
            for n, part in enumerate(parts, 1)
        )


def _removed(span: Any) -> Row:
    return {
        "kind": span.kind,
        "source_start": span.start,
        "source_end": span.end,
        "text": span.text,
    }


def _link(link: Any) -> Row:
    return {
        "rel": link.rel,
        "label": link.label,
        "title": link.title,
        "href": link.href,
        "after_paragraph": link.after_paragraph,
        "source_start": link.start,
        "source_end": link.end,
    }


def _image(image: Any) -> Row:
    return {
        "role": image.role,
        "content_url": image.content_url,
        "caption": image.caption,
        "credit_text": image.credit_text,
        "alt_text": image.alt_text,
        "width": image.width,
        "height": image.height,
    }


def _bylines_and_tags(article: Article, fetch: str, tables: Tables) -> None:
    counts: dict[str, int] = {}
    for person in article.authors:
        author_id = digest(article.source_id, person.name)
        counts[person.role] = counts.get(person.role, 0) + 1
        tables["authors"].append(
            {
                "author_id": author_id,
                "source_id": article.source_id,
                "name": person.name,
                "url": person.url,
                "is_staff_desk": person.is_staff_desk,
            }
        )
        tables["article_authors"].append(
            {
                "article_id": article.article_id,
                "fetch_id": fetch,
                "ordinal": counts[person.role],
                "author_id": author_id,
                "role": person.role,
            }
        )
    for n, name in enumerate(article.tags, 1):
        tag_id = digest(name.casefold())
        tables["tags"].append({"tag_id": tag_id, "name": name})
        tables["article_tags"].append(
            {"article_id": article.article_id, "fetch_id": fetch, "tag_id": tag_id, "ordinal": n}
        )
