"""Who reads the published copy reads `mart`: `core` may change without them."""

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
NAME = re.compile(r"\b(?:core|raw|ops)\.[a-z_]+")
READ = re.compile(r"\b(?:FROM|JOIN)\s+((?:core|raw|ops)\.[a-z_]+)")
# what Kliping did, which is no mart: runs, answers, the fate of addresses
OF_RUNS = {
    "ops.frontier", "ops.quality_results", "ops.quarantine", "ops.runs", "ops.schema_migrations", "ops.tombstones",
    "raw.fetches",
}  # fmt: skip
EXPLAIN = "kliping/sql/explain/"  # the whole story of one address, from all tables
# by the numbers of their rows, before names and articles are joined to them: a mart would join them to all rows
BY_ROWS = {
    "kliping/sql/browse/figures.sql": {"core.figures", "core.quotes"},
    "kliping/sql/browse/quotes.sql": {"core.quotes"},
    "kliping/sql/event/figures.sql": {"core.figures", "core.figure_subjects"},
    "kliping/sql/utterances/reports.sql": {
        "core.agency_credits",
        "core.article_clusters",
        "core.quotes",
    },
    "kliping/sql/watch/kinds/first_quote.sql": {"core.quotes"},
    "kliping/sql/entity_page/named_with.sql": {"core.entity_mentions"},
    "kliping/sql/people/names.sql": {"core.entity_mentions"},
    "kliping/sql/entity_page/own_mentions.sql": {"core.entity_mentions", "core.quotes"},
    "warehouse/questions/figures.sql": {"core.figures"},
}
# of every version of an article; the marts have those of the current one
OF_ALL_VERSIONS = {
    "kliping/sql/article/earlier_quotes.sql": {"core.quotes"},
    "kliping/sql/article/row_range.sql": {
        "core.article_places",
        "core.dates_mentioned",
        "core.entity_mentions",
        "core.figures",
        "core.quotes",
    },
    "kliping/sql/proofread/figures.sql": {"core.figures"},
    "kliping/sql/proofread/quotes.sql": {"core.quotes"},
    "kliping/sql/watch/removed_quotes.sql": {"core.quotes"},
}
MACROS = {
    "core.is_office",
    "core.is_ruled",
    "core.one_spelling",
}  # no table: what a rule and a spelling mean is said once
EXCEPTIONS = BY_ROWS | OF_ALL_VERSIONS
QUERIES = [*(PROJECT / "kliping").rglob("*.sql"), *(PROJECT / "warehouse" / "questions").glob("*.sql")]  # fmt: skip
MODULES = [
    path
    for folder in ("mcp_server", "proofreading", "reading", "studies", "watches", "web")
    for path in (PROJECT / "kliping" / folder).rglob("*.py")
]


def name_of(path):
    return path.relative_to(PROJECT).as_posix()


def read_by_query(path):
    text = re.sub("--.*", "", path.read_text("utf-8"))
    return set(NAME.findall(text)) - OF_RUNS - MACROS


def read_by_module(path):
    texts = [
        node.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {name for text in texts for name in READ.findall(text)} - OF_RUNS


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_a_query_of_readers_reads_mart_only(path):
    if name_of(path).startswith((EXPLAIN, "kliping/sandbox/")):
        return

    assert read_by_query(path) == EXCEPTIONS.get(name_of(path), set())


def test_modules_of_readers_read_mart_only():
    found = {name_of(path): names for path in MODULES if (names := read_by_module(path))}

    assert found == {}


def test_both_kinds_of_reading_are_found(tmp_path):
    query, module = tmp_path / "a.sql", tmp_path / "a.py"
    query.write_text("-- core.quotes\nSELECT core.span(x) FROM core.articles JOIN ops.runs")
    module.write_text('"""core.articles"""\nQUERY = "SELECT 1 FROM core.quotes"')

    assert read_by_query(query) == {"core.span", "core.articles"}
    assert read_by_module(module) == {"core.quotes"}
