"""Verification: how the channels and rules of source files hold on the live sites. Nothing is loaded."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from flows.http.limits import FetchSettings
from flows.jobs.site_reader import probe_settings
from flows.jobs.verifier import Verifier, readers
from flows.load.worker_pool import Workers
from flows.logging import get_logger
from flows.settings import Settings
from parsers.probe.rule_checks import CheckState, RuleCheck
from parsers.source import Source
from parsers.text.redaction import masked
from warehouse.disk import make_folder

FOLDER = "verify"  # in a home: the results of an unfinished verification
MOST_AGE = timedelta(days=1)  # of such a result
KINDS = ("robots", "channel", "address", "article", "selector", "author", "instant")
log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked of one source."""

    source_id: str
    checked_at: datetime
    n_requests: int
    is_reached: bool  # whether any server answered
    checks: tuple[RuleCheck, ...]

    @property
    def state(self) -> CheckState:
        """The worst of its checks."""
        return self._problems[0].state if self._problems else CheckState.OK

    @property
    def is_broken(self) -> bool:
        return self.state is CheckState.BROKEN

    @property
    def verified(self) -> list[str]:
        """The keys of the file that were seen to work."""
        keys = {check.key for check in self.checks if check.state is CheckState.OK}
        return sorted(keys - {check.key for check in self._problems} - {""})

    @property
    def _problems(self) -> list[RuleCheck]:
        states = (CheckState.BROKEN, CheckState.DOUBTFUL)
        return [check for state in states for check in self.checks if check.state is state]

    @property
    def problems(self) -> list[str]:
        """A line for each check that is broken or doubtful: what, the proof, and what to change."""
        return masked([str(check) for check in self._problems])

    @property
    def row(self) -> dict[str, Any]:
        """For a table: how many of each kind are well, and what is not."""
        return {
            "source": self.source_id,
            "state": self.state,
            "requests": self.n_requests,
            **{kind: self._share(kind) for kind in KINDS},
            "note": "; ".join(self.problems),
        }

    def _share(self, kind: str) -> str:
        states = [check.state for check in self.checks if check.what == kind]
        return f"{states.count(CheckState.OK)} of {len(states)}" if states else ""

    @property
    def data(self) -> dict[str, Any]:
        """Every check, for scripts."""
        data: dict[str, Any] = masked(asdict(self) | {"verified": self.verified})
        return data


SAVED = TypeAdapter(Verification)


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
    results = _earlier_results(folder, names)
    chosen = [sources[name] for name in names if name not in results]
    every = {each.name: each for source in chosen for each in readers(source)}
    with probe_settings(settings) as fetching, Workers(every, fetching.budgets) as workers:
        checks = [_verify_one(fetching, workers, source, delay_seconds) for source in chosen]
        for n, check in enumerate(asyncio.as_completed(checks), len(results) + 1):
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
    verifier = Verifier(fetching, source, workers, delay_seconds)
    async with verifier.fetcher:
        try:
            await verifier.run()
        except Exception as error:  # one outlet must not end the others' checks
            log.exception("a verification failed", source=source.name)
            note = f"{type(error).__name__}: {error}"
            verifier.checks.append(RuleCheck(what="error", state=CheckState.BROKEN, note=note))
    return Verification(
        source_id=source.name,
        checked_at=datetime.now(UTC),
        n_requests=verifier.transport.n_requests,
        is_reached=verifier.transport.n_answers > 0,
        checks=tuple(verifier.checks),
    )


def _earlier_results(folder: Path, names: Sequence[str]) -> dict[str, Verification]:
    """Those of a call that was interrupted. A file that cannot be read is none."""
    results: dict[str, Verification] = {}
    for name in names:
        try:
            result = SAVED.validate_json((folder / f"{name}.json").read_bytes())
        except (OSError, ValidationError):
            continue
        if datetime.now(UTC) - result.checked_at < MOST_AGE:
            results[name] = result
    return results


def _save(folder: Path, result: Verification) -> None:
    make_folder(folder)
    path = folder / f"{result.source_id}.json"
    new = path.with_suffix(".new")
    new.write_bytes(SAVED.dump_json(result))
    new.replace(path)
