"""Fetch addresses that a person names: an ordinary run, which says what became of each address."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from flows.crawl.ingest import fetch
from flows.http.limits import Budgets
from flows.jobs.import_tables import open_table, source_and_address
from flows.jobs.jobs import run_job
from flows.load.recovery import Progress, no_progress
from flows.load.table_files import is_table, read_table
from flows.runs.locks import LockKind
from flows.runs.run import Run, RunOptions, held_sources
from flows.runs.summary import Summary
from flows.settings import Settings
from parsers.dates.column import ORDERS
from parsers.identity import article_id
from parsers.kinds import State
from parsers.source import Source
from parsers.table_row import TableRow
from warehouse.queries import Row
from warehouse.write import frontier, quarantine

MOST_SOURCES = 500  # of a run, which holds an open lock file for each
# What becomes of an address that the run does not ask for; of the others `ops.frontier` has the state.
LOADED_BEFORE = "loaded before"
FORGOTTEN = "forgotten"
REFUSED = "refused"
NOT_FETCHED = "not fetched"  # the run was stopped, or another run holds the source
NO_ARTICLE = {REFUSED, FORGOTTEN, State.SKIPPED, State.GONE}  # each run names other failures


class NothingToFetchError(ValueError):
    """The addresses cannot be fetched; the message says why and what to do."""

    exit_code = 2


def address_lines(text: str) -> list[str]:
    """One address a line; empty lines and comments, which begin with #, are left out."""
    lines = map(str.strip, text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def read_addresses(path: Path, columns: Mapping[str, str]) -> tuple[list[str], list[Row]]:
    """The addresses in a file, one a line or in a column of a table; and the rows that have none, as refused.

    `columns` names the column `url` where its name is not a usual one. Raises ImportFailedError, TableError, OSError.
    """
    if not is_table(path):
        return address_lines(path.read_text("utf-8-sig", errors="replace")), []
    limit = Budgets().page.decoded_bytes
    table = open_table(path, columns, limit, needed=["url"], date_order=ORDERS[0])
    texts, refused = list[str](), list[Row]()
    for line in read_table(path, limit):
        if text := TableRow(cells=line.cells, columns=table.columns).text("url"):
            texts.append(text)
        else:
            why = line.fault or "without an address"
            refused.append(_row(f"{path}, {line.where}", REFUSED, detail=why))
    return texts, refused


async def fetch_addresses(
    settings: Settings,
    sources: Mapping[str, Source],
    texts: Iterable[str],
    refused: Sequence[Row] = (),
    *,
    again: bool = False,
    progress: Progress = no_progress,
    **options: Unpack[RunOptions],
) -> Summary:
    """Fetch, load and publish the articles at these addresses. A host without a source file is read by the default rules.

    What is loaded is left alone, unless `again`. Raises NothingToFetchError, Busy if other fetches hold all their
    sources, DatabaseBusy, Stopped.
    """
    by_url, unusable = _by_address(texts, sources)
    rows = [*refused, *unusable]
    names = sorted({source.name for source in by_url.values()})
    if not by_url:
        why = f"{rows[0]['url']}: {rows[0]['detail']}" if rows else "there is no address"
        raise NothingToFetchError(f"nothing to fetch: {why}; give addresses of articles")
    if len(names) > MOST_SOURCES:
        raise NothingToFetchError(
            f"the addresses are of {len(names)} outlets: give those of at most {MOST_SOURCES} at once"
        )

    async def work(run: Run) -> None:
        due, others = await asyncio.to_thread(_due, run, by_url, again=again)
        rows.extend(others)
        urls = {name: [url for url, source in due.items() if source.name == name] for name in names}
        held = [source for source in held_sources(run, names) if urls[source.name]]
        _note(run, held, others)
        n_done = Counter[str]()

        def tell(source_id: str, done: int, _of_source: int) -> None:
            n_done[source_id] = done
            progress(n_done.total(), len(due))

        await fetch(run, held, urls, progress=tell)
        rows.extend(await asyncio.to_thread(_fates, run, due))

    params: Row = {"sources": names, "n_addresses": len(by_url), "again": again}
    options = {"trigger": "fetch", **options}
    summary = await run_job(work, settings, sources, LockKind.FETCH, params, options)
    return replace(summary, addresses=tuple(rows), failures=(*summary.failures, *_failures(rows)))


def _by_address(
    texts: Iterable[str], sources: Mapping[str, Source]
) -> tuple[dict[str, Source], list[Row]]:
    """The source of each address that can be fetched, and the others as refused."""
    by_url: dict[str, Source] = {}
    refused: list[Row] = []
    for text in texts:
        try:
            source, url = source_and_address(text.strip(), sources)
            by_url[url] = source
        except ValueError as error:
            refused.append(_row(text, REFUSED, detail=str(error)))
    return by_url, refused


def _due(
    run: Run, by_url: Mapping[str, Source], *, again: bool
) -> tuple[dict[str, Source], list[Row]]:
    """The addresses to ask for, as if they had never been answered; and what is known of the others."""
    ids = {url: article_id(source, url) for url, source in by_url.items()}
    present, forgotten = frontier.present_articles(run.store, ids.values(), by_url)
    owners = frontier.article_sources(run.store, by_url)
    due: dict[str, Source] = {}
    others: list[Row] = []
    for url, source in by_url.items():
        keys, owner = {url, ids[url]}, owners.get(url, source.name)
        if keys & forgotten:
            others.append(_row(url, FORGOTTEN, source.name))
        elif keys & present and not again:
            others.append(_row(url, LOADED_BEFORE, owner))
        elif owner != source.name:
            why = f"it is an article of {owner} by an import, and would become a second one"
            others.append(_row(url, REFUSED, source.name, why))
        else:
            due[url] = source
    pages = quarantine.pages(run.store, source_ids={source.name for source in due.values()})
    ids_of_pages = [page["quarantine_id"] for page in pages if page["url"] in due]
    quarantine.refetch(run.store, ids_of_pages, run.clock())
    return due, others


def _note(run: Run, held: Iterable[Source], others: Iterable[Row]) -> None:
    for source in held:
        if source.terms:
            run.note(f"{source.name}: {source.terms}")
    if n := sum(row["state"] == LOADED_BEFORE for row in others):
        run.note(f"addresses that are loaded already, and were not asked for: {n} (--again asks)")


def _fates(run: Run, due: Mapping[str, Source]) -> list[Row]:
    """What became of each address in the run."""
    tried = {row["url"]: row for row in frontier.fates(run.store, run.run_id, due)}
    return [
        tried.get(url, _row(url, NOT_FETCHED)) | {"source_id": source.name}
        for url, source in due.items()
    ]


def _failures(rows: Iterable[Row]) -> Iterator[Row]:
    """A line for each way in which addresses did not become articles, but for those that each run names."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        if row["state"] in NO_ARTICLE:
            why = row["reason"] or row["detail"] or "by `kliping forget`"
            key = row["source_id"] or "addresses", row["state"], why
            groups.setdefault(key, []).append(row["url"])
    for (source_id, kind, reason), urls in groups.items():
        yield {"source_id": source_id, "kind": kind, "reason": reason, "n": len(urls), "example": urls[0], "detail": None}  # fmt: skip


def _row(url: str, state: str, source_id: str | None = None, detail: str | None = None) -> Row:
    return {"url": url, "source_id": source_id, "state": state, "reason": None, "detail": detail, "article_id": None}  # fmt: skip
