"""Maintenance: rebuild the warehouse, forget an article, drop old records, compact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from flows.jobs.jobs import closing
from flows.load.outcome import Fetched
from flows.load.recovery import Progress, erase
from flows.runs.errors import Busy
from flows.runs.locks import living, start_lock
from flows.runs.run import Run, RunOptions, close_run, now_utc, open_run
from flows.runs.summary import Summary
from flows.settings import Settings
from parsers.article import Link, Response
from parsers.source import Source, default_source, source_of_url
from parsers.text.urls import canonicalise
from warehouse.read.html_report import REPORT
from warehouse.write.database import Database

STAYS = "its records stay in the archive while other runs are alive; the next run that starts alone takes them out"
UNKNOWN = "nothing was known of it; should it ever come, it is not loaded"


def rebuild(
    settings: Settings, sources: Mapping[str, Source], progress: Progress
) -> tuple[Summary, list[Path]]:
    """The warehouse from the archive alone: with the old one moved aside, what the archive has and no row mentions is all of it.

    The files moved aside come with the summary. Whatever ends it, the next run goes on with it. Raises Busy where a run is alive.
    """
    locks = settings.home / "locks"
    with start_lock(locks):
        if alive := living(locks):
            raise Busy(f"run {min(alive)} is at work; wait for it, or stop it")
        aside = Database(settings.home).set_aside(now_utc())
    with (
        open_run(settings, sources, flow="rebuild", params={}, progress=progress) as run,
        closing(run),
    ):
        return close_run(run), aside


def forget(settings: Settings, sources: Mapping[str, Source], url: str) -> str:
    """The text of an address's article out of the warehouse, the published copy and the archive, for ever; a message about it, or none.

    The tombstone is a record in the archive and is loaded as all others are, so that no rebuild undoes it.
    """
    url = url if url.startswith("urn:") else canonicalise(url)
    source = source_of_url(url, sources) or default_source(
        url.split("/")[2] if "//" in url else "files"
    )
    with (
        open_run(
            settings,
            sources,
            flow="forget",
            params={"url": url},
            hold_sources=[source.name],
        ) as run,
        closing(run),
    ):
        known_source, article_id = run.store.article_of(url)
        _write_tombstone(
            run, Link(url=url, source_id=known_source or source.name, kind="tombstone"), article_id
        )
        run.store.compare()
        with start_lock(settings.home / "locks"):
            is_alone = living(settings.home / "locks") == {run.run_id}
            if is_alone:
                erase(run, run.store.forgotten())
        run.store.compact()
        (settings.home / REPORT).unlink(missing_ok=True)
        close_run(run)
        return STAYS if not is_alone else "" if article_id else UNKNOWN


def _write_tombstone(run: Run, link: Link, article_id: str | None) -> None:
    now = run.clock()
    response = Response(
        fetch_id=str(uuid5(NAMESPACE_URL, f"tombstone {link.url} {now.isoformat()}")),
        requested_url=link.url,
        url=link.url,
        fetched_at=now,
        body=(article_id or "").encode(),
        status=None,
        headers=(("content-type", "text/plain"),),
    )
    record = run.writer.append(link, response)
    run.writer.sync()
    run.load([Fetched(link=link, run_id=run.run_id, records=(record,))])


def maintain(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str] | None = None,
    keep_days: int | None = None,
    *,
    trigger: str = "cli",
    prefect_flow_run_id: str | None = None,
) -> Summary:
    """Load what dead runs left, write the database anew, publish; with `keep_days` take older records out of the archive too.

    What was made of those stays. Raises Busy where they are to go and another run is alive.
    """
    params = {"sources": names and list(names), "keep_days": keep_days}
    options: RunOptions = {"trigger": trigger, "prefect_flow_run_id": prefect_flow_run_id}
    with (
        open_run(settings, sources, flow="maintain", params=params, **options) as run,
        closing(run),
    ):
        if keep_days:
            with start_lock(settings.home / "locks"):
                if others := living(settings.home / "locks") - {run.run_id}:
                    raise Busy(f"run {min(others)} is at work; wait for it, or stop it")
                doomed = run.store.old(run.clock() - timedelta(days=keep_days), names)
                n = erase(run, doomed, run.note)
                run.note(f"{n} archive records let go")
        run.store.compact()
        return close_run(run)
