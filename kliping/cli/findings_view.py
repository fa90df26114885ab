"""Findings on a draft, for people: one block for each, and what is wrong in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kliping.output import print_styled
from kliping.proofreading.findings import Finding
from kliping.proofreading.report import mark_differences

LONGEST = 100  # characters of what the draft says


def show_findings(findings: Sequence[Finding]) -> None:
    """Print each finding with its source, and how many there are of each verdict."""
    for finding in findings:
        style = "bold green" if finding.is_right else "bold red"
        print_styled(" ".join(_head(finding).split()), style)
        for line in _details(finding):
            print_styled(f"    {line}")
    counts = Counter(str(finding.verdict) for finding in findings)
    print(f"{len(findings)} checked: " + ", ".join(f"{n} {name}" for name, n in counts.items()))


def _head(finding: Finding) -> str:
    claim = finding.claim
    text = claim.text if len(claim.text) <= LONGEST else f"{claim.text[: LONGEST - 1]}…"
    speaker = f" — {claim.speaker}" if claim.speaker and str(claim.speaker) else ""
    return f"line {claim.line} {claim.kind} {finding.verdict}: {text}{speaker}"


def _details(finding: Finding) -> Iterator[str]:
    if finding.differences:
        yield mark_differences(finding.differences)
    if finding.note:
        yield finding.note
    if source := finding.source:
        article = source.article
        yield f"{article.day} · {article.outlet} · {article.url or article.article_id}"
        record = f"{article.warc_file} at {article.warc_offset}" if article.warc_file else "none"
        yield (
            f"version {article.version_no}, characters {source.char_start}–{source.char_end},"
            f" record {record}"
        )
