"""Measures the rules of parsers/structure: the newsroom's own truth, whose author did not write the rules, and articles labelled by other people.

    python benchmarks/bench_structure.py [FOLDER] [--errors "dates,quotes: cue"]

`--errors` lists the differences in these tables, of the development halves only (labelled_texts.py says what these are).
With FOLDER also annotated text and rows read by eye: it holds pfsa-id-dev.tsv.gz, a part of PFSA-ID (Kompas; statements, cues, persons, roles,
affiliations), and the Indonesian pages idnews.jsonl.gz and slasherrb.jsonl.gz. Figures and short forms were drawn from both by a seed and read
by eye; labels.json keeps them as digest of the text, span, right or wrong.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from annotated import Document, Span, documents
from labelled_texts import COMPARED, Row, differences, found_in, is_held_out, labelled, row_of
from measurement import Shares, Spent, print_table, run, share
from support.truth import Truth, truth
from typer import Argument

from parsers.structure import Quote, Structure, structure
from parsers.structure.names.entities import EntityIndex, EntityPhrase
from parsers.structure.tokens.text import BodyText
from parsers.structure.tokens.token import span_of

ANCHOR = date(2020, 10, 15)
OVERLAP = 0.8
PERSON = {"PERSON", "PERSONCOREF"}
OFFICE = {"ROLE", "AFFILIATION"}
PRONOUNS = {"dia", "ia", "beliau"}
BETWEEN = 14  # characters between the parts of a speaker phrase
BY_RULE = ("quotes: speaker", "figures: value", "dates", "acronyms", "mentions", "places")


def overlap(quote: Quote, gold: Span) -> float:
    common = min(quote.char_end, gold.end) - max(quote.char_start, gold.start)
    return max(0, common) / (max(quote.char_end, gold.end) - min(quote.char_start, gold.start))


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def measure_quotes(document: Document, found: Structure, shares: Shares) -> None:
    text, direct = document.text, [q for q in found.quotes if q.quote_type == "direct"]
    spans = sorted(document.spans, key=lambda s: s.start)
    cues = [s for s in spans if s.tag in {"CUE", "CUECOREF"}]
    for gold in (s for s in spans if s.tag == "STATEMENT" and text[s.start] in "”“"):
        best = max(direct, key=lambda q: overlap(q, gold), default=None)
        is_hit = best is not None and overlap(best, gold) >= OVERLAP
        shares.add("direct quote", is_hit)
        cue = next((s for s in cues if gold.end <= s.start <= gold.end + 4), None)
        if is_hit and best and cue:
            shares.add("cue", best.cue_start == cue.start)
            measure_speaker(text, spans, gold, cue, best, shares)


def measure_speaker(
    text: str, spans: list[Span], gold: Span, cue: Span, best: Quote, shares: Shares
) -> None:
    group, at = [], cue.end
    for span in (s for s in spans if s.start >= cue.end and s.tag in PERSON | OFFICE):
        if span.start - at > BETWEEN or "." in text[at : span.start]:
            break
        group.append(span)
        at = span.end
    person = next((s for s in group if s.tag in PERSON), None)
    name = text[person.start : person.end] if person else ""
    if cue.tag == "CUECOREF" or name.lower() in PRONOUNS:
        measure_reference(text, spans, gold, best, shares)
    elif person:
        is_split = any(s.tag in OFFICE and s.start < person.start for s in group)
        surface = best.speaker_surface or ""
        shares.add("speaker, split" if is_split else "speaker, short", surface == name)
        holds_name = bool(surface) and (name in surface or surface in name)
        shares.add("phrase holds the name", holds_name)


def measure_reference(
    text: str, spans: list[Span], gold: Span, best: Quote, shares: Shares
) -> None:
    """The annotation does not link; the last person it marks before the statement is taken for the one meant."""
    before = [text[s.start : s.end] for s in spans if s.end <= gold.start and s.tag in PERSON]
    named = [name for name in before if name.lower() not in PRONOUNS]
    if named:
        speaker = best.speaker_name or best.speaker_role or ""
        shares.add("reference", bool(words(speaker) & words(named[-1])))


def measure_names(document: Document, shares: Shares) -> None:
    phrases = EntityIndex(BodyText(document.text)).phrases
    spans = sorted(document.spans, key=lambda s: s.start)
    persons = [(s.start, s.end) for s in spans if s.tag == "PERSON"]
    near = [
        f
        for f in phrases
        if f.surface and any(f.surface[0] < end and start < f.surface[1] for start, end in persons)
    ]
    for tag in ("ROLE", "AFFILIATION"):
        gold = {(s.start, s.end) for s in spans if s.tag == tag}
        claimed = parts_of(near, tag)
        all_found = parts_of([f for f in phrases if f.name], tag)
        shares.add(f"{tag} recall", len(gold & all_found), len(gold))
        shares.add(f"{tag} precision", len(claimed & gold), len(claimed))
    surfaces = {f.surface for f in phrases if f.surface}
    offices = [s.end for s in spans if s.tag in OFFICE]
    for start, end in persons:
        is_after = any(0 <= start - office <= 3 for office in offices)
        key = "name after an office, anywhere" if is_after else "name alone, anywhere"
        shares.add(key, (start, end) in surfaces)


def parts_of(phrases: Iterable[EntityPhrase], tag: str) -> set[tuple[int, int]]:
    """The spans of their offices, or of the bodies."""
    parts = ((f, f.parts.role if tag == "ROLE" else f.parts.affiliation) for f in phrases)
    return {span_of(f.paragraph.tokens, part) for f, part in parts if part}


def measure_labels(found: Mapping[str, Structure], shares: Shares) -> None:
    """`found` by the digest of its text. A row changed since it was read counts as wrong."""
    labels = json.loads((Path(__file__).parent / "labels.json").read_text(encoding="utf-8"))
    for table, rows in labels.items():
        for text, start, end, right in rows:
            spans = {(row.char_start, row.char_end) for row in getattr(found[text], table)}
            if any(first < end and start < last for first, last in spans):
                shares.add(f"{table}, read by eye", right and (start, end) in spans)


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


def row_in_context(article: Truth, row: Row) -> str:
    """A row with the words around it."""
    spans = [v for v in row[:2] if isinstance(v, int)]
    if not spans:
        return f"{article.slug[:20]} {row}"
    start, end = spans[0], spans[-1] if len(spans) > 1 else spans[0] + 30
    before, inside, after = (
        article.body_text[a:b]
        for a, b in ((max(0, start - 50), start), (start, end), (end, end + 30))
    )
    return f"{article.slug[:20]} {before}⟦{inside}⟧{after} {row}".replace("\n", "¶")


def measure_rules(articles: Iterable[Truth]) -> Shares:
    """By rule: how many of its rows the truth has, too."""
    shares = Shares()
    for article in articles:
        found = found_in(article)
        for name in BY_RULE:
            wanted_field, found_field, columns = COMPARED[name]
            wanted = Counter(row_of(row, columns) for row in getattr(article, wanted_field))
            for row in getattr(found, found_field):
                if not row.rule_id.startswith("date.relative"):
                    key = row_of(row, columns)
                    shares.add(row.rule_id, wanted[key] > 0)
                    wanted[key] -= 1
    return shares


def measure_tables(articles: Iterable[Truth], listed: Sequence[str]) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for article in articles:
        for table, wanted, mine in differences(article):
            sums = {"hit": wanted & mine, "found": mine, "wanted": wanted}
            counts[table] += Counter({name: rows.total() for name, rows in sums.items()})
            if table in listed:
                rows = [("-", r) for r in wanted - mine] + [("+", r) for r in mine - wanted]
                for sign, row in sorted(rows, key=lambda pair: str(pair[1][0]).zfill(6)):
                    print(f"{table} {sign} {row_in_context(article, row)}")
    print_table(("table", "precision", "recall", "F1"), [
        (table, share(n["hit"], n["found"]), share(n["hit"], n["wanted"]), f"{2 * n['hit'] / max(n['found'] + n['wanted'], 1):.3f}")
        for table, n in counts.items()
    ])  # fmt: skip


def measure_annotated(folder: Path) -> Shares:
    shares = Shares()
    texts = list(documents(folder / "pfsa-id-dev.tsv.gz"))
    structure(texts[0].text)  # reads the word lists
    with Spent() as spent:
        found = [structure(document.text, reference_date=ANCHOR) for document in texts]
    for document, rows in zip(texts, found, strict=True):
        measure_quotes(document, rows, shares)
        measure_names(document, shares)
    rows_by_digest = {digest(d.text): rows for d, rows in zip(texts, found, strict=True)}
    of_pages = {digest(text): structure(text) for text in pages(folder)}
    measure_labels(rows_by_digest | of_pages, shares)
    characters = sum(len(d.text) for d in texts) / len(texts)
    cost = 1000 * spent.cpu / len(texts)
    print(f"{len(texts)} documents of {characters:.0f} characters, {cost:.1f} ms CPU each")
    return shares


def main(folder: Annotated[Path | None, Argument()] = None, errors: str = "") -> None:
    newsroom = [a for a in truth() if a.structured]
    for name, articles in (("newsroom", newsroom), ("labelled", list(labelled()))):
        for held_out, title in ((False, "development half"), (True, "held-out half")):
            half = [a for a in articles if is_held_out(a.slug) == held_out]
            print(f"\n{name}, {title}, {len(half)} articles:")
            measure_tables(half, [] if held_out else errors.split(","))
    print("\nrows of the newsroom's truth, by rule:")
    print_table(("rule", "right"), measure_rules(newsroom).rows())
    if folder:
        print("\nannotated text:")
        print_table(("what", "right"), measure_annotated(folder).rows())


if __name__ == "__main__":
    run(main, __doc__)
