"""From one address to a source file that works, politely."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.raw_server import RawServer, ok
from support.responses import new_article

from flows.jobs.probe import ProbeError, probe
from flows.jobs.probe_report import ProbeReport
from flows.settings import Settings
from kliping.newsroom import Newsroom
from kliping.newsroom.edition import OUTLETS
from kliping.newsroom.manuscripts import manuscripts
from kliping.newsroom.site import Request
from parsers.article import Link
from parsers.probe.source_proposal import cadence, propose_pattern, to_toml
from parsers.source import from_data, read

pytestmark = pytest.mark.xdist_group("probe")  # one worker: each outlet is asked once for all tests

GIVEN = {
    "suararantau": "http://suararantau.test/",
    "portalnusa": "http://www.portalnusa.test",
    "harianlama": "http://harianlama.test/read/2026/11/20/7740/sidang-korupsi-alat-kesehatan-ditunda.html",
}
INDEX = {
    "suararantau": [
        "/",
        "/page/1/",
        "/page/2/",
        "/category/nasional/",
        "/kebijakan-privasi/",
        "/feed/",
        "/wp-json/wp/v2/posts?per_page=100",
    ],
    "portalnusa": ["/", "/indeks", "/indeks?date=2026-11-20&page=2", "/kanal/ekonomi", "/rss"],
    "harianlama": [
        "/",
        "/arsip/2026/11/22/",
        "/kanal/daerah/",
        "/cari?q=",
        "/atom.xml",
        "/sitemap-2026-11.xml",
    ],
}
WORDPRESS = {"suararantau": "http://suararantau.test/wp-json/wp/v2/posts"}
FEEDS = {"suararantau": "/feed/", "portalnusa": "/rss", "harianlama": "/atom.xml"}
ZONES = {"suararantau": "Asia/Jakarta", "portalnusa": "Asia/Jakarta", "harianlama": "Asia/Makassar"}
done: dict[str, tuple[ProbeReport, list[Request]]] = {}


def settings(port: int, home: Path, hosts: dict[str, tuple[str, int]]) -> Settings:
    return Settings(
        home=home,
        contact="redaksi@example.org",
        allow_private=frozenset({("127.0.0.1", port)}),
        connect_to=tuple((host, ip, number) for host, (ip, number) in hosts.items()),
    )


@pytest.fixture(params=OUTLETS)
async def probed(request, tmp_path):
    """The outlet's name, what was found, and what the newsroom was asked."""
    name = request.param
    if name not in done:
        async with Newsroom() as site:
            found = await probe(
                settings(site.port, tmp_path / "home", site.connect_to),
                GIVEN[name],
                delay_seconds=0.02,
            )
            done[name] = found, list(site.requests)
        assert not (tmp_path / "home").exists()
    return name, *done[name]


def test_the_file_is_read_without_an_error_and_says_what_was_found(probed, tmp_path):
    name, found, _ = probed
    path = tmp_path / f"{name}.toml"
    path.write_text("\n".join([*found.lines(), found.toml]), encoding="utf-8")

    source, errors = read(path)

    assert errors == []
    assert source == found.source
    assert (source.name, source.title, source.home) == (
        name,
        OUTLETS[name].title,
        f"http://{name}.test/",
    )
    assert (source.language, source.timezone) == ("id", ZONES[name])


def test_its_pattern_fits_every_article_and_no_index_page(probed):
    name, found, _ = probed
    articles = [m for m in manuscripts() if m.outlet == name]

    assert [found.source.match(m.url)["id"] for m in articles] == [str(m.id) for m in articles]
    assert [path for path in INDEX[name] if found.source.match(f"http://{name}.test{path}")] == []


def test_a_pattern_names_the_day_where_the_address_does(probed):
    name, found, _ = probed

    assert set(found.pattern.groups) == (
        {"id"} if name == "portalnusa" else {"id", "year", "month", "day"}
    )
    assert found.pattern.n_matched == found.pattern.n_announced >= 10


def test_feeds_and_sitemaps_and_posts_are_found(probed):
    name, found, _ = probed
    discover = found.source.discover

    assert discover.feeds == [f"http://{name}.test{FEEDS[name]}"]
    assert discover.sitemaps == [
        f"http://{name}.test/sitemap_index.xml",
        f"http://{name}.test/news-sitemap.xml",
    ]
    assert discover.wordpress == WORDPRESS.get(name)
    assert all(not channel.fault for channel in found.channels)


def test_at_most_twenty_requests_robots_first_and_obeyed(probed):
    name, found, requests = probed
    targets = [request.target for request in requests]

    assert len(requests) == found.n_requests <= 20
    assert targets[0] == "/robots.txt"
    assert not [target for target in targets if target.startswith((OUTLETS[name].draft, "/cari"))]
    assert found.cadence > timedelta(hours=1)


def test_samples_say_which_fields_are_filled_and_what_is_not_is_unverified(probed):
    _, found, _ = probed
    empty = {
        name
        for sample in found.samples
        for name in ("headline", "date", "authors", "section", "tags", "body")
        if not sample[name]
    }

    assert len(found.samples) == 5
    assert all(
        sample["headline"] and sample["date"] and sample["body"] > 100 and sample["how"]
        for sample in found.samples
    )
    assert {
        key.partition("].")[2] for key in found.source.unverified if key.startswith("article")
    } == empty


def test_a_crawl_delay_is_told(probed):
    name, found, _ = probed

    assert found.robots.crawl_delay_seconds == (0.2 if name == "portalnusa" else None)
    assert any("disallow: /cari" in line for line in found.lines())


async def command(port: int, home: Path, *arguments: str) -> tuple[int, str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("KLIPING_", "PREFECT_"))}
    env |= {
        "KLIPING_HOME": str(home),
        "KLIPING_ALLOW_PRIVATE": f"127.0.0.1:{port}",
        "KLIPING_CONNECT_TO": f"*.test=127.0.0.1:{port}",
    }
    ran = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kliping.cli",
        "sources",
        "probe",
        *arguments,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await ran.communicate()
    assert b"Traceback" not in err, err.decode()
    return ran.returncode, out.decode(), err.decode()


@pytest.mark.long
@pytest.mark.slow
async def test_the_command_writes_a_file_once_and_speaks_json(tmp_path):
    async with Newsroom() as site:
        code, out, err = await command(
            site.port,
            tmp_path / "home",
            "http://harianlama.test/",
            "--output",
            str(tmp_path / "own"),
        )
        again = await command(
            site.port,
            tmp_path / "home",
            "http://harianlama.test/",
            "--output",
            str(tmp_path / "own"),
            "--format",
            "json",
        )

    source, errors = read(tmp_path / "own/harianlama.toml")
    assert (code, errors) == (0, [])
    assert "KLIPING_CONTACT" in err
    assert from_data(tomllib.loads(out)) == source
    assert (again[0], json.loads(again[1])["pattern"]["matched"]) == (2, 10)
    assert "exists already" in again[2]
    assert not (tmp_path / "home").exists()


WORDS = ok(
    b"<html lang=id><title>Situs</title><body><p>Tidak ada berita di sini.</p></body></html>",
    "Content-Type: text/html",
)
CLOSED = ok(b"User-agent: *\nDisallow: /")
NOTHING = {
    "robots.txt forbids it": ({"/": WORDS, "/robots.txt": CLOSED}, "robots.txt forbids"),
    "it is not there": ({}, "not_found"),
    "it announces nothing": ({"/": WORDS}, "announces articles"),
    "it is no page": ({"/": ok(b"\x89PNG\r\n\x1a\n" + bytes(500))}, "announces articles"),
}


@pytest.mark.parametrize("case", NOTHING)
async def test_a_site_of_which_nothing_can_be_said_is_an_error_that_says_why(case, tmp_path):
    routes, message = NOTHING[case]
    async with RawServer(dict(routes)) as wire:
        hosts = {"outlet.test": ("127.0.0.1", wire.port)}
        with pytest.raises(ProbeError, match=message) as raised:
            await probe(
                settings(wire.port, tmp_path, hosts), "http://outlet.test/", delay_seconds=0
            )

    assert raised.value.exit_code == 1
    assert len(wire.requests) <= 20
    assert wire.requests[0].path == "/robots.txt"


@pytest.mark.slow
async def test_a_wrong_address_and_a_site_that_is_away_end_with_their_exit_codes(tmp_path):
    async with RawServer() as wire:
        port = wire.port

    assert (await command(port, tmp_path, "ftp://outlet.test/"))[0] == 2
    code, _, err = await command(port, tmp_path, "http://outlet.test/")
    assert (code, "cannot be fetched" in err) == (1, True)


TOKEN, KEY, LISTED = "rahasia-diberi", "rahasia-umpan", "rahasia-peta"


def guarded() -> dict[str, bytes]:
    """A site whose addresses hold tokens, and say them again wherever they can."""
    articles = [f"http://outlet.test/berita/{n}/kabar-ke-{n}-dari-desa" for n in range(1, 6)]
    items = "".join(
        f"<item><title>Kabar</title><link>{url}?sid={KEY}</link></item>" for url in articles
    )
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in articles)
    door = f"<html lang=id><title>Situs</title><link rel=alternate type=application/rss+xml href='/umpan?api_key={KEY}'>"
    lines = (
        f"Sitemap: http://outlet.test/peta.xml?token={LISTED}\n"
        f"Sitemap: http://orang:{LISTED}@outlet.test/lain.xml\n"
        f"Sitemap: http://outlet.test/hilang.xml?token={LISTED}\n"
    )
    pages = {
        f"/berita/{n}/kabar-ke-{n}-dari-desa?sid={KEY}": ok(new_article("outlet", f"/{n}"))
        for n in range(1, 6)
    }
    return {
        f"/?token={TOKEN}": ok(door.encode(), "Content-Type: text/html"),
        "/": ok(door.encode(), "Content-Type: text/html"),
        f"/umpan?api_key={KEY}": ok(f"<rss><channel>{items}</channel></rss>".encode()),
        f"/peta.xml?token={LISTED}": ok(f"<urlset>{entries}</urlset>".encode()),
        "/robots.txt": ok(lines.encode()),
        **pages,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", ["table", *(pytest.param(name, marks=pytest.mark.long) for name in ("json", "csv"))]
)
async def test_what_is_printed_and_written_hides_the_secrets_of_addresses(form, tmp_path):
    async with RawServer(guarded()) as wire:
        code, out, err = await command(
            wire.port,
            tmp_path / "home",
            f"http://outlet.test/?token={TOKEN}",
            "--output",
            str(tmp_path / "own"),
            "--format",
            form,
        )
        paths = {request.path for request in wire.requests}

    written = (tmp_path / "own" / "outlet.toml").read_text()
    assert code == 0, err
    assert not [secret for secret in (TOKEN, KEY, LISTED) if secret in out + err + written]
    assert {f"/?token={TOKEN}", f"/umpan?api_key={KEY}", f"/peta.xml?token={LISTED}"} <= paths
    assert "http://outlet.test/umpan?api_key=***" in written
    assert "fill it in" in written
    assert read(tmp_path / "own" / "outlet.toml")[1] == []


@pytest.mark.parametrize(
    "address",
    [
        "http://orang:rahasia@outlet.test/",
        "http://orang:raha%40rahasia@outlet.test/",
        "ftp://orang:rahasia@outlet.test/?token=rahasia",
        "orang:rahasia@outlet.test",
        "http://[rahasia@outlet.test/?token=rahasia",
        "http://outlet.test:0x/?token=rahasia",
        "http://outlet.test/hilang?token=rahasia",
    ],
)
async def test_an_address_that_cannot_be_probed_is_refused_without_its_secrets(address, tmp_path):
    async with RawServer() as wire:
        hosts = {"outlet.test": ("127.0.0.1", wire.port)}
        with pytest.raises(ProbeError) as raised:
            await probe(settings(wire.port, tmp_path, hosts), address, delay_seconds=0)

    assert "rahasia" not in str(raised.value)


async def test_redirects_without_end_spend_no_more_than_the_ration(tmp_path):
    listed = b"User-agent: *\n" + b"".join(
        b"Sitemap: http://outlet.test/hop/%d/0\n" % n for n in range(50)
    )
    hops = {
        f"/hop/{n}/{m}": ok(b"", f"Location: /hop/{n}/{m + 1}", status="302 Found")
        for n in range(50)
        for m in range(9)
    }
    async with RawServer({"/": WORDS, "/robots.txt": ok(listed), **hops}) as wire:
        hosts = {"outlet.test": ("127.0.0.1", wire.port)}
        with pytest.raises(ProbeError):
            await probe(
                settings(wire.port, tmp_path, hosts), "http://outlet.test/", delay_seconds=0
            )

    assert len(wire.requests) == 20


@pytest.mark.parametrize(
    ("requested_path", "found"),
    [("/feed", "/feed/"), ("/feed.xml",) * 2, ("/rss",) * 2, ("/rss.xml",) * 2],
)
async def test_a_feed_that_no_page_names_is_found_where_feeds_usually_are(
    requested_path, found, tmp_path
):
    items = "".join(
        f"<item><link>http://outlet.test/berita/{n}/panen-raya-ke-{n}</link></item>"
        for n in range(101, 106)
    )
    feed = {found: ok(f"<rss><channel>{items}</channel></rss>".encode())}
    moved = (
        {requested_path: ok(b"", f"Location: {found}", status="301 Moved")}
        if requested_path != found
        else {}
    )
    async with RawServer({"/": WORDS, **moved, **feed}) as wire:
        hosts = {"outlet.test": ("127.0.0.1", wire.port)}
        findings = await probe(
            settings(wire.port, tmp_path, hosts), "http://outlet.test/", delay_seconds=0
        )

    assert findings.source.discover.feeds == [f"http://outlet.test{found}"]
    assert len(wire.requests) == findings.n_requests <= 20


SITE = "https://kabar.test"
ADDRESSES = {
    "date and number": (
        [
            "/read/2024/05/28/10101011/satu",
            "/read/2024/05/29/10101231/dua-98",
            "/read/2024/06/01/9101231/tiga",
        ],
        ["/arsip/2024/05/28/"],
        {"id", "year", "month", "day"},
    ),
    "date in one, number behind": (
        [
            "/a/20240528101010-12-1103055/x",
            "/b/20240528112010-532-1103077/y",
            "/b/20240529112010-92-1103177/z-98",
        ],
        ["/b/12"],
        {"id", "year", "month", "day"},
    ),
    "number at the end": (
        ["/politik/judul-satu-1234567", "/hukum/judul-dua-1234568", "/hukum/judul-99-tiga-1234569"],
        ["/tag/partai-2024", "/politik"],
        {"id"},
    ),
    "number behind a word": (
        ["/berita/d-7361234/a-b", "/berita/d-7361235/a-b-12", "/foto/d-7361236/a-b"],
        ["/berita/2", "/indeks?page=2"],
        {"id"},
    ),
    "number in the query": (
        ["/read.php?id=123&judul=a", "/read.php?id=124", "/read.php?id=199"],
        ["/list.php?page=2"],
        {"id"},
    ),
    "month and words": (
        ["/2024/05/judul-satu", "/2024/05/judul-dua-20", "/2024/06/judul-tiga"],
        ["/2024/05/", "/2024/"],
        {"year", "month"},
    ),
    "words only": (
        [
            "/judul-satu-yang-panjang/",
            "/judul-dua-yang-juga-panjang/",
            "/judul-tiga-yang-panjang-2024/",
        ],
        ["/tentang-kami/", "/kanal/nasional/"],
        set(),
    ),
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_a_pattern_is_proposed_from_the_announced_addresses(case):
    articles, listings, groups = ADDRESSES[case]
    links = [Link(url=SITE + path, source_id="kabar") for path in articles]

    pattern = propose_pattern(links, [SITE + path for path in listings])

    assert (set(pattern.groups), pattern.n_matched, pattern.n_listings) == (groups, 3, 0), pattern
    assert not [path for path in listings if re.search(pattern.text, SITE + path)]


def test_two_addresses_are_too_few_for_a_pattern():
    assert (
        propose_pattern([Link(url=f"{SITE}/read/{n}", source_id="kabar") for n in (1, 2)], [])
        is None
    )


def test_the_cadence_is_the_median_of_the_gaps():
    at = [datetime(2026, 11, 1, hour, tzinfo=UTC) for hour in (0, 1, 2, 20)]

    assert cadence(
        Link(url=f"{SITE}/{when}", source_id="kabar", published_at=when) for when in at
    ) == timedelta(hours=1)
    assert cadence([Link(url=SITE, source_id="kabar", published_at=at[0])]) is None


def test_odd_words_survive_the_file(tmp_path):
    fields = {
        "name": "kabar",
        "title": 'Kabar "Kita" \\ \u2028 \U0001f4f0',
        "home": SITE,
        "article": [{"url": r"/(?P<id>\d+)'\b"}],
        "unverified": ["title"],
    }
    path = tmp_path / "kabar.toml"
    path.write_text(to_toml(from_data(fields)), encoding="utf-8")

    assert read(path) == (from_data(fields), [])
