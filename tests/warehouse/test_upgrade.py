"""A home of the first version, opened with this one: nothing is lost, the forgotten stays forgotten, wrong rows are mended."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from support import v1_home
from support.hostile_runs import SHORT, settings_for
from support.hostile_site import HostileSite
from support.runs import MOMENTS, ask, differences

from flows.jobs import jobs
from flows.jobs.maintenance import maintain, rebuild
from flows.settings import Settings
from warehouse.write.topics import write_sample

pytestmark = pytest.mark.slow

NAMES = ("harianlama", "portalnusa", "suararantau")
FORGOTTEN = (
    "http://harianlama.test/read/2026/10/19/7665/feri-selayar-kandas-211-penumpang-selamat.html"
)
SHORT_PAGE = "http://kabar-uji.test/daerah/pasar-ikan-lama-tutup-sementara-1203"


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("first")
    v1_home.unpack(home)
    return home


@pytest.fixture(scope="module")
def upgraded(first, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("upgraded") / "home"
    shutil.copytree(first, home)
    maintain(Settings(home=home), v1_home.sources())
    return home


@pytest.fixture(scope="module")
def rebuilt(first, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("rebuilt") / "home"
    shutil.copytree(first, home)
    rebuild(Settings(home=home), v1_home.sources(), lambda _done, _due: None)
    return home


def states(home: Path, file: str = "kliping.duckdb") -> Counter:
    query = f"SELECT source_id, state, reason FROM ops.frontier WHERE source_id IN {NAMES}"
    with duckdb.connect(home / file, read_only=True) as con:
        return Counter(con.sql(query).fetchall())


def test_the_states_of_addresses_are_kept(first, upgraded):
    assert states(upgraded) == states(first, "warehouse.duckdb")


@pytest.mark.parametrize("way", ["upgraded", "rebuilt"])
def test_no_article_is_lost(way, request, first):
    query = (
        f"SELECT headline, n_versions FROM core.articles WHERE source_id IN {NAMES} ORDER BY ALL"
    )
    with duckdb.connect(first / "warehouse.duckdb", read_only=True) as con:
        before = con.sql(query).fetchall()

    assert ask(request.getfixturevalue(way), query) == before


@pytest.mark.parametrize("way", ["upgraded", "rebuilt"])
def test_the_forgotten_stays_forgotten(way, request):
    home = request.getfixturevalue(way)
    query = f"SELECT state, reason FROM ops.frontier WHERE url = '{FORGOTTEN}'"

    assert ask(home, query) == [("skipped", "forgotten")]
    assert ask(home, "SELECT count(*) FROM core.articles WHERE headline LIKE 'Feri%'") == [(0,)]


@pytest.mark.parametrize("way", ["upgraded", "rebuilt"])
def test_a_page_in_quarantine_stays_there(way, request):
    query = f"SELECT reason_code, resolved_at FROM ops.quarantine WHERE url = '{SHORT_PAGE}'"

    assert ask(request.getfixturevalue(way), query) == [("no_content", None)]


@pytest.mark.parametrize("way", ["upgraded", "rebuilt"])
def test_pages_that_were_merged_by_a_section_become_articles_of_their_own(way, request):
    query = "SELECT count(*), max(n_versions) FROM mart.articles WHERE source_id = 'kembaran'"

    assert ask(request.getfixturevalue(way), query) == [(5, 1)]


@pytest.mark.parametrize("way", ["upgraded", "rebuilt"])
def test_addresses_that_were_filed_wrongly_are_opened_again(way, request):
    home = request.getfixturevalue(way)
    opened = "SELECT source_id, url FROM ops.frontier WHERE state = 'pending' ORDER BY url"

    # Of the two pages that shared a number, one was fetched; the other one never.
    fetched = ask(home, "SELECT url FROM mart.articles WHERE source_id = 'satuan'")
    both = {
        f"http://satuan.test{v1_home.MARKET}",
        f"http://olahraga.satuan.test{v1_home.RACE}",
    }
    assert set(ask(home, opened)) == {
        *(("satuan", url) for url in both - {fetched[0][0]}),
        *(("saudara", f"http://saudara.test{path}") for path in v1_home.SISTER),
    }


def test_a_home_of_before_keeps_its_topics_and_its_speakers_get_a_class(upgraded):
    with duckdb.connect(upgraded / "kliping.duckdb", read_only=True) as con:
        topics = con.sql("SELECT count(DISTINCT topic_id), count(*) FROM mart.topics").fetchall()
        classes = con.sql("SELECT count(DISTINCT speaker_class) FROM mart.quotes").fetchall()

    assert topics > [(9, 20)]
    assert classes > [(5,)]


def test_an_upgrade_and_a_rebuild_give_the_same_tables(upgraded, rebuilt, tmp_path):
    homes = [tmp_path / "upgraded", tmp_path / "rebuilt"]
    for home, before in zip(homes, (upgraded, rebuilt), strict=True):
        shutil.copytree(before, home)
        write_sample(home)
        jobs.reparse_sources(Settings(home=home), v1_home.sources(), None, lambda *_: None)

    assert differences(*homes, but=MOMENTS | {"is_past"}) == {}


async def test_what_was_filed_wrongly_is_loaded_by_the_next_run(upgraded, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(upgraded, home)
    async with HostileSite(chosen=v1_home.OUTLETS) as site:
        names = ["grup", "saudara", "satuan", "kembaran"]
        await jobs.ingest_sources(settings_for(home, site), v1_home.sources(), names, budgets=SHORT)

    loaded = f"SELECT source_id, count(*) FROM mart.articles WHERE source_id NOT IN {NAMES} GROUP BY ALL ORDER BY ALL"
    assert ask(home, loaded) == [("grup", 2), ("kembaran", 5), ("satuan", 2), ("saudara", 3)]
