"""Source files against live sites: what has drifted is found, and the patch makes nothing worse."""

from __future__ import annotations

import asyncio
import json
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from support.command_line import kliping
from support.drifting_sites import (
    DRIFTS,
    FEED,
    FEEDS,
    N_ARTICLES,
    DriftingSites,
    Site,
    slug,
    steady,
    with_other_addresses,
)

from flows.jobs.verification import FOLDER, OfflineError, Verification, verify
from flows.jobs.verification_report import patch_of, table_row
from flows.settings import Settings
from parsers.article import Context, Link, Page, Rejected, Response
from parsers.parse import parse
from parsers.probe.rule_checks import CheckState
from parsers.probe.source_patch import Findings, patched
from parsers.probe.source_proposal import to_toml
from parsers.probe.toml_edit import with_value
from parsers.source import AddressFit, Source, from_data

pytestmark = pytest.mark.xdist_group("verify")  # one worker: the sites are asked once for all
CHECKOUT = Path(__file__).parents[2]
TODAY = date(2026, 11, 26)
WRONG = {"isi-salah": "body", "judul-salah": "headline", "tanggal-salah": "date"}
EMPTY = {"isi-baru": "body", "judul-baru": "headline", "tanggal-baru": "date"}
DEAD = {"mati-satu": 1, "mati-dua": 2, "jadi-html": 1, "basi": 2}
done: dict[str, Verification] = {}


def settings(site: DriftingSites, home: Path, **changes) -> Settings:
    return Settings(
        home=home,
        contact="redaksi@example.org",
        allow_private=frozenset({("127.0.0.1", site.port)}),
        connect_to=tuple((f"{name}.test", "127.0.0.1", site.port) for name in site.sites),
        **changes,
    )


async def checked(home: Path, sites: dict[str, Site], **options) -> dict[str, Verification]:
    sources = {name: site.source() for name, site in sites.items()}
    async with DriftingSites(sites) as server:
        results = await verify(
            settings(server, home), sources, list(sites), delay_seconds=0.0, **options
        )
        counts = {r.source_id: r.n_requests for r in results}
        assert max(counts.values()) <= 15
        received_counts = {
            name: sum(r.host == f"{name}.test" for r in server.requests) for name in sites
        }
        assert received_counts == counts
    return {result.source_id: result for result in results}


@pytest.fixture
async def drifts(tmp_path):
    if not done:
        done.update(await checked(tmp_path, DRIFTS))
    return done


def after_patch(result: Verification, site: Site) -> Source:
    text, _ = patched(to_toml(site.source()), result.findings, TODAY)
    return from_data(tomllib.loads(text))


def is_correct(name: str, before: Source, after: Source, site: Site) -> bool:
    """Whether the patched file says what a person would write."""
    if name in DEAD:
        gone = {*before.discover.feeds} - {*after.discover.feeds}
        return gone == {site.home + FEEDS[DEAD[name]]} and after.article == before.article
    if name == "pindah":
        return after.discover.feeds == [site.home + FEED, f"{site.home}/rss-baru.xml"]
    if name in WRONG:
        return getattr(after.article[0], WRONG[name]) is None
    if name in EMPTY:
        key = f"article[0].{EMPTY[name]}"
        return key in after.unverified and key not in after.verified
    urls = [site.home + path for path in site.articles()]
    new = [site.home + site.address(n, datetime(2025, 2, 3, tzinfo=UTC)) for n in range(40, 60)]
    return all(after.fit(url) is AddressFit.MATCHED for url in [*urls, *new])


def quality(source: Source, site: Site) -> tuple[int, int, int]:
    """How many articles are found, working channels asked, fields read right: more is better."""
    urls = {site.home + path: n for path, n in site.articles().items()}
    others = ("/", "/nasional/", "/tag/banjir", "/indeks?page=2", "/tentang-kami")
    n_found = sum(source.recognises(url) for url in urls)
    n_found -= 100 * sum(source.recognises(site.home + path) for path in others)
    working = [p for p in (*site.feeds, site.named_feed) if p and site.answers.get(p) is None]
    n_channels = sum(site.home + path in source.discover.feeds for path in working)
    url, n = list(urls.items())[-1]
    response = Response(
        fetch_id="1",
        requested_url=url,
        url=url,
        fetched_at=datetime.now(UTC),
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=site.answer(site.path_of(n)).body,
    )
    link = Link(url=url, source_id=source.name)
    generous = source.model_copy(update={"unverified": ["article"]})
    try:
        article = parse(Page(link=link, responses=(response,)), generous, Context(link=link))
    except Rejected:
        return n_found, n_channels, 0
    is_right = [
        article.headline == site.headline(n),
        "Langganan" not in article.body_text and "perangkat desa" in article.body_text,
        article.date_published == site.time_of(n),
        len(article.authors) == 1,
    ]
    return n_found, n_channels, sum(is_right)


async def test_drifts_are_found_and_no_patch_makes_a_file_worse(drifts):
    correct, worse = [], []
    for name, site in DRIFTS.items():
        before, after = site.source(), after_patch(drifts[name], site)
        if is_correct(name, before, after, site):
            correct.append(name)
        old, new = quality(before, site), quality(after, site)
        if any(b < a for a, b in zip(old, new, strict=True)):
            worse.append((name, old, new))

    assert worse == []
    assert len(DRIFTS) == 20
    assert sorted(DRIFTS.keys() - {*correct}) == []


async def test_every_drift_is_broken(drifts):
    assert [name for name, result in drifts.items() if not result.is_broken] == []


async def test_a_steady_outlet_is_ok_and_its_keys_are_verified(tmp_path):
    site = steady("tetap")
    [result] = (await checked(tmp_path, {"tetap": site})).values()

    assert not [c for c in result.checks if c.state is not CheckState.OK]
    assert table_row(result)["state"] == "ok"
    after = after_patch(result, site)
    assert after.verified == dict.fromkeys(site.source().configured_keys, TODAY)
    assert after.model_copy(update={"verified": {}}) == site.source()


async def test_pages_that_are_no_articles_prove_no_rule_wrong(tmp_path):
    site = with_other_addresses("promosi", lambda n, _: f"/promosi/{slug(n)}", n_old=6)
    lists = {path: "html" for path in site.articles() if path.startswith("/promosi/")}
    site = replace(site, answers=lists)
    [result] = (await checked(tmp_path, {site.name: site})).values()

    assert result.findings.address is None
    assert [c.state for c in result.checks if c.what == "address"] == [CheckState.DOUBTFUL]
    assert after_patch(result, site).article == site.source().article


def test_most_channels_stay_without_force():
    dead = tuple(f"http://kabar.test{path}" for path in FEEDS[:2])
    site = steady("kabar")
    findings = Findings(dead_channels=dead)
    text, notes = patched(to_toml(site.source()), findings, TODAY)
    forced, none = patched(to_toml(site.source()), findings, TODAY, force=True)

    assert from_data(tomllib.loads(text)).discover.feeds == site.source().discover.feeds
    assert notes == ["2 of 3 channels are dead; --force removes them"]
    assert (len(from_data(tomllib.loads(forced)).discover.feeds), none) == (1, [])


async def test_an_interrupted_call_goes_on_where_it_ended(tmp_path):
    sites = {name: steady(name) for name in ("satu", "dua")}
    sources = {name: site.source() for name, site in sites.items()}

    class StopError(Exception):
        pass

    def stop(n: int, _: int) -> None:
        raise StopError

    async with DriftingSites(sites) as server:
        options = settings(server, tmp_path)
        with pytest.raises(StopError):
            await verify(options, sources, ["satu"], delay_seconds=0.0, progress=stop)
        n_asked = sum(r.host == "satu.test" for r in server.requests)
        results = await verify(options, sources, list(sites), delay_seconds=0.0)

        assert [r.source_id for r in results] == list(sites)
        assert sum(r.host == "satu.test" for r in server.requests) == n_asked
    assert not (tmp_path / FOLDER).exists()


async def test_offline_is_one_error_and_keeps_nothing(tmp_path):
    sites = {name: steady(name) for name in ("satu", "dua")}
    async with DriftingSites(sites) as server:
        options = settings(server, tmp_path)
    with pytest.raises(OfflineError, match="none of 2 outlets") as caught:
        await verify(
            options, {n: s.source() for n, s in sites.items()}, list(sites), delay_seconds=0.0
        )

    assert caught.value.exit_code == 75
    assert not (tmp_path / FOLDER).exists()


def test_offline_the_command_writes_one_line_and_no_patch(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "kabar.toml").write_text(to_toml(steady("kabar").source()))
    patch = tmp_path / "verify.patch"
    environment = {
        "KLIPING_SOURCES": str(folder),
        "KLIPING_CONNECT_TO": "kabar.test=127.0.0.1:9",
        "KLIPING_ALLOW_PRIVATE": "127.0.0.1:9",
        "KLIPING_CONTACT": "redaksi@example.org",
    }
    shown = kliping(
        tmp_path / "home", "sources", "verify", "kabar", "--patch", patch, **environment
    )

    assert (shown.returncode, shown.stdout) == (75, "")
    assert shown.stderr.count("\n") == 1
    assert not patch.exists()


async def test_a_patch_is_a_diff_that_changes_nothing_else(tmp_path, drifts):
    folder = tmp_path / "sources"
    folder.mkdir()
    site = DRIFTS["mati-satu"]
    text = "# Sebuah catatan.\n" + to_toml(site.source())
    (folder / "mati-satu.toml").write_text(text)
    diff, notes = patch_of([drifts["mati-satu"]], [folder], tmp_path, force=False)

    lines = [line for line in diff.splitlines() if line[:1] in {"+", "-"}]
    assert lines[:2] == ["--- a/sources/mati-satu.toml", "+++ b/sources/mati-satu.toml"]
    assert [line for line in lines[2:] if line[0] == "-"] == [
        "-feeds = " + json.dumps([site.home + path for path in FEEDS])
    ]
    assert notes == []
    assert len(site.articles()) == N_ARTICLES


@pytest.mark.parametrize(
    ("table", "nth", "key", "value", "expected"),
    [
        ("", 0, "a", 2, "a = 2\n[t]\nb = [\n 1,\n]\n[[article]]\n[[article]]\nc = 1\n"),
        ("", 0, "z", [], "a = 1 # x\nz = []\n[t]\nb = [\n 1,\n]\n[[article]]\n[[article]]\nc = 1\n"),
        ("t", 0, "b", None, "a = 1 # x\n[t]\n[[article]]\n[[article]]\nc = 1\n"),
        ("article", 0, "c", 5, "a = 1 # x\n[t]\nb = [\n 1,\n]\n[[article]]\nc = 5\n[[article]]\nc = 1\n"),
        ("article", 1, "c", r"\d", "a = 1 # x\n[t]\nb = [\n 1,\n]\n[[article]]\n[[article]]\nc = '\\d'\n"),
        ("v", 0, "x[0].y", TODAY, 'a = 1 # x\n[t]\nb = [\n 1,\n]\n[[article]]\n[[article]]\nc = 1\n\n[v]\n"x[0].y" = 2026-11-26\n'),
    ],
)  # fmt: skip
def test_one_key_of_a_toml_file_is_changed(table, nth, key, value, expected):
    before = "a = 1 # x\n[t]\nb = [\n 1,\n]\n[[article]]\n[[article]]\nc = 1\n"

    assert with_value(before, table, nth, key, value) == expected


async def test_the_command_prints_one_table_writes_the_patch_and_fails(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    site = DRIFTS["mati-satu"]
    text = to_toml(site.source()).replace("delay_seconds = 5.0", "delay_seconds = 0.0")
    (folder / "mati-satu.toml").write_text(text)
    patch = tmp_path / "verify.patch"
    async with DriftingSites({site.name: site}) as server:
        environment = {
            "KLIPING_SOURCES": str(folder),
            "KLIPING_CONNECT_TO": f"{site.name}.test=127.0.0.1:{server.port}",
            "KLIPING_ALLOW_PRIVATE": f"127.0.0.1:{server.port}",
            "KLIPING_CONTACT": "redaksi@example.org",
        }
        words = ("sources", "verify", site.name, "--format", "json", "--patch", patch)
        shown = await asyncio.to_thread(kliping, tmp_path / "home", *words, **environment)

    [result] = json.loads(shown.stdout)
    assert shown.returncode == 1
    assert [c["key"] for c in result["checks"] if c["state"] == "broken"] == [site.home + FEEDS[1]]
    assert "-feeds = " in patch.read_text()


def test_the_weekly_deployment_runs_the_flow_of_its_name():
    deployments = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]
    [weekly] = [each for each in deployments if each["entrypoint"].startswith("flows.verify")]

    assert weekly["entrypoint"] == "flows.verify.verify"
    assert [each["cron"].split()[2:] for each in weekly["schedules"]] == [["*", "*", "1"]]
