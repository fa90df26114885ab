"""Watches: what they find, that each hit is sent once, and what a mistake in their file says."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from lxml import etree
from support.builders import T0, VERSIONS, outcome
from support.command_line import kliping
from support.runs import NAMES, settings_for

from flows.jobs.jobs import reparse_sources
from flows.newsroom import Newsroom
from flows.watches import watch_pass
from flows.watches.feeds import ATOM
from flows.watches.watch_file import WatchFileError, read_watches
from flows.watches.watch_pass import pass_watches
from parsers.source import load as load_sources
from parsers.structure import of_article
from warehouse.read.published import Reader
from warehouse.write.copies import find_copies
from warehouse.write.load import load_outcomes

NOW = T0 + timedelta(hours=6)
BEFORE = (
    "Hujan lebat merusak 12 rumah di Dusun Randu. Warga mengungsi ke balai desa.",
    "“Kami masih mendata warga yang mengungsi,” kata Lurah Randu, Sumarni Wijaya, di balai desa.",
)
AFTER = (BEFORE[0].replace("12", "14"), "Pendataan warga masih berjalan.")


class Receiver:
    """A webhook on loopback: what was posted, and what to answer."""

    def __init__(self):
        self.posts, self.keys, self.status = [], [], 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                receiver.posts.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))  # fmt: skip
                receiver.keys.append(self.headers["idempotency-key"])
                if receiver.status is not None:  # else the connection ends without an answer
                    self.send_response(receiver.status)
                    self.end_headers()

            def log_message(self, *_):
                """Nothing on the terminal."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def hit_ids(self):
        return [hit["hit_id"] for post in self.posts for hit in post["hits"]]


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def load(store, sources, lines, hour=0, publish=True, reservations=(), **fields):
    page = outcome("\n".join(lines), hour=hour, in_language="id", date_modified=T0, **fields)
    page = replace(page, article=replace(page.article, structure=of_article(page.article)))
    load_outcomes(store, [page], sources, VERSIONS)
    if publish:
        find_copies(store)
        store.publish()


def write(home, text, webhook=None):
    line = f'webhook = "{webhook}"\n' if webhook else ""
    (home / "watches.toml").write_text(line + textwrap.dedent(text))


def run(home, now=NOW):
    return [note.text for note in pass_watches(home, partial(Reader, home), now)]


def items(home, name):
    return json.loads((home / "watch" / f"{name}.json").read_text())["items"]


def test_a_query_finds_an_article_with_its_sentence(store, sources, receiver):
    load(store, sources, BEFORE, headline="Hujan Merusak Rumah")
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi balai"', receiver.address)

    assert run(store.home) == [f"watch ungsi: 1 new, in {store.home}/watch/ungsi.atom and .json"]

    [post] = receiver.posts
    assert post["hits"][0]["sentence"] == "Warga mengungsi ke balai desa."
    assert post["text"] == (
        "ungsi: 1 new\n\nHujan Merusak Rumah – Kabar – http://kabar.test/read/1/\nWarga mengungsi ke balai desa."
    )
    assert receiver.keys == [post["id"]]
    [item] = items(store.home, "ungsi")
    assert item["content_html"] == "<p>Warga mengungsi ke balai desa.</p>"
    feed = etree.parse(store.home / "watch" / "ungsi.atom").getroot()
    assert feed.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}id") == item["id"]
    assert feed.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}content") == item["content_html"]


def test_a_person_is_found_under_any_name_and_what_is_unknown_is_a_line(store, sources):
    load(store, sources, BEFORE)
    write(store.home, '[watch.lurah]\nperson = "sumarni wijaya"\n[watch.raib]\nperson = "Wira Asmara"\n[watch.lain]\nsearch = "source:kabr"')  # fmt: skip

    first, second, third = run(store.home)

    assert "lurah: 1 new" in first
    assert second.startswith(f"{store.home}/watches.toml: watch.raib.person: no article names")
    assert (
        third
        == f"{store.home}/watches.toml: watch.lain.search: nothing was read of 'kabr'; did you mean 'kabar'?"
    )
    assert items(store.home, "lurah")[0]["content_text"].startswith("“Kami masih mendata")
    assert not (store.home / "watch" / "raib.json").exists()


def test_an_edit_comes_with_its_words(store, sources):
    load(store, sources, BEFORE, publish=False)
    load(store, sources, AFTER, hour=5)
    write(
        store.home,
        """\
        [watch.angka]
        changed = "figure"
        [watch.kutipan]
        changed = "quote"
        [watch.lain]
        changed = "figure"
        search = "gempa"
        """,
    )

    run(store.home)

    [figure], [quote] = items(store.home, "angka"), items(store.home, "kutipan")
    assert figure["content_text"] == (
        "Hujan lebat merusak 14 rumah di Dusun Randu.\n"
        "Hujan lebat merusak [-12-]{+14+} rumah di Dusun Randu. Warga mengungsi ke balai desa."
    )
    assert "<del>12</del><ins>14</ins>" in figure["content_html"]
    assert quote["content_text"].startswith(f"{BEFORE[1]}\n[-“Kami")
    assert items(store.home, "lain") == []


def test_numbers_that_only_came_are_no_changed_figure(store, sources):
    load(store, sources, BEFORE, publish=False)
    load(store, sources, (f"{BEFORE[0]} Ada 3 posko.", BEFORE[1]), hour=5)
    write(store.home, '[watch.angka]\nchanged = "figure"')

    assert run(store.home) == []


def test_a_hit_is_sent_once_though_its_article_is_edited(store, sources, receiver):
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    for hour, lines in ((0, BEFORE), (1, AFTER), (2, (*AFTER, "Warga mengungsi."))):
        load(store, sources, lines, hour=hour)
        run(store.home, T0 + timedelta(hours=hour))
    run(store.home)

    assert len(receiver.hit_ids) == 1


def test_a_new_watch_finds_what_was_first_seen_since_the_day_before(store, sources):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"')
    run(store.home, T0 + timedelta(hours=25))
    assert items(store.home, "ungsi") == []

    load(store, sources, BEFORE, hour=20, url="http://kabar.test/read/2/", article_id="a2")
    run(store.home, T0 + timedelta(days=3))  # loaded late, and after the watch was added

    assert [item["url"] for item in items(store.home, "ungsi")] == ["http://kabar.test/read/2/"]


@pytest.mark.parametrize("status", [404, 429, 503])
def test_what_the_webhook_refused_is_sent_again(store, sources, receiver, status):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    receiver.status = status

    assert f"it answered {status}; the next pass sends them again" in run(store.home)[1]
    receiver.status = 204
    assert run(store.home) == []

    assert receiver.hit_ids[0] == receiver.hit_ids[1]
    assert receiver.keys[0] == receiver.keys[1]
    assert len(receiver.posts) == 2


@pytest.mark.parametrize("status", [500, 502, None])
def test_what_the_webhook_may_have_is_not_sent_again(store, sources, receiver, status):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    receiver.status = status

    assert "may have 1 hits or not" in run(store.home)[1]
    receiver.status = 204
    assert run(store.home) == []

    assert len(receiver.posts) == 1
    assert len(items(store.home, "ungsi")) == 1


def test_a_webhook_that_nobody_listens_at_gets_the_hits_later(store, sources, receiver):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', "http://127.0.0.1:9/")
    assert "cannot be reached" in run(store.home)[1]

    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    run(store.home)

    assert len(receiver.posts) == 1


def test_a_webhook_gets_no_hits_of_before_it_was_named(store, sources, receiver):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"')
    run(store.home)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    run(store.home)

    assert receiver.posts == []


def test_a_reserved_text_is_a_snippet(store, sources):
    long = "Hujan lebat " + "dan angin kencang " * 40 + "merusak 12 rumah di Dusun Randu."
    load(store, sources, [long], publish=False)
    load(store, sources, [long.replace("12", "14") + " Selesai." * 60], hour=5, publish=False)
    with store.write_connection() as con:
        con.execute("UPDATE raw.fetches SET reservations = ['tdm-reservation: 1']")
    find_copies(store)
    store.publish()
    write(store.home, '[watch.hujan]\nsearch = "hujan"\n[watch.angka]\nchanged = "figure"')

    run(store.home)

    [article], [figure] = items(store.home, "hujan"), items(store.home, "angka")
    assert len(article["content_text"]) == len(" …") + 280
    sentence, diff = figure["content_text"].split("\n")
    assert len(sentence) < 290 > len(diff.replace("[-12-]{+14+}", "1214")) - len("{++}")
    assert "[-12-]{+14+}" in diff


def test_text_for_xml_and_html_is_harmless(store, sources):
    load(store, sources, ["Warga <b>mengungsi</b> & \x0bpulang."], headline="<i>\x01Judul</i>")
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"')

    run(store.home)

    [item] = items(store.home, "ungsi")
    assert "&lt;b&gt;mengungsi&lt;/b&gt; &amp;" in item["content_html"]
    assert etree.parse(store.home / "watch" / "ungsi.atom").getroot().findtext(f"{{{ATOM}}}entry/{{{ATOM}}}title")  # fmt: skip


def test_an_article_that_is_forgotten_leaves_the_feeds_and_the_journal(store, sources):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"')
    run(store.home)
    with store.write_connection() as con:
        con.execute("INSERT INTO ops.tombstones SELECT url, source_id, article_id, now()::TIMESTAMP, 'f' FROM core.articles")  # fmt: skip
    store.publish()
    (store.home / "watches.toml").unlink()

    run(store.home)

    assert items(store.home, "ungsi") == []
    files = [path for path in (store.home / "watch").iterdir() if b"mengungsi" in path.read_bytes()]
    assert files == []


def test_a_feed_has_the_newest_first_and_an_end(store, sources, monkeypatch):
    monkeypatch.setattr(watch_pass, "LONGEST_FEED", 2)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"')
    for n in range(1, 4):
        load(store, sources, BEFORE, hour=n, url=f"http://kabar.test/read/{n}/", article_id=f"a{n}")
        run(store.home)

    urls = [item["url"] for item in items(store.home, "ungsi")]
    assert urls == ["http://kabar.test/read/3/", "http://kabar.test/read/2/"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[watch.a\n", "Expected ']'"),
        ("[watch.a]\nsearch = 'x'\n[watch.a]\nsearch = 'y'", "twice"),
        ("hook = 'x'", "hook: no such key; there are webhook, watch"),
        ("webhook = 'kabar'", "webhook: "),
        ("watch = 3", "watch: "),
    ],
)
def test_a_broken_file_is_one_line_with_its_name(tmp_path, text, message):
    (tmp_path / "watches.toml").write_text(text)

    with pytest.raises(WatchFileError) as error:
        read_watches(tmp_path)

    assert str(error.value).startswith(f"{tmp_path}/watches.toml: ")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("search = 'x'\nserach = 'y'", "a.serach: no such key; there are search, person, changed"),
        ("search = 'pekerja \"migran'", 'a.search: a quotation mark (") is open'),
        ("search = 'speker:menteri'", "a.search: no field speker:"),
        ("search = 'gempa OR erupsi'", "a.search: OR means nothing in a query"),
        ("changed = 'figures'", "a.changed: Input should be 'figure' or 'quote'"),
        ("search = 3", "a.search: Input should be a valid string"),
        ("", "a: it looks for nothing: give search, person or changed"),
        ("name = 'b'\nsearch = 'x'", "a.name: no such key"),
    ],
)
def test_a_watch_with_a_mistake_is_left_out(tmp_path, text, message):
    (tmp_path / "watches.toml").write_text(f"[watch.a]\n{text}\n[watch.b]\nsearch = 'banjir'")

    file = read_watches(tmp_path)

    assert [watch.name for watch in file.watches] == ["b"]
    [line] = file.problems
    assert line.startswith(f"{tmp_path}/watches.toml: watch.{message}")
    assert line.endswith("; the watch is left out")


def test_a_name_that_is_no_name_of_a_file_is_refused(tmp_path):
    (tmp_path / "watches.toml").write_text("[watch.'../b']\nsearch = 'banjir'")

    assert "a name has small letters" in read_watches(tmp_path).problems[0]


def test_check_shows_hits_and_sends_nothing(store, sources, receiver):
    load(store, sources, BEFORE)
    write(store.home, "[watch.ungsi]\nsearch = 'mengungsi'\n[watch.x]\nsuch = 1", receiver.address)

    done = kliping(store.home, "watch", "check", "--days", "36500", "--format", "json")

    assert (done.returncode, receiver.posts) == (1, [])
    assert "watch.x.such: no such key" in done.stderr
    [row] = json.loads(done.stdout)
    assert (row["watch"], row["n_hits"], row["sentence"]) == ("ungsi", 1, "Warga mengungsi ke balai desa.")  # fmt: skip
    assert not (store.home / "watch").exists()


def test_a_publish_by_hand_passes_the_watches(store, sources, receiver):
    write(store.home, "[watch.ungsi]\nsearch = 'mengungsi'\n[watch.x]\nsuch = 1", receiver.address)
    load(store, sources, BEFORE, hour=(datetime.now(UTC) - T0) // timedelta(hours=1), publish=False)
    find_copies(store)

    done = kliping(store.home, "publish")

    assert (done.returncode, len(receiver.hit_ids)) == (0, 1), done.stderr
    assert len(items(store.home, "ungsi")) == 1
    assert "watch ungsi: 1 new" in done.stderr
    assert "watch.x.such: no such key" in done.stderr


def test_a_home_without_watches_says_how_to_write_one(tmp_path):
    done = kliping(tmp_path, "watch", "run")

    assert done.returncode == 2
    assert "watch.banjir.search" in done.stderr


KILL = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from flows.jobs.jobs import reparse_sources
from flows.newsroom import Newsroom
from warehouse.read.published import Reader
from flows.watches import feeds, hit_journal, watch_pass

point, home, now = sys.argv[1:]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def dies(real, when, n=1):
    left = [n]
    def wrapped(*args, **options):
        left[0] -= 1
        if when == "before" and not left[0]:
            die()
        result = real(*args, **options)
        if when == "after" and not left[0]:
            die()
        return result
    return wrapped

journal = hit_journal.HitJournal
place, name, *when = {
    "before the note": (journal, "add", "before"),
    "after the note": (journal, "add", "after"),
    "between the feeds": (feeds, "put_in_place", "after", 1),
    "after the feeds": (feeds, "put_in_place", "after", 2),
    "before the intent": (journal, "set_state", "before", 1),
    "after the intent": (journal, "set_state", "after", 1),
    "after the request": (watch_pass, "send", "after"),
    "after the answer is noted": (journal, "set_state", "after", 2),
}[point]
setattr(place, name, dies(getattr(place, name), *when))
list(watch_pass.pass_watches(Path(home), lambda: Reader(Path(home)), datetime.fromisoformat(now)))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "n_sent"),
    [
        ("before the note", 1),
        ("after the note", 1),
        ("between the feeds", 1),
        ("after the feeds", 1),
        ("before the intent", 1),
        ("after the intent", 0),
        ("after the request", 1),
        ("after the answer is noted", 1),
    ],
)
def test_a_kill_at_any_point_sends_no_hit_twice_and_loses_none_in_the_feeds(
    store, sources, receiver, point, n_sent
):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)

    killed = subprocess.run([sys.executable, "-c", KILL, point, store.home, NOW.isoformat()], env=os.environ, check=False)  # fmt: skip
    notes = [text for _ in range(2) for text in run(store.home)]

    assert killed.returncode == -signal.SIGKILL
    assert len(receiver.hit_ids) == n_sent
    assert len(items(store.home, "ungsi")) == 1
    assert len(etree.parse(store.home / "watch" / "ungsi.atom").findall(f"{{{ATOM}}}entry")) == 1
    doubts = [text for text in notes if "an earlier pass died" in text]
    assert len(doubts) == (point in {"after the intent", "after the request"})


@pytest.mark.slow
async def test_a_run_passes_the_watches_and_a_reparse_gives_no_second_hit(
    tmp_path, demo_home, receiver
):
    shutil.copytree(demo_home, tmp_path / "home")
    async with Newsroom() as site:
        settings = settings_for(tmp_path / "home", site)
    write(
        settings.home,
        """\
        [watch.semua]
        search = "section:nasional"
        [watch.angka]
        changed = "figure"
        [watch.kutipan]
        changed = "quote"
        [watch.raib]
        person = "Nihil Adanya"
        """,
        receiver.address,
    )
    all_sources = load_sources(settings.source_folders)
    first = reparse_sources(settings, all_sources, list(NAMES), lambda _done, _due: None)
    n_hits = len(receiver.hit_ids)

    again = reparse_sources(settings, all_sources, list(NAMES), lambda _done, _due: None)

    assert [note for note in first.notes if "no article names a person 'Nihil Adanya'" in note]
    assert not [note for note in again.notes if " new, in " in note]
    assert {post["watch"] for post in receiver.posts} == {"semua", "angka", "kutipan"}
    assert len(receiver.hit_ids) == len(set(receiver.hit_ids)) == n_hits


@pytest.mark.slow
async def test_a_broken_file_ends_no_run(tmp_path, demo_home):
    shutil.copytree(demo_home, tmp_path / "home")
    async with Newsroom() as site:
        settings = settings_for(tmp_path / "home", site)
    (settings.home / "watches.toml").write_text("[watch")

    summary = reparse_sources(
        settings, load_sources(settings.source_folders), list(NAMES), lambda _done, _due: None
    )

    assert summary.state == "completed"
    assert [note for note in summary.notes if note.startswith(f"no watches: {settings.home}/watches.toml: ")]  # fmt: skip
