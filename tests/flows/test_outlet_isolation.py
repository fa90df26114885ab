"""No outlet changes what another one has: addresses belong to their own outlet, articles to their own addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.hostile_runs import ingest, settings_for
from support.hostile_site import HostileSite
from support.responses import Outlet, http, new_article, rss
from support.runs import ask

from flows.jobs import jobs
from flows.jobs.import_files import ImportOptions
from parsers.source import Source

pytestmark = pytest.mark.slow

OURS = [f"/berita/{n}/kabar-dari-saudara-nomor-{n}" for n in (801, 802, 803)]
SISTER_NAME = "saudara.grup"  # on a subdomain, as sister outlets often are
HOME = "http://saudara.grup.test"
URLS = [f"{HOME}{path}" for path in OURS]


def feed(*paths: str, home: str = HOME) -> bytes:
    return http(rss(home, list(paths)), kind="application/rss+xml")


def sitemap(urls: list[str]) -> bytes:
    places = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    return http(body.encode(), kind="application/xml")


def listing(urls: list[str]) -> bytes:
    links = "".join(f'<h3><a href="{url}">Kabar panjang dari {url}</a></h3>' for url in urls)
    return http(f"<html><body>{links}</body></html>".encode())


def posts(urls: list[str]) -> bytes:
    found = ",".join(
        f'{{"link": "{url}", "title": {{"rendered": "Kabar"}}, "date_gmt": "2026-10-01T00:00:00"}}'
        for url in urls
    )
    return http(f"[{found}]".encode(), kind="application/json")


CHANNELS = {
    "feed": ({"feeds": ["/umpan"]}, "/umpan", lambda: feed(*URLS)),
    "sitemap": ({"sitemaps": ["/peta.xml"]}, "/peta.xml", lambda: sitemap(URLS)),
    "listing page": ({"index": ["/indeks"]}, "/indeks", lambda: listing(URLS)),
    "wp-json": (
        {"wordpress": "http://grup.test/wp-json/wp/v2/posts"},
        "/wp-json/wp/v2/posts?per_page=100&page=1&orderby=date&order=desc",
        lambda: posts(URLS),
    ),
}
SISTER = Outlet(name=SISTER_NAME, n_good=0, more_good=tuple(OURS), others={"/feed": feed(*OURS)})


def group(channel: str) -> Outlet:
    """An outlet whose channel announces its sister's articles."""
    discover, path, answer = CHANNELS[channel]
    return Outlet(name="grup", n_good=0, discover=discover, others={path: answer()})


@pytest.mark.parametrize(
    "channel",
    [
        "feed",
        "listing page",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("sitemap", "wp-json")),
    ],
)
async def test_an_outlet_loads_its_articles_whoever_announced_them_first(tmp_path, channel):
    async with HostileSite(chosen=[group(channel), SISTER]) as site:
        await ingest(tmp_path / "both", site, ("grup",))
        filed = ask(
            tmp_path / "both",
            "SELECT source_id, state, reason, count(*) FROM ops.frontier GROUP BY ALL",
        )
        summary = await ingest(tmp_path / "both", site, (SISTER_NAME,))
        await ingest(tmp_path / "alone", site, (SISTER_NAME,))

    assert filed == [(SISTER_NAME, "not_asked", "other_outlet", 3)]
    assert [row["n_new"] for row in summary.rows] == [3]
    assert rows_of(SISTER_NAME, tmp_path / "both") == rows_of(SISTER_NAME, tmp_path / "alone")


async def test_who_announced_an_address_is_recorded(tmp_path):
    async with HostileSite(chosen=[group("feed"), SISTER]) as site:
        await ingest(tmp_path, site, ("grup",))

    assert ask(
        tmp_path,
        "SELECT DISTINCT source_id, feed_id FROM raw.feed_entries WHERE url LIKE 'http://saudara%'",
    ) == [("grup", "http://grup.test/umpan")]


async def test_another_outlets_announcement_changes_nothing_of_a_loaded_article(tmp_path):
    late = [f"{HOME}{OURS[0]}"]
    body = rss("http://grup.test", late).replace(b"2026", b"2027")
    liar = Outlet(name="grup", n_good=0, others={"/feed": http(body, kind="application/rss+xml")})
    async with HostileSite(chosen=[liar, SISTER]) as site:
        await ingest(tmp_path / "both", site, (SISTER_NAME,))
        await ingest(tmp_path / "alone", site, (SISTER_NAME,))
        await ingest(tmp_path / "both", site, ("grup",))

    assert rows_of(SISTER_NAME, tmp_path / "both") == rows_of(SISTER_NAME, tmp_path / "alone")


async def test_outlets_that_share_a_feed_each_load_their_own_articles(tmp_path):
    others = [f"/berita/{n}/kabar-dari-grup-nomor-{n}" for n in (901, 902)]
    shared = feed(*URLS, *(f"http://grup.test{path}" for path in others))
    discover = {"feeds": ["http://bersama.test/feed"]}
    outlets = [
        Outlet(name="bersama", n_good=0, others={"/feed": shared}),
        Outlet(name="grup", n_good=0, more_good=tuple(others), discover=discover),
        Outlet(name=SISTER_NAME, n_good=0, more_good=tuple(OURS), discover=discover),
    ]
    async with HostileSite(chosen=outlets) as site:
        for names in (("grup",), (SISTER_NAME,), ("grup", SISTER_NAME)):
            await ingest(tmp_path, site, names)

    loaded = "SELECT source_id, count(*) FROM mart.articles GROUP BY ALL ORDER BY ALL"
    assert ask(tmp_path, loaded) == [("grup", 2), (SISTER_NAME, 3)]


async def test_an_address_whose_outlet_becomes_known_later_goes_to_that_outlet(tmp_path):
    paths = [f"/berita/{n}/kabar-dari-tetangga-nomor-{n}" for n in (701, 702)]
    urls = [f"http://tetangga.test{path}" for path in paths]
    outlets = [
        Outlet(name="grup", n_good=0, others={"/feed": feed(*urls)}),
        Outlet(
            name="tetangga",
            n_good=0,
            more_good=tuple(paths),
            others={"/feed": feed(*paths, home="http://tetangga.test")},
        ),
    ]
    async with HostileSite(chosen=outlets) as site:
        sources, settings = site.sources(), settings_for(tmp_path, site)
        await jobs.ingest_sources(settings, {"grup": sources["grup"]}, ["grup"])
        await ingest(tmp_path, site, ("tetangga",))

    loaded = "SELECT source_id, count(*) FROM mart.articles GROUP BY ALL"
    assert ask(tmp_path, loaded) == [("tetangga", 2)]


async def test_an_address_that_an_earlier_pattern_refused_is_opened_when_it_is_announced(tmp_path):
    later = "/berita/804/kabar-dari-saudara-nomor-804"
    for pattern, paths in (("/berita/801/", OURS), (r"/berita/\d+/", [*OURS, later])):
        others = {"/feed": feed(*paths)}
        outlet = Outlet(
            name=SISTER_NAME, n_good=0, more_good=tuple(paths), url=pattern, others=others
        )
        async with HostileSite(chosen=[outlet]) as site:
            await ingest(tmp_path, site)

    assert ask(tmp_path, "SELECT count(*) FROM mart.articles") == [(4,)]


def canonical(name: str, path: str, claimed: str) -> bytes:
    return http(new_article(name, path, f"<link rel='canonical' href='{claimed}'>"))


async def test_pages_that_name_one_section_as_their_address_stay_apart(tmp_path):
    pages = {f"/b/{c}": canonical("sama", f"/b/{c}", "/berita") for c in "klmno"}
    async with HostileSite(chosen=[Outlet(name="sama", n_good=0, pages=pages)]) as site:
        await ingest(tmp_path, site)

    assert ask(tmp_path, "SELECT count(*), max(n_versions) FROM mart.articles") == [(5, 1)]


async def test_a_page_cannot_take_over_another_article_by_its_canonical_link(tmp_path):
    real = "/berita/801/panen-padi-di-lereng-bukit"
    pages = {real: http(new_article("sama", real)), "/b/jahat": canonical("sama", "/b/jahat", real)}
    outlet = Outlet(name="sama", n_good=0, pages=pages)
    async with HostileSite(chosen=[outlet]) as site:
        await ingest(tmp_path, site)

    found = "SELECT url, n_versions FROM mart.articles ORDER BY url"
    assert ask(tmp_path, found) == [("http://sama.test/b/jahat", 1), (f"http://sama.test{real}", 1)]


NUMBERED = [
    "http://satuan.test/berita/1001/pasar-lama-dibuka",
    "http://olahraga.satuan.test/berita/1001/lomba-dayung-teluk",
]


def numbered(**more: object) -> list[Outlet]:
    paths = [url.partition(".test")[2] for url in NUMBERED]
    return [
        Outlet(
            name="satuan",
            n_good=0,
            more_good=(paths[0],),
            url=r"/berita/(?P<id>\d+)/",
            others={"/feed": feed(*NUMBERED, home="http://satuan.test")},
        ),
        Outlet(name="olahraga.satuan", n_good=0, more_good=(paths[1],)),
    ]


def one_source(site: HostileSite, **more: object) -> dict[str, Source]:
    source = site.sources()["satuan"]
    return {"satuan": source.model_copy(update=more)}


@pytest.mark.parametrize(("site_wide_ids", "n_articles"), [(False, 2), (True, 1)])
async def test_one_number_on_two_hosts_is_one_article_only_where_the_source_says_so(
    tmp_path, site_wide_ids, n_articles
):
    async with HostileSite(chosen=numbered()) as site:
        sources = one_source(site, site_wide_ids=site_wide_ids)
        await jobs.ingest_sources(settings_for(tmp_path, site), sources, ["satuan"])

    assert ask(tmp_path, "SELECT count(*) FROM mart.articles") == [(n_articles,)]


async def test_an_articles_url_is_its_canonical_address_whichever_page_was_read_last(tmp_path):
    real = "/berita/801/panen-padi-di-lereng-bukit"
    copy = "/f/panen-padi-di-lereng-bukit-amp"
    pages = {copy: canonical("sama", copy, real), real: http(new_article("sama", copy))}
    for n, order in enumerate(([real, copy], [copy, real])):
        others = {"/feed": feed(*order, home="http://sama.test")}
        outlet = Outlet(name="sama", n_good=0, pages=pages, others=others)
        async with HostileSite(chosen=[outlet]) as site:
            await ingest(tmp_path / str(n), site)

        urls = "SELECT url FROM mart.articles"
        assert ask(tmp_path / str(n), urls) == [(f"http://sama.test{real}",)]


def save_page(folder: Path, url: str, text: str) -> Path:
    path = folder / "simpanan.html"
    days = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat")
    words = "".join(
        f"<p>{text} menyebut {day} sebagai hari ketika {n} perahu kembali bersandar di dermaga lama.</p>"
        for n, day in enumerate(days, 12)
    )
    path.write_text(
        f'<html lang="id"><head><link rel="canonical" href="{url}"></head>'
        f"<body><article><h1>Kabar dari Saudara Nomor 801</h1>{words}</article></body></html>"
    )
    return path


def current(home: Path) -> list[tuple]:
    query = f"SELECT n_versions, body_text LIKE '%Simpanan lama%' FROM mart.articles WHERE url = '{URLS[0]}'"
    return ask(home, query)


@pytest.mark.parametrize("first", ["fetched", pytest.param("saved", marks=pytest.mark.long)])
async def test_a_saved_file_never_stands_in_for_a_fetched_page(tmp_path, first):
    home = tmp_path / "home"
    path = save_page(tmp_path, URLS[0], "Simpanan lama")
    async with HostileSite(chosen=[SISTER]) as site:

        def load_file() -> None:
            sources = site.sources()
            jobs.import_paths(
                settings_for(home, site), sources, [path], ImportOptions(), lambda *_: None
            )

        if first == "saved":
            load_file()
            assert current(home) == [(1, True)]
        await ingest(home, site)
        if first == "fetched":
            load_file()

    assert current(home) == [(1, False)]


async def test_a_saved_file_is_loaded_over_a_fetched_page_on_request(tmp_path):
    home = tmp_path / "home"
    path = save_page(tmp_path, URLS[0], "Simpanan lama")
    async with HostileSite(chosen=[SISTER]) as site:
        await ingest(home, site)
        jobs.import_paths(
            settings_for(home, site),
            site.sources(),
            [path],
            ImportOptions(as_fetched=True),
            lambda *_: None,
        )

    assert current(home) == [(2, True)]


async def test_a_saved_file_of_another_outlets_address_is_not_filed_under_the_named_source(
    tmp_path,
):
    path = save_page(tmp_path, URLS[0], "Simpanan lama")
    async with HostileSite(chosen=[group("feed"), SISTER]) as site:
        jobs.import_paths(
            settings_for(tmp_path, site),
            site.sources(),
            [path],
            ImportOptions(source_id="grup"),
            lambda *_: None,
        )

    assert ask(tmp_path, "SELECT source_id, url FROM mart.articles") == [("grup", None)]


TABLES = ("articles", "article_versions", "quotes", "figures", "entity_mentions")


def rows_of(source_id: str, home: Path) -> dict[str, list[tuple]]:
    """What a home has of one source, without what names a moment or a run."""
    frontier = f"""
    SELECT url, source_id, state, reason, detail, attempts, article_id, discovered_by, published_at, modified_at, story_day, is_past
    FROM ops.frontier WHERE source_id = '{source_id}' ORDER BY url
    """
    texts = f"""
    SELECT url, a.article_id, version_id, headline, date_published, authors, n_versions, status, body_text
    FROM mart.articles AS a WHERE source_id = '{source_id}' ORDER BY url
    """
    return {"frontier": ask(home, frontier), "articles": ask(home, texts)}
