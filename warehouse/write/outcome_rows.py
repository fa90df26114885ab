"""The rows of an outcome, by staging table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from parsers.article import FROM_FILE, Link, Response
from parsers.consent import reservations
from parsers.identity import digest
from parsers.kinds import CHANNELS, LinkKind, Reason, State
from parsers.source import AddressFit, Source, default_source
from parsers.text.urls import canonicalise
from warehouse.queries import Row, utc
from warehouse.write.article_rows import OF_ARTICLE, OF_VERSION, article_rows
from warehouse.write.fact_rows import FACTS
from warehouse.write.outcome import Announced, ArticleRows, Outcome, Versions

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

VERSION_IDS = ("version_id", "article_id", "fetch_id")
OF_PAGE = STAGED.keys() - OF_ARTICLE
# staging table -> columns that its own table does not have
EXTRA_COLUMNS = {name: {"fetch_id": "VARCHAR"} for name in OF_VERSION} | {
    "links": {"is_own": "BOOLEAN"},
    "sources": {"is_described": "BOOLEAN"},
    "identities": {"office": "VARCHAR"},
    "by_office": {"office": "VARCHAR"},
}


def rows(
    outcomes: Iterable[Outcome], sources: Mapping[str, Source], versions: Versions
) -> Iterator[tuple[Row, ArticleRows | None]]:
    """The rows of each outcome by staging table, with the ids of its version, and those that its article decides.

    Raises FaultyRowError where a fact is not the text at its position.
    """
    seen: set[str] = set()
    for outcome in outcomes:
        tables: dict[str, list[Row]] = {name: [] for name in OF_PAGE}
        _provenance(outcome, tables)
        if outcome.is_page or outcome.link.kind == LinkKind.TOMBSTONE:
            _state(outcome, versions, tables)
        if outcome.link.kind == LinkKind.TOMBSTONE and outcome.last:
            tables["tombstones"] += _tombstones(outcome, outcome.last)
        if outcome.link.kind in CHANNELS and outcome.last:
            tables["checks"].append(_check(outcome, outcome.last))
        article = outcome.rows
        if outcome.article and outcome.last:
            article = article_rows(outcome.article, outcome, versions)
        if article:
            tables["version_fetches"] += _version_fetches(article, outcome)
        if outcome.link.source_id not in seen:
            seen.add(outcome.link.source_id)
            described = sources.get(outcome.link.source_id)
            row = _source(described or default_source(outcome.link.source_id))
            tables["sources"].append(row | {"is_described": described is not None})
        filled = {name: of_table for name, of_table in tables.items() if of_table}
        yield filled | (_version_ids(article, outcome) if article else {}), article


def _version_ids(article: ArticleRows, outcome: Outcome) -> Row:
    """In the order of VERSION_IDS. Which page it was, a worker process has no say in."""
    fetch_id = outcome.pages[-1].response.fetch_id
    return {
        "version_id": article.version_id,
        "article_id": article.article_id,
        "fetch_id": fetch_id,
    }


def _version_fetches(article: ArticleRows, outcome: Outcome) -> Iterator[Row]:
    when = utc(outcome.pages[-1].response.fetched_at)
    for n, record in enumerate((outcome.pages[-1], *outcome.parts), 1):
        yield _version_ids(article, outcome) | {
            "fetch_id": record.response.fetch_id,
            "part_no": n,
            "fetched_at": when,
            "url": article.url,
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


def _provenance(outcome: Outcome, tables: dict[str, list[Row]]) -> None:
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


def _state(outcome: Outcome, versions: Versions, tables: dict[str, list[Row]]) -> None:
    link, last = outcome.link, outcome.last
    url = link.url if link.url.startswith("urn:") else canonicalise(link.url)
    article = outcome.rows or outcome.article
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
            "article_id": article.article_id if article else outcome.article_id,
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
