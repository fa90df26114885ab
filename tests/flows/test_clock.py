"""A clock that is set back or ahead between two runs loses nothing and orders nothing wrongly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.hostile_runs import SHORT, settings_for
from support.hostile_site import HostileSite
from support.responses import Outlet, http, new_article
from support.runs import ask

from flows.jobs import jobs

pytestmark = pytest.mark.slow

OLD, NEW = "/berita/1/kabar-lama-dari-dermaga", "/berita/2/kabar-baru-dari-dermaga"
SHIFTS = {"an hour back": timedelta(hours=-1), "a day ahead": timedelta(days=1)}


def outlet(*, edited: bool) -> Outlet:
    paths = [NEW, OLD] if edited else [OLD]
    pages = {path: http(new_article("jam", path)) for path in paths}
    if edited:
        pages[OLD] = http(new_article("jam", OLD, tail="<p>Keterangan ini sudah diperbaiki.</p>"))
    changed = "2026-10-02T08:00:00+07:00" if edited else "2026-10-01T08:00:00+07:00"
    places = "".join(
        f"<url><loc>http://jam.test{path}</loc><lastmod>{changed}</lastmod></url>" for path in paths
    )
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    others = {"/peta.xml": http(sitemap.encode(), kind="application/xml")}
    discover = {"sitemaps": ["/peta.xml"]}
    return Outlet(name="jam", n_good=0, pages=pages, others=others, discover=discover)


async def run(home: Path, shift: timedelta, *, edited: bool) -> None:
    async with HostileSite(chosen=[outlet(edited=edited)]) as site:
        await jobs.ingest_sources(
            settings_for(home, site),
            site.sources(),
            ["jam"],
            budgets=SHORT,
            clock=lambda: datetime.now(UTC) + shift,
        )


@pytest.mark.parametrize("shift", SHIFTS.values(), ids=SHIFTS)
async def test_what_is_new_is_loaded_after_the_clock_was_set(tmp_path, shift):
    await run(tmp_path, timedelta(), edited=False)
    await run(tmp_path, shift, edited=True)
    await run(tmp_path, timedelta(), edited=True)

    assert ask(tmp_path, "SELECT count(*) FROM mart.articles") == [(2,)]
    assert ask(tmp_path, "SELECT count(*) FROM ops.frontier WHERE state <> 'loaded'") == [(0,)]


async def test_an_edit_that_is_fetched_with_the_clock_set_back_is_the_later_version(tmp_path):
    await run(tmp_path, timedelta(), edited=False)
    await run(tmp_path, timedelta(hours=-1), edited=True)

    versions = f"""
    SELECT version_no, v.body_text LIKE '%diperbaiki%', v.version_id = a.version_id
    FROM core.article_versions AS v JOIN mart.articles AS a USING (article_id)
    WHERE url = 'http://jam.test{OLD}' ORDER BY version_no
    """
    assert ask(tmp_path, versions) == [(1, False, False), (2, True, True)]
