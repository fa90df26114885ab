"""Addresses that a person names: each is fetched politely, loaded and published, or its row says why it is not."""

from __future__ import annotations

import json
import re

import pytest
from support.command_line import kliping
from support.killed_runs import kill
from support.newsroom_thread import newsroom_in_a_thread
from support.runs import (
    BUNDLED,
    ask,
    needless_requests,
    records,
    settings_for,
    start,
    wait_for_exit,
    wait_until,
)

from flows.jobs.fetch_addresses import NothingToFetchError, address_lines, fetch_addresses
from kliping.newsroom.edition import OUTLETS
from parsers.source import load
from warehouse.write.database import Database

pytestmark = pytest.mark.slow

LAMA = "http://harianlama.test"
RANTAU = "http://suararantau.test"
DRAFT = LAMA + OUTLETS["harianlama"].draft
# On a busy machine the end of a run may take longer than a user should wait.
PATIENT = (
    "from flows.runs import stop; stop.DEADLINE_SECONDS = 240; from kliping.cli import main; main()"
)


@pytest.fixture(scope="module")
def articles(first_visit):
    """Addresses of articles, by their source."""
    rows = ask(first_visit, "SELECT source_id, list(url ORDER BY url) FROM mart.articles GROUP BY ALL")  # fmt: skip
    return dict(rows)


@pytest.fixture
def newsroom(tmp_path):
    """The site, and a function that runs `kliping fetch`: its answer in JSON, and its exit code."""
    with newsroom_in_a_thread() as site:

        def run(*arguments, folder=BUNDLED, command="fetch", stdin=""):
            detours = ",".join(f"{host}={ip}:{port}" for host, (ip, port) in site.connect_to.items())  # fmt: skip
            done = kliping(
                tmp_path / "home", command, *arguments, "--format", "json", stdin=stdin,
                KLIPING_SOURCES=str(folder), KLIPING_CONTACT="https://example.test/kliping",
                KLIPING_ALLOW_PRIVATE=f"127.0.0.1:{site.port}", KLIPING_CONNECT_TO=detours,
            )  # fmt: skip
            return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr

        yield site, run


def states(answer):
    return {row["url"]: row["state"] for row in answer["addresses"]}


def requested(site):
    return [f"http://{r.host}{r.target}" for r in site.requests if "robots" not in r.target]


def test_every_address_has_a_row_that_says_what_became_of_it(newsroom, tmp_path, articles):
    site, fetch = newsroom
    first, second = articles["harianlama"][:2]
    missing = f"{LAMA}/read/2026/11/20/1/tidak-ada.html"
    named = [first, second, missing, DRAFT, "bukan alamat", f"{LAMA}/", "https://x.com/kabar/1"]

    code, answer = fetch(*named)

    assert states(answer) == {
        first: "loaded", second: "loaded", missing: "gone", DRAFT: "skipped",
        "bukan alamat": "refused", f"{LAMA}/": "refused", "https://x.com/kabar/1": "refused",
    }  # fmt: skip
    assert (code, answer["state"]) == (1, "completed")
    reasons = {row["example"]: row["reason"] for row in answer["failures"]}
    assert reasons[DRAFT] == "robots"
    assert reasons[f"{LAMA}/"] == "its address is a front page"
    assert DRAFT not in requested(site)
    published = ask(tmp_path / "home", "SELECT url FROM mart.articles ORDER BY url")
    assert published == sorted([(first,), (second,)])
    assert ask(tmp_path / "home", "SELECT flow_name, trigger, state FROM ops.runs") == [
        ("fetch", "fetch", "completed")
    ]


def test_what_is_loaded_is_not_asked_for_again_unless_it_is_demanded(newsroom, tmp_path, articles):
    site, fetch = newsroom
    url = articles["suararantau"][0]
    fetch(url)
    n_before = len(site.requests)

    code, again = fetch(f"{url}?utm_source=surel")
    n_after = len(site.requests)
    _, demanded = fetch(url, "--again")

    assert (code, states(again), n_after) == (0, {url: "loaded before"}, n_before)
    assert "not asked for: 1" in again["notes"][0]
    assert states(demanded) == {url: "loaded"}
    assert requested(site)[-1] == url
    assert ask(tmp_path / "home", "SELECT n_versions FROM core.articles") == [(1,)]


def test_a_host_without_a_source_file_becomes_a_source_and_is_read_by_the_default_rules(
    newsroom, tmp_path, articles
):
    site, fetch = newsroom
    (tmp_path / "none").mkdir()
    url = articles["suararantau"][0]
    draft = RANTAU + OUTLETS["suararantau"].draft

    code, answer = fetch(url, draft, folder=tmp_path / "none")

    assert (code, states(answer)) == (1, {url: "loaded", draft: "skipped"})
    rows = ask(tmp_path / "home", "SELECT source_id, url, word_count > 50 FROM mart.articles")
    assert rows == [("suararantau.test", url, True)]
    assert requested(site) == [url]


def test_a_forgotten_article_stays_forgotten(newsroom, tmp_path, articles):
    site, fetch = newsroom
    url = articles["harianlama"][0]
    fetch(url)
    kliping(tmp_path / "home", "forget", url, "--yes")
    n_before = len(site.requests)

    code, answer = fetch(url, "--again")

    assert (code, states(answer), len(site.requests)) == (1, {url: "forgotten"}, n_before)


def test_a_quarantined_page_is_asked_for_as_if_it_had_never_been_answered(
    newsroom, tmp_path, articles
):
    site, fetch = newsroom
    url = f"{LAMA}/arsip/2026/11/20/"
    fetch(url)

    _, answer = fetch(url)

    assert states(answer) == {url: "quarantined"}
    page = [r for r in site.requests if r.target in url and "robots" not in r.target][-1]
    assert (page.status, "if-none-match" in page.headers) == (200, False)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("a.txt", ()), ("a.csv", ()), ("a.jsonl", ()), ("b.csv", ("--map", "url=pranala"))],
)
def test_a_file_has_an_address_a_line_or_a_column_of_them(
    newsroom, tmp_path, articles, name, arguments
):
    _, fetch = newsroom
    url = articles["harianlama"][0]
    column = "pranala" if arguments else "url"
    files = {
        "txt": f"# dari redaksi\n\n{url}\n",
        "csv": f"id,media_name,{column}\n7,Harian Lama,{url}\n8,Harian Lama,\n9,Kurang\n",
        "jsonl": json.dumps({"id": 7, "url": url}) + "\n",
    }
    file = tmp_path / name
    file.write_text(files[name.rpartition(".")[2]], encoding="utf-8")

    code, answer = fetch("--from", file, *arguments)

    refused = {f"{file}, line 3": "refused", f"{file}, line 4": "refused"}
    assert states(answer) == {url: "loaded"} | (refused if "csv" in name else {})
    assert code == (1 if "csv" in name else 0)


def test_addresses_come_from_standard_input(newsroom, articles):
    _, fetch = newsroom
    url = articles["harianlama"][0]

    assert states(fetch("--from", "-", stdin=f"{url}\n")[1]) == {url: "loaded"}


def test_an_import_of_a_table_without_texts_names_the_command_that_fetches_them(
    newsroom, tmp_path, articles
):
    _, run = newsroom
    file = tmp_path / "mediacloud.csv"
    file.write_text(f"id,title,url\n7,Kabar,{articles['harianlama'][0]}\n", encoding="utf-8")

    code, message = run(file, command="import")
    advice = re.search(r"`kliping fetch ([^`]+)`", message)[1]

    assert code == 2
    assert run(*advice.split())[0] == 0


def test_wrong_words_are_refused_before_anything_is_fetched(newsroom, tmp_path):
    _, fetch = newsroom
    table = tmp_path / "a.csv"
    table.write_text("judul\nKabar\n", encoding="utf-8")

    for arguments, expected in {
        (): "give addresses, or --from",
        ("--from", "-", LAMA): "give addresses, or --from",
        ("--from", tmp_path / "tidak.txt"): "no such file",
        ("--from", table): "write --map url=COLUMN",
        (f"{LAMA}/",): "its address is a front page; give addresses of articles",
    }.items():
        code, message = fetch(*arguments)
        assert (code, expected in message) == (2, True), message
    assert not (tmp_path / "home" / "archive").exists()


async def test_too_many_outlets_at_once_are_refused(tmp_path, site):
    urls = [f"http://kabar{n}.test/berita/{n}" for n in range(501)]

    with pytest.raises(NothingToFetchError, match="501 outlets: give those of at most 500"):
        await fetch_addresses(settings_for(tmp_path, site), {}, urls)


def test_lines_are_addresses_but_for_comments():
    assert address_lines("# a\n\n http://a.test/1 \r\nhttp://a.test/2") == [
        "http://a.test/1",
        "http://a.test/2",
    ]


async def test_a_killed_fetch_goes_on_when_it_is_run_again(site, tmp_path, articles):
    settings = settings_for(tmp_path, site)
    urls = [url for name in ("harianlama", "suararantau") for url in articles[name][:8]]
    process = await start(settings, urls, "fetch")
    assert await wait_until(lambda: len(requested(site)) > 5, process)
    assert await kill(process)

    code, output = await wait_for_exit(await start(settings, urls, "fetch"))

    assert code == 0, output
    assert sorted(ask(tmp_path, "SELECT url FROM mart.articles")) == sorted((u,) for u in urls)
    assert needless_requests(site, tmp_path) == []
    assert ask(tmp_path, "SELECT state FROM ops.runs ORDER BY started_at") == [
        ("crashed",),
        ("completed",),
    ]


async def test_a_stopped_fetch_publishes_what_it_has(site, tmp_path, articles):
    settings = settings_for(tmp_path, site)
    urls = articles["harianlama"][:10]
    process = await start(settings, urls, "fetch", program=["-c", PATIENT])
    pages = lambda: [r for r in records(tmp_path) if r.link.kind == "page"]  # noqa: E731 - it is asked twice
    assert await wait_until(lambda: len(pages()) > 2, process)
    process.terminate()

    code, output = await wait_for_exit(process)

    assert code == 143, output
    assert len(ask(tmp_path, "SELECT url FROM mart.articles")) == len(pages()) < 10


async def test_an_article_of_an_import_under_another_source_gets_no_second_copy(
    site, tmp_path, articles
):
    settings = settings_for(tmp_path, site)
    url = articles["suararantau"][0]
    await fetch_addresses(settings, load(settings.source_folders), [url])

    summary = await fetch_addresses(settings, {}, [url], again=True)

    assert [(row["state"], "suararantau" in row["detail"]) for row in summary.addresses] == [
        ("refused", True)
    ]
    assert len(ask(tmp_path, "FROM mart.articles")) == 1
    assert Database(tmp_path).number("SELECT count(*) AS n FROM raw.fetches WHERE kind = 'page'", {}) == 1  # fmt: skip
