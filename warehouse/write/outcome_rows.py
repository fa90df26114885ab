"""The rows of an outcome, by staging table."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from parsers.article import FIELDS, FROM_FILE, Article, Link, Response
from parsers.consent import reservations
from parsers.identity import content_sha256, digest
from parsers.kinds import CHANNELS, LinkKind, Reason, State
from parsers.source import AddressFit, Source, default_source
from parsers.text.urls import canonicalise
from warehouse.queries import Row, utc
from warehouse.write.fact_rows import FACTS, facts, rows_of
from warehouse.write.outcome import Announced, Outcome, Versions
from warehouse.write.spans import prove_spans

Tables = dict[str, list[Any]]  # rows: dicts, or dataclasses whose fields are the columns

# reason of a channel's failure -> its outcome in ops.feed_checks; other reasons keep their name
CHECK_OUTCOMES = {
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

COUNTED_FITS = (AddressFit.MATCHED, AddressFit.GENERIC, AddressFit.REFUSED)

# staging table -> the table whose column types it takes
STAGED = {
    "checks": "ops.feed_checks",
    "fetches": "raw.fetches",
    "entries": "raw.feed_entries",
    "links": "ops.frontier",
    "states": "ops.frontier",
    "quarantine": "ops.quarantine",
    "tombstones": "ops.tombstones",
    "sources": "core.sources",
    "statements": "core.article_statements",
    "versions": "core.article_versions",
    "version_fetches": "core.version_fetches",
    "removed_spans": "core.removed_spans",
    "article_links": "core.article_links",
    "article_images": "core.article_images",
    "article_columns": "core.article_columns",
} | {name: table for name, (table, _) in FACTS.items()}

# staging tables with rows of a version, whose ids each of them gets: they are staged once a page
OF_VERSION = frozenset({"removed_spans", "article_links", "article_images", *FACTS})
VERSION_IDS = ("version_id", "article_id", "fetch_id")
# staging table -> columns that its own table does not have
EXTRA_COLUMNS = {name: {"fetch_id": "VARCHAR"} for name in OF_VERSION} | {
    "links": {"is_own": "BOOLEAN"},
    "sources": {"is_described": "BOOLEAN"},
    "identities": {"office": "VARCHAR"},
    "by_office": {"office": "VARCHAR"},
}


def rows(
    outcomes: Iterable[Outcome], sources: Mapping[str, Source], versions: Versions
) -> Iterator[Tables]:
    """The rows of each outcome, by staging table. Raises FaultyRowError where a fact is not the text at its position."""
    seen: set[str] = set()
    for outcome in outcomes:
        tables: Tables = {name: [] for name in STAGED}
        _provenance(outcome, tables)
        if outcome.is_page or outcome.link.kind == LinkKind.TOMBSTONE:
            _state(outcome, versions, tables)
        if outcome.link.kind == LinkKind.TOMBSTONE and outcome.last:
            tables["tombstones"] += _tombstones(outcome, outcome.last)
        if outcome.link.kind in CHANNELS and outcome.last:
            tables["checks"].append(_check(outcome, outcome.last))
        if outcome.article and outcome.last:
            prove_spans(outcome.article)
            _article(outcome.article, outcome, versions, tables)
        if outcome.link.source_id not in seen:
            seen.add(outcome.link.source_id)
            described = sources.get(outcome.link.source_id)
            row = _source(described or default_source(outcome.link.source_id))
            tables["sources"].append(row | {"is_described": described is not None})
        yield tables


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
        location = {
            "warc_file": record.location.file,
            "warc_offset": record.location.offset,
            "warc_length": record.location.length,
        }
        tables["fetches"].append(
            _fetch(record.run_id or outcome.run_id, record.link, record.response)
            | location
            | _verdict(outcome, record.response, failed=failed and is_last)
        )
    if outcome.unanswered:
        tables["fetches"].append(
            _fetch(outcome.run_id, outcome.link, outcome.unanswered)
            | _verdict(outcome, outcome.unanswered, failed=True)
        )
    when = utc(outcome.last.fetched_at) if outcome.last else None
    for announced in outcome.announced:
        tables["entries"].append(_entry(announced.link, outcome, when))
        tables["links"].append(_announced_row(announced, when))


def _verdict(outcome: Outcome, response: Response, *, failed: bool) -> Row:
    if failed:
        return {"outcome": "failed", "reason": outcome.reason, "detail": outcome.detail or None}
    if response.status not in {None, 200, 304}:
        # of a channel: a later attempt succeeded, or a listing ended
        reason = None if outcome.link.kind in CHANNELS else Reason.HTTP_ERROR
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


def _announced_row(announced: Announced, when: str | None) -> Row:
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
        "story_day": announced.day,
        "is_past": None,  # load/channels.sql decides by the run
    }


def _announced_state(skip: Reason | None) -> str:
    if skip is Reason.OTHER_OUTLET:
        return State.NOT_ASKED
    return State.SKIPPED if skip else State.PENDING


def _check(outcome: Outcome, last: Response) -> Row:
    answer = "not_modified" if last.status == 304 else "same_hash" if last.same_as else "ok"
    fits = Counter(each.fit for each in outcome.announced if each.fit)
    return {
        "feed_id": outcome.link.url,
        "checked_at": utc(last.fetched_at),
        "run_id": outcome.run_id,
        "source_id": outcome.link.source_id,
        "kind": outcome.link.kind,
        "outcome": CHECK_OUTCOMES.get(outcome.reason, str(outcome.reason))
        if outcome.reason
        else answer,
        "http_status": last.status,
        "n_entries": len(outcome.announced),
        "n_new": None,
        "is_gap": None,
        **{f"n_{fit}": fits[fit] if fits else None for fit in COUNTED_FITS},
        "note": "; ".join(filter(None, (outcome.detail, *outcome.warnings))) or None,
    }


def _tombstones(outcome: Outcome, last: Response) -> list[Row]:
    """One row per id: that of the article when it was forgotten, and today's id of the address, which may be another one."""
    ids = dict.fromkeys(filter(None, (last.body.decode(errors="replace"), outcome.article_id)))
    row = {
        "url": outcome.link.url,
        "source_id": outcome.link.source_id,
        "forgotten_at": utc(last.fetched_at),
        "fetch_id": last.fetch_id,
    }
    return [row | {"article_id": article_id} for article_id in ids or [None]]


def _state(outcome: Outcome, versions: Versions, tables: Tables) -> None:
    link, last = outcome.link, outcome.last
    url = link.url if link.url.startswith("urn:") else canonicalise(link.url)
    article = outcome.article.article_id if outcome.article else outcome.article_id
    when = utc(last.fetched_at) if last else None
    tables["states"].append(
        {
            "url": url,
            "source_id": link.source_id,
            "state": outcome.state,
            "reason": outcome.reason,
            "detail": outcome.detail or None,
            "attempts": 0,
            "next_attempt_at": utc(outcome.retry_at),
            "article_id": article,
            # an import is the operator's, whatever the file; raw.fetches names it
            "discovered_by": "" if link.discovered_by.startswith(FROM_FILE) else link.discovered_by,
            "discovered_at": when,
            "published_at": utc(link.published_at),
            "modified_at": utc(link.modified_at),
            "last_fetch_id": last.fetch_id if last and outcome.state != State.PENDING else None,
            "last_run_id": outcome.run_id,
        }
    )
    if outcome.state == State.QUARANTINED and last:
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


# columns of core.article_versions that are attributes of an Article
VERSION_COLUMNS = ("headline", "source_text", "body_text", "word_count", "parser")


def _article(article: Article, outcome: Outcome, versions: Versions, tables: Tables) -> None:
    response = outcome.pages[-1].response
    when = utc(response.fetched_at)
    content = content_sha256(article.headline, article.body_text)
    keys = {
        "version_id": digest(article.article_id, content),
        "article_id": article.article_id,
        "fetch_id": response.fetch_id,
    }
    for n, record in enumerate((outcome.pages[-1], *outcome.parts), 1):
        seen = {"part_no": n, "fetched_at": when, "url": _address(article)}
        tables["version_fetches"].append(keys | seen | {"fetch_id": record.response.fetch_id})
    tables["statements"].append(_statement(article, outcome, keys, versions))
    tables["versions"].append(
        _version_row(article, keys | {"content_sha256": content}, versions, when)
    )
    for name, parts in (
        ("removed_spans", article.removed),
        ("article_links", article.links),
        ("article_images", article.images),
    ):
        tables[name] += [row | {"ordinal": n} for n, row in enumerate(rows_of(parts), 1)]
    if article.structure:
        for name, found in facts(article.structure).items():
            tables[name] += found
    ids = {name: keys[name] for name in ("article_id", "fetch_id")}
    tables["article_columns"] += [ids | row for row in rows_of(article.own_cells)]


def _statement(article: Article, outcome: Outcome, keys: Row, versions: Versions) -> Row:
    response = outcome.pages[-1].response
    authors = [person.name for person in article.authors if person.role == "author"]
    return {field.name: _cell(getattr(article, field.name, None)) for field in FIELDS} | {
        **keys,
        "source_id": article.source_id,
        "fetched_at": utc(response.fetched_at),
        "is_imported": outcome.link.kind == LinkKind.FILE and response.status is None,
        "record_sha256": response.body_sha256,
        "parser_version": versions.parser,
        "n_chars": len(article.body_text),
        "date_published_offset_minutes": _offset_minutes(article.date_published),
        "date_modified_offset_minutes": _offset_minutes(article.date_modified),
        "authors": "; ".join(authors) or None,
        "people": list(_people(article)) or None,
        "tag_ids": [digest(name.casefold()) for name in article.tags] or None,
        "provenance": dict(article.provenance) or None,
    }


def _cell(value: Any) -> Any:
    """The value of a field, as its column has it."""
    if isinstance(value, tuple):
        return value or None
    return utc(value) if isinstance(value, datetime) else value


def _people(article: Article) -> Iterator[Row]:
    counts: Counter[str] = Counter()
    for person in article.authors:
        counts[person.role] += 1
        author_id = digest(article.source_id, person.name)
        yield asdict(person) | {"author_id": author_id, "ordinal": counts[person.role]}


def _version_row(article: Article, keys: Row, versions: Versions, when: str | None) -> Row:
    return {column: getattr(article, column) for column in VERSION_COLUMNS} | {
        **keys,
        "version_no": 1,
        "body_sha256": hashlib.sha256(article.body_text.encode()).hexdigest(),
        "n_chars": len(article.body_text),
        "n_paragraphs": len(article.paragraphs),
        "flags": list(article.flags),
        "parser_version": versions.parser,
        "cleaner_version": versions.cleaner,
        "extractor_version": versions.extractor,
        "version_created": when,
        "date_modified": utc(article.date_modified),
    }


def _address(article: Article) -> str | None:
    """The canonical address if it is trusted, else the one the page was read at; None for a file without one."""
    return canonicalise(article.canonical_url or article.url) if article.url else None


def _offset_minutes(moment: datetime | None) -> int | None:
    offset = moment.utcoffset() if moment else None
    return None if offset is None else int(offset.total_seconds() // 60)
