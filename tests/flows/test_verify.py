"""Source files against live sites: what has drifted is found, with the key and what to change."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from support.command_line import kliping
from support.drifting_sites import (
    DRIFTS,
    EIGHT,
    FEED,
    FEEDS,
    DriftingSites,
    Site,
    slug,
    steady,
    with_other_addresses,
)

from flows.jobs.verification import FOLDER, OfflineError, Verification, verify
from flows.settings import Settings
from parsers.probe.rule_checks import CheckState
from parsers.probe.source_proposal import to_toml
from parsers.source import AddressFit, Source, from_data

pytestmark = pytest.mark.xdist_group("verify")  # one worker: the sites are asked once for all
CHECKOUT = Path(__file__).parents[2]
WRONG = {"isi-salah": "body", "judul-salah": "headline", "tanggal-salah": "date"}
EMPTY = {"isi-baru": "body", "judul-baru": "headline", "tanggal-baru": "date"}
DEAD = {"mati-satu": 1, "mati-dua": 2, "jadi-html": 1, "basi": 2}
MOVED = sorted(DRIFTS.keys() - {*WRONG, *EMPTY, *DEAD, "pindah"})  # articles have other addresses
REMOVE = "remove the key, or write another selector"
RENEW = "write another selector, or name the key in `unverified`"
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


def changes(result: Verification) -> list[tuple[str, str, str]]:
    """What is broken and what to change: key, address, change."""
    broken = [check for check in result.checks if check.state is CheckState.BROKEN]
    return [(check.key, check.url, check.change) for check in broken if check.what != "instant"]


def proposed(result: Verification, source: Source) -> Source:
    """The file with the pattern that the check proposes for the addresses."""
    [change] = [check.change for check in result.checks if check.what == "address"]
    where, pattern = re.fullmatch(
        r"(in article\[0\] write|add an \[\[article\]\] with) url = '(.*)'", change
    ).groups()
    rules = [rule.model_dump() for rule in source.article]
    rules = [*rules, {"url": pattern}] if where.startswith("add") else [rules[0] | {"url": pattern}]
    return from_data(source.model_dump() | {"article": rules})


def test_every_drift_is_told_with_the_key_and_the_change_and_nothing_else(drifts):
    found = {name: changes(result) for name, result in drifts.items() if name not in MOVED}

    assert len(DRIFTS) == 20
    assert found == {
        **{
            name: [
                ("discover.feeds", DRIFTS[name].home + FEEDS[n], "remove it from discover.feeds")
            ]
            for name, n in DEAD.items()
        },
        **{name: [(f"article[0].{field}", "", REMOVE)] for name, field in WRONG.items()},
        **{name: [(f"article[0].{field}", "", RENEW)] for name, field in EMPTY.items()},
        "pindah": [
            ("discover.feeds", DRIFTS["pindah"].home + FEED, "remove it from discover.feeds")
        ],
    }


def test_the_feed_that_the_front_page_names_is_to_be_added(drifts):
    [found] = [check for check in drifts["pindah"].checks if check.what == "feed"]

    assert found.url == "http://pindah.test/rss-baru.xml"
    assert found.change == "add it to discover.feeds"


@pytest.mark.parametrize("name", MOVED)
def test_a_proposed_pattern_finds_every_article_and_no_other_page(drifts, name):
    site = DRIFTS[name]
    after = proposed(drifts[name], site.source())
    urls = [site.home + path for path in site.articles()]
    new = [site.home + site.address(n, datetime(2025, 2, 3, tzinfo=UTC)) for n in range(40, 60)]
    others = ("/", "/nasional/", "/tag/banjir", "/indeks?page=2", "/tentang-kami")

    assert [url for url in [*urls, *new] if after.fit(url) is not AddressFit.MATCHED] == []
    assert [path for path in others if after.recognises(site.home + path)] == []


def test_a_rule_with_fewer_digits_is_proposed_before_a_further_one(drifts):
    [check] = [check for check in drifts["tujuh"].checks if check.what == "address"]

    assert check.change == f"in article[0] write url = '{EIGHT.replace('{8}', '{5,}')}'"


def test_the_proof_is_the_share_and_an_address(drifts):
    [check] = [check for check in drifts["baca"].checks if check.what == "address"]

    assert check.note.startswith(
        "100 % of 12 article-like links do not fit, such as http://baca.test/baca/"
    )


async def test_a_steady_outlet_is_ok_and_its_keys_are_verified(tmp_path):
    site = steady("tetap")
    [result] = (await checked(tmp_path, {"tetap": site})).values()

    assert not [c for c in result.checks if c.state is not CheckState.OK]
    assert (result.row["state"], result.row["note"]) == ("ok", "")
    assert result.verified == sorted(site.source().configured_keys)


def test_a_key_with_a_problem_is_not_verified(drifts):
    keys = DRIFTS["mati-satu"].source().configured_keys

    assert drifts["mati-satu"].verified == sorted({*keys} - {"discover.feeds"})


async def test_pages_that_are_no_articles_prove_no_rule_wrong(tmp_path):
    site = with_other_addresses("promosi", lambda n, _: f"/promosi/{slug(n)}", n_old=6)
    lists = {path: "html" for path in site.articles() if path.startswith("/promosi/")}
    site = replace(site, answers=lists)
    [result] = (await checked(tmp_path, {site.name: site})).values()

    [check] = [check for check in result.checks if check.what == "address"]
    assert (check.state, check.change) == (CheckState.DOUBTFUL, "")


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


def in_environment(port: int, folder: Path) -> dict[str, str]:
    return {
        "KLIPING_SOURCES": str(folder),
        "KLIPING_CONNECT_TO": f"*.test=127.0.0.1:{port}",
        "KLIPING_ALLOW_PRIVATE": f"127.0.0.1:{port}",
        "KLIPING_CONTACT": "redaksi@example.org",
    }


def test_offline_the_command_writes_one_line(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "kabar.toml").write_text(to_toml(steady("kabar").source()))
    shown = kliping(tmp_path / "home", "sources", "verify", "kabar", **in_environment(9, folder))

    assert (shown.returncode, shown.stdout) == (75, "")
    assert shown.stderr.count("\n") == 1


async def test_the_command_says_below_its_table_what_to_change_and_fails(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    site = DRIFTS["mati-satu"]
    text = to_toml(site.source()).replace("delay_seconds = 5.0", "delay_seconds = 0.0")
    (folder / "mati-satu.toml").write_text(text)
    words = ("sources", "verify", site.name)
    async with DriftingSites({site.name: site}) as server:
        environment = in_environment(server.port, folder)
        shown = await asyncio.to_thread(kliping, tmp_path / "home", *words, **environment)
        words = (*words, "--format", "json")
        data = await asyncio.to_thread(kliping, tmp_path / "home", *words, **environment)

    dead = site.home + FEEDS[1]
    [result] = json.loads(data.stdout)
    assert (shown.returncode, data.returncode) == (1, 1)
    assert shown.stdout.splitlines()[-1] == (
        f"mati-satu: channel discover.feeds {dead}: not_found: 404, not found; remove it from discover.feeds"
    )
    assert [c["url"] for c in result["checks"] if c["state"] == "broken"] == [dead]
    assert "article[0].body" in result["verified"]


def test_the_weekly_deployment_runs_the_flow_of_its_name():
    deployments = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]
    [weekly] = [each for each in deployments if each["entrypoint"].startswith("flows.verify")]

    assert weekly["entrypoint"] == "flows.verify.verify"
    assert [each["cron"].split()[2:] for each in weekly["schedules"]] == [["*", "*", "1"]]
