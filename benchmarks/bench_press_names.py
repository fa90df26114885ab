"""Names, speakers, offices, dates and places of 358 articles of the press, compared with what people read in them.

    python benchmarks/bench_press_names.py [--home HOME] [--errors KIND] [--agreement]

Rules are written from the development outlets alone; the held-out outlets (press_labels.py) say what the rules are worth elsewhere.
`--home` reads the rows of an imported home, as they are after the evidence of the whole corpus, and leaves out articles that it has not; else
the rules read each text anew.
`--errors` lists the errors of the development outlets: quotes, speaker, missing, references, role, class, gender, people, organisations,
`split people`, mentions, acronyms, dates, places, events. `--agreement` compares the two readers of the articles that were read twice.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

import duckdb
from measurement import print_table, run
from press_agreement import agreed
from press_labels import PARTS, LabelledArticle, labelled_articles
from press_pairs import Place, places, score_pairs
from press_scores import Error, Rows, Tally, score, score_removed
from press_witnesses import witness_rows
from typer import Option

from parsers.structure import of_article
from warehouse.write.fact_rows import facts

CHECKOUT = Path(__file__).parents[1]
TABLE = "press.csv.gz"
BESIDE = 70  # letters on each side of an error
TABLES = ("quotes", "mentions", "acronyms", "dates", "places")
RENAMED = {
    "quotes": {"speaker": "speaker_name"},
    "mentions": {"entity": "entity_name", "kind": "entity_type"},
}  # of the views, to the names of the parser's fields


def rows_of_text(labelled: LabelledArticle) -> Rows:
    """What the rules find in the text alone."""
    found = facts(of_article(labelled.article))
    return Rows(labelled.article.body_text, *(objects(found[table]) for table in TABLES))


def objects(columns: Mapping[str, Sequence[Any]]) -> list[SimpleNamespace]:
    """The rows of columns."""
    rows_of_columns = zip(*columns.values(), strict=True)
    return [SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in rows_of_columns]


def rows_of_home(con: duckdb.DuckDBPyConnection, labelled: LabelledArticle) -> Rows:
    """What an imported home says of the article."""
    return Rows(labelled.article.body_text, *(rows(con, table, labelled.url) for table in TABLES))


def rows(con: duckdb.DuckDBPyConnection, table: str, url: str) -> list[SimpleNamespace]:
    query = (CHECKOUT / "benchmarks" / "sql" / f"labelled_{table}.sql").read_text("utf-8")
    found = con.execute(query, {"url": url})
    new_names = RENAMED.get(table, {})
    names = [new_names.get(column[0], column[0]) for column in found.description or ()]
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in found.fetchall()]


def error_lines(labelled: LabelledArticle, errors: list[Error], kind: str) -> Iterator[str]:
    """The errors of a kind, with the words around them."""
    text = labelled.article.body_text
    for error in errors:
        if error.kind == kind:
            at = error.at or 0
            beside = f"{text[max(0, at - BESIDE) : at]}»{text[at : at + BESIDE]}".replace(
                "\n", " ¶ "
            )
            yield f"{error.message}\n    {beside}\n    {labelled.url}"


def measure(
    articles: list[LabelledArticle], read: Callable[[LabelledArticle], Rows], kind: str
) -> Tally:
    """The whole comparison. Prints the errors of a kind, of the development outlets only."""
    total, named = Tally(), list[Place]()
    for labelled in articles:
        before, rows_of_article = len(total.errors), read(labelled)
        score(labelled.labels, rows_of_article, total)
        named += places(labelled, rows_of_article)
        score_removed(labelled.labels, labelled.article, total)
        if labelled.part == PARTS[0]:
            for line in error_lines(labelled, total.errors[before:], kind):
                print(line)
    score_pairs(named, total)
    return total


def main(
    corpus: Annotated[Path, Option(envvar="KLIPING_TEST_PRESS")] = CHECKOUT.parent / "shared" / "corpus",
    home: Path | None = None,
    errors: str = "",
    agreement: bool = False,
) -> None:  # fmt: skip
    if not (corpus / TABLE).exists():
        sys.exit(
            f"{corpus / TABLE} is not there; give its folder with --corpus or KLIPING_TEST_PRESS"
        )
    articles = list(labelled_articles(corpus / TABLE))
    if agreement:
        print_table(("what", "two readers"), agreed(articles))
        return
    read = rows_of_text
    if home:
        con = duckdb.connect(str(home / "kliping.duckdb"), read_only=True)
        read = partial(rows_of_home, con)
        urls = {url for (url,) in con.execute("SELECT url FROM mart.articles").fetchall()}
        articles = [each for each in articles if each.url in urls]
    for part in PARTS:
        of_part = [each for each in articles if each.part == part]
        total = measure(of_part, read, errors)
        print(
            f"\n{part}, {len(of_part)} articles of {', '.join(sorted({a.outlet for a in of_part}))}:"
        )
        print_table(("what", "right"), total.rows())
        if not home:
            print_table(
                ("names", "people P / R / F1", "organisations"), witness_rows(of_part, read)
            )


if __name__ == "__main__":
    run(main, __doc__)
