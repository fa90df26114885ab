"""`kliping forget`: says what it will delete, asks, and deletes."""

from __future__ import annotations

import sys

import typer

from flows.cli.app import FAILED, OK, UsageError, load_sources
from flows.jobs.maintenance import address_to_forget, forget
from flows.jobs.take_back import imported_rows, take_back
from flows.output import printable
from flows.settings import Settings
from flows.stores import database
from warehouse.write.frontier import stored_article

UNKNOWN = (
    "nothing: no article is known at this address; if it is ever fetched, it will not be loaded"
)


def forget_article(settings: Settings, text: str, *, yes: bool) -> int:
    """Raises UsageError for an address that is none, and where nobody can be asked."""
    try:
        url = address_to_forget(text)
    except ValueError as error:
        raise UsageError(f"{printable(text)} is not the address of an article: {error}") from error
    store = database(settings)
    has_rows = settings.warehouse or store.path.exists()
    article = stored_article(store, url) if has_rows else None
    what = UNKNOWN
    if article:
        what = "{headline} ({source_id}), for ever; versions: {n_versions}, quotes: {n_quotes}"
    if not _may_delete(what.format(**article or {}), yes=yes):
        return FAILED
    remark = forget(settings, load_sources(settings), url)
    print(f"forgotten: {printable(text)}" + (f"; {remark}" if remark else ""))
    return OK


def forget_run(settings: Settings, run_id: str, *, yes: bool) -> int:
    """Raises UsageError where nobody can be asked, NoImportError, Busy."""
    rows, n_kept = imported_rows(settings, run_id)
    n_gone = len({row["article_id"] for row in rows}) - n_kept
    kept = f", {n_kept} stay with what other records state" if n_kept else ""
    what = f"{len(rows)} rows or pages of import {run_id}: {n_gone} articles go{kept}"
    if not _may_delete(what, yes=yes):
        return FAILED
    take_back(settings, load_sources(settings), run_id, rows)
    print(f"taken back: {what}")
    return OK


def _may_delete(what: str, *, yes: bool) -> bool:
    """Raises UsageError without a terminal."""
    if not yes and not sys.stdin.isatty():
        raise UsageError(f"this would delete {printable(what)}; without a terminal, add --yes")
    if yes or typer.confirm(f"This deletes {printable(what)}.\nDelete?"):
        return True
    print("nothing was deleted")
    return False
