"""What coders say of rows of a study: their agreement, the precision of its counts, and precision and recall of its query."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import Path

from kliping.reading.sample import SheetError, marked_sentence, sheet_rows, verdict_of
from kliping.sql_files import sql
from kliping.studies.study_file import SAMPLED, Study, StudyError
from warehouse.intervals import wilson
from warehouse.plain_file import read_plain
from warehouse.queries import Row
from warehouse.read.published import Reader

SAMPLE = sql("study/sample")
COLUMNS = ("row", "verdict")  # that are read
SHOWN = 600  # letters of an article that is judged as a whole


def sheet(reader: Reader, study: Study, n: int, seed: int) -> list[Row]:
    """About `n` rows, the same for the same seed, after `numbers`; every coder gets them with empty verdicts."""
    rows = reader.rows(SAMPLE, {"n": n, "seed": str(seed), "has_query": bool(study.query)})
    return [
        {
            "row": row["row"],
            "question": study.question if row["subject"] == SAMPLED else row["subject"],
            "headline": row["headline"],
            "text": row["body_text"][:SHOWN]
            if row["char_start"] is None
            else marked_sentence(row["body_text"], row["char_start"], row["char_end"]),
            "address": row["url"],
            "verdict": "",
        }
        for row in rows
    ]


def sheets_of(source: Path) -> dict[str, bytes]:
    """The sheets of coders beside a study, by their names in its folder. Raises PlainFileError, OSError."""
    paths = sorted(source.parent.glob(f"{source.stem}-coder[0-9].csv"))
    return {f"study-{path.stem.rpartition('-')[2]}.csv": read_plain(path) for path in paths}


def alpha(units: Iterable[Sequence[object]]) -> float | None:
    """Krippendorff's alpha of nominal values: a sequence for each unit, with a value of each coder who judged it.

    None where no two coders judged the same, or all say one thing of everything, so that nothing can be expected by chance.
    """
    pairs = Counter[tuple[object, object]]()
    for values in units:
        for pair in permutations(values, 2):
            pairs[pair] += 1 / (len(values) - 1)  # type: ignore[assignment]
    totals = Counter[object]()
    for (first, _), weight in pairs.items():
        totals[first] += weight
    n = sum(totals.values())
    expected = sum(totals[a] * totals[b] for a, b in permutations(totals, 2))
    observed = sum(weight for (a, b), weight in pairs.items() if a != b)
    return round(1 - (n - 1) * observed / expected, 3) if expected else None


def validation(reader: Reader, totals: Row, sheets: Mapping[str, bytes]) -> list[Row]:
    """A row for each question to the coders that has a verdict, after `numbers`. Raises StudyError."""
    units = defaultdict[str, dict[str, list[bool]]](lambda: defaultdict(list))
    for name, content in sheets.items():
        for key, is_right in _verdicts(name, content):
            units[key.rpartition(": ")[0]][key].append(is_right)
    found = reader.rows("SELECT article_id FROM study_articles")
    keys = {f"{SAMPLED}: {row['article_id']}" for row in found}
    rows = []
    for subject, judged in sorted(units.items()):
        right = {key: sum(verdicts) * 2 > len(verdicts) for key, verdicts in judged.items()}
        measured = _of_query(right, keys, totals) if subject == SAMPLED else [_share(subject, "precision", right.values())]  # fmt: skip
        agreement = {"n_coders": max(map(len, judged.values())), "alpha": alpha(judged.values())}
        rows += [row | agreement for row in measured]
    return rows


def _verdicts(name: str, content: bytes) -> Iterator[tuple[str, bool]]:
    rows = sheet_rows(content.decode("utf-8", "replace").splitlines(keepends=True), COLUMNS)
    for number, row in enumerate(rows, 2):
        try:
            is_right = verdict_of(row)
        except SheetError as error:
            raise StudyError(f"{name}, row {number}: {error}") from error
        if is_right is not None:
            yield row["row"], is_right


def _share(subject: str, what: str, verdicts: Iterable[bool]) -> Row:
    values = list(verdicts)
    low, high = wilson(sum(values), len(values))
    share = round(sum(values) / len(values), 4) if values else None
    interval = {"share": share, "low": round(low, 4), "high": round(high, 4)}
    return {"subject": subject, "what": what, "n": len(values)} | interval


def _of_query(right: Mapping[str, bool], found: set[str], totals: Row) -> list[Row]:
    """Precision by the articles that it finds, recall by those that it leaves out, too, each weighted by how many there are."""
    precision = _share(SAMPLED, "precision", [right[key] for key in right if key in found])
    missed = _share(SAMPLED, "missed", [right[key] for key in right if key not in found])
    n_found, n_others = totals["n_articles"], totals["n_scope"] - totals["n_articles"]
    if not precision["n"] or (n_others and not missed["n"]):
        return [precision]

    def recall(of_hits: str, of_others: str) -> float | None:
        n_right = n_found * precision[of_hits]
        n_missed = n_others and n_others * missed[of_others]
        return round(n_right / (n_right + n_missed), 4) if n_right + n_missed else None

    shares = {"share": recall("share", "share"), "low": recall("low", "high"), "high": recall("high", "low")}  # fmt: skip
    return [precision, {"subject": SAMPLED, "what": "recall", "n": len(right)} | shares]
