"""Checks a draft: what it quotes and counts, beside what outlets published. `proofread(text, lookups)` gives the findings."""

from __future__ import annotations

from parsers.proofreading.checks import Check, CheckKind, checks
from parsers.proofreading.draft import read_draft
from parsers.proofreading.figure_findings import figure_finding
from parsers.proofreading.findings import Finding
from parsers.proofreading.quote_findings import quote_finding
from parsers.proofreading.sources import ArticleText, Lookups
from parsers.proofreading.speakers import Names


def proofread(draft: str, lookups: Lookups) -> tuple[Finding, ...]:
    """One finding for each quote, statement and figure with a unit, in the order of the draft."""
    wanted = checks(read_draft(draft))
    if not wanted:
        return ()
    names = lookups.names(sorted({c.speaker.name for c in wanted if c.speaker and c.speaker.name}))
    candidates = lookups.candidates(wanted)
    return tuple(
        _finding(check, articles, names) for check, articles in zip(wanted, candidates, strict=True)
    )


def _finding(check: Check, articles: tuple[ArticleText, ...], names: Names) -> Finding:
    if check.kind is CheckKind.FIGURE:
        return figure_finding(check, articles)
    return quote_finding(check, articles, names)
