"""What steps read of the articles that a run did not change: ids, but no texts; and of new ones nothing that only old ones have."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.builders import VERSIONS, outcome

from parsers.source import from_data
from parsers.structure import structure
from warehouse.queries import execute
from warehouse.write.identities import LINK_NAMES
from warehouse.write.load import load_outcomes
from warehouse.write.steps import STEPS, run_steps
from warehouse.write.topics import write_sample

N_OTHERS = 6000  # three times as many as DuckDB reads at once
N_CHANGED = 60  # of so many ids DuckDB does not know each while it reads a table for a join
SOURCES = {"pagi": from_data({"name": "pagi", "title": "Pagi", "home": "http://pagi.test/"})}
TEXT = (
    "Banjir merendam 40 rumah di Kecamatan Rasanae sejak Selasa malam. "
    "“Warga sudah mengungsi ke masjid,” kata Camat Rasanae Mahdi Salim. Mahdi meminta bantuan 200 karung beras."
)
FACTS = structure(TEXT)
WIDE = {"body_text", "source_text"}
COPY = (
    "INSERT INTO {0} SELECT t.* REPLACE ({1}) FROM (FROM {0} LIMIT 1) AS t, range($n) AS r (copy)"
)


class Profiled:
    """A connection that has DuckDB write down what each statement reads."""

    def __init__(self, con, file):
        self.con, self.file, self.n_texts, self.n_names = con, file, 0, 0
        con.execute(f"PRAGMA enable_profiling = 'json'; PRAGMA profiling_output = '{file}'")

    def __getattr__(self, name):
        return getattr(self.con, name)

    def execute(self, query, parameters=None):
        for statement in self.con.extract_statements(query) if isinstance(query, str) else [query]:
            self.count()
            values = {name: parameters[name] for name in statement.named_parameters}
            self.con.execute(statement, values)
        return self.con

    def count(self):
        """Of the statement before, whose rows may have been fetched after it."""
        if self.file.exists() and (profile := self.file.read_text()):
            self.n_texts += n_rows(json.loads(profile), "core.article_versions", WIDE)
            self.n_names += n_rows(
                json.loads(profile), "core.article_names", {"article_id"}, "operator_rows_scanned"
            )
            self.file.unlink()


def n_rows(operator, table, columns, measure="operator_cardinality"):
    """The rows that the scans of a plan give from a table, or read of it, with one of the columns."""
    scan = operator.get("extra_info", {})
    is_read = scan.get("Table", "").endswith(table) and columns & {*scan.get("Projections", ())}
    return (operator[measure] if is_read else 0) + sum(
        n_rows(child, table, columns, measure) for child in operator.get("children", ())
    )


def article(number):
    return outcome(
        TEXT,
        hour=number,
        url=f"http://pagi.test/{number}",
        article_id=f"pagi-{number}",
        source_id="pagi",
        in_language="id",
        headline="Banjir Merendam 40 Rumah",
        date_published=datetime(2026, 11, 24, 1, number % 60, tzinfo=UTC),
        structure=FACTS,
    )


def add_others(store):
    """Articles of long ago, whose rows are those of another but for the ids."""
    with store.write_connection() as con:
        for table in ("core.article_versions", "core.articles", "core.article_names"):
            names = {name for name, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
            ids = names & {"article_id", "version_id", "current_version_id"}
            dates = names & {"date_published", "first_seen_at"}
            columns = [
                *(f"left({name}, 5) || md5({name} || copy) AS {name}" for name in ids),
                *(f"TIMESTAMP '2020-01-01' AS {name}" for name in dates),
            ]
            execute(con, COPY.format(table, ", ".join(columns)), {"n": N_OTHERS})


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([LINK_NAMES], id="names"),
        pytest.param(STEPS, id="all", marks=[pytest.mark.slow, pytest.mark.long]),
    ],
)
def test_steps_read_the_texts_of_changed_articles_and_of_those_near_them(store, tmp_path, steps):
    write_sample(store.home)
    load_outcomes(store, [article(1)], SOURCES, VERSIONS)
    run_steps(store)
    add_others(store)
    load_outcomes(store, [article(2 + n) for n in range(N_CHANGED)], SOURCES, VERSIONS)
    n_read, n_names = {}, {}

    def run(step, context):
        profiled = Profiled(context.con, tmp_path / "profile.json")
        n_rows = step.run(replace(context, con=profiled))
        profiled.count()
        n_read[step.name], n_names[step.name] = profiled.n_texts, profiled.n_names
        return n_rows

    run_steps(
        store,
        steps=[replace(step, run=lambda context, step=step: run(step, context)) for step in steps],
    )

    assert n_read["link names"] >= N_CHANGED
    assert {name: n for name, n in n_read.items() if n > N_OTHERS / 2} == {}
    assert n_names["link names"] < N_OTHERS / 2
