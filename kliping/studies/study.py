"""A study: the numbers that answer a question, and the rows that each of them counts.

The tables depend on the archive and on the rules alone, so that whoever has both gets the same digest.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from kliping.reading.completeness import WeekEstimates
from kliping.reading.questions import outlet
from kliping.reading.search import valid_terms
from kliping.sql_files import sql
from kliping.studies.study_file import Study, StudyError
from parsers.source import suggestion
from warehouse.queries import Row, execute
from warehouse.read.published import Reader
from warehouse.read.search_sql import with_searches

CHOOSE, EVIDENCE, NUMBERS = (sql("study/choose"), sql("study/evidence"), sql("study/numbers"))
UNCRAWLED = sql("study/uncrawled")
LISTS = {
    "articles": sql("study/articles"),
    "quotes": sql("study/quotes"),
    "figures": sql("study/figures"),
}


def numbers(reader: Reader, study: Study) -> list[Row]:
    """The numbers, each with its denominator and estimated miss; the other tables of the study are then in `reader`.

    `missed_*` is how many articles no channel announced, of all that `of_n` counts; for speakers, people and events of the whole study.
    Raises StudyError, QueryError, UnknownNameError.
    """
    valid_terms(reader, study.query)
    for name in study.outlets:
        outlet(reader, name)
    chosen = _parameters(study)
    script, left = with_searches(CHOOSE, chosen)
    execute(reader.con, script, left)
    if not reader.rows("SELECT 1 FROM study_scope LIMIT 1"):
        raise StudyError(
            f"no article of {study.since} to {study.until} is loaded: without --offline they are fetched, if the outlets still list them"
        )
    execute(reader.con, EVIDENCE, chosen)
    estimates = _Estimates(reader, study)
    names = ("people", "since", "until", "by")
    rows = reader.rows(NUMBERS, {name: chosen[name] for name in names})
    return [row | estimates.of(row) for row in rows]


def _parameters(study: Study) -> dict[str, Any]:
    return {
        "query": study.query,
        "since": study.since,
        "until": study.until,
        "by": study.by.value,
        "outlets": list(study.outlets),
        "people": list(study.people),
    }


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


def digest(reader: Reader, rows: list[Row]) -> str:
    """SHA-256 over numbers and evidence, after `numbers`."""
    evidence = reader.rows("FROM study_evidence ORDER BY ALL")
    content = json.dumps([rows, evidence], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


class _Estimates:
    """How many articles were missed in a period, at an outlet or in all."""

    def __init__(self, reader: Reader, study: Study) -> None:
        self._study, self._weeks = study, WeekEstimates(reader)
        names = reader.rows("SELECT DISTINCT source_name FROM study_scope")
        self._titles = {row["source_name"] for row in names}

    def of(self, number: Row) -> Row:
        first, last, titles = self._study.since, self._study.until, self._titles
        if number["subject"] == "outlet":
            titles = {number["name"]}
        elif number["subject"] == "period":
            begins = date.fromisoformat(number["name"])
            first, last = max(first, begins), min(last, self._study.by.last_day(begins))
        estimate = self._weeks.of(first, last, titles)
        return {
            "missed_state": estimate.state.value,
            "missed_n": estimate.n,
            "missed_low": estimate.low,
            "missed_high": estimate.high,
        }
