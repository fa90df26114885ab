"""`kliping forget`: says what it will delete, asks, and deletes."""

from __future__ import annotations

import sys

import typer

from flows.cli.app import FAILED, OK, UsageError, load_sources
from flows.jobs.maintenance import address_to_forget, forget
from flows.jobs.take_back import imported_rows, n_articles_with_other_records, take_back
from flows.output import printable
from flows.settings import Settings
from flows.stores import database
from warehouse.write.forget import article_of

UNKNOWN = "no article is known at this address; if it is ever fetched, it will not be loaded"


def forget_article(settings: Settings, text: str, *, yes: bool) -> int:
    """Raises UsageError for an address that is none, and where nobody can be asked."""
    try:
        url = address_to_forget(text)
    except ValueError as error:
        raise UsageError(f"{printable(text)} is not the address of an article: {error}") from error
    store = database(settings)
    article = article_of(store, url) if settings.warehouse or store.path.exists() else None
    what = UNKNOWN
    if article:
        counts = f"{article['n_versions']} versions and {article['n_quotes']} quotes"
        what = f"{article['headline'] or url} ({article['source_id']}): {counts}, for ever"
    if not _may_delete(what, yes=yes):
        return FAILED
    remark = forget(settings, load_sources(settings), url)
    print(f"forgotten: {printable(text)}" + (f"; {remark}" if remark else ""))
    return OK


def forget_run(settings: Settings, run_id: str, *, yes: bool) -> int:
    """Raises UsageError where nobody can be asked, NoImportError, Busy."""
    rows = imported_rows(settings, run_id)
    n_kept = n_articles_with_other_records(settings, rows)
    n_gone = len(rows.by_article) - n_kept
    what = f"{rows.n_rows} rows or pages of import {run_id}: {n_gone} articles go"
    what += f", {n_kept} stay with what other records state" if n_kept else ""
    what += (
        f"; {rows.n_repeated} pages stay, since later visits repeat them" if rows.n_repeated else ""
    )
    if not _may_delete(what, yes=yes):
        return FAILED
    take_back(settings, load_sources(settings), rows)
    print(f"taken back: {what}")
    return OK


def _may_delete(what: str, *, yes: bool) -> bool:
    """Raises UsageError without a terminal."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(f"this would delete {printable(what)}; without a terminal, add --yes")
    print(f"This deletes {printable(what)}.")
    if typer.confirm("Delete?"):
        return True
    print("nothing was deleted")
    return False
