"""What publishers state in robots.txt counts for the robot and the paths it names, and an export withholds by purpose."""

from datetime import UTC, datetime

import duckdb
import pytest
from support.builders import T0, VERSIONS, outcome, response, rows
from support.runs import BUNDLED

from flows.jobs.maintenance import maintain
from flows.settings import Settings
from kliping.reading.export import export
from parsers import robots
from parsers.article import Link
from parsers.consent import reservations
from parsers.source import from_data, load
from warehouse.archive.archive import Archive
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes
from warehouse.write.outcome import Outcome

SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}


def add_robots(store: Database, host: str, text: str, hour: int = 0, status: int = 200) -> None:
    """The row of a robots.txt."""
    stated = reservations(response(text, status=status), "robots")
    with store.write_connection() as con:
        con.execute(
            """INSERT INTO raw.fetches (fetch_id, run_id, source_id, kind, requested_url, fetched_at, http_status, attempt, outcome, body_sha256, reservations)
            VALUES ($id, 'run', 'kabar', 'robots', $url, TIMESTAMP '2026-11-01' + to_hours($hour), $status, 1, 'ok', $id, $stated)""",
            {
                "id": f"{host} {hour}",
                "url": f"http://{host}/robots.txt",
                "hour": hour,
                "status": status,
                "stated": list(stated),
            },
        )


def add_articles(store: Database, urls: list[str]) -> None:
    pages = [outcome(f"Isi berita {url}.", url=url, article_id=url) for url in urls]
    load_outcomes(store, pages, SOURCES, VERSIONS)


PATTERNS = [
    "/a",
    "/a$",
    "/a*b",
    "/a*b$",
    "*b",
    "*",
    "/%7eu",
    "/a$b",
    "/é",
    "/a?x=*y",
    "/x%2a",
    "/a**",
    "/(.+)a",
]
PATHS = [
    "/a",
    "/ab",
    "/a/b",
    "/a/bc",
    "/~u/x",
    "/a$b",
    "/%C3%A9",
    "/a?x=1y",
    "/(.+)a",
    "/x*y",
    "/A",
]


def test_a_path_matches_as_a_rule_of_robots_txt_does(tmp_path):
    store = Database(tmp_path)
    urls = {(n, path): f"http://n{n}.test{path}" for n in range(len(PATTERNS)) for path in PATHS}
    add_articles(store, list(urls.values()))
    for n, pattern in enumerate(PATTERNS):
        add_robots(store, f"n{n}.test", f"User-agent: *\nContent-Usage: {pattern} train-ai=n")

    found = {url for (url,) in rows(store, "SELECT article_id FROM mart.reservations")}

    assert found == {
        url
        for (n, path), url in urls.items()
        if robots.Rule(allow=False, pattern=PATTERNS[n]).matches(robots.normalize(path, keep=""))
    }
    assert len(found) > 20


TEXT = """User-agent: GPTBot
Content-Signal: search=no, ai-train=no
Content-Usage: bots=n

User-agent: *
Content-Signal: ai-train=no
Content-Signal: /terbuka/ ai-train=yes
Content-Usage: /foto/ search=n
Content-Usage: /foto/ tdm=y

License: https://kabar.test/rsl.xml
"""


def test_the_longest_path_of_our_group_decides_and_of_equal_ones_all_count(tmp_path):
    store = Database(tmp_path)
    add_articles(store, [f"http://kabar.test/{path}/1" for path in ("berita", "terbuka", "foto")])
    add_robots(store, "www.kabar.test", TEXT)
    add_robots(store, "kabar.test", "sibuk", hour=1, status=503)

    found = rows(store, "SELECT url[19:-3], reservation, withheld_purposes FROM mart.reservations")

    rsl = ("license: https://kabar.test/rsl.xml", [])
    assert sorted(found) == [
        ("berita", "content-signal: ai-train=no", ["ai-training"]),
        ("berita", *rsl),
        ("foto", "content-signal: ai-train=no", ["ai-training"]),
        ("foto", "content-usage: /foto/ search=n", ["search"]),
        ("foto", "content-usage: /foto/ tdm=y", []),
        ("foto", *rsl),
        ("terbuka", "content-signal: /terbuka/ ai-train=yes", []),
        ("terbuka", *rsl),
    ]
    add_robots(store, "kabar.test", "tidak ada", hour=2, status=404)
    assert rows(store, "FROM mart.reservations") == []


@pytest.mark.parametrize(
    ("statement", "purposes"),
    [
        ("tdm-reservation: 1", "research ai-training"),
        ("robots: noindex", "search"),
        ("robots: noai", "ai-training"),
        ("robots: noimageai, noarchive", "search research ai-training"),
        ("robots: nosnippet", "search ai-training"),
        ("content-signal: search=yes,ai-train=no,ai-input=yes", "ai-training"),
        ("content-signal: ai-input=no", "ai-training"),
        ("content-usage: bots=n, search=y", "research ai-training"),
        ("content-usage: bots=n;x=1, train-ai=y", "search research"),
        ("content-usage: TDM = N", "research ai-training"),
        ("content-usage: sesuatu=n, search=y", "search research ai-training"),
        ("content-usage: train-ai=y", ""),
        ("content-usage:", ""),
        ("license: https://a.test/?train-ai=no", ""),
        ("tdm-policy: https://a.test/?bots=n", ""),
    ],
)
def test_a_statement_withholds_for_the_purposes_it_names(statement, purposes, tmp_path_factory):
    store = Database(tmp_path_factory.getbasetemp() / "purposes")

    with store.write_connection() as con:
        found = con.execute("SELECT core.withheld_purposes(?)", [statement]).fetchall()

    assert found == [(purposes.split(),)]


@pytest.fixture
def exported(tmp_path):
    """Exports an article of each path, for a purpose; gives the names of those with a text."""
    store = Database(tmp_path / "home")
    add_articles(store, [f"http://kabar.test/{path}" for path in ("ai", "semua", "cari", "bebas")])
    lines = ("/ai train-ai=n", "/semua bots=n", "/cari search=n", "/bebas train-ai=y")
    add_robots(
        store, "kabar.test", "\n".join(["User-agent: *", *(f"Content-Usage: {x}" for x in lines)])
    )
    store.publish()

    def names(purpose: str | None) -> str:
        folder, now = tmp_path / str(purpose), datetime(2026, 11, 2, tzinfo=UTC)
        with Reader(tmp_path / "home") as reader:
            manifest = export(
                reader, folder, made_by="kliping 1", now=now, with_text=True, purpose=purpose
            )
        query = f"SELECT url[19:] FROM '{folder}/articles.parquet' WHERE body_text IS NOT NULL ORDER BY 1"
        given = [name for (name,) in duckdb.sql(query).fetchall()]
        assert manifest["purpose"] == purpose
        assert manifest["n_texts_withheld"] == 4 - len(given)
        return " ".join(given)

    return names


def test_an_export_withholds_by_purpose_and_without_one_all_that_is_reserved(exported):
    assert exported(None) == "bebas"
    assert exported("search") == "ai bebas"
    assert exported("research") == "ai bebas cari"
    assert exported("ai-training") == "bebas cari"


def test_the_next_run_reads_archived_robots_txt_files_again(tmp_path):
    """A home of an earlier version has the statements of all groups."""
    home = tmp_path / "home"
    text = "User-agent: x\nContent-Usage: train-ai=n\n\nUser-agent: *\nContent-Usage: /a search=n"
    page = response(text, url="http://kabar.test/robots.txt")
    with Archive(home / "archive").writer("run", T0, "0") as writer:
        record = writer.append(Link(url=page.url, source_id="kabar", kind="robots"), page)
    fetch = Outcome(link=record.link, run_id="run", state="loaded", records=(record,))
    load_outcomes(Database(home), [fetch], SOURCES, VERSIONS)
    stated = "SELECT reservations, outcome FROM raw.fetches"
    before = rows(Database(home), stated)
    with Database(home).write_connection() as con:
        con.execute("UPDATE raw.fetches SET reservations = ['content-usage: train-ai=n']")
        con.execute("INSERT INTO ops.steps_due VALUES ('read_robots', NULL)")

    maintain(Settings(home=home), load([BUNDLED]))

    assert rows(Database(home), stated) == before == [(["content-usage: /a search=n"], "ok")]
    assert rows(Database(home), "FROM ops.steps_due") == []
