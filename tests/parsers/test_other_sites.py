"""What one source's site brings about at another's host is its own affair: nobody else is stopped by it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urljoin

import pytest
from support.hostile_runs import ingest
from support.hostile_site import HostileSite
from support.raw_server import SMALL, RawServer, failure, link, ok, settings, to
from support.responses import Answer, Outlet, http, new_article, rss, sitemapindex
from support.responses import to as sent_to
from support.runs import ask

from flows.http.client import Fetcher
from parsers.article import Link
from parsers.kinds import Reason
from parsers.source import from_data, source_of_url

pytestmark = pytest.mark.slow

VICTIM = Outlet(name="korban", n_good=3, delay_seconds=0.05)
CHILD = Outlet(name="anak.induk", delay_seconds=0.05)
MOBILE = Outlet(name="m.lanjutan", delay_seconds=0.05)  # whose articles share their keys
VICTIMS = ("korban.test", "anak.induk.test", "m.lanjutan.test")
HOME = "http://korban.test"
TARGETS = {
    "plain": "http://korban.test/{}",
    "awalan": "http://www.korban.test/{}",
    "dot": "http://korban.test./{}",
    "capitals": "http://KORBAN.test:80/{}",
    "subdomain": "http://dalam.korban.test/{}",
    "no-scheme": "//korban.test/{}",
}
POSTS = "/wp-json/wp/v2/posts"


def redirecting(name: str, target: str, path: str = "/berita/1/pindah") -> Outlet:
    return Outlet(name=name, pages={path: sent_to(target)}, n_good=1, delay_seconds=0.0)


def channel(kind: str, path: str, answer: Answer, requested_path: str = "") -> Outlet:
    """An outlet whose one channel answers so."""
    discover = {kind: path if kind == "wordpress" else [path]}
    others = {requested_path or path: answer}
    return Outlet(name=kind, others=others, discover=discover, n_good=0, delay_seconds=0.0)


def attackers() -> list[Outlet]:
    """An outlet for every place in which one can name an address of another, which then has its name."""
    first = "/berita/900/kabar-baik-dari-lanjutan-0"
    more = f"<a rel='next' href='http://m.lanjutan.test{first}?page=2'>2</a>"
    posts = f"{POSTS}?per_page=100&page=1&orderby=date&order=desc"
    line = f"User-agent: *\nDisallow:\nSitemap: {HOME}/baris.xml\n".encode()
    child = http(sitemapindex(["http://anak.induk.test/peta.xml"]))
    return [
        *(redirecting(name, target.format(name)) for name, target in TARGETS.items()),
        Outlet(
            name="dua-langkah",
            pages={"/berita/1/pindah": sent_to("/antara")},
            others={"/antara": sent_to(f"{HOME}/dua-langkah")},
            delay_seconds=0.0,
        ),
        channel("feeds", "/umpan", sent_to(f"{HOME}/feeds")),
        channel("sitemaps", "/peta.xml", sent_to(f"{HOME}/sitemaps")),
        channel("index", "/?p={page}", sent_to(f"{HOME}/index"), requested_path="/?p=1"),
        channel("wordpress", POSTS, sent_to(f"{HOME}/wordpress"), requested_path=posts),
        Outlet(
            name="induk",
            others={"/peta.xml": child},
            discover={"sitemaps": ["/peta.xml"]},
            delay_seconds=0.0,
        ),
        Outlet(
            name="robots",
            others={"/robots.txt": sent_to(f"{HOME}/robots.txt")},
            delay_seconds=0.0,
        ),
        Outlet(
            name="baris",
            others={"/robots.txt": http(line, kind="text/plain")},
            delay_seconds=0.0,
        ),
        Outlet(
            name="entri",
            others={"/feed": http(rss(HOME, ["/berita/9/entri"]))},
            delay_seconds=0.0,
        ),
        Outlet(
            name="lanjutan",
            others={first: http(new_article("lanjutan", first, tail=more))},
            delay_seconds=0.0,
        ),
    ]


@dataclass
class Visit:
    """What the victim was asked, and what became of the attackers' addresses."""

    targets: list[str]
    fates: dict[str, tuple[str, str | None, str | None]]
    channels: dict[str, str]
    notes: tuple[str, ...]
    partial: list[str]


@pytest.fixture(scope="module")
def visit_result(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """One run of all attackers. The victim is a known source, and is not read."""
    home = tmp_path_factory.mktemp("attackers")

    async def run() -> Visit:
        chosen = attackers()
        async with HostileSite(chosen=[*chosen, VICTIM, CHILD, MOBILE]) as site:
            summary = await ingest(home, site, tuple(outlet.name for outlet in chosen))
            targets = [r.target for r in site.requests if r.host.rstrip(".").endswith(VICTIMS)]
        fates = "SELECT url, state, reason, detail FROM ops.frontier"
        partial = "FROM core.article_versions JOIN core.articles USING (article_id) SELECT source_id WHERE list_contains(flags, 'partial')"
        checks = "SELECT source_id, outcome FROM ops.feed_checks"
        return Visit(
            targets,
            {url: fate for url, *fate in ask(home, fates)},
            dict(ask(home, checks)),
            summary.notes,
            [name for (name,) in ask(home, partial)],
        )

    return asyncio.run(run())


def test_no_outlet_can_have_another_asked(visit_result):
    assert visit_result.targets == []


@pytest.mark.parametrize("name", [*TARGETS, "dua-langkah"])
def test_a_redirect_onto_another_sources_site_is_a_failure_of_that_page(visit_result, name):
    state, reason, detail = visit_result.fates[f"http://{name}.test/berita/1/pindah"]

    assert (state, reason) == ("quarantined", "other_site")
    assert detail.startswith("leads to korban's site: http")
    assert (
        visit_result.fates[f"http://{name}.test/berita/900/kabar-baik-dari-{name}-0"][0] == "loaded"
    )


@pytest.mark.parametrize("name", ["feeds", "sitemaps", "index", "wordpress"])
def test_a_channel_that_leads_onto_another_sources_site_has_failed(visit_result, name):
    assert visit_result.channels[name] == "other_site"


@pytest.mark.parametrize("name", ["induk", "baris"])
def test_a_sitemap_on_another_sources_site_is_noted(visit_result, name):
    assert f"{name}: 1 sitemaps on other sources' sites were not fetched" in visit_result.notes


def test_a_site_whose_rules_lie_on_another_sources_site_is_not_read(visit_result):
    assert visit_result.channels["robots"] == "robots_unreachable"


def test_an_article_whose_next_page_lies_on_another_sources_site_is_loaded_without_it(visit_result):
    state = visit_result.fates["http://lanjutan.test/berita/900/kabar-baik-dari-lanjutan-0"][0]

    assert state == "loaded"
    assert visit_result.partial == ["lanjutan"]


def source_of(url: str) -> str | None:
    """Two sources; a third host belongs to neither."""
    return next((name for name in ("pengirim", "pelanggan") if f"{name}.test/" in url), None)


def page(host: str, path: str, source_id: str) -> Link:
    """An address that a feed has announced."""
    url = f"http://{host}.test{path}"
    return Link(url=url, source_id=source_id, discovered_by=f"http://{host}.test/feed")


@pytest.mark.parametrize(
    ("answer", "n_asked", "reasons"),
    [
        (ok(status="500 Oops"), 5, [Reason.SERVER_ERROR] * 2 + [Reason.BREAKER] * 2),
        (ok(b"", "Retry-After: 86400", status="429 No"), 1, [Reason.RATE_LIMITED] * 4),
        (
            ok(b"", "cf-mitigated: challenge", status="403 No"),
            5,
            [Reason.BLOCKED] * 5 + [Reason.BREAKER],
        ),
        (ok(status="402 Pay"), 5, [Reason.PAYMENT_REQUIRED] * 5 + [Reason.BREAKER]),
    ],
)
async def test_the_faults_of_a_host_count_for_those_only_whom_a_redirect_led_there(
    answer, n_asked, reasons, tmp_path
):
    """Its pause is kept for all."""
    routes = {"/umpan": ok(), "/luar": answer}
    sent = {f"/{n}": to("http://luar.test/luar") for n in range(len(reasons))}
    budgets = replace(SMALL, breaker_failures=5)
    async with (
        RawServer(routes | sent) as wire,
        Fetcher(settings(wire, tmp_path, budgets=budgets), source_of=source_of) as fetcher,
    ):
        failed = [
            (await failure(fetcher.get(page("pengirim", path, "pengirim"), delay_seconds=0.05)))
            for path in sent
        ]
        feed = Link(url="http://luar.test/umpan", source_id="pelanggan", kind="feed")
        await fetcher.get(feed, delay_seconds=0.05)

    requests = [one for one in wire.requests if one.host == "luar.test"]
    assert [each.reason for each in failed] == reasons
    assert [one.path for one in requests] == ["/robots.txt", *["/luar"] * n_asked, "/umpan"]
    assert min(b.began_at - a.began_at for a, b in pairwise(requests)) >= 0.05


async def test_a_channel_on_a_host_of_nobodys_fails_for_itself_and_is_left_alone(tmp_path):
    """What an operator's file names is no redirect: such a host's faults are its own."""
    async with (
        RawServer({"/feed": ok(status="500 Oops")}) as wire,
        Fetcher(
            settings(wire, tmp_path, budgets=replace(SMALL, breaker_failures=2)),
            source_of=lambda _: None,
        ) as fetcher,
    ):
        feed = Link(url="http://umpan.test/feed", source_id="kabar", kind="feed")
        other = replace(feed, url="http://umpan.test/lain", source_id="lain")
        await failure(fetcher.get(feed, delay_seconds=0))

        assert (await failure(fetcher.get(other, delay_seconds=0))).reason is Reason.BREAKER


async def test_a_redirect_keeps_a_hosts_own_hold(tmp_path):
    async with (
        RawServer(
            {"/busy": retried("600"), "/page": to("http://lain.test/ok"), "/ok": ok()}
        ) as wire,
        Fetcher(settings(wire, tmp_path)) as fetcher,
    ):
        await failure(fetcher.get(link("http://lain.test/busy"), delay_seconds=0))
        n_before = len(wire.requests)
        failed = await failure(fetcher.get(link("http://outlet.test/page"), delay_seconds=0))

        assert failed.reason is Reason.RATE_LIMITED
        assert [request.path for request in wire.requests[n_before:]] == ["/robots.txt", "/page"]


def retried(seconds: str) -> bytes:
    return ok(b"", f"Retry-After: {seconds}", status="429 Too Many Requests")


def test_every_spelling_of_a_host_has_its_owner():
    sources = {"korban": from_data({"name": "korban", "title": "K", "home": f"{HOME}/"})}

    for target in TARGETS.values():
        assert (
            source_of_url(urljoin("http://penyerang.test/", target), sources) == sources["korban"]
        )
    assert source_of_url("http://[::1", sources) is None
    assert source_of_url("http://korban.test.penyerang.test/", sources) is None
