"""Are the numbers of a study right?

    python benchmarks/bench_study.py [--large 20000] [--seeds 50] [--articles 500] [--csv 0]

A press by seed (`planted_press.py`) is loaded by the ordinary loader, and every number of a study is compared with what the plan says:
one large press, and many small ones with the interval of unseen articles in the week of a burst. `--csv`: what an import of so many rows costs,
one that finds nothing new, and a study of them (`planted_study.toml`): `--large 0 --seeds 0 --csv 59197`.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from csv import QUOTE_ALL, writer
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, islice, repeat
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

import planted_press as plan
from bench_completeness import VERDICTS
from measurement import Spent, peak_mb, print_table, run
from planted_press import PlantedArticle, Press, Truth, plant
from support.builders import T0, VERSIONS, article, response

from flows.jobs.import_files import ImportOptions
from flows.jobs.jobs import import_paths
from flows.load.worker_pool import FORK_SERVERS
from flows.settings import Settings
from kliping.reading.labels import Language
from kliping.studies.study import numbers
from kliping.studies.study_file import read_study
from kliping.studies.study_files import own_files
from kliping.studies.study_folder import write_study
from parsers.article import Link
from parsers.kinds import LinkKind, State
from parsers.source import from_data
from parsers.structure import structure
from warehouse.archive.archive import Record, RecordLocation
from warehouse.missed_articles import MissState
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Announced, Outcome
from warehouse.write.steps import run_steps

COLUMNS = ("title", "publish_date", "author", "content", "keyword", "category", "source", "link")
BATCH = 500
WITHIN = 0.02


SOURCES = {
    name: from_data({
        "name": name, "title": title, "home": f"http://{name}.test/", "kind": "wire" if name == plan.WIRE else "news",
    })
    for name, title in plan.OUTLETS.items()
}  # fmt: skip
STUDY_FILE = Path(__file__).with_name("planted_study.toml")
STUDY = read_study(STUDY_FILE)
LAST_DAY = plan.BURST_MONDAY + timedelta(days=6)
BURST_WEEK = replace(
    STUDY, since=plan.BURST_MONDAY, until=LAST_DAY, outlets=(plan.BURST,), people=()
)
LETTERS, LETTERS_OF_SENTENCE = 2600, 85
GAP_DAYS = "SELECT source_id, day FROM mart.outlet_days WHERE NOT is_crawled"


@dataclass(frozen=True, kw_only=True)
class UnseenEstimate:
    """What a study says of the articles that no channel announced, of the whole press, an outlet, a month or a week, beside the truth."""

    kind: str
    truth: int
    row: Row

    @property
    def verdict(self) -> str:
        low, high = self.row["missed_low"], self.row["missed_high"]
        if self.row["missed_state"] == MissState.CANNOT_TELL:
            return "cannot tell"
        if high is None:
            return "bound" if low <= self.truth else "wrong bound"
        return "hit" if low <= self.truth <= high else "miss"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Numbers of a study beside the truth."""

    truth: Truth
    found: Truth
    unseen: tuple[UnseenEstimate, ...]
    n_gap_days: int
    n_gap_days_found: int

    def subjects(self) -> dict[str, list[tuple[str, int, int]]]:
        """(name, truth, found) by subject."""
        rows = defaultdict[str, list[tuple[str, int, int]]](list)
        for key in sorted({*self.truth, *self.found}):
            rows[key[0]].append((key[1], self.truth.get(key, 0), self.found.get(key, 0)))
        return rows


# loading


def load_press(home: Path, press: Press) -> None:
    """As runs load it: what the channels announced, the pages, then names, copies, events and estimates."""
    home.mkdir(parents=True, exist_ok=True)
    write_aliases(home)
    store = Database(home)
    outcomes = chain(_channels(press), _pages(press))
    while batch := list(islice(outcomes, BATCH)):
        load_outcomes(store, batch, SOURCES, VERSIONS)
    for message in run_steps(store):
        print(message, file=sys.stderr)
    store.publish()


def write_aliases(home: Path) -> None:
    lines = "".join(f"person,{name},{also}\n" for name, also in plan.ALIASES.items())
    (home / "identities.csv").write_text(f"kind,name,also\n{lines}", encoding="utf-8")


def _record(link: Link, moment: datetime, body: str, number: int) -> Record:
    got = response(body, hour=(moment - T0) / timedelta(hours=1), url=link.url)  # type: ignore[arg-type]
    place = RecordLocation(file="planted.warc.gz", offset=number * 100, length=100)
    return Record(link=link, response=got, run_id="run", location=place)


def _channels(press: Press) -> Iterator[Outcome]:
    """One reading of each channel at the end of each week that has something to announce."""
    readings = defaultdict[tuple[str, str, datetime], list[PlantedArticle]](list)
    for planted in press.announced:
        sunday = planted.monday + timedelta(days=6)
        moment = datetime(sunday.year, sunday.month, sunday.day, 23, 55, tzinfo=plan.WIB)
        for kind in planted.channels:
            readings[planted.outlet, kind, moment].append(planted)
    ordered = sorted(readings.items(), key=lambda item: (item[0][2], item[0]))
    for number, ((outlet, kind, moment), articles) in enumerate(ordered):
        url = f"http://{outlet}.test/{kind}"
        channel = Link(url=url, source_id=outlet, kind=LinkKind(kind))
        yield Outcome(
            link=channel,
            run_id="run",
            state=State.LOADED,
            records=(_record(channel, moment, "channel", 10_000_000 + number),),
            announced=tuple(_announced(each, url) for each in articles),
        )


def _announced(planted: PlantedArticle, channel: str) -> Announced:
    link = Link(
        url=planted.url, source_id=planted.outlet, discovered_by=channel, title=planted.headline, published_at=planted.published_at,
    )  # fmt: skip
    return Announced(link=link, article_id=f"a{planted.number}", day=planted.day)


def _pages(press: Press) -> Iterator[Outcome]:
    for planted in press.loaded:
        if planted.before:
            yield _page(planted.before, 2)
        yield _page(planted, 30 if planted.before else 2)


def _page(planted: PlantedArticle, hours_later: int) -> Outcome:
    link = Link(url=planted.url, source_id=planted.outlet, published_at=planted.published_at)
    moment = planted.published_at + timedelta(hours=hours_later)
    found = structure(planted.text, published=planted.day, reference_date=planted.day)
    page = article(
        planted.text, headline=planted.headline, url=planted.url, article_id=f"a{planted.number}", source_id=planted.outlet,
        date_published=planted.published_at, in_language="id", structure=found,
    )  # fmt: skip
    record = _record(link, moment, planted.text, planted.number * 2 + (hours_later > 2))
    return Outcome(link=link, run_id="run", state=State.LOADED, records=(record,), article=page)


# comparing


def compare(press: Press) -> Comparison:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        load_press(home, press)
        with Reader(home) as reader:
            uncrawled = {tuple(row.values()) for row in reader.rows(GAP_DAYS)}
            rows = numbers(reader, STUDY)
            [burst] = [each for each in numbers(reader, BURST_WEEK) if each["name"] == "all"]
    empty_days = press.gap_days
    of_burst = UnseenEstimate(
        kind="the week of the burst",
        truth=press.n_unseen(BURST_WEEK.since, BURST_WEEK.until, plan.BURST),
        row=burst,
    )
    return Comparison(
        truth=plan.truth(press),
        found=counts(rows),
        unseen=(of_burst, *_unseen(press, rows)),
        n_gap_days=len(empty_days),
        n_gap_days_found=len(empty_days & uncrawled),
    )


def counts(rows: Iterable[Row]) -> Truth:
    """The numbers of a study in the form of `planted_press.truth`."""
    found = Counter[tuple[str, str]]()
    for row in rows:
        if row["subject"] == "event":
            found["events", "of several outlets"] += 1
            found["events", "their articles"] += row["n"]
        else:
            found[row["subject"], row["name"]] = row["n"]
    return found


def _unseen(press: Press, rows: Iterable[Row]) -> Iterator[UnseenEstimate]:
    """Of every number that states an estimate of its own; the others have that of the whole study."""
    outlets = {title: name for name, title in plan.OUTLETS.items()}
    for row in rows:
        if (row["subject"], row["name"]) == ("articles", "all"):
            yield UnseenEstimate(kind="all weeks", truth=press.n_unseen(), row=row)
        elif row["subject"] == "outlet":
            n = press.n_unseen(outlet=outlets[row["name"]])
            yield UnseenEstimate(kind="all weeks of an outlet", truth=n, row=row)
        elif row["subject"] == "period":
            first = date.fromisoformat(row["name"])
            n = press.n_unseen(first, STUDY.by.last_day(first))
            yield UnseenEstimate(kind="the weeks of a month", truth=n, row=row)


def is_within(truth: int, found: int) -> bool:
    return abs(found - truth) <= WITHIN * truth


def print_subjects(comparisons: Iterable[Comparison]) -> None:
    """A line for each subject, all presses together."""
    numbers = defaultdict[str, list[tuple[int, int]]](list)
    for each in comparisons:
        for subject, values in each.subjects().items():
            numbers[subject] += [(truth, found) for _, truth, found in values]
    rows = []
    for subject, pairs in numbers.items():
        exact, near = sum(a == b for a, b in pairs), sum(is_within(*pair) for pair in pairs)
        truth, found = map(sum, zip(*pairs, strict=True))
        off = f"{(found - truth) / max(truth, 1):+.1%}"
        rows.append((subject, len(pairs), exact, near, f"{truth:,}", f"{found:,}", off))
    head = "subject,numbers,exact,within 2 %,sum of the truth,sum of the study,off"
    print_table(head.split(","), rows)


def print_off(comparison: Comparison) -> None:
    """Every number that is off by more than 2 %."""
    for subject, values in comparison.subjects().items():
        for name, truth, found in values:
            if not is_within(truth, found):
                print(f"off: {subject} {name}: {found} for {truth}")


def print_unseen(comparisons: Sequence[Comparison]) -> None:
    """A line for each kind of estimate; a press is right if all that it states of the kind is true."""
    rows = []
    for kind in dict.fromkeys(
        each.kind for comparison in comparisons for each in comparison.unseen
    ):
        presses = [[e.verdict for e in each.unseen if e.kind == kind] for each in comparisons]
        n = Counter(chain.from_iterable(presses))
        stating = [verdicts for verdicts in presses if {*verdicts} - {"cannot tell"}]
        right = sum({"miss", "wrong bound"}.isdisjoint(verdicts) for verdicts in stating)
        rows.append((kind, *(n[verdict] for verdict in VERDICTS), len(stating), right))
    print_table(("unseen articles in", *VERDICTS, "presses that state any", "right"), rows)


def report(title: str, comparisons: Sequence[Comparison]) -> None:
    print(title)
    print_subjects(comparisons)
    print_unseen(comparisons)
    planted = sum(each.n_gap_days for each in comparisons)
    found = sum(each.n_gap_days_found for each in comparisons)
    print(f"days of gaps: {planted:,}, of them shown as not crawled: {found:,}")


# what a study of an imported table costs


def cost(folder: Path, n_rows: int) -> None:
    """An import of about so many rows from a CSV file, and the study of `planted_study.toml`."""
    table, home = folder / "rows.csv", folder / "home"
    press = plan.plant(1, n_rows)
    write_press(table, press)
    home.mkdir()
    write_aliases(home)
    print(f"{table.name}: {table.stat().st_size / 1e6:,.0f} MB")
    for name in ("import", "import again"):
        print(f"{name}: {import_table(home, table, len(press.loaded))}")
    with Reader(home) as reader, Spent() as spent:
        package = write_study(
            reader, STUDY_FILE, folder / "study", made_by="kliping test", language=Language.ENGLISH, files=own_files(home)
        )  # fmt: skip
    print(f"study: {spent}")
    print(", ".join(f"{each['path']} {each['rows']:,}" for each in package["resources"][::2]))


def import_table(home: Path, table: Path, n_rows: int) -> str:
    """What it cost, from the file to the published copy; memory is that of this process alone."""
    settings, options = Settings(home=home), ImportOptions()
    with Spent() as spent:
        summary = import_paths(settings, SOURCES, [table], options, lambda *_: None)
        FORK_SERVERS.stop()  # only then the time of the workers is counted
    cpu_ms = 1000 * (spent.cpu + spent.children) / n_rows
    return (
        f"{summary.total('n_new'):,} of {n_rows:,} rows loaded, {spent.clock:,.0f} s; CPU of the process {spent.cpu:,.0f} s,"
        f" of its workers {spent.children:,.0f} s, {cpu_ms:.1f} ms a row; peak {peak_mb():,.0f} MB; {summary.state}"
    )


def write_press(path: Path, press: Press) -> None:
    """With the columns of news-watch; each text gets sentences up to the length of a real one, a copy the same as the first."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = writer(file, quoting=QUOTE_ALL)
        rows.writerow(COLUMNS)
        for each in press.loaded:
            planter = plan.Planter(random.Random(f"row {each.cluster}"))
            rest = planter.filler((LETTERS - len(each.text)) // LETTERS_OF_SENTENCE)
            text = f"{each.text}\n{rest}"
            day = f"{each.published_at:%Y-%m-%d %H:%M:%S}"
            rows.writerow([each.headline, day, "Redaksi", text, "subsidi", each.section, each.outlet, each.url])  # fmt: skip


def main(
    large: int = 20_000,
    seeds: int = 50,
    first: int = 1000,
    articles: int = 500,
    processes: int = 2,
    csv: int = 0,
) -> None:
    """`first` is the first seed of the small presses, `articles` their size."""
    if large:
        comparison = compare(plant(1, large))
        report(f"One press of {large:,} articles", [comparison])
        print_off(comparison)
    if seeds:
        presses = map(plant, range(first, first + seeds), repeat(articles))
        with ProcessPoolExecutor(processes) as pool:
            comparisons = list(pool.map(compare, presses))
        report(f"{seeds} presses of {articles} articles", comparisons)
    with tempfile.TemporaryDirectory() as folder:
        if csv:
            cost(Path(folder), csv)


if __name__ == "__main__":
    run(main, __doc__)
