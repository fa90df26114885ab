"""Measures the rules of parsers/structure: annotated text, samples labelled by eye, and the bundled newsroom's own truth.

    python benchmarks/bench_structure.py FOLDER

FOLDER holds pfsa-id-dev.tsv.gz, a part of PFSA-ID (Kompas; statements, cues, persons, roles, affiliations), and the Indonesian pages
idnews.jsonl.gz and slasherrb.jsonl.gz.
Figures and short forms were drawn from both by a seed and read by eye; labels.json keeps them as digest of the text, span, right or wrong.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path
from time import process_time

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from annotated import Document, Span, documents
from bench_newsroom_structure import COMPARED, found_in
from support.truth import truth

from parsers.structure import Quote, Structure, structure
from parsers.structure.names.entities import EntityIndex
from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import span_of
from warehouse.intervals import wilson

ANCHOR = date(2020, 10, 15)
OVERLAP = 0.8
PRONOUNS = {"dia", "ia", "beliau"}
BETWEEN = 14  # characters between the parts of a speaker phrase


def overlap(quote: Quote, gold: Span) -> float:
    common = min(quote.char_end, gold.end) - max(quote.char_start, gold.start)
    return max(0, common) / (max(quote.char_end, gold.end) - min(quote.char_start, gold.start))


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def measure_quotes(document: Document, found: Structure, counts: Counter[str]) -> None:
    text, direct = document.text, [q for q in found.quotes if q.quote_type == "direct"]
    spans = sorted(document.spans, key=lambda s: s.start)
    for gold in (s for s in spans if s.tag == "STATEMENT" and text[s.start] in "”“"):
        best = max(direct, key=lambda q: overlap(q, gold), default=None)
        hit = best is not None and overlap(best, gold) >= OVERLAP
        counts["direct quote: n"] += 1
        counts["direct quote: ok"] += hit
        cue = next(
            (
                s
                for s in spans
                if s.tag in {"CUE", "CUECOREF"} and gold.end <= s.start <= gold.end + 4
            ),
            None,
        )
        if not hit or best is None or cue is None:
            continue
        counts["cue: n"] += 1
        counts["cue: ok"] += best.cue_start == cue.start
        measure_speaker(text, spans, gold, cue, best, counts)


def measure_speaker(
    text: str, spans: list[Span], gold: Span, cue: Span, best: Quote, counts: Counter[str]
) -> None:
    group, at = [], cue.end
    for span in (
        s
        for s in spans
        if s.start >= cue.end and s.tag in {"PERSON", "PERSONCOREF", "ROLE", "AFFILIATION"}
    ):
        if span.start - at > BETWEEN or "." in text[at : span.start]:
            break
        group.append(span)
        at = span.end
    person = next((s for s in group if s.tag in {"PERSON", "PERSONCOREF"}), None)
    name = text[person.start : person.end] if person else ""
    if cue.tag == "CUECOREF" or name.lower() in PRONOUNS:
        measure_reference(text, spans, gold, best, counts)
    elif person:
        kind = (
            "speaker, split"
            if any(s.tag in {"ROLE", "AFFILIATION"} and s.start < person.start for s in group)
            else "speaker, short"
        )
        surface = best.speaker_surface or ""
        counts[f"{kind}: n"] += 1
        counts[f"{kind}: ok"] += surface == name
        counts["phrase holds the name: n"] += 1
        counts["phrase holds the name: ok"] += bool(surface) and (
            name in surface or surface in name
        )


def measure_reference(
    text: str, spans: list[Span], gold: Span, best: Quote, counts: Counter[str]
) -> None:
    """The annotation does not link; the last person it marks before the statement is taken for the one meant."""
    before = [
        text[s.start : s.end]
        for s in spans
        if s.end <= gold.start and s.tag in {"PERSON", "PERSONCOREF"}
    ]
    named = [name for name in before if name.lower() not in PRONOUNS]
    if named:
        counts["reference: n"] += 1
        counts["reference: ok"] += bool(
            words(best.speaker_name or best.speaker_role or "") & words(named[-1])
        )


def measure_names(document: Document, counts: Counter[str]) -> None:
    found = EntityIndex(BodyText(document.text)).phrases
    mine = {
        "PERSON": {f.surface for f in found if f.surface},
        "ROLE": {
            span_of(f.paragraph.tokens, f.parts.role) for f in found if f.parts.role and f.name
        },
        "AFFILIATION": {
            span_of(f.paragraph.tokens, f.parts.affiliation)
            for f in found
            if f.parts.affiliation and f.name
        },
    }
    spans = sorted(document.spans, key=lambda s: s.start)
    persons = [(s.start, s.end) for s in spans if s.tag == "PERSON"]
    near = {
        f.surface: f
        for f in found
        if f.surface and any(f.surface[0] < e and s < f.surface[1] for s, e in persons)
    }
    for tag in ("ROLE", "AFFILIATION"):
        gold = {(s.start, s.end) for s in spans if s.tag == tag}
        part = {f.parts.role if tag == "ROLE" else f.parts.affiliation: f for f in near.values()}
        claimed = {span_of(f.paragraph.tokens, p) for p, f in part.items() if p}
        counts[f"{tag} recall: n"] += len(gold)
        counts[f"{tag} recall: ok"] += len(gold & mine[tag])
        counts[f"{tag} precision: n"] += len(claimed)
        counts[f"{tag} precision: ok"] += len(claimed & gold)
    for span in (s for s in spans if s.tag == "PERSON"):
        kind = any(0 <= span.start - s.end <= 3 for s in spans if s.tag in {"ROLE", "AFFILIATION"})
        key = "name after an office, anywhere" if kind else "name alone, anywhere"
        counts[f"{key}: n"] += 1
        counts[f"{key}: ok"] += (span.start, span.end) in mine["PERSON"]


def measure_labels(found: dict[str, Structure], counts: Counter[str]) -> None:
    """`found` by the digest of its text. A row changed since it was read counts as wrong."""
    labels = json.loads((Path(__file__).parent / "labels.json").read_text(encoding="utf-8"))
    for table, rows in labels.items():
        for text, start, end, right in rows:
            near = [
                r for r in getattr(found[text], table) if r.char_start < end and start < r.char_end
            ]
            counts[f"{table}, read by eye: n"] += bool(near)
            counts[f"{table}, read by eye: ok"] += right and any(
                (r.char_start, r.char_end) == (start, end) for r in near
            )


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def pages(folder: Path) -> list[str]:
    """The texts of the Indonesian pages."""
    lines = (
        line
        for name in ("idnews", "slasherrb")
        for line in gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes()).splitlines()
    )
    return [row["gold"]["body"] for row in map(json.loads, lines) if row["lang"] == "id"]


def measure_newsroom(counts: Counter[str]) -> None:
    """By rule: how many of its rows the newsroom's truth has, too."""
    for article in (a for a in truth() if a.structured):
        found = found_in(article)
        for name in (
            "quotes: speaker",
            "figures: value",
            "dates",
            "acronyms",
            "mentions",
            "places",
        ):
            wanted_field, found_field, columns = COMPARED[name]
            wanted = Counter(
                tuple(getattr(row, c) for c in columns) for row in getattr(article, wanted_field)
            )
            for row in (
                r for r in getattr(found, found_field) if not r.rule_id.startswith("date.relative")
            ):
                key = tuple(getattr(row, c) for c in columns)
                counts[f"{row.rule_id}: n"] += 1
                counts[f"{row.rule_id}: ok"] += wanted[key] > 0
                wanted[key] -= 1


def measure(folder: Path, *, paragraphs: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    texts = list(documents(folder / "pfsa-id-dev.tsv.gz", paragraphs=paragraphs))
    structure(texts[0].text)  # reads the word lists
    started = process_time()
    found = [structure(document.text, reference_date=ANCHOR) for document in texts]
    milliseconds = 1000 * (process_time() - started) / len(texts)
    for document, rows in zip(texts, found, strict=True):
        measure_quotes(document, rows, counts)
        measure_names(document, counts)
    if paragraphs:
        rows_by_digest = {digest(d.text): rows for d, rows in zip(texts, found, strict=True)}
        measure_labels(
            rows_by_digest | {digest(text): structure(text) for text in pages(folder)}, counts
        )
    characters = sum(len(d.text) for d in texts) / len(texts)
    print(f"{len(texts)} documents of {characters:.0f} characters, {milliseconds:.1f} ms CPU each")
    return counts


def share(hits: int, n: int) -> str:
    low, high = wilson(hits, n)
    return f"{hits}/{n} = {hits / n:.3f} [{low:.3f}, {high:.3f}]"


def report(counts: Counter[str]) -> None:
    for key in keys(counts):
        print(f"  {key:36} {share(counts[f'{key}: ok'], counts[f'{key}: n'])}")


def keys(counts: Counter[str]) -> list[str]:
    return sorted({k.rsplit(":", 1)[0] for k in counts if counts[k] and k.endswith(": n")})


def main(arguments: list[str]) -> None:
    folder, newsroom = Path(arguments[0]), Counter[str]()
    for paragraphs in (False, True):
        print(
            "a sentence outside quotes is a paragraph:"
            if paragraphs
            else "a document is one paragraph:"
        )
        counts = measure(folder, paragraphs=paragraphs)
        report(counts)
    print("rows of the newsroom's truth, by rule:")
    measure_newsroom(newsroom)
    report(newsroom)


if __name__ == "__main__":
    main(sys.argv[1:])
