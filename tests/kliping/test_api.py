"""The Python API: what docs/api.md says of it, its examples, and what it says to whoever asks wrongly."""

from __future__ import annotations

import doctest
import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.documents import blocks
from support.newsroom_thread import newsroom_in_a_thread
from support.runs import BUNDLED

import kliping
import kliping.api
import kliping.home
from kliping.newsroom import NOW
from kliping.newsroom.pages import answer
from parsers.kinds import Reason

TARGET = "/read/2026/08/25/7512/pustaka-perahu-keliling-pulau.html"
URL = f"http://harianlama.test{TARGET}"
HTML = answer("harianlama.test", TARGET, now=NOW).body
LAZY = {"duckdb", "pydantic", "prefect", "lxml", "httpx", "kliping.api", "kliping.home"}

# Databases, servers, clients and parsers that no page needs.
HEAVY = {"duckdb", "prefect", "httpx", "starlette", "uvicorn", "pydantic_settings", "asyncio", "bs4", "flows", "warehouse", "kliping.home"}  # fmt: skip


@pytest.fixture
def user(tmp_path, demo_home, monkeypatch):
    """Somebody whose ~/kliping has the newsroom's articles."""
    for name in [name for name in os.environ if name.startswith(("KLIPING_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KLIPING_SOURCES", str(BUNDLED))
    monkeypatch.setenv("KLIPING_READERS", "1")
    return shutil.copytree(demo_home, tmp_path / "kliping")


@pytest.fixture(scope="module")
def home(demo_home):
    with kliping.open(demo_home) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("module", [kliping.api, kliping.home])
def test_the_examples_of_the_docstrings_give_what_they_say(user, module):
    with kliping.open(user) as home:
        names = {"kliping": kliping, "html": HTML, "home": home}
        for example in doctest.DocTestFinder(exclude_empty=True).find(module, globs=names):
            assert doctest.DocTestRunner().run(example).failed == 0, example.name


@pytest.mark.slow
def test_the_example_of_the_page_runs(user):
    [example] = blocks("docs/api.md", "python")[:1]

    names = {"html": HTML, "url": URL, "draft": "“Buku itu kembali,” kata Haji Mustari."}
    exec(compile(example, "docs/api.md", "exec"), names)

    assert names["article"].quotes
    assert [row["state"] for row in names["summary"].addresses] == ["loaded before"]


def test_importing_it_loads_nothing_else():
    code = f"import sys, kliping; print(*{LAZY} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


@pytest.mark.parametrize("use", ["", f"({HTML!r}, url={URL!r})"])
def test_parsing_a_page_loads_no_database_and_no_server(use):
    code = f"import sys, kliping; kliping.parse{use}; print(*{HEAVY} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


def test_every_public_name_is_there_and_says_what_it_is():
    for name in kliping.__all__:
        assert inspect.getdoc(getattr(kliping, name)), name
    for name, method in inspect.getmembers(kliping.Home, inspect.isfunction):
        assert name.startswith("_") or inspect.getdoc(method), name
    with pytest.raises(AttributeError, match="kliping has no 'pase'; it has Article"):
        _ = kliping.pase


@pytest.mark.parametrize("page", [HTML, HTML.decode("cp1252")])
def test_a_page_is_parsed_with_its_facts(page):
    article = kliping.parse(page, url=URL)

    assert article.headline == "Pustaka Perahu Berkeliling Pulau Membawa 600 Buku"
    assert article.source_id == "harianlama.test"
    assert article.date_published.utcoffset() is not None
    for facts in (article.quotes, article.figures, article.mentions, article.places):
        assert facts
        assert all(article.body_text[f.char_start : f.char_end] == f.text for f in facts if f.char_start is not None)  # fmt: skip
    assert article.dates == article.structure.dates


def test_a_page_without_an_article_is_rejected_with_the_reason():
    with pytest.raises(kliping.Rejected) as rejected:
        kliping.parse("<p>Halo</p>", url=URL)

    assert rejected.value.reason is Reason.NO_CONTENT


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda _: kliping.parse("x", url="kabar.test/1"), "it begins with http:// or https://"),
        (lambda _: kliping.parse("x", url=URL, source="kompass"), "did you mean 'kompas'?"),
        (lambda _: kliping.open("/nowhere"), "`kliping ingest` or `kliping import` makes it"),
        (lambda home: home.quotes(speaker="Hendra Wibisana"), "did you mean 'Hendra Wibisono'?"),
        (lambda home: home.quotes(source="harianlamo"), "did you mean 'harianlama'?"),
        (lambda home: home.quotes(article="tidak ada"), "there is no article of the id"),
        (lambda home: home.articles(topic="banjirr"), "there is no topic 'banjirr'"),
        (lambda home: home.articles(since="kemarin"), "since is a day such as 2026-11-24"),
        (lambda home: home.figures(kind="mony"), "did you mean 'money'?"),
        (lambda home: home.mentions(entity="tidak ada"), "there is no entity of the id"),
        (lambda home: home.search("speaker:nihil"), "nobody of the name 'nihil'"),
        (lambda home: home.article("http://harianlama.test/x"), "`kliping.fetch` fetches one"),
        (lambda home: home.quotes(speker="Hendra Wibisono"), "did you mean 'speaker'?"),
        (lambda home: home.mentions(speaker="Hendra Wibisono"), "mentions is not limited by 'speaker'"),
        (lambda home: home.sql("FROM mart.quotez"), 'Did you mean "quotes"?'),
        (lambda home: home.sql("SELECT 1; SELECT 2"), "ask one SELECT at a time"),
        (lambda home: home.sql("COPY (SELECT 1) TO '/tmp/x.csv'"), "ask one SELECT at a time"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_what_to_do(home, ask, message):
    with pytest.raises(ValueError, match=r"\w") as refused:
        ask(home)

    assert message in str(refused.value)


@pytest.mark.parametrize(
    "parameters", [{"query": '"pekerja migran" OR banjir'}, {"query": "migran", "least": 0}]
)
def test_a_search_within_sql_may_be_a_value(home, parameters):
    least = "WHERE length(source_id) > $least" if "least" in parameters else ""
    written = f"FROM mart.search('{parameters['query']}') ORDER BY ALL"

    found = home.sql(f"FROM mart.search($query) {least} ORDER BY ALL", parameters).fetchall()

    assert found == home.sql(written).fetchall() != []
    with pytest.raises(ValueError, match="a term is missing before the end"):
        home.sql("FROM mart.attention($query)", {"query": "gempa OR"})


def test_a_list_has_what_the_database_has(home):
    of_speaker = home.sql(
        "SELECT article_id, quote_no FROM mart.quotes WHERE speaker = $name AND day >= $since",
        {"name": "Hendra Wibisono", "since": "2026-10-01"},
    )
    listed = home.quotes(speaker="hendra WIBISONO", since="2026-10-01")

    assert set(listed.select("article_id", "quote_no").fetchall()) == set(of_speaker.fetchall())
    assert len(listed.df()) == len(listed.pl()) == listed.arrow().read_all().num_rows > 0
    [n] = home.sql("SELECT count(*) FROM mart.articles WHERE source_name = 'Harian Lama'").fetchone()  # fmt: skip
    assert len(home.articles(source="harianlama").fetchall()) == n
    assert {row[4] for row in home.mentions(kind="organization").fetchall()} == {"organization"}
    assert {row[6] for row in home.figures(kind="money").fetchall()} == {"money"}


def test_an_article_is_found_by_its_address_and_by_its_id(home):
    article = home.article(f"{URL}?utm_source=surel")

    assert article["body_text"].startswith("Setiap Sabtu pagi")
    assert article["date_published"].tzinfo is not None
    assert home.article(article["article_id"]) == article
    assert home.search("pustaka perahu")[0]["article_id"] == article["article_id"]


def test_a_draft_is_compared_with_what_is_published(home):
    text, speaker = home.sql(
        "SELECT text, speaker FROM mart.quotes WHERE quote_type = 'direct' AND speaker IS NOT NULL AND cue = 'kata' LIMIT 1"
    ).fetchone()

    [finding, *_] = home.proofread(f"“{text},” kata {speaker}.")

    assert finding["verdict"] == "verbatim"


def test_each_call_sees_the_latest_publish_and_a_relation_stays_with_its_own(
    tmp_path, first_visit, demo_home
):
    shutil.copytree(first_visit, tmp_path / "home")
    query = "SELECT count(*) FROM ops.runs"
    with kliping.open(tmp_path / "home") as home:
        before = home.sql(query)
        shutil.copy(demo_home / "kliping.duckdb", tmp_path / "new")
        (tmp_path / "new").replace(tmp_path / "home" / "kliping.duckdb")
        after = home.sql(query)

    assert (before.fetchone(), after.fetchone()) == ((1,), (2,))
    with pytest.raises(ValueError, match="open it again"):
        home.sql(query)


def test_a_copy_of_another_version_is_named_as_such(tmp_path, demo_home):
    (tmp_path / "home").mkdir()
    path = Path(shutil.copy(demo_home / "kliping.duckdb", tmp_path / "home"))
    import duckdb  # noqa: PLC0415 - only to damage a copy

    with duckdb.connect(path) as con:
        con.execute("UPDATE ops.schema_migrations SET checksum = 'other' WHERE version = 0")

    with pytest.raises(ValueError, match=r"another version.*`kliping publish` makes it again"):
        kliping.open(tmp_path / "home")


def test_a_publish_of_another_version_is_refused_by_each_call(tmp_path, demo_home):
    import duckdb  # noqa: PLC0415 - only to damage a copy

    (tmp_path / "home").mkdir()
    path = Path(shutil.copy(demo_home / "kliping.duckdb", tmp_path / "home"))
    other = Path(shutil.copy(demo_home / "kliping.duckdb", tmp_path))
    with duckdb.connect(other) as con:
        con.execute("UPDATE ops.schema_migrations SET checksum = 'other' WHERE version = 0")

    with kliping.open(tmp_path / "home") as home:
        assert home.sql("SELECT 1").fetchall() == [(1,)]
        other.replace(path)

        for _ in range(2):
            with pytest.raises(ValueError, match="another version"):
                home.sql("SELECT 1")


@pytest.mark.slow
async def test_a_fetch_works_where_a_loop_runs_as_in_a_notebook(user, monkeypatch):
    shutil.rmtree(user)
    with newsroom_in_a_thread() as site:
        detours = ",".join(f"{host}={ip}:{port}" for host, (ip, port) in site.connect_to.items())
        monkeypatch.setenv("KLIPING_CONNECT_TO", detours)
        monkeypatch.setenv("KLIPING_ALLOW_PRIVATE", f"127.0.0.1:{site.port}")

        summary = kliping.fetch(URL, home="~/kliping")

    assert [row["state"] for row in summary.addresses] == ["loaded"]
    assert user.stat().st_mode & 0o077 == 0
    with kliping.open("~/kliping") as home:
        assert home.article(URL)["source_name"] == "Harian Lama"
