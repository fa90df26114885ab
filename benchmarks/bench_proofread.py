"""How many planted faults `kliping proofread` finds in drafts, how many alarms it gives where nothing is wrong.

    python benchmarks/bench_proofread.py [--seeds 101-105] [--half development|held-out] [--list-errors] [--press TABLE --home HOME]

Drafts are made by seed from the invented articles of the newsroom and of `labelled/`, whose labels were written by other people: they say
who said what, so an error of the rules that filled the database shows as a false alarm or a missed fault. Rules were tuned on the
development half of the newsroom with seeds 1 to 5; the halves are those of labelled_texts.py. `--list-errors` prints what went wrong, of the development half only.
With `--press` drafts are of the articles of the press that people read (press_drafts.py), in an imported home.
bench_reading.py measures the time of a draft in a large home.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from draft_items import FAULTS, UNTOUCHED, DraftMaker, Item
from labelled_texts import found_in, is_held_out, labelled
from measurement import run, share
from press_drafts import press_texts
from support.builders import VERSIONS, outcome
from support.truth import Truth, truth

from kliping.proofreading.findings import Finding
from kliping.reading.draft_lookups import DraftLookups
from kliping.reading.proofread import proofread
from parsers.source import from_data
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.identities import LINK_NAMES
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome
from warehouse.write.steps import run_steps

PER_DRAFT = 20
OUTCOMES = ("flagged", "passed", "unchecked")
N_EACH, N_UNTOUCHED = 10, 40  # items of each fault, and untouched ones, of a seed


def articles() -> dict[str, list[Truth]]:
    """By set; Indonesian and labelled."""
    return {
        "newsroom": [a for a in truth() if a.structured and a.in_language == "id"],
        "labelled": [a for a in labelled() if a.in_language == "id"],
    }


def fill(home: Path, texts: Iterable[Truth]) -> None:
    """A published copy with these articles, as the rules read them."""
    store = Database(home)
    source = from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})
    loaded = [_outcome(text, number) for number, text in enumerate(texts)]
    load_outcomes(store, loaded, {"kabar": source}, VERSIONS)
    run_steps(store, steps=[LINK_NAMES])
    store.publish()


def _outcome(text: Truth, number: int) -> Outcome:
    loaded = outcome(
        text.body_text,
        hour=number,
        url=f"http://kabar.test/{text.slug}",
        article_id=text.slug,
        headline=text.headline,
        in_language=text.in_language,
        date_published=text.date_published,
        structure=found_in(text),
    )
    assert loaded.article
    article = replace(loaded.article, source_text=text.source_text, removed=text.removed)
    return replace(loaded, article=article)


def judged(items: Sequence[Item], lookups: DraftLookups) -> list[tuple[Item, list[Finding]]]:
    """Each item with the findings on its lines; a draft has one kind of fault, so that no two of its lines contradict each other."""
    pairs = []
    for part in drafts(items):
        found = proofread("\n\n".join(item.text for item in part), lookups)
        findings = [f for f in found if f.is_right is not None]
        by_item = [[f for f in findings if f.claim.line == 2 * n + 1] for n in range(len(part))]
        pairs += list(zip(part, by_item, strict=True))
    return pairs


def drafts(items: Sequence[Item]) -> Iterator[list[Item]]:
    for fault in (*FAULTS, UNTOUCHED):
        of_kind = [item for item in items if item.fault == fault]
        for at in range(0, len(of_kind), PER_DRAFT):
            yield of_kind[at : at + PER_DRAFT]


def counts(pairs: Iterable[tuple[Item, list[Finding]]]) -> dict[str, Counter[str]]:
    """By kind of item: how many were flagged, passed, or had nothing to check; and of which form they are."""
    table = {fault: Counter[str]() for fault in (*FAULTS, UNTOUCHED)}
    for item, findings in pairs:
        wrong = [f for f in findings if f.is_right is False]
        outcome_of = "flagged" if wrong else "passed" if findings else "unchecked"
        table[item.fault][outcome_of] += 1
        table[item.fault]["findings"] += len(findings)
        table[item.fault]["wrong findings"] += len(wrong)
        table[item.fault][f"{item.form}: {outcome_of}"] += 1
    return table


def show(name: str, table: dict[str, Counter[str]]) -> None:
    found = sum(table[fault]["flagged"] for fault in FAULTS)
    n = sum(table[fault][key] for fault in FAULTS for key in OUTCOMES)
    quiet = table[UNTOUCHED]
    checked = sum(quiet[key] for key in OUTCOMES)
    print(f"{name}: faults found {share(found, n)}")
    print(
        f"  untouched items flagged {share(quiet['flagged'], checked)}; wrong findings {quiet['wrong findings']} of {quiet['findings']};"
        f" {quiet['unchecked']} items had nothing to check"
    )
    for fault, row in table.items():
        print(f"  {fault:16} {dict(row)}")


def measure(half: str, seeds: Sequence[int], *, listed: bool) -> None:
    all_articles = articles()
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), [a for each in all_articles.values() for a in each])
        with Reader(Path(folder)) as reader:
            for name, each in all_articles.items():
                texts = [a for a in each if is_held_out(a.slug) == (half == "held-out")]
                measure_texts(f"{name}, {half}", texts, seeds, reader, listed=listed)


def measure_texts(
    name: str, texts: Sequence[Truth], seeds: Sequence[int], reader: Reader, *, listed: bool
) -> None:
    """Errors of the development half are listed, if they are to be."""
    pairs = []
    for seed in seeds:
        maker = DraftMaker(articles=texts, pick=random.Random(seed))
        items = list(maker.items(N_EACH, N_UNTOUCHED))
        pairs += judged(items, DraftLookups(reader))
    show(f"{name}, {len(texts)} articles, seeds {list(seeds)}", counts(pairs))
    if listed and name.endswith("development"):
        explain(pairs)


def explain(pairs: Iterable[tuple[Item, list[Finding]]]) -> None:
    for item, findings in pairs:
        wrong = [f for f in findings if f.is_right is False]
        if bool(wrong) == (item.fault == UNTOUCHED) or not findings:
            print(f"- {item.fault}, {item.form}, {item.slug}: {item.text}")
            for f in findings:
                where = f.source.text[:120] if f.source else None
                print(
                    f"    {f.claim.kind} {f.verdict}: {f.claim.text[:90]} | {f.claim.speaker} | {f.note} | {where}"
                )


def main(
    seeds: str = "101-105",
    half: str = "held-out",
    *,
    press: Path | None = None,
    home: Path | None = None,
    list_errors: bool = False,
) -> None:
    first, _, last = seeds.partition("-")
    numbers = range(int(first), int(last or first) + 1)
    if press and home:
        with Reader(home) as reader:
            texts = press_texts(press, half)
            measure_texts(f"press, {half}", texts, numbers, reader, listed=list_errors)
    else:
        measure(half, numbers, listed=list_errors)


if __name__ == "__main__":
    run(main, __doc__)
