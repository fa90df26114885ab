"""Checks a draft: what it quotes and counts, beside what outlets published. `proofread(text, lookups)` gives the findings."""

from __future__ import annotations

from kliping.proofreading.claim import Claim, ClaimKind
from kliping.proofreading.claims import claims
from kliping.proofreading.draft import read_draft
from kliping.proofreading.figure_findings import figure_finding
from kliping.proofreading.findings import Finding, Verdict
from kliping.proofreading.not_compared import not_compared
from kliping.proofreading.quote_findings import quote_finding
from kliping.proofreading.same_speaker import Names
from kliping.proofreading.sources import ArticleText, Lookups
from parsers.fields.metadata import classify
from parsers.structure import structure


def proofread(draft: str, lookups: Lookups) -> tuple[Finding, ...]:
    """One finding for each quote, statement and figure with a unit, in the order of the draft; then what was not compared."""
    wanted, others = _claims(draft)
    if not wanted:
        return ()
    names = lookups.names(sorted({c.speaker.name for c in wanted if c.speaker and c.speaker.name}))
    candidates = lookups.candidates(wanted)
    findings = (
        _finding(claim, articles, names) for claim, articles in zip(wanted, candidates, strict=True)
    )
    return (*findings, *(Finding(claim=claim, verdict=Verdict.NOT_COMPARED) for claim in others))


def _claims(written: str) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    draft = read_draft(written)
    likely = next(iter(classify(draft.text)), "id")
    facts = structure(draft.text, language="en" if likely == "en" else "id")
    return claims(draft, facts), not_compared(draft, facts)


def _finding(claim: Claim, articles: tuple[ArticleText, ...], names: Names) -> Finding:
    if claim.kind is ClaimKind.FIGURE:
        return figure_finding(claim, articles)
    return quote_finding(claim, articles, names)
