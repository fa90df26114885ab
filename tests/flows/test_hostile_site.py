"""One run of the whole product over the hostile site, then one test a fault: its fate, its reason, its number of requests."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support import idle_loop
from support.hostile_outlets import all_changed
from support.hostile_runs import SHORT, ingest
from support.hostile_site import HostileSite
from support.politeness_verdict import complaints
from support.responses import Dynamic, Outlet, http, new_article
from support.runs import ask

from flows.crawl import discovery
from flows.runs.summary import Summary
from kliping.newsroom import Request
from parsers.source import Source

pytestmark = [pytest.mark.xdist_group("hostile"), pytest.mark.slow]  # one worker, one run

LATER = ("bersyarat", "bohong", "roboh", "tutup", "robot500", "umpan")  # visited again

# what | host and path | state | reason | requests
FATES = """
N1  macet/berita/1/tanpa-jawaban             deferred    timeout      4
N1  macet/berita/2/kepala-menetes            deferred    timeout      4
N1  macet/berita/3/badan-menetes             deferred    timeout      4
N1  macet/berita/4/diam-sekali               loaded      -            2
N2  putus/berita/1/ditutup-tanpa-kata        deferred    connect      4
N2  putus/berita/2/direset-di-tengah         deferred    connect      4
N2  putus/berita/3/kurang-dari-janji         deferred    truncated    4
N2  putus/berita/4/potongan-rusak            quarantined protocol     4
N2  putus/berita/5/potongan-tak-selesai      deferred    truncated    4
N2  putus/berita/6/putus-sekali              loaded      -            2
N3  terpotong/berita/1/halaman-terpotong     quarantined truncated    2
N3  terpotong/berita/2/terpotong-sekali      loaded      -            2
N3  terpotong/berita/3/tanpa-tag-penutup     loaded      -            1
N4  kacau/berita/1/bukan-http                quarantined protocol     1
N4  kacau/berita/2/status-sampah             quarantined protocol     1
N4  kacau/berita/3/kepala-raksasa            quarantined protocol     1
N4  kacau/berita/4/dua-bingkai               quarantined protocol     1
N4  kacau/berita/5/kepala-berwarna           loaded      -            1
N5  sandi/berita/1/gzip-terpotong            quarantined decode       1
N5  sandi/berita/2/jumlah-salah              quarantined decode       1
N5  sandi/berita/3/bukan-gzip                quarantined decode       1
N5  sandi/berita/4/brotli-tak-diminta        quarantined decode       1
N5  sandi/berita/5/zstd-tak-diminta          quarantined decode       1
N5  sandi/berita/9/deflate-mentah            loaded      -            1
N6  sandi/berita/6/bom-gzip                  quarantined too_large    1
N6  sandi/berita/7/gzip-dua-kali             quarantined decode       1
N6  sandi/berita/8/bom-dalam-bom             quarantined not_html     1
N7  raksasa/berita/1/mengaku-enam-puluh-juta quarantined too_large    1
N7  raksasa/berita/2/tanpa-akhir             quarantined too_large    1
N8  putar/berita/1/kepada-diri-sendiri       quarantined redirect     1
N8  putar/berita/2/berputar                  quarantined redirect     2
N8  putar/berita/3/berputar-balik            quarantined redirect     2
N8  putar/berita/4/tiga-puluh-lompatan       quarantined redirect     1
N8  putar/hop/4                              -           -            1
N8  putar/hop/5                              -           -            0
N8  putar/berita/5/tanpa-tujuan              quarantined redirect     1
N8  putar/berita/6/alamat-rusak              quarantined redirect     1
C4  putar/berita/7/ke-halaman-depan          gone        not_found    1
C4  putar/berita/8/ke-daftar-kanal           quarantined not_article  1
C4  putar/berita/9/ke-pintu-masuk            quarantined login        1
N8  putar/berita/10/pindah-rumah             loaded      -            1
N9  selundup/berita/50/kanonik-ke-dalam      loaded      -            1
N9  selundup/berita/51/segar-ke-dalam        quarantined no_content   1
N9  dalam.selundup/berita/60/nama-yang-pindah skipped    ssrf         0
N10 bersyarat/berita/5/tak-pernah-ditanya    quarantined protocol     1
N11 sibuk/berita/1/tunggu-sedetik            loaded      -            2
N11 sibuk/berita/2/tunggu-sampai             loaded      -            2
N11 sibuk/berita/3/tunggu-kemarin            loaded      -            2
N11 sibuk/berita/4/tunggu-sampah             loaded      -            2
N11 tutup/berita/1/besok-lagi                deferred    rate_limited 1
N11 tutup/berita/2/ikut-menunggu             deferred    rate_limited 0
N12 roboh/berita/1/rusak                     deferred    server_error 4
N12 roboh/berita/2/rusak                     deferred    server_error 1
N12 roboh/berita/3/rusak                     deferred    breaker      0
N12 roboh/berita/4/rusak                     deferred    breaker      0
N12 goyah/berita/1/naik-turun                loaded      -            3
N12 goyah/berita/2/naik-turun                loaded      -            3
N12 goyah/berita/3/naik-turun                loaded      -            3
N13 ditolak/berita/1/status-400              deferred    http_error   1
N13 ditolak/berita/2/status-401              deferred    blocked      1
N13 ditolak/berita/3/status-403              deferred    blocked      1
N13 ditolak/berita/4/status-404              gone        not_found    1
N13 ditolak/berita/5/status-410              gone        not_found    1
N13 ditolak/berita/6/status-451              deferred    blocked      1
N13 ditolak/berita/7/status-204              quarantined empty        1
N13 ditolak/berita/8/status-206              deferred    truncated    1
N13 ditolak/berita/9/status-999              quarantined protocol     1
N13 ditolak/berita/10/status-300             quarantined redirect     1
N13 ditolak/berita/11/status-503             deferred    blocked      1
N13 ditolak/berita/20/cf-mitigated           deferred    blocked      1
N13 tantang/berita/5/bukan-untuk-mesin      deferred    blocked      1
N13 tantang/berita/6/bukan-untuk-mesin      deferred    breaker      0
C4  tembok/berita/1/negara                   quarantined blocked      1
C4  tembok/berita/2/tantangan                quarantined blocked      1
C4  tembok/berita/3/persetujuan              quarantined consent      1
C4  tembok/berita/4/masuk                    quarantined login        1
C5  tembok/berita/5/pelanggan                quarantined paywall      1
C4  tembok/berita/6/cangkang                 quarantined no_content   1
C4  tembok/berita/7/hilang                   quarantined not_article  1
C4  tembok/berita/8/kosong                   quarantined empty        1
C4  tembok/berita/9/spasi                    quarantined empty        1
C4  tembok/berita/10/daftar                  quarantined not_article  1
C3  tembok/berita/11/pdf                     quarantined not_html     1
C3  tembok/berita/12/json                    quarantined not_html     1
C8  berat/berita/1/dalam-sekali              quarantined parse_timeout 1
C8  berat/berita/3/atribut-raksasa           quarantined no_content   1
C9  bersambung/berita/1/tiga-bagian          loaded      -            1
C9  bersambung/berita/1/tiga-bagian?page=2   -           -            1
C9  bersambung/berita/1/tiga-bagian?page=3   -           -            1
C9  bersambung/berita/2/bagian-hilang        deferred    partial      1
C9  bersambung/berita/2/bagian-hilang?page=2 -           -            4
I1  kembar/berita/1/satu-kabar-banyak-alamat loaded      -            1
I2  kembar/berita/2/kanonik-luar             loaded      -            1
I2  kembar/berita/3/kanonik-depan            loaded      -            1
I2  kembar/berita/4/kanonik-skrip            loaded      -            1
I4  labirin/berita/40/kabar-yang-ada-di-kalender loaded  -            1
I4  labirin/a/a/a/kabar-yang-berputar-putar-terus -      -            0
I4  berlimpah/arsip/0/lama                   skipped     not_matched  0
I3  kembar/berita/8/salinan-8                loaded      -            1
I3  kembar/berita/9/salinan-9                duplicate   duplicate    1
2.4 robotkita/berita/1/rahasia-dapur         skipped     robots       0
2.4 robotkita/berita/2/cetak?print=1&x=y     skipped     robots       0
2.4 robotbesar/berita/1/rahasia-dapur        skipped     robots       0
"""

# what | channel | outcome | entries | its note has
CHANNELS = """
N12 mati/feed                    connect            0 connection
N14 sertifikat/feed              tls_error          0 self-signed
N14 bukantls/feed                tls_error          0 SSL
2.4 robot500/feed                robots_unreachable 0 cannot be fetched
2.4 robotdiam/feed               robots_unreachable 0 cannot be fetched
2.4 robotputus/feed              robots_unreachable 0 cannot be fetched
2.4 robotbom/feed                robots_unreachable 0 cannot be fetched
2.4 robot429/feed                robots_unreachable 0 cannot be fetched
2.4 robotssrf/feed               robots_unreachable 0 cannot be fetched
2.4 robottutup/feed              robots             0 disallow: /
2.4 robotpindah/feed             ok                 2 -
2.4 robot403/feed                ok                 2 -
2.4 robothtml/feed               ok                 2 -
2.4 robotkita/feed               ok                 4 -
N9  dalam.selundup/feed          ssrf               0 not a public address
N9  dalam.selundup/peta.xml      ssrf               0 not a public address
2.5 umpan/umpan/sampah-di-depan  ok                 1 junk before
2.5 umpan/umpan/terpotong        ok                 1 cut in the middle
2.5 umpan/umpan/rusak-di-tengah  ok                 1 not well-formed
2.5 umpan/umpan/sandi-bohong     ok                 1 -
2.5 umpan/umpan/karakter-kendali ok                 1 control characters
2.5 umpan/umpan/gzip-tanpa-kata  ok                 1 -
2.5 umpan/umpan/tautan-nisbi     ok                 1 -
2.5 umpan/umpan/tanpa-skema      ok                 1 -
2.5 umpan/umpan/tautan-jahat     ok                 1 5 of 6 entries
2.5 umpan/umpan/satu-guid        ok                 1 -
2.5 umpan/umpan/tanggal-aneh     ok                 1 -
2.5 umpan/umpan/tanggal-depan    ok                 1 -
2.5 umpan/umpan/json             ok                 1 -
2.5 umpan/umpan/rdf              ok                 1 -
2.5 umpanbusuk/xxe               ok                 1 -
2.5 umpanbusuk/tawa              xml_bomb           0 entities
2.5 umpanbusuk/kuadrat           xml_bomb           0 entities
2.5 umpanbusuk/html              parse_error        0 an HTML page
2.5 umpanbusuk/kosong            empty              0 -
2.5 umpanbusuk/tanpa-isi         empty              0 none of 0
2.5 umpanbusuk/tak-ada           http_error         0 404
2.5 umpanbusuk/rusak             http_error         0 500
2.5 umpanbusuk/tanpa-akhir       too_large          0 bytes on the wire
2.5 umpanbusuk/json-rusak        parse_error        0 not JSON
2.5 umpanbusuk/?halaman=1        ok                 1 -
2.5 beku/feed                        ok                 6 stale: nothing new since 2026-10
2.5 wepe/wp-json/wp/v2/posts?per_page=100&page=1&orderby=date&order=desc ok 1 3 of 4 entries
2.5 wepe/wp-json/wp/v2/posts?per_page=100&page=2&orderby=date&order=desc ok 0 -
2.5 wepehtml/wp-json/wp/v2/posts?per_page=100&page=1&orderby=date&order=desc parse_error 0 an HTML page
2.5 wepedalam/wp-json/wp/v2/posts?per_page=100&page=1&orderby=date&order=desc parse_error 0 depth limit
2.5 wepelain/wp-json/wp/v2/posts?per_page=100&page=1&orderby=date&order=desc parse_error 0 neither a JSON Feed nor posts
I4  berlimpah/feed               ok                 2000 only 2000
I4  labirin/kalender?bulan=1     ok                 2 7 of 9 entries
I4  peta/induk.xml               ok                 0 3 of 68 entries
2.5 peta/biasa.xml               ok                 1 -
2.5 peta/padat.xml.gz            ok                 1 -
2.5 peta/teks.txt                ok                 1 -
2.5 peta/berita.xml              ok                 1 -
"""


def table(text: str, columns: int) -> list[pytest.param]:
    rows = [line.split(maxsplit=columns) for line in text.strip().splitlines()]
    return [pytest.param(*row[1:], id=f"{row[0]} {row[1]}") for row in rows]


def address(place: str) -> str:
    host, _, path = place.partition("/")
    return f"{'https' if host in {'sertifikat', 'bukantls'} else 'http'}://{host}.test/{path}"


@dataclass
class Visit:
    """What the run left, and what the newsroom saw of it."""

    home: Path
    sources: dict[str, Source]
    good: dict[str, str]
    requests: list[Request]
    again: list[Request]
    summary: Summary
    cpu_seconds: float
    memory_bytes: int
    third: list[Request] = field(default_factory=list)
    request_counts: Counter[str] = field(default_factory=Counter)
    fates: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    checks: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def visit_result(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """One run of all outlets at once, and a second visit to some."""
    home = tmp_path_factory.mktemp("hostile")

    async def visit() -> Visit:
        async with HostileSite() as site:
            before = cpu_seconds()
            summary = await ingest(home, site)
            first, spent = list(site.requests), cpu_seconds() - before
            visit_result = Visit(
                home,
                site.sources(),
                site.good(),
                first,
                [],
                summary,
                spent,
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            )
            read_tables(visit_result)
            site.visit = 2
            await ingest(home, site, LATER)
            visit_result.again = site.requests[len(first) :]
            site.visit, n_before = 3, len(site.requests)
            await ingest(home, site, ("bohong",))
            visit_result.third = site.requests[n_before:]
            return visit_result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discovery, "MAX_PAGES", 6)
        patch.setattr(discovery, "MAX_SITEMAPS", 12)
        return idle_loop.run(visit())


def cpu_seconds() -> float:
    """Of this process and of the children that ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def read_tables(visit_result: Visit) -> None:
    visit_result.request_counts = Counter(f"{r.host}{r.target}" for r in visit_result.requests)
    visit_result.fates = {
        url: (state, reason or "-", detail or "")
        for url, state, reason, detail in ask(
            visit_result.home, "SELECT url, state, reason, detail FROM ops.frontier"
        )
    }
    visit_result.checks = {
        url: (outcome, n, note or "-")
        for url, outcome, n, note in ask(
            visit_result.home, "SELECT feed_id, outcome, n_entries, note FROM ops.feed_checks"
        )
    }
    visit_result.texts = dict(
        ask(
            visit_result.home,
            "SELECT a.url, v.body_text FROM core.articles AS a JOIN core.article_versions AS v ON v.version_id = a.current_version_id",
        )
    )


@pytest.mark.parametrize(("place", "state", "reason", "n_requests"), table(FATES, 4))
def test_an_address_has_its_fate_and_was_asked_for_so_often(
    visit_result, place, state, reason, n_requests
):
    fate = visit_result.fates.get(address(place), ("-", "-"))[:2]
    assert fate == (state, reason)
    assert visit_result.request_counts[address(place).removeprefix("http://")] == int(n_requests)


@pytest.mark.parametrize(("place", "outcome", "n_entries", "note"), table(CHANNELS, 4))
def test_a_channel_has_its_health_and_a_note_of_what_was_wrong(
    visit_result, place, outcome, n_entries, note
):
    assert visit_result.checks[address(place)][:2] == (outcome, int(n_entries))
    assert note in visit_result.checks[address(place)][2]


def test_every_redirect_into_the_private_network_is_refused(visit_result):
    ways = {
        url: fate for url, fate in visit_result.fates.items() if "/ke-" in url and "selundup" in url
    }

    assert len(ways) == 22
    assert {fate[:2] for fate in ways.values()} == {("skipped", "ssrf"), ("skipped", "scheme")}
    assert {visit_result.request_counts[url.removeprefix("http://")] for url in ways} == {1}


def test_no_link_leads_off_the_site_of_its_source(visit_result):
    strangers = [
        url
        for url in visit_result.fates
        if not any(f"{name}.test/" in url for name in visit_result.sources)
    ]

    assert strangers
    assert {visit_result.fates[url][:2] for url in strangers} == {("skipped", "not_matched")}


def test_every_good_page_is_loaded_all_the_same(visit_result):
    lost = {
        url: visit_result.fates.get(url)
        for url, mark in visit_result.good.items()
        if mark not in visit_result.texts.get(url, "")
    }

    assert lost == {}
    assert len(visit_result.good) > 70


def test_nothing_is_loaded_that_should_not_be(visit_result):
    """Beside the good pages: those whose trouble passes, and a calendar's articles, as far as it was followed."""
    named = {
        address(param.values[0])
        for param in table(FATES, 4)
        if param.values[1] == "loaded" or param.values[2] == "partial"
    }
    versions = {
        f"http://{name}.test/berita/{n}" for name in ("bersyarat", "bohong") for n in range(1, 5)
    } | {f"http://labirin.test/berita/5{n}" for n in range(1, 7)}
    copies = {
        "http://kembar.test/berita/8",
        "http://kembar.test/berita/9",
        "http://putar.test/berita/77",
    }
    extra = visit_result.texts.keys() - visit_result.good.keys() - named

    assert {url.rsplit("/", 1)[0] for url in extra} <= versions | copies


def test_every_address_has_a_fate(visit_result):
    assert [url for url, (state, *_) in visit_result.fates.items() if state == "pending"] == []
    assert [
        url
        for url, (state, reason, _) in visit_result.fates.items()
        if state != "loaded" and reason == "-"
    ] == []


def test_what_is_put_aside_is_kept_with_its_reason(visit_result):
    aside = ask(
        visit_result.home,
        "SELECT url, reason_code, stage FROM ops.quarantine WHERE resolved_at IS NULL",
    )

    assert {(url, reason) for url, reason, _ in aside} == {
        (url, reason)
        for url, (state, reason, _) in visit_result.fates.items()
        if state == "quarantined"
    }


def test_every_answer_is_in_the_ledger_and_nothing_of_another_file_is(visit_result):
    leaked = ask(visit_result.home, "SELECT guid FROM raw.feed_entries WHERE guid LIKE '%root:%'")
    [(n,)] = ask(
        visit_result.home,
        "SELECT count(*) FROM raw.fetches WHERE http_status IS NOT NULL AND warc_file IS NULL",
    )

    assert leaked == []
    assert n == 0


def test_all_that_was_cut_off_is_written_down(visit_result):
    [(cuts,)] = ask(visit_result.home, "SELECT cuts FROM ops.runs ORDER BY started_at LIMIT 1")

    assert sorted(cuts) == [
        "labirin: index: pages beyond the first 6 were not fetched",
        "peta: 56 sitemaps beyond the first 12 were not fetched",
    ]


def test_the_run_says_what_failed_for_each_source(visit_result):
    failed = {row["source_id"] for row in visit_result.summary.failures}

    assert visit_result.summary.state == "partial"
    assert {"mati", "sertifikat", "robot500", "umpanbusuk", "macet", "tembok"} <= failed
    assert not {"goyah", "sibuk", "kembar", "robotkita", "robothtml", "wepe"} & failed


def test_no_publisher_has_a_complaint(visit_result):
    assert (
        complaints(
            [*visit_result.requests, *visit_result.again, *visit_result.third], visit_result.sources
        )
        == []
    )


def test_a_second_visit_asks_only_what_changed_and_leaves_alone_who_asked_for_it(visit_result):
    counts = Counter(f"{r.host}{r.target}" for r in visit_result.again)
    answers = {r.target: r.status for r in visit_result.again if r.host == "bersyarat.test"}

    assert {host for r in visit_result.again if (host := r.host.removesuffix(".test"))} == {
        "bersyarat",
        "bohong",
        "umpan",
    }
    assert answers["/berita/1/bertanda"] == answers["/berita/2/bertanggal"] == 304
    assert answers["/berita/3/berubah"] == 200
    assert counts["bersyarat.test/berita/4/prasyarat"] == 2
    assert not any(url.startswith("umpan.test/berita") for url in counts)


def test_a_host_whose_validators_are_contradicted_twice_is_tested_once_and_distrusted(visit_result):
    assert {r.status for r in visit_result.again if "tanda-yang-tetap" in r.target} == {304}
    assert [r.status for r in visit_result.third if r.target == "/berita/1/tanda-yang-tetap"] == [
        304,
        200,
    ]
    assert [r.status for r in visit_result.third if r.target == "/berita/2/tanda-yang-tetap"] == [
        200
    ]


def test_a_page_that_changed_has_a_second_version_and_the_others_have_none(visit_result):
    versions = dict(
        ask(
            visit_result.home,
            "SELECT url, n_versions FROM core.articles WHERE source_id IN ('bersyarat', 'bohong')",
        )
    )

    assert {url.split("/", 4)[4]: n for url, n in versions.items() if n > 1} == {
        "3/berubah": 2,
        "1/tanda-yang-tetap": 2,
        "2/tanda-yang-tetap": 2,
    }


def test_what_politeness_knows_of_a_host_is_in_the_warehouse(visit_result):
    [(blocked, failures)] = ask(
        visit_result.home,
        "SELECT blocked_since, consecutive_failures FROM ops.hosts WHERE host = 'tantang.test'",
    )
    liars = ask(
        visit_result.home, "SELECT host FROM ops.hosts WHERE validators_lied_at IS NOT NULL"
    )

    assert (blocked is not None, failures) == (True, 5)
    assert liars == [("bohong.test",)]
    assert ask(
        visit_result.home, "SELECT count(*) FROM ops.hosts WHERE blocked_since IS NOT NULL"
    ) == [(1,)]


def test_the_run_is_cheap(visit_result):
    """Of a processor: what the machine's others do is not the run's."""
    assert visit_result.cpu_seconds < 120
    assert visit_result.memory_bytes < 1.5e9


def test_an_answer_is_not_late_because_the_machine_was_busy(tmp_path):
    """The limits of these runs are short, and a row's number of requests must not depend on the machine."""
    path = "/berita/1/mesin-sibuk"

    def busy(_headers: Mapping[str, str], _visit: int) -> bytes:
        time.sleep(SHORT.read_seconds + SHORT.page.total_seconds)
        return http(new_article("polos", path))

    async def visit() -> list[str]:
        async with HostileSite(chosen=[Outlet(name="polos", pages={path: Dynamic(busy)})]) as site:
            await ingest(tmp_path, site)
            return [r.target for r in site.requests]

    assert idle_loop.run(visit()).count(path) == 1


@pytest.mark.parametrize(("etag", "n_trusting"), [('"tetap"', 1), ('W/"tetap"', 2)])
async def test_a_strong_validator_that_stands_for_two_bodies_is_not_sent_again(
    tmp_path, etag, n_trusting
):
    path = "/berita/1/selalu-baru"
    always = Dynamic(
        lambda _, visit: http(new_article("polos", f"{path}-{visit}"), f"ETag: {etag}")
    )
    plain = Outlet(
        name="polos", pages={path: always}, n_good=0, others={"/feed": all_changed("polos", [path])}
    )
    async with HostileSite(chosen=[plain]) as site:
        for site.visit in (1, 2, 3):
            await ingest(tmp_path, site)

    requests = [r for r in site.requests if r.target == path]
    assert len(requests) == 3
    assert sum("if-none-match" in r.headers for r in requests) == n_trusting
