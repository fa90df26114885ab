"""The hostile site and a good outlet in one home: the good outlet's rows are those it has alone, whatever runs do.

The hostile side is every outlet of the hostile site, and one more that announces the good outlet's addresses,
redirects to it, and claims its addresses as its own. A few of its outlets in two ways; all of them in all ways with KLIPING_TEST_MATRIX=all.
"""

from __future__ import annotations

import asyncio
import io
import os
from datetime import date
from pathlib import Path

import pytest
from support import hostile_outlets
from support.hostile_runs import SHORT, settings_for
from support.hostile_site import HostileSite
from support.responses import Outlet, http, new_article, rss, to, urlset
from support.runs import MOMENTS, ask, differences
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.jobs import jobs
from flows.jobs.import_files import ImportOptions

IS_WHOLE = os.environ.get("KLIPING_TEST_MATRIX") == "all"
FEW = {"putar"}  # outlets of the hostile site
pytestmark = [pytest.mark.xdist_group("matrix"), pytest.mark.slow]

GOOD = "baik"
HOME = "http://baik.test"
PATHS = [f"/berita/{n}/kabar-baik-nomor-{n}" for n in range(701, 707)]
SECRET = f"{HOME}/rahasia/naskah-yang-belum-terbit-sama-sekali"


def good() -> Outlet:
    listed = urlset(HOME, PATHS)
    others = {
        "/feed": http(rss(HOME, PATHS[:4]), kind="application/rss+xml"),
        "/peta.xml": http(listed, kind="application/xml"),
        "/mogok": http(b"tutup", "Retry-After: 86400", status="429 Too Many Requests"),
        "/rusak": http(b"rusak", status="500 Internal Server Error"),
    }
    discover = {"feeds": ["/feed"], "sitemaps": ["/peta.xml"]}
    return Outlet(
        name=GOOD,
        n_good=0,
        more_good=tuple(PATHS),
        others=others,
        discover=discover,
        delay_seconds=0.0,
    )


def claimant() -> Outlet:
    """Says and does what it can about the good outlet."""
    urls = [*(f"{HOME}{path}" for path in PATHS), SECRET]
    pages = {
        **{f"/ke/{n}": to(f"{HOME}/rusak") for n in range(6)},
        "/ke/mogok": to(f"{HOME}/mogok"),
        "/ke/berita": to(urls[0]),
        "/salin": http(
            new_article("pengaku", "/salin", f"<link rel='canonical' href='{urls[1]}'>")
        ),
        "/lanjut": http(new_article("pengaku", "/lanjut", f"<link rel='next' href='{urls[2]}'>")),
    }
    listed = urlset("http://pengaku.test", [*pages, *urls])
    others = {
        "/robots.txt": http(f"Sitemap: {HOME}/peta.xml\nSitemap: {HOME}/rusak\n".encode(), kind="text/plain"),
        "/feed": http(rss("http://pengaku.test", [*urls, *pages]), kind="application/rss+xml"),
        "/peta.xml": http(listed, kind="application/xml"),
    }  # fmt: skip
    discover = {"feeds": ["/feed", f"{HOME}/feed"], "sitemaps": ["/peta.xml", f"{HOME}/peta.xml"]}
    return Outlet(name="pengaku", pages=pages, others=others, discover=discover, delay_seconds=0.0)


class Neighbourhood(HostileSite):
    """The hostile site with the two outlets that this test adds."""

    async def __aenter__(self):
        self._chosen = None
        await super().__aenter__()
        hostile = hostile_outlets.outlets(self.canary)
        chosen = [outlet for outlet in hostile if IS_WHOLE or outlet.name in FEW]
        self.outlets = {outlet.name: outlet for outlet in (*chosen, claimant(), good())}
        self._routes = {f"{name}.test": outlet.routes() for name, outlet in self.outlets.items()}
        return self

    @property
    def hostile(self) -> list[str]:
        return [name for name in self.outlets if name != GOOD]


async def ingest(home: Path, site: Neighbourhood, names: list[str]) -> None:
    await jobs.ingest_sources(settings_for(home, site), site.sources(), names, budgets=SHORT)


async def ingest_all(home: Path, site: Neighbourhood, names: list[str]) -> None:
    """The hostile outlets first, so that they announce first; then everybody."""
    if hostile := [name for name in names if name != GOOD]:
        await ingest(home, site, hostile)
    await ingest(home, site, names)


async def revisit(home: Path, site: Neighbourhood, names: list[str]) -> None:
    await ingest(home, site, names)
    await jobs.revisit_sources(settings_for(home, site), site.sources(), names, budgets=SHORT)


async def backfill(home: Path, site: Neighbourhood, names: list[str]) -> None:
    days = (date(2026, 9, 1), date(2026, 11, 30))
    for name in names:
        if name in {GOOD, "pengaku", "peta", "berlimpah", "labirin", "kembar"}:
            await jobs.backfill_source(
                settings_for(home, site), site.sources(), name, days, budgets=SHORT
            )


async def import_files(home: Path, site: Neighbourhood, names: list[str]) -> None:
    """The good outlet's page from a WARC file; from the others all they could put into one."""
    folder = home.with_name(f"{home.name}-files")
    folder.mkdir()
    urls = [f"{HOME}{path}" for path in PATHS]
    _warc(folder / "baik.warc.gz", [(url, new_article(GOOD, path, f"<link rel='canonical' href='{url}'>")) for url, path in zip(urls, PATHS, strict=True)])  # fmt: skip
    if len(names) > 1:
        fake = new_article("pengaku", "/palsu", f"<link rel='canonical' href='{HOME}{PATHS[0]}'>")
        (folder / "palsu.html").write_bytes(fake)
        _warc(
            folder / "pengaku.warc.gz", [("http://pengaku.test/berita/1/kabar-palsu-besar", fake)]
        )
        (folder / "rusak.warc.gz").write_bytes((folder / "baik.warc.gz").read_bytes()[:700])
    paths = sorted(folder.iterdir())
    settings = settings_for(home, site)
    await asyncio.to_thread(
        jobs.import_paths, settings, site.sources(), paths, ImportOptions(), lambda *_: None
    )


async def two_at_once(home: Path, site: Neighbourhood, names: list[str]) -> None:
    hostile = [name for name in names if name != GOOD]
    await asyncio.gather(*(ingest(home, site, part) for part in (hostile, [GOOD]) if part))


def _warc(path: Path, pages: list[tuple[str, bytes]]) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, body in pages:
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
            date_header = {"WARC-Date": "2026-10-20T03:00:00Z"}
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=io.BytesIO(body),
                    http_headers=headers,
                    warc_headers_dict=date_header,
                )
            )


WAYS = {
    "ingest": ingest_all,
    "revisit": revisit,
    "backfill": backfill,
    "import": import_files,
    "two runs at once": two_at_once,
}


@pytest.mark.parametrize("way", WAYS if IS_WHOLE else ["two runs at once"])
async def test_the_good_outlets_rows_are_those_it_has_alone(tmp_path, way):
    async with Neighbourhood() as site:
        await WAYS[way](tmp_path / "both", site, [*site.hostile, GOOD])
        targets = [r.target for r in site.requests if r.host == "baik.test"]
        await WAYS[way](tmp_path / "alone", site, [GOOD])

    both, alone = tmp_path / "both", tmp_path / "alone"
    assert ask(alone, "SELECT count(*) FROM core.articles") == [(len(PATHS),)]
    # a saved page has the address that it states: a further record of that article, of lower rank
    has_claim = way == "import"
    but = {*MOMENTS, "provenance"} if has_claim else MOMENTS  # merged from two, in another order
    found = differences(alone, both, source=GOOD, but=but)
    claims = [row[0] for row in found.pop("core.article_statements", ())]
    assert claims == ["other"] * has_claim
    assert found == {}
    assert SECRET.removeprefix(HOME) not in targets
