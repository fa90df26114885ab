"""Watches: what they find, that each hit is sent once, and what a mistake in their file says."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import textwrap
import time
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from uuid import uuid5

import pytest
from lxml import etree
from support.builders import T0, VERSIONS, outcome
from support.command_line import kliping
from support.receiver import Receiver
from support.runs import NAMES, settings_for
from support.steps import find_copies

from flows.jobs.jobs import reparse_sources
from kliping.newsroom import Newsroom
from kliping.watches import sending, watch_pass
from kliping.watches.feeds import ATOM
from kliping.watches.sending import send_messages
from kliping.watches.watch import HITS, Watch
from kliping.watches.watch_file import WatchFileError, read_watches
from kliping.watches.watch_hits import find_hits, recent_articles
from kliping.watches.watch_pass import pass_watches
from kliping.watches.watch_search import prepare
from parsers.source import from_data
from parsers.source import load as load_sources
from parsers.structure import of_article
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes

NOW = T0 + timedelta(hours=6)
BEFORE = (
    "Hujan lebat merusak 12 rumah di Dusun Randu. Warga mengungsi ke balai desa.",
    "“Kami masih mendata warga yang mengungsi,” kata Lurah Randu, Sumarni Wijaya, di balai desa.",
)
AFTER = (BEFORE[0].replace("12", "14"), "Pendataan warga masih berjalan.")


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
    notes = pass_watches(home, partial(Reader, home), now)
    return [note.text for note in chain(notes, send_messages(home, now))]


def items(home, name):
    return json.loads((home / "watch" / f"{name}.json").read_text())["items"]


def test_a_query_finds_an_article_with_its_sentence(store, sources, receiver):
    load(store, sources, BEFORE, headline="Hujan Merusak Rumah")
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi balai"', receiver.address)

    assert run(store.home) == [f"watch ungsi: 1 new, in {store.home}/watch/ungsi.atom and .json"]

    [post] = receiver.posts
    [hit] = post["hits"]
    assert (hit["watch"], hit["sentence"]) == ("ungsi", "Warga mengungsi ke balai desa.")
    assert receiver.keys == [post["id"]]
    [item] = items(store.home, "ungsi")
    assert item["content_html"] == "<p>Warga mengungsi ke balai desa.</p>"
    feed = etree.parse(store.home / "watch" / "ungsi.atom").getroot()
    assert feed.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}id") == item["id"]
    assert feed.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}content") == item["content_html"]


def test_a_person_is_found_under_any_name_and_what_is_unknown_is_a_line(store, sources):
    load(store, sources, BEFORE)
    write(store.home, '[watch.lurah]\nperson = "sumarni wijaya"\n[watch.raib]\nperson = "Wira Asmara"\n[watch.lain]\nsearch = "source:kabr"\n[watch.sunyi]\nkind = "silent"\noutlet = "kabr"')  # fmt: skip

    first, second, third, fourth = run(store.home)

    assert "lurah: 1 new" in first
    assert second.startswith(f"{store.home}/watches.toml: watch.raib.person: no article names")
    assert (
        third
        == f"{store.home}/watches.toml: watch.lain.search: nothing was read of 'kabr'; did you mean 'kabar'?"
    )
    assert fourth.startswith(
        f"{store.home}/watches.toml: watch.sunyi.outlet: nothing was read of 'kabr'"
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
    assert (figure["title"], quote["title"]) == ("12 became 14: Judul", "a quote is gone: Judul")
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


def test_a_statement_without_quotation_marks_or_one_that_moved_is_no_removed_quote(store, sources):
    indirect = "Lurah Randu Sumarni Wijaya mengatakan bahwa bantuan beras sudah tiba di balai desa."
    load(store, sources, (BEFORE[1], indirect, BEFORE[0]), publish=False)
    load(store, sources, (BEFORE[0], f"Hujan reda. {BEFORE[1]}"), hour=5)
    with Reader(store.home) as reader:
        query = "SELECT DISTINCT quote_type FROM core.quotes ORDER BY ALL"
        assert [row["quote_type"] for row in reader.rows(query)] == ["direct", "indirect"]
    write(store.home, '[watch.kutipan]\nchanged = "quote"')

    assert run(store.home) == []


def test_two_watches_that_look_for_the_same_have_a_hit_each(store, sources):
    load(store, sources, BEFORE)
    write(store.home, '[watch.a]\nsearch = "mengungsi"\n[watch.b]\nsearch = "mengungsi"')

    run(store.home)

    assert [len(items(store.home, name)) for name in "ab"] == [1, 1]


def test_a_new_watch_beside_an_old_one_finds_nothing_of_before_its_day(store, sources):
    load(store, sources, BEFORE)
    write(store.home, '[watch.lama]\nsearch = "mengungsi"')
    run(store.home)
    write(store.home, '[watch.lama]\nsearch = "mengungsi"\n[watch.baru]\nsearch = "hujan"')
    run(store.home, NOW + timedelta(days=3))

    assert (len(items(store.home, "lama")), items(store.home, "baru")) == (1, [])


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


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, None, reset])
def test_what_the_webhook_did_not_take_is_repeated_with_its_key(store, sources, receiver, status):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    receiver.status = status

    [_, note] = run(store.home)
    assert note.startswith("webhook did not take ungsi: 1 new: it ")
    assert " (try 1 of 8)" in note
    assert note.endswith("; again with the same key, from 2026-11-01 07:01 UTC on")
    receiver.status = 204
    assert run(store.home) == []
    assert len(receiver.posts) == 1  # the pause is kept
    assert run(store.home, NOW + timedelta(minutes=1)) == []
    assert run(store.home, NOW + timedelta(days=1)) == []

    assert receiver.hit_ids[0] == receiver.hit_ids[1]
    assert receiver.keys[0] == receiver.keys[1]
    assert len(receiver.posts) == 2


@pytest.mark.long
def test_a_webhook_that_never_takes_is_given_up_after_growing_pauses(store, sources, receiver):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    receiver.status = 502

    tries = [(hour, note) for hour in range(24 * 7) for note in run(store.home, NOW + timedelta(hours=hour)) if "did not" in note]  # fmt: skip

    assert [hour for hour, _ in tries] == [0, 1, 2, 3, 5, 11, 23, 47]
    assert tries[-1][1].endswith("it answered 502 (try 8 of 8); it may have arrived; they are in the feeds, and not sent again")  # fmt: skip
    assert len({*receiver.keys}) == 1


@pytest.mark.parametrize("status", [301, 307, 400, 404])
def test_what_the_webhook_refuses_is_not_repeated_for_ever(store, sources, receiver, status):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    receiver.status = status

    notes = [note for day in range(9) for note in run(store.home, NOW + timedelta(days=day))]

    assert len(receiver.posts) == 2  # and no redirect was followed
    assert notes[-1].endswith(f"it answered {status} (try 2 of 2); they are in the feeds, and not sent again")  # fmt: skip
    assert len(items(store.home, "ungsi")) == 1


def test_a_message_whose_last_try_died_is_given_up(store, sources, receiver):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    receiver.status = 502
    run(store.home)
    with closing(sqlite3.connect(store.home / "watch" / "journal.sqlite")) as con, con:
        con.execute("UPDATE deliveries SET n_tries = 8")

    [note] = run(store.home, NOW + timedelta(days=1))

    assert note.endswith("the process died in the last try (try 8 of 8); it may have arrived; they are in the feeds, and not sent again")  # fmt: skip
    assert len(receiver.posts) == 1
    assert run(store.home, NOW + timedelta(days=9)) == []


def test_what_is_forgotten_before_it_was_taken_is_not_sent(store, sources, receiver):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    receiver.status = 502
    run(store.home)
    forget_all(store)
    receiver.status = 204

    assert run(store.home, NOW + timedelta(days=1)) == []

    assert len(receiver.posts) == 1


def a_byte_at_a_time(connection):
    for byte in b"HTTP/1.1 200 OK\r\nx-filler: " + b"a" * 400:  # for twenty seconds
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def endless_hints(connection):
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)


def silence(connection):
    connection.recv(1)


@pytest.mark.parametrize("answer", [a_byte_at_a_time, endless_hints, silence])
def test_an_answer_without_an_end_is_given_up_at_the_deadline(
    store, sources, receiver, monkeypatch, answer
):
    monkeypatch.setattr(sending, "DEADLINE", 1.0)
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    receiver.status = answer

    assert (
        "it gave no answer in 1 seconds (try 1 of 8); it may have arrived; again with"
        in run(store.home)[1]
    )


def test_the_body_of_an_answer_is_not_read(store, sources, receiver):
    n_sent = []

    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
        with suppress(OSError):
            while sum(n_sent) < 1 << 30:
                n_sent.append(connection.send(b"x" * 65536))

    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    receiver.status = endless

    assert len(run(store.home)) == 1
    assert sum(n_sent) < 100 << 20


def test_slow_messages_leave_the_rest_to_the_next_pass(store, sources, receiver, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_SENDING", 0.5)
    load(store, sources, BEFORE)
    to = f"address = '{receiver.address}'"
    write(store.home, f"[destination.a]\n{to}\n[destination.b]\n{to}\n[watch.x]\nsearch = 'hujan'\nsend_to = ['a', 'b']")  # fmt: skip
    receiver.look = partial(time.sleep, 0.6)

    run(store.home)
    assert len(receiver.posts) == 1
    run(store.home)

    assert len(receiver.posts) == 2


def locked(folder):
    """The lock files that somebody holds."""
    names = []
    for path in folder.rglob("*.lock"):
        with path.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                names.append(path.name)
    return names


def test_no_lock_is_held_while_a_message_is_sent(store, sources, receiver):
    write(store.home, "[watch.ungsi]\nsearch = 'mengungsi'", receiver.address)
    load(store, sources, BEFORE, hour=(datetime.now(UTC) - T0) // timedelta(hours=1), publish=False)
    find_copies(store)
    held = []
    receiver.look = lambda: held.append(locked(store.home))

    assert kliping(store.home, "publish").returncode == 0

    assert held == [[]]
    assert (store.home / "watch" / "journal.lock").exists()


OLD_JOURNAL = """
CREATE TABLE watches (name TEXT PRIMARY KEY, added_at TEXT NOT NULL, passed_at TEXT NOT NULL);
CREATE TABLE hits (no INTEGER PRIMARY KEY, hit_id TEXT NOT NULL UNIQUE, watch TEXT NOT NULL, article_id TEXT NOT NULL, state TEXT NOT NULL, found_at TEXT NOT NULL, hit TEXT);
"""  # of the first version


@pytest.mark.parametrize(
    ("state", "n_sent"), [("new", 1), ("sending", 1), ("sent", 0), ("doubtful", 0)]
)
def test_an_old_journal_is_read_and_its_messages_keep_their_keys(
    store, sources, receiver, state, n_sent
):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"')
    run(store.home)
    path = store.home / "watch" / "journal.sqlite"
    with closing(sqlite3.connect(path)) as con:
        watches = con.execute("SELECT name, added_at, passed_at FROM watches").fetchall()
        hits = con.execute("SELECT * FROM hits").fetchall()
    path.unlink()
    with closing(sqlite3.connect(path)) as con, con:
        con.executescript(OLD_JOURNAL)
        con.executemany("INSERT INTO watches VALUES (?, ?, ?)", watches)
        con.executemany("INSERT INTO hits VALUES (?, ?, ?, ?, ?, ?, ?)", hits)
        con.execute("UPDATE hits SET state = ?", (state,))
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)

    assert [run(store.home) for _ in range(2)] == [[], []]

    assert receiver.keys == [str(uuid5(HITS, hits[0][1]))] * n_sent
    assert len(items(store.home, "ungsi")) == 1


def test_a_webhook_that_nobody_listens_at_gets_the_hits_later(store, sources, receiver):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', "http://127.0.0.1:9/")
    assert "cannot be reached" in run(store.home)[1]

    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)
    run(store.home, NOW + timedelta(minutes=1))

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


def forget_all(store):
    with store.write_connection() as con:
        con.execute("INSERT INTO ops.tombstones SELECT url, source_id, article_id, now()::TIMESTAMP, 'f' FROM core.articles")  # fmt: skip
    store.publish()


def test_the_words_of_an_edit_are_harmless_in_html(store, sources):
    load(store, sources, ["Hujan merusak <b>12</b> rumah."], publish=False)
    load(store, sources, ["Hujan merusak <b>14</b> rumah."], hour=5)
    write(store.home, '[watch.angka]\nchanged = "figure"')

    run(store.home)

    [item] = items(store.home, "angka")
    assert "<b>" not in item["content_html"]
    assert "&lt;b&gt;" in item["content_html"].partition("</p>")[2]


def test_an_article_that_is_forgotten_leaves_the_feeds_and_the_journal(store, sources):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"')
    run(store.home)
    forget_all(store)
    (store.home / "watches.toml").unlink()

    run(store.home)

    assert items(store.home, "ungsi") == []
    files = [path for path in (store.home / "watch").iterdir() if b"mengungsi" in path.read_bytes()]
    assert files == []


def test_feeds_say_when_it_happened_and_lead_to_the_explorer(store, sources):
    load(store, sources, BEFORE)
    write(
        store.home, 'explorer = "https://kliping.kabar.test/"\n[watch.ungsi]\nsearch = "mengungsi"'
    )
    run(store.home)

    atom = etree.parse(store.home / "watch" / "ungsi.atom").getroot()
    links = {link.get("rel"): link.get("href") for link in atom.iter(f"{{{ATOM}}}link")}
    assert links == {
        "self": "https://kliping.kabar.test/watches/ungsi.atom",
        None: "http://kabar.test/read/1/",
        "related": "https://kliping.kabar.test/article/a1",
    }
    [entry] = atom.findall(f"{{{ATOM}}}entry")
    times = [entry.findtext(f"{{{ATOM}}}{name}") for name in ("published", "updated")]
    assert [datetime.fromisoformat(text) for text in times] == [T0, NOW]
    feed = json.loads((store.home / "watch" / "ungsi.json").read_text())
    assert feed["feed_url"] == "https://kliping.kabar.test/watches/ungsi.json"
    assert '<a href="https://kliping.kabar.test/article/a1">' in feed["items"][0]["content_html"]
    assert [feed["items"][0][f"date_{name}"] for name in ("published", "modified")] == times


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
        ("hook = 'x'", "hook: no such key; there are explorer, webhook, destination, watch"),
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
        (
            "search = 'x'\nserach = 'y'",
            "a.serach: no such key; there are search, person, changed, kind, outlet, n_outlets, send_to",
        ),
        ("search = 'pekerja \"migran'", 'a.search: a quotation mark (") is open'),
        ("search = 'speker:menteri'", "a.search: no field speker:"),
        (
            "search = 'gempa OR'",
            "a.search: a term is missing before the end; the watch is left out",
        ),
        ("changed = 'figures'", "a.changed: Input should be 'figure' or 'quote'"),
        ("search = 3", "a.search: Input should be a valid string"),
        ("", "a: it looks for nothing: give search, person, changed or kind"),
        (
            "kind = 'hilang'",
            "a.kind: Input should be 'contested', 'copied', 'event', 'first_quote', 'gone' or 'silent'",
        ),
        ("kind = 'gone'\nchanged = 'figure'", "a: it looks for changed or for kind, not for both"),
        ("kind = 'copied'", "a: outlet is missing: whose text is copied"),
        ("kind = 'silent'\nsearch = 'x'", "a: an outlet is silent, whatever is searched for"),
        ("send_to = ['meja']", "a.send_to: there is no destination 'meja'"),
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
    write(
        store.home,
        "[watch.ungsi]\nsearch = 'mengungsi'\n[watch.x]\nsuch = 1\n[destination.y]\naddress = 'slak://z'",
        receiver.address,
    )

    done = kliping(store.home, "watch", "check", "--since", "9999d", "--format", "json")

    assert (done.returncode, receiver.posts) == (1, [])
    assert "watch.x.such: no such key" in done.stderr
    assert "destination.y.address: apprise knows no such address" in done.stderr
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
from warehouse.read.published import Reader
from kliping.watches import feeds, hit_journal, sending, watch_pass

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
    "between the feeds": (feeds, "replace_file", "after", 1),
    "after the feeds": (feeds, "replace_file", "after", 2),
    "before the message": (journal, "pack", "before"),
    "after the message": (journal, "pack", "after"),
    "before the try": (journal, "begin_try", "before"),
    "within the try": (sending.Sender, "send", "before"),
    "after the request": (sending.Sender, "send", "after"),
    "after the answer is noted": (journal, "end_try", "after"),
}[point]
setattr(place, name, dies(getattr(place, name), *when))
now = datetime.fromisoformat(now)
list(watch_pass.pass_watches(Path(home), lambda: Reader(Path(home)), now))
list(sending.send_messages(Path(home), now))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "n_sent"),
    [
        ("before the note", 1),
        ("after the note", 1),
        ("between the feeds", 1),
        ("after the feeds", 1),
        ("before the message", 1),
        ("after the message", 1),
        ("before the try", 1),
        ("within the try", 1),
        ("after the request", 2),
        ("after the answer is noted", 2),  # its note is not on disk yet
    ],
)
def test_a_kill_at_any_point_loses_no_hit_and_repeats_with_the_same_key(
    store, sources, receiver, point, n_sent
):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"', receiver.address)

    killed = subprocess.run([sys.executable, "-c", KILL, point, store.home, NOW.isoformat()], env=os.environ, check=False)  # fmt: skip
    for minutes in range(3):
        run(store.home, NOW + timedelta(minutes=minutes))

    assert killed.returncode == -signal.SIGKILL
    assert len(receiver.keys) == n_sent
    assert len({*receiver.keys}) == 1
    assert len(items(store.home, "ungsi")) == 1
    assert len(etree.parse(store.home / "watch" / "ungsi.atom").findall(f"{{{ATOM}}}entry")) == 1


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
    held = []
    receiver.look = lambda: held.extend(locked(settings.home))
    all_sources = load_sources(settings.source_folders)
    first = reparse_sources(settings, all_sources, list(NAMES), lambda _done, _due: None)
    n_hits = len(receiver.hit_ids)

    again = reparse_sources(settings, all_sources, list(NAMES), lambda _done, _due: None)

    assert held == []
    assert [note for note in first.notes if "no article names a person 'Nihil Adanya'" in note]
    assert not [note for note in again.notes if " new, in " in note]
    assert {hit["watch"] for post in receiver.posts for hit in post["hits"]} == {
        "semua",
        "angka",
        "kutipan",
    }
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


QUERIES = (
    "banjir", "mengungsi balai", "warga -hujan", '"pekerja migran"', "headline:harga", "dikirim", "pekerja-migran",
    "speaker:menteri", "source:portalnusa kapal", "section:nasional", "-headline:harga pemerintah", "place:jakarta", "tahun 2026",
    "banjir OR speaker:menteri", "-banjir -speaker:menteri", 'headline:"pekerja migran"', "banj*", "-(banjir OR headline:harga) place:jakarta", '"migran pekerja"~4',
)  # fmt: skip


@pytest.mark.xdist_group("demo_home")
def test_a_watch_finds_what_a_search_finds(demo_home):
    since = datetime(2000, 1, 1, tzinfo=UTC)
    watches = {Watch(name=f"w{n}", search=query): since for n, query in enumerate(QUERIES)}
    with Reader(demo_home) as reader:
        searches, problems = prepare(reader, watches)
        found = find_hits(reader, searches, recent_articles(reader, since))
        counts = {}
        for watch, hits in found.items():
            rows = reader.rows("SELECT article_id FROM mart.search($query)", {"query": watch.search})  # fmt: skip
            assert {hit.article_id for hit in hits} == {row["article_id"] for row in rows}, watch
            counts[watch.search] = len(rows)

    assert problems == {}
    assert sum(n > 0 for n in counts.values()) > 8, counts


def n_reads(work):
    """How many texts are read for watches."""
    counted = []

    def count(frame, event, _argument):
        if event == "call" and frame.f_code.co_name == "_candidates":
            counted.append(frame.f_locals["row"]["article_id"])

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def test_a_pass_reads_new_texts_only_once_for_all_watches(store, sources):
    write(store.home, "\n".join(f'watch.w{n}.search = "mengungsi"' for n in range(3)))
    load(store, sources, BEFORE)
    assert n_reads(lambda: run(store.home)) == ["a1"]
    assert n_reads(lambda: run(store.home)) == []
    store.publish()
    assert n_reads(lambda: run(store.home)) == []
    load(store, sources, BEFORE, url="http://kabar.test/read/2/", article_id="a2")
    assert n_reads(lambda: run(store.home)) == ["a2"]
    load(store, sources, AFTER, hour=2)
    assert n_reads(lambda: run(store.home)) == ["a1"]


def test_a_watch_that_could_not_be_asked_looks_at_all_that_came_since(store, sources):
    load(store, sources, BEFORE)
    write(store.home, '[watch.lain]\nsearch = "source:lain"\n[watch.ungsi]\nsearch = "mengungsi"')
    assert "nothing was read of 'lain'" in run(store.home)[1]
    write(store.home, '[watch.lain]\nsearch = "source:kabar"')
    assert "lain: 1 new" in run(store.home)[0]
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi"')
    load(store, sources, BEFORE, url="http://kabar.test/read/2/", article_id="a2")
    run(store.home)
    write(store.home, '[watch.lain]\nsearch = "source:kabar"')  # again, after a pass without it

    assert "lain: 1 new" in run(store.home)[0]


def test_a_watch_that_can_be_asked_now_finds_what_came_while_it_could_not(store, sources):
    load(store, sources, BEFORE)
    write(store.home, '[watch.ungsi]\nsearch = "mengungsi -source:lain"')
    assert "nothing was read of 'lain'" in run(store.home)[0]
    both = sources | {
        "lain": from_data({"name": "lain", "title": "Lain", "home": "http://lain.test/"})
    }
    load(store, both, AFTER, url="http://lain.test/1/", article_id="a2", source_id="lain")

    run(store.home)

    assert [item["url"] for item in items(store.home, "ungsi")] == ["http://kabar.test/read/1/"]
