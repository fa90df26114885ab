"""A study: the numbers that answer a question, and the rows that each of them counts.

What is counted are SELECTs of the study's file, which may do what those of strangers may (`kliping.sandbox.rules`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from itertools import product
from pathlib import Path

import duckdb

from kliping.reading.completeness import WeekEstimates
from kliping.reading.questions import outlet
from kliping.reading.search import valid_terms
from kliping.sandbox.errors import QueryError as ForbiddenQueryError
from kliping.sandbox.rules import Rules
from kliping.sql_files import sql
from kliping.studies.study_file import Count, Study, StudyError
from parsers.search_query import QueryError
from parsers.source import suggestion
from warehouse.intervals import wilson
from warehouse.plain_file import read_plain
from warehouse.queries import Row, execute
from warehouse.read.published import Reader
from warehouse.read.search_sql import with_searches

CHOOSE, ROWS, EVIDENCE = sql("study/choose"), sql("study/rows"), sql("study/evidence")
DENOMINATORS, NUMBERS = sql("study/denominators"), sql("study/numbers")
STAGE, TOTALS, UNCRAWLED = sql("study/stage_numbers"), sql("study/totals"), sql("study/uncrawled")
EVERY = "*"  # the query of a study without one
LISTS = {name: sql(f"study/{name}") for name in ("articles", "quotes", "figures")}
KEYWORD = "Articles have a column keyword: they were collected by a word, so their share of all articles says nothing of the outlets."
WHOLE = "The query finds every article that is loaded: if they were collected by it, their share is 100 % by itself."
OF_ARTICLES = ("period", "source_name")  # what every article can be counted by


def numbers(reader: Reader, study: Study, folder: Path | None = None) -> list[Row]:
    """The numbers, each with its denominator and estimated miss; the other tables of the study are then in `reader`.

    `folder` has the study's own tables. `missed_*` is how many articles no channel announced, of the period and the outlet that a
    number is of, else of the whole study. Raises StudyError, QueryError, UnknownNameError, PlainFileError.
    """
    _choose(reader, study)
    for table, file in study.tables.items():
        _load_table(reader, table, (folder or Path()) / file)
    estimates = _Estimates(reader, study)
    rules = Rules(duckdb.connect())
    rows = [row for count in study.counts for row in _counted(reader, study, count, rules)]
    found = [_with_interval(row) | estimates.of(row) for row in rows]
    for row, name in product(found, OF_ARTICLES):
        del row[name]
    execute(reader.con, STAGE, {"rows": json.dumps(found, default=str, ensure_ascii=False)})
    return found


def found_articles(reader: Reader, study: Study) -> list[str]:
    """The ids of the articles that the study is about. Raises StudyError, QueryError, UnknownNameError."""
    _choose(reader, study)
    rows = reader.rows("SELECT article_id FROM study_articles ORDER BY article_id")
    return [row["article_id"] for row in rows]


def _choose(reader: Reader, study: Study) -> None:
    if study.query:
        valid_terms(reader, study.query)
    for name in study.outlets:
        outlet(reader, name)
    reader.con.execute("SET python_enable_replacements = false")  # a table is no variable of ours
    chosen = {
        "query": study.query or EVERY,
        "since": study.since,
        "until": study.until,
        "by": study.by.value,
        "outlets": list(study.outlets),
        "people": list(study.people),
    }
    script, left = with_searches(CHOOSE, chosen)
    execute(reader.con, script, left)
    if not reader.rows("SELECT 1 FROM study_scope LIMIT 1"):
        raise StudyError(
            f"no article of {study.since} to {study.until} is loaded: without --offline they are fetched, if the outlets still list them"
        )


def _load_table(reader: Reader, table: str, path: Path) -> None:
    read_plain(path)
    try:
        reader.con.execute(
            f'CREATE OR REPLACE TEMP TABLE "{table}" AS FROM read_csv($path, header = true, all_varchar = true)',
            {"path": str(path)},
        )
    except duckdb.Error as error:
        raise StudyError(f"{path}: {str(error).splitlines()[0]}") from error


def _counted(reader: Reader, study: Study, count: Count, rules: Rules) -> list[Row]:
    """The numbers of a count, whose evidence is stored. Raises StudyError."""
    columns = _select(reader, count, count.sql, rules)
    for name in (*count.unit.key, *count.by):
        if name not in columns:
            raise StudyError(f"count {count.name!r}: its SELECT has no column {name}")
    values: Row = {
        "subject": count.name,
        "by": list(count.by),
        "of_by": [],
        "has_of": bool(count.of),
    }
    execute(reader.con, ROWS + EVIDENCE, values | {"of_all": False})
    _refuse_repeats(reader, count)
    if count.of:
        columns = _select(reader, count, count.of, rules)
        values["of_by"] = [name for name in count.by if name in columns]
        whole = {"subject": count.name, "by": values["of_by"], "of_all": count.of_all}
        execute(reader.con, ROWS + DENOMINATORS, whole)
    days = {"since": study.since, "until": study.until, "period": study.by.value}
    return reader.rows(NUMBERS, values | days)


def _select(reader: Reader, count: Count, text: str, rules: Rules) -> set[str]:
    """Run a SELECT of the study; what its rows can be counted by. Raises StudyError."""
    try:
        query = with_searches(text.rstrip().rstrip(";"))[0]
        rules.check(query)
        columns = {row["column_name"] for row in reader.rows(f"DESCRIBE {query}")}
        reader.con.execute(
            f"CREATE OR REPLACE TEMP TABLE study_selected AS SELECT to_json(selected) AS selected FROM (\n{query}\n) AS selected"  # noqa: S608 - it was checked
        )
    except (QueryError, ForbiddenQueryError, duckdb.Error) as error:
        reason = " ".join(str(error).partition("\nLINE ")[0].split())
        raise StudyError(f"count {count.name!r}: {reason}") from error
    return columns | set(OF_ARTICLES)


def _refuse_repeats(reader: Reader, count: Count) -> None:
    key = ", ".join(count.unit.key)
    twice = reader.rows(
        f"SELECT {key} FROM study_rows GROUP BY parts, {key} HAVING count(*) > 1 ORDER BY ALL LIMIT 1"  # noqa: S608 - names of ours
    )
    for row in twice:
        raise StudyError(
            f"count {count.name!r} counts one {count.unit} twice ({', '.join(map(str, row.values()))}); SELECT DISTINCT counts it once"
        )


def _with_interval(row: Row) -> Row:
    """With its share of the whole, and the 95 % Wilson interval, where it is a part of something."""
    n, of_n = row["n"], row["of_n"]
    if not of_n or n > of_n:
        return row | {"share": None, "low": None, "high": None}
    low, high = wilson(n, of_n)
    return row | {"share": round(n / of_n, 4), "low": round(low, 4), "high": round(high, 4)}


def uncrawled_days(reader: Reader) -> list[Row]:
    """Outlets of the study with days on which they were not crawled, after `numbers`."""
    return reader.rows(UNCRAWLED)


def unnamed_people(reader: Reader) -> list[str]:
    """Those that no article of the study names, after `numbers`, each with a speaker of a similar name."""
    rows = reader.rows("SELECT subject, name, n FROM study_numbers")
    speakers = [row["name"] for row in rows if row["subject"] == "speaker"]
    return [
        f"no article of the study names {row['name']!r}{suggestion(row['name'], speakers)}"
        for row in rows
        if row["subject"] == "person" and not row["n"]
    ]


def totals(reader: Reader) -> Row:
    """How many articles, outlets and copies the study has, after `numbers`."""
    [row] = reader.rows(TOTALS)
    return row


def warnings(study: Study, found: Row) -> list[str]:
    """Why a share may mislead, by its `totals`; the pages translate them."""
    if found["has_keyword"]:
        return [KEYWORD]
    return [WHOLE] if study.query and found["n_articles"] == found["n_scope"] else []


def digest(reader: Reader, study: Study, rows: list[Row]) -> str:
    """SHA-256 over the study, its numbers, and the texts and rows that they count, after `numbers`.

    The archive's records and the estimates of what was missed are left out: they depend on when and how pages were read.
    """
    shown = [{name: value for name, value in row.items() if not name.startswith("missed_")} for row in rows]  # fmt: skip
    tables = [reader.rows(f"FROM {table} ORDER BY ALL") for table in ("study_evidence", "study_denominators")]  # fmt: skip
    articles = reader.rows(LISTS["articles"])
    definition = asdict(study) | {"count": [asdict(count) for count in study.counts]}
    content = json.dumps(
        [definition, shown, *tables, articles], ensure_ascii=False, sort_keys=True, default=str
    )
    return hashlib.sha256(content.encode()).hexdigest()


class _Estimates:
    """How many articles were missed in a period, at an outlet or in all."""

    def __init__(self, reader: Reader, study: Study) -> None:
        self._study, self._weeks = study, WeekEstimates(reader)
        names = reader.rows("SELECT DISTINCT source_name FROM study_scope")
        self._titles = {row["source_name"] for row in names}

    def of(self, number: Row) -> Row:
        first, last, titles = self._study.since, self._study.until, self._titles
        if number["source_name"]:
            titles = {number["source_name"]}
        if begins := number["period"]:
            first, last = max(first, begins), min(last, self._study.by.last_day(begins))
        estimate = self._weeks.of(first, last, titles)
        return {
            "missed_state": estimate.state.value,
            "missed_n": estimate.n,
            "missed_low": estimate.low,
            "missed_high": estimate.high,
        }
