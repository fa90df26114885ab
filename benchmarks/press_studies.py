"""The studies of docs/studies over the press: `just press-studies FOLDER`. Their numbers must be those of pandas over the same tables.

The home is that of `just press`, copied, with the genders of speakers. The studies keep their questions and get the days of the press.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import pandas as pd
from measurement import run
from press import CACHE, CHECKOUT, TABLE, press_home
from typer import Option

from warehouse.read.published import Reader

STUDIES = CHECKOUT / "docs" / "studies"
KLIPING = Path(sys.executable).with_name("kliping")
FIRST, LAST = "2025-06-01", "2025-06-12"
ABOUT = "pemerintah"  # two articles of the press name migrant workers
TABLES = ("articles", "quotes", "figures", "copies", "events", "event_articles", "places")
Numbers = Mapping[str, tuple[int, int]]  # by name: the number, and what it is a part of


def marts(home: Path, first: str, last: str) -> dict[str, pd.DataFrame]:
    """The tables as pandas has them, of these days."""
    with Reader(home) as reader:
        read = {name: reader.con.sql(f"FROM mart.{name}").df() for name in TABLES}
    dated = {name: table.assign(day=table.day.astype(str).str[:10]) for name, table in read.items()}
    return {
        name: table[table.day.between(first, last)].assign(period=table.day.str[:8] + "01")
        for name, table in dated.items()
    }


def expected(tables: Mapping[str, pd.DataFrame], folder: Path) -> dict[tuple[str, str], Numbers]:
    """The numbers of each study and count; only which articles a study is about is taken from its folder."""
    quotes, figures = (tables[name][tables[name].is_cluster_lead] for name in ("quotes", "figures"))
    with_gender = quotes[quotes.speaker_gender.notna()]
    women = with_gender[with_gender.speaker_gender == "female"]
    no_source = figures[figures.speaker_surface.isna() & figures.speaker.isna()]
    sided = quotes.merge(pd.read_csv(STUDIES / "sides.csv"), on="speaker_class")
    articles = tables["articles"]
    text = articles.headline.fillna("") + " " + articles.body_text
    of_jakarta = text.str.contains(r"\bJakarta\b", case=False)
    elsewhere = articles[~of_jakarta & articles.article_id.isin(tables["places"].article_id)]
    class_known = _by(quotes[quotes.speaker_class.notna()], "period")
    sides = _by(sided, "side", "period")
    return {
        ("women-quoted", "quotes of women"): _shares(women, with_gender, "source_name", "period"),
        ("women-quoted", "quotes without a known gender"): _shares(quotes[quotes.speaker_gender.isna()], quotes, "source_name"),
        ("numbers-without-a-source", "figures without a source"): _shares(no_source, figures, "source_name", "kind"),
        ("workers-and-ministers", "quotes by side"): {name: (n, class_known[name.split(" / ")[1]]) for name, n in sides.items()},
        ("beyond-the-capital", "names Jakarta"): _shares(articles[of_jakarta], articles, "period"),
        ("beyond-the-capital", "other places only"): _shares(elsewhere, articles, "period"),
        **_alone(quotes, folder),
        **_first(tables, folder),
    }  # fmt: skip


def _alone(quotes: pd.DataFrame, folder: Path) -> dict[tuple[str, str], Numbers]:
    study = "government-alone"
    of_study = quotes[quotes.article_id.isin(_articles_of(folder / study))]
    classes = of_study.fillna({"speaker_class": "?"}).groupby(["source_name", "article_id"])
    lists = classes.speaker_class.agg(set).reset_index() if len(of_study) else of_study
    alone = lists[lists.speaker_class.map(lambda each: each == {"government"}).astype(bool)]
    without = lists[lists.speaker_class.map(lambda each: "?" in each).astype(bool)]
    return {
        (study, "only the government speaks"): _shares(alone, lists, "source_name"),
        (study, "a speaker without a class"): {"all": (len(without), len(lists))},
    }


def _first(tables: Mapping[str, pd.DataFrame], folder: Path) -> dict[tuple[str, str], Numbers]:
    study = "first-and-copies"
    articles = _articles_of(folder / study)
    timed = tables["event_articles"][tables["event_articles"].has_time].article_id
    events = tables["events"][tables["events"].event_id.isin(articles)]
    copies = tables["copies"][tables["copies"].article_id.isin(articles) & ~tables["copies"].is_own]
    of_outlet = _by(tables["articles"][tables["articles"].article_id.isin(articles)], "source_name")
    pairs = _by(copies, "lead_source_name", "source_name")
    first = _by(events[events.event_id.isin(timed)], "first_source_name")
    return {
        (study, "first reports"): {name: (n, len(events)) for name, n in first.items()},
        (study, "copies"): {name: (n, of_outlet[name.split(" / ")[1]]) for name, n in pairs.items()},
    }  # fmt: skip


def _articles_of(study: Path) -> set[str]:
    return set(pd.read_csv(study / "articles.csv").article_id)


def _by(table: pd.DataFrame, *columns: str) -> Counter[str]:
    keys = table[list(columns)].astype(str).agg(" / ".join, axis=1) if len(table) else []
    return Counter(keys)


def _shares(part: pd.DataFrame, whole: pd.DataFrame, *columns: str) -> Numbers:
    n = _by(part, *columns)
    return {name: (n[name], of_n) for name, of_n in _by(whole, *columns).items()}


def counted_numbers(folder: Path, study: str, count: str) -> Numbers:
    """The numbers of a count that are a part of something, or that are no part and not zero."""
    rows = pd.read_csv(folder / study / "numbers.csv")
    rows = rows[(rows.subject == count) & (rows.n + rows.of_n > 0)]
    return {row.name_: (row.n, row.of_n) for row in rows.rename(columns={"name": "name_"}).itertuples()}  # fmt: skip


def differences(tables: Mapping[str, pd.DataFrame], folder: Path) -> Iterator[str]:
    """A line for each number that is not as pandas counts it; what is zero need not be listed where the whole has no such column."""
    for (study, count), numbers in expected(tables, folder).items():
        counted = counted_numbers(folder, study, count)
        for name in {*numbers, *counted}:
            (n, of_n), ours = numbers.get(name, (0, None)), counted.get(name, (0, 0))
            if ours[0] != n or of_n not in {None, ours[1]}:
                yield f"{study}, {count}, {name}: {ours}, pandas has {n} of {of_n}"


def write_studies(home: Path, folder: Path, first: str, last: str, about: str = "") -> None:
    """Every study of docs/studies in the folder, of these days; that of migrant workers about something else, if named."""
    shutil.copytree(STUDIES, folder, dirs_exist_ok=True)
    for file in sorted(folder.glob("*.toml")):
        text = re.sub(r"(?m)^since = .*$", f"since = {first}", file.read_text("utf-8"))
        text = re.sub(r"(?m)^until = .*$", f"until = {last}", text)
        file.write_text(text.replace('"pekerja migran"', about or '"pekerja migran"'), "utf-8")
        command = [KLIPING, "--home", home, "study", file, "--offline"]
        subprocess.run(command, check=True, stdout=sys.stderr)


def main(
    folder: Path,
    corpus: Annotated[Path, Option(envvar="KLIPING_TEST_PRESS")] = CHECKOUT.parent / "shared" / "corpus",
    cache: Path = CACHE,
) -> None:  # fmt: skip
    home = folder / "home"
    if not home.exists():
        shutil.copytree(press_home(corpus / TABLE, cache), home)
    (home / "kliping.toml").write_text("[reports]\ngender = true\n", "utf-8")
    subprocess.run([KLIPING, "--home", home, "publish"], check=True)
    write_studies(home, folder, FIRST, LAST, ABOUT)
    wrong = [*differences(marts(home, FIRST, LAST), folder)]
    numbers = sum(len(pd.read_csv(file)) for file in folder.glob("*/numbers.csv"))
    print(*wrong, f"{len(wrong)} of {numbers} numbers differ from those of pandas", sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    run(main, __doc__)
