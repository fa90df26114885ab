"""The results of a verification: rows for a table, plain data for scripts, and a patch of the source files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.jobs.verification import Verification
from parsers.probe.rule_checks import CheckState, RuleCheck
from parsers.probe.source_patch import patched, unified_diff
from parsers.source import source_files
from parsers.text.redaction import masked


def table_row(result: Verification) -> dict[str, Any]:
    """One row an outlet: how many of each kind are well, and what is broken."""
    broken = [check for check in result.checks if check.state is CheckState.BROKEN]
    doubtful = [check for check in result.checks if check.state is CheckState.DOUBTFUL]
    kinds = ("robots", "channel", "address", "article", "selector", "author", "instant")
    return {
        "source": result.source_id,
        "state": "broken" if broken else "doubtful" if doubtful else "ok",
        "requests": result.n_requests,
        **{kind: _share(result.checks, kind) for kind in kinds},
        "note": masked("; ".join(map(_line, broken or doubtful))),
    }


def details(result: Verification) -> dict[str, Any]:
    """Every check and finding."""
    data: dict[str, Any] = masked(asdict(result))
    return data


def patch_of(
    results: Iterable[Verification], folders: Sequence[Path], here: Path, *, force: bool
) -> tuple[str, list[str]]:
    """A unified diff of the source files, with paths from `here`; and what was left out of it."""
    files, today = source_files(folders), datetime.now(UTC).date()
    diffs: list[str] = []
    notes: list[str] = []
    for result in results:
        path = files[result.source_id]
        before = path.read_text(encoding="utf-8")
        try:
            after, left_out = patched(before, result.findings, today, force=force)
        except ValueError as error:
            notes.append(f"{result.source_id} is not patched, the result would be wrong: {error}")
        else:
            notes += [f"{result.source_id}: {note}" for note in left_out]
            absolute = path.resolve()
            inside = absolute.is_relative_to(here.resolve())
            name = absolute.relative_to(here.resolve() if inside else absolute.anchor)
            diffs.append(unified_diff(before, after, name.as_posix()))
    return "".join(diffs), notes


def _share(checks: Sequence[RuleCheck], what: str) -> str:
    states = [check.state for check in checks if check.what == what]
    n_ok = sum(state is CheckState.OK for state in states)
    return f"{n_ok} of {len(states)}" if states else ""


def _line(check: RuleCheck) -> str:
    return f"{check.what} {check.key}: {check.note}" if check.key else f"{check.what}: {check.note}"
