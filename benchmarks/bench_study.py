"""`python benchmarks/bench_study.py [--large 20000] [--seeds 50] [--articles 500] [--digest 300] [--csv 0]`: are the numbers of a study right?

A press by seed (`planted_press.py`) is loaded by the ordinary loader, and every number of a study is compared with what the plan says:
one large press, and many small ones with the interval of unseen articles in the week of a burst. `--digest`: so many articles imported, and
the study counted again in a second home that has their archive alone. `--csv`: an import of so many rows and a study of
them (`imported_study.toml`), with what they cost: `--large 0 --seeds 0 --digest 0 --csv 59197`.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain, islice, repeat
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

import planted_press
from bench_import import COLUMNS, measure
from planted_press import (
    ALIASES,
    BURST,
    BURST_MONDAY,
    OUTLETS,
    PEOPLE,
    QUERY,
    SINCE,
    UNTIL,
    WIB,
    WIRE,
    PlantedArticle,
    Press,
    Truth,
    plant,
)
from support.builders import T0, VERSIONS, article, response

from flows.jobs.changed_copy import changed_copy
from flows.jobs.import_files import ImportOptions
from flows.jobs.jobs import import_paths
from flows.jobs.maintenance import rebuild
from flows.settings import Settings
from kliping.reading.labels import Language
from kliping.studies.study import numbers
from kliping.studies.study_file import Study, read_study
from kliping.studies.study_files import own_files, write_files
from kliping.studies.study_folder import check_study, write_study
from parsers.article import Link
from parsers.kinds import LinkKind, State
from parsers.source import Source, from_data
from parsers.structure import structure
from warehouse.archive.archive import Record, RecordLocation
from warehouse.missed_articles import MissState
from warehouse.queries import Row
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.identities import link_names_and_copies
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Announced, Outcome
from warehouse.write.week_estimates import estimate_unseen

BATCH = 500
WITHIN = 0.02


def sources(titles: Mapping[str, str]) -> dict[str, Source]:
    return {
        name: from_data({
            "name": name, "title": title, "home": f"http://{name}.test/", "kind": "wire" if name == WIRE else "news",
        })
        for name, title in titles.items()
    }  # fmt: skip


SOURCES = sources(OUTLETS)
STUDY = Study(
    question="Apa yang ditulis pers tentang subsidi?",
    query=QUERY,
    since=SINCE,
    until=UNTIL,
    people=tuple(who.name for who in PEOPLE),
)
BURST_WEEK = Study(
    question="Apa yang luput dalam pekan yang ramai?",
    query=QUERY,
    since=BURST_MONDAY,
    until=BURST_MONDAY + timedelta(days=6),
    outlets=(BURST,),
)
IMPORTED_STUDY = Path(__file__).with_name("imported_study.toml")
IMPORTED_OUTLETS = {f"kabar{n:02}": f"Kabar {n}" for n in range(53)}
IMPORTED_SOURCES = sources(IMPORTED_OUTLETS)
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
    for message in link_names_and_copies(store):
        print(message, file=sys.stderr)
    estimate_unseen(store)
    store.publish()


def write_aliases(home: Path) -> None:
    lines = "".join(f"person,{name},{also}\n" for name, also in ALIASES.items())
    (home / "identities.csv").write_text(f"kind,name,also\n{lines}", encoding="utf-8")


def _hours(moment: datetime) -> float:
    return (moment - T0) / timedelta(hours=1)


def _record(link: Link, moment: datetime, body: str, number: int) -> Record:
    got = response(body, hour=_hours(moment), url=link.url)  # type: ignore[arg-type]
    place = RecordLocation(file="planted.warc.gz", offset=number * 100, length=100)
    return Record(link=link, response=got, run_id="run", location=place)


def _channels(press: Press) -> Iterator[Outcome]:
    """One reading of each channel at the end of each week that has something to announce."""
    readings = defaultdict[tuple[str, str, datetime], list[PlantedArticle]](list)
    for planted in press.announced:
        sunday = planted.monday + timedelta(days=6)
        moment = datetime(sunday.year, sunday.month, sunday.day, 23, 55, tzinfo=WIB)
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
        truth=press.n_unseen(BURST_WEEK.since, BURST_WEEK.until, BURST),
        row=burst,
    )
    return Comparison(
        truth=planted_press.truth(press),
        found=counts(rows),
        unseen=(of_burst, *_unseen(press, rows)),
        n_gap_days=len(empty_days),
        n_gap_days_found=len(empty_days & uncrawled),
    )


def compare_planted(seed: int, n: int) -> Comparison:
    return compare(plant(seed, n))


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
    outlets = {title: name for name, title in OUTLETS.items()}
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


def print_table(comparisons: Iterable[Comparison]) -> None:
    """A line for each subject, all presses together."""
    rows = defaultdict[str, list[tuple[str, int, int]]](list)
    for each in comparisons:
        for subject, values in each.subjects().items():
            rows[subject] += values
    print("| subject | numbers | exact | within 2 % | sum, truth | sum, study | off |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    for subject, values in rows.items():
        exact = sum(truth == found for _, truth, found in values)
        near = sum(is_within(truth, found) for _, truth, found in values)
        truth, found = (sum(each[n] for each in values) for n in (1, 2))
        off = f"{(found - truth) / max(truth, 1):+.1%}"
        cells = (subject, len(values), exact, near, f"{truth:,}", f"{found:,}", off)
        print(f"| {' | '.join(map(str, cells))} |")


def print_off(comparison: Comparison) -> None:
    """Every number that is off by more than 2 %."""
    for subject, values in comparison.subjects().items():
        for name, truth, found in values:
            if not is_within(truth, found):
                print(f"off: {subject} {name}: {found} for {truth}")


def print_unseen(comparisons: Sequence[Comparison]) -> None:
    """A line for each kind of estimate; a press is right if all that it states of the kind is true."""
    print("| unseen articles in | intervals | with the truth | bounds | true | cannot tell | presses that state any | right |")  # fmt: skip
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    by_kind = defaultdict[str, list[list[str]]](list)  # the verdicts of each press
    for comparison in comparisons:
        of_press = defaultdict[str, list[str]](list)
        for each in comparison.unseen:
            of_press[each.kind].append(each.verdict)
        for kind, verdicts in of_press.items():
            by_kind[kind].append(verdicts)
    for kind, presses in by_kind.items():
        n = Counter(chain.from_iterable(presses))
        stating = [verdicts for verdicts in presses if {*verdicts} - {"cannot tell"}]
        right = sum(not {*verdicts} & {"miss", "wrong bound"} for verdicts in stating)
        cells = (
            kind, n["hit"] + n["miss"], n["hit"], n["bound"] + n["wrong bound"], n["bound"], n["cannot tell"], len(stating), right,
        )  # fmt: skip
        print(f"| {' | '.join(map(str, cells))} |")


def print_gaps(comparisons: Iterable[Comparison]) -> None:
    days = [(each.n_gap_days, each.n_gap_days_found) for each in comparisons]
    planted, found = map(sum, zip(*days, strict=True))
    print(f"days of gaps: {planted:,}, of them shown as not crawled: {found:,}")


def large(n: int) -> None:
    comparison = compare(plant(1, n))
    print(f"One press of {n:,} articles")
    print_table([comparison])
    print_off(comparison)
    print_unseen([comparison])
    print_gaps([comparison])


def small(first: int, n_seeds: int, n: int, n_processes: int) -> None:
    seeds = range(first, first + n_seeds)
    with ProcessPoolExecutor(n_processes) as processes:
        comparisons = list(processes.map(compare_planted, seeds, repeat(n)))
    print(f"{n_seeds} presses of {n} articles")
    print_table(comparisons)
    print_unseen(comparisons)
    print_gaps(comparisons)


# an archive


def same_digest(folder: Path, n: int) -> Mapping[str, bool]:
    """Whether a home made from the archive alone has the digest of the study's folder: without identities.csv in the first home, and with it."""
    table, study = folder / "rows.jsonl", folder / "study.toml"
    table.write_text("".join(f"{json.dumps(each)}\n" for each in _rows(plant(7, n))), "utf-8")
    study.write_text(study_text(QUERY, f"{SINCE}", f"{UNTIL}", STUDY.people), "utf-8")
    results = {}
    for name in ("archive alone", "identities.csv in the first home"):
        first, second = (folder / f"{name} {n}" for n in (1, 2))
        first.mkdir()
        if name != "archive alone":
            write_aliases(first)
        import_paths(Settings(home=first), SOURCES, [table], ImportOptions(), lambda *_: None)
        with Reader(first) as reader:
            write_study(
                reader, study, folder / name, made_by="kliping test", language=Language.ENGLISH, files=own_files(first),
            )  # fmt: skip
        shutil.copytree(first / "archive", second / "archive")
        rebuild(Settings(home=second), SOURCES, lambda *_: None)
        write = partial(write_files, own_files(folder / name))
        with changed_copy(Database(second), write, "the study") as reader:
            _, changed = check_study(
                reader, folder / name, made_by="kliping test", language=Language.ENGLISH, files=own_files(folder / name),
            )  # fmt: skip
        results[name] = not changed
    return results


def _rows(press: Press) -> Iterator[dict[str, str]]:
    for each in press.loaded:
        yield {
            "title": each.headline, "publish_date": f"{each.published_at:%Y-%m-%d %H:%M:%S}", "content": each.text, "source": each.outlet, "link": each.url,
        }  # fmt: skip


def study_text(query: str, since: str, until: str, people: Iterable[str] = ()) -> str:
    names = f"people = {json.dumps([*people])}\n" if people else ""
    return f"question = 'Apa yang ditulis?'\nquery = '{query}'\nsince = {since}\nuntil = {until}\nby = 'month'\n{names}"


def cost(folder: Path, n_rows: int) -> None:
    """The study of `imported_study.toml` from a CSV file of so many rows and 53 outlets, beside the truth."""
    table, home, out = folder / "rows.csv", folder / "home", folder / "study"
    press = imported_press(n_rows)
    write_press(table, press)
    home.mkdir()
    write_aliases(home)
    print(f"{table.name}: {table.stat().st_size / 1e6:,.0f} MB; {len(press.articles):,} rows")
    begin = time.perf_counter()
    measure(home, table, n_rows, "import", IMPORTED_SOURCES)
    middle, cpu = time.perf_counter(), time.process_time()
    with Reader(home) as reader:
        package = write_study(
            reader, IMPORTED_STUDY, out, made_by="kliping test", language=Language.ENGLISH, files=own_files(home)
        )  # fmt: skip
    end = time.perf_counter()
    print(f"study: {time.process_time() - cpu:.0f} s CPU, {end - middle:.0f} s; import and study: {end - begin:.0f} s")  # fmt: skip
    print(", ".join(f"{each['path']} {each['rows']:,}" for each in package["resources"][::2]))
    with Reader(home) as reader:
        found = counts(numbers(reader, read_study(IMPORTED_STUDY)))
    expected = planted_press.truth(press, IMPORTED_OUTLETS)
    for key in sorted(expected):
        if key[0] in ("articles", "events", "person"):
            print(f"{' '.join(key)}: {found.get(key, 0):,}, planted {expected[key]:,}")
    off = [key for key in expected if not is_within(expected[key], found.get(key, 0))]
    print(f"within 2 %: {len(expected) - len(off)} of {len(expected)} numbers; off: {off}")


def imported_press(n_rows: int) -> Press:
    """Articles of a press, dealt to 53 outlets, in the order of their numbers."""
    names = list(IMPORTED_OUTLETS)
    articles = (replace(each, before=None) for each in plant(1, n_rows).articles)
    dealt = (
        replace(each, outlet=names[n % len(names)], channels=frozenset(("feed",)), is_blocked=False)
        for n, each in enumerate(articles)
    )
    return Press(articles=tuple(islice(dealt, n_rows)))


def write_press(path: Path, press: Press) -> None:
    """With the columns of news-watch; each text gets sentences up to the length of a real one, a copy the same as the first."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL)
        rows.writerow(COLUMNS)
        for each in press.loaded:
            planter = planted_press.Planter(random.Random(f"row {each.cluster}"))
            rest = planter.filler((LETTERS - len(each.text)) // LETTERS_OF_SENTENCE)
            text = f"{each.text}\n{rest}"
            day = f"{each.published_at:%Y-%m-%d %H:%M:%S}"
            rows.writerow([each.headline, day, "Redaksi", text, "subsidi", each.section, each.outlet, each.url])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1000, help="the first seed of the small ones")
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2, help="for the small ones")
    parser.add_argument("--digest", type=int, default=300)
    parser.add_argument("--csv", type=int, default=0)
    options = parser.parse_args()
    if options.large:
        large(options.large)
    if options.seeds:
        small(options.first, options.seeds, options.articles, options.processes)
    with tempfile.TemporaryDirectory() as folder:
        if options.digest:
            print(f"same digest: {same_digest(Path(folder), options.digest)}")
        if options.csv:
            cost(Path(folder), options.csv)


if __name__ == "__main__":
    main()
