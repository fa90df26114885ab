"""Verification: how the channels and rules of source files hold on the live sites. Nothing is loaded."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from flows.http.client import Fetcher, LinkResponse
from flows.http.limits import FetchSettings
from flows.jobs.site_reader import LimitedTransport, SiteReader, probe_settings
from flows.jobs.verifier import MOST_REQUESTS, Verifier, readers
from flows.load.worker_pool import Workers
from flows.logging import get_logger
from flows.settings import Settings
from parsers.probe.rule_checks import CheckState, RuleCheck
from parsers.probe.source_patch import Findings
from parsers.source import Source
from warehouse.disk import make_folder

FOLDER = "verify"  # in a home: the results of an unfinished verification
MOST_AGE = timedelta(days=1)  # of such a result
log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked of one source."""

    source_id: str
    checked_at: datetime
    n_requests: int
    is_reached: bool  # whether any server answered
    checks: tuple[RuleCheck, ...]
    findings: Findings

    @property
    def is_broken(self) -> bool:
        return any(check.state is CheckState.BROKEN for check in self.checks)


class OfflineError(Exception):
    """No server answered at all."""

    exit_code = 75


async def verify(
    settings: Settings,
    sources: Mapping[str, Source],
    names: Sequence[str],
    *,
    progress: Callable[[int, int], None] | None = None,
    delay_seconds: float | None = None,
) -> list[Verification]:
    """Check the named sources, their hosts in parallel; what an interrupted call checked within a day is not checked again.

    `delay_seconds` is for tests; the files' own are used without it. Raises OfflineError.
    """
    folder = settings.home / FOLDER
    earlier = _earlier_results(folder, names)
    due = [name for name in names if name not in earlier]
    results = dict(earlier)
    chosen = [sources[name] for name in due]
    every = {each.name: each for source in chosen for each in readers(source)}
    with probe_settings(settings) as fetching, Workers(every, fetching.budgets) as workers:
        checks = [_verify_one(fetching, workers, source, delay_seconds) for source in chosen]
        for n, check in enumerate(asyncio.as_completed(checks), len(earlier) + 1):
            result = await check
            results[result.source_id] = result
            if result.is_reached:
                _save(folder, result)
            if progress:
                progress(n, len(names))
    if not any(result.is_reached for result in results.values()):
        raise OfflineError(
            f"none of {len(names)} outlets could be reached: is this machine offline?"
        )
    shutil.rmtree(folder, ignore_errors=True)
    return [results[name] for name in names]


async def _verify_one(
    fetching: FetchSettings, workers: Workers, source: Source, delay_seconds: float | None
) -> Verification:
    transport = LimitedTransport(fetching, MOST_REQUESTS)
    fetcher: Fetcher[LinkResponse] = Fetcher(fetching, transport=transport)
    delay = source.fetch.delay_seconds if delay_seconds is None else delay_seconds
    async with fetcher:
        site = SiteReader(fetcher, transport, source, delay)
        site.workers = workers
        verifier = Verifier(site)
        try:
            await verifier.run()
        except Exception as error:  # one outlet must not end the others' checks
            log.exception("a verification failed", source=source.name)
            note = f"{type(error).__name__}: {error}"
            verifier.checks.append(RuleCheck(what="error", state=CheckState.BROKEN, note=note))
    is_reached = transport.n_answers > 0
    return Verification(
        source_id=source.name,
        checked_at=datetime.now(UTC),
        n_requests=transport.n_requests,
        is_reached=is_reached,
        checks=tuple(verifier.checks),
        findings=verifier.findings() if is_reached else Findings(),
    )


def _earlier_results(folder: Path, names: Sequence[str]) -> dict[str, Verification]:
    """Those of a call that was interrupted. A file that cannot be read is none."""
    results: dict[str, Verification] = {}
    adapter = TypeAdapter(Verification)
    for name in names:
        try:
            result = adapter.validate_json((folder / f"{name}.json").read_bytes())
        except (OSError, ValidationError):
            continue
        if datetime.now(UTC) - result.checked_at < MOST_AGE:
            results[name] = result
    return results


def _save(folder: Path, result: Verification) -> None:
    make_folder(folder)
    path = folder / f"{result.source_id}.json"
    new = path.with_suffix(".new")
    new.write_bytes(orjson.dumps(result))
    new.replace(path)
