"""Findings as plain values: the shape of `kliping proofread --format json`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kliping.proofreading.alignment import Difference
from kliping.proofreading.findings import Finding, SourceSpan


def as_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """A dict for each finding; docs/how-to/check-a-draft.md has the meaning of the keys."""
    return [
        {
            "line": finding.claim.line,
            "kind": str(finding.claim.kind),
            "text": finding.claim.text,
            "speaker": str(finding.claim.speaker) if finding.claim.speaker else None,
            "verdict": str(finding.verdict),
            "is_right": finding.is_right,
            "note": finding.note,
            "difference": mark_differences(finding.differences) or None,
            "differences": [
                {"operation": d.operation, "source": d.source, "draft": d.draft}
                for d in finding.differences
            ],
            "source": _source(finding.source) if finding.source else None,
        }
        for finding in findings
    ]


def mark_differences(differences: Iterable[Difference]) -> str:
    """One line: [-words of the source-] {+words of the draft+}, and (…words left out with a mark…)."""
    parts: list[str] = []
    for each in differences:
        if each.operation in {"equal", "omitted"}:
            omitted = f"(…{each.source}…)" if each.source else ""
            parts.append(each.source if each.operation == "equal" else omitted)
            continue
        parts += [f"[-{each.source}-]"] if each.source else []
        parts += [f"{{+{each.draft}+}}"] if each.draft else []
    return " ".join(" ".join(filter(None, parts)).split())


def _source(source: SourceSpan) -> dict[str, Any]:
    article = source.article
    return {
        "outlet": article.outlet,
        "url": article.url,
        "day": article.day.isoformat(),
        "headline": article.headline,
        "article_id": article.article_id,
        "version_id": article.version_id,
        "version_no": article.version_no,
        "is_current": article.is_current,
        "char_start": source.char_start,
        "char_end": source.char_end,
        "text": source.text,
        "speaker": source.speaker,
        "warc_file": article.warc_file,
        "warc_offset": article.warc_offset,
    }
