"""One load has the rows of several sources: a record that cannot be loaded leaves the rows of all others as without it."""

from __future__ import annotations

import weakref
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import duckdb
import pytest
from support.builders import rows
from support.runs import MOMENTS, differences, ingest, settings_for
from support.stored_outcomes import announced, load, new_article, tables
from support.worker_cases import SOURCES, fetched

from flows.crawl import session
from flows.crawl.stages import Stages
from flows.load.load_queue import LoadQueue
from kliping.newsroom import Newsroom
from warehouse.write import load as loading
from warehouse.write.database import Database

BAD = "http://rusak.test/read/9/"


def page(source_id, n):
    url = f"http://{source_id}.test/read/{n}/"
    return new_article(
        f"Isi {source_id} {n}.", n, url=url, source_id=source_id, article_id=f"{source_id}{n}"
    )


def bad_page(**fields):
    made = new_article("Isi rusak.", 9, url=BAD, source_id="rusak", article_id="rusak9")
    return replace(made, article=replace(made.article, **fields))


@pytest.fixture
def flush():
    """Pages and a channel of four sources."""
    pages = [page(source, n) for n in (1, 2, 3) for source in ("satu", "dua", "tiga")]
    return [*pages[:4], announced("http://kabar.test/read/5/"), *pages[4:]]


@pytest.mark.parametrize(
    "fields",
    [{"date_published": "bukan waktu"}, {"body_text": "Isi\n\n rusak."}],
    ids=["no row can be made", "the database refuses it"],
)
def test_a_refused_page_leaves_the_rows_of_other_sources_as_without_it(
    store, tmp_path, flush, fields
):
    alone = Database(tmp_path / "alone")
    load(alone, *flush)

    load(store, *flush[:5], bad_page(**fields), *flush[5:])

    others = {
        name: [row for row in of_table if "rusak" not in row]
        for name, of_table in tables(store).items()
    }
    assert others == tables(alone)
    frontier = "SELECT * EXCLUDE url_key FROM ops.frontier WHERE source_id <> 'rusak' ORDER BY url"
    assert rows(store, frontier) == rows(alone, frontier)
    assert rows(store, "SELECT url, stage, reason_code FROM ops.quarantine") == [
        (BAD, "load", "load_error")
    ]


def test_a_refused_page_costs_a_few_loads_and_not_one_for_each_page(store, flush, monkeypatch):
    sizes, real = [], loading._BatchLoader._load
    monkeypatch.setattr(
        loading._BatchLoader,
        "_load",
        lambda self, batch: sizes.append(len(batch)) or real(self, batch),
    )

    load(store, *flush, bad_page(body_text="Isi\n\n rusak."))

    assert sizes == [11, 5, 6, 3, 3, 1, 2, 1, 1, 1]


@pytest.mark.slow
@pytest.mark.long
async def test_large_pages_are_loaded_before_their_batch_is_full(tmp_path, monkeypatch):
    sizes, real = [], LoadQueue.load

    async def load_and_count(self, outcomes):
        sizes.append(sum(outcome.is_page for outcome in outcomes))
        await real(self, outcomes)

    monkeypatch.setattr(LoadQueue, "load", load_and_count)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    async with Newsroom() as site:
        await ingest(settings_for(whole, site), ["harianlama"])
    assert max(sizes) > 3

    monkeypatch.setattr(session, "MAX_WAITING_BYTES", 0)
    sizes.clear()
    async with Newsroom() as site:
        await ingest(settings_for(parts, site), ["harianlama"])

    assert max(sizes) == 1
    assert differences(whole, parts, but=MOMENTS, tables=("core.", "ref.", "mart.")) == {}


async def test_bodies_that_were_loaded_are_not_in_memory_while_more_is_fetched():
    class Batch(list):
        """A list that can be referred to weakly."""

    links, batches, n_kept = [fetched(n).link for n in (1, 2, 3)], [], []

    async def fetch(*_):
        n_kept.append(sum(batch() is not None for batch in batches))
        batch = Batch([fetched(len(n_kept))])
        batches.append(weakref.ref(batch))
        return batch

    async def load_nothing(*_):
        pass

    run = SimpleNamespace(need_room=lambda: None, is_over=lambda _source: False)
    crawl = SimpleNamespace(run=run, waiting_bytes=Counter())
    stages = Stages(fetch=fetch, load=load_nothing)

    assert await stages.fetch_and_load(crawl, SOURCES["kabar"], links) == 3
    assert n_kept == [0, 0, 0]


def test_a_statement_of_a_load_runs_only_where_the_table_that_it_needs_has_rows():
    script = """
    CREATE TEMP TABLE things AS SELECT 1 AS n WHERE FALSE;
    CREATE TEMP TABLE found (n INTEGER);
    -- only where things has rows
    INSERT INTO found VALUES (1);
    INSERT INTO things SELECT 1 WHERE FALSE;
    -- only where things has rows
    INSERT INTO found VALUES (2);
    INSERT INTO things VALUES (1);
    -- only where things has rows
    INSERT INTO found VALUES (3);
    """.replace("\n    ", "\n")
    with duckdb.connect() as con:
        for _ in range(2):
            loading._run(con, script, set())
            assert con.execute("SELECT n FROM found").fetchall() == [(3,)]
            con.execute("DROP TABLE things; DROP TABLE found")
