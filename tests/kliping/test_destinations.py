"""What arrives at the destinations of watches: JSON, and messages that apprise sends over HTTP and SMTP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from standardwebhooks import Webhook
from support.receiver import Receiver
from support.runs import free_port

from kliping.watches import sending
from kliping.watches.hit_journal import open_journal
from kliping.watches.sending import send_messages
from kliping.watches.watch import WatchHit
from kliping.watches.watch_file import read_watches

NOW = datetime(2026, 11, 1, 16, tzinfo=UTC)  # 23:00 in Jakarta
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


class Mailbox:
    """An SMTP server on loopback, and the mails it took."""

    def __init__(self):
        self.mails = []
        self.look = lambda: None

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, _server, _session, envelope
    ):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.look()
        return "250 OK"


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def mailbox():
    made = Mailbox()
    port = free_port()
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    made.address = (
        f"mailto://127.0.0.1:{port}?mode=insecure&from=kliping@kabar.test&to=meja@kabar.test"
    )
    yield made
    controller.stop()


def hit(n, watch="banjir", **fields):
    values = {
        "hit_id": f"{watch}{n}",
        "watch": watch,
        "kind": "article",
        "article_id": f"a{n}",
        "source_name": "Kabar",
        "headline": f"Banjir {n}",
        "url": f"http://kabar.test/{n}/",
        "seen_at": "2026-11-01T06:00:00",
        "sentence": "Warga mengungsi.",
    }
    return WatchHit(**values | fields)


def write_hits(home, *hits, now=NOW):
    with open_journal(home / "watch") as journal:
        for each in hits:
            journal.add(each.watch, [each], now)


def send(home, now=NOW):
    return [note.text for note in send_messages(home, now)]


def write(home, *lines, watches=("banjir",)):
    """A destination `meja`, with these lines, of each watch."""
    text = "".join(f'[watch.{name}]\nsearch = "hujan"\nsend_to = ["meja"]\n' for name in watches)
    (home / "watches.toml").write_text("\n".join(("[destination.meja]", *lines, text)))


def test_json_is_signed_as_standard_webhooks_has_it(tmp_path, receiver):
    write(tmp_path, f'address = "{receiver.address}"', f'secret = "{SECRET}"')
    write_hits(tmp_path, hit(1))

    assert send(tmp_path) == []

    headers = {name.lower(): value for name, value in receiver.headers[0].items()}
    assert Webhook(SECRET).verify(receiver.bodies[0], headers)["hits"][0]["headline"] == "Banjir 1"
    assert headers["webhook-id"] == receiver.keys[0] == receiver.posts[0]["id"]


def test_json_without_a_secret_is_not_signed(tmp_path, receiver):
    write(tmp_path, f'address = "{receiver.address}"')
    write_hits(tmp_path, hit(1))
    send(tmp_path)

    assert not [name for name in receiver.headers[0] if name.lower().startswith("webhook-")]


@pytest.mark.parametrize(
    ("scheme", "key"), [("json://{}/hook", "message"), ("mmost://{}/token", "text")]
)
def test_apprise_sends_a_message_for_people(tmp_path, receiver, scheme, key):
    receiver.status = 200
    write(tmp_path, f'address = "{scheme.format(receiver.host)}"')
    file = tmp_path / "watches.toml"
    file.write_text(f'explorer = "https://kliping.kabar.test"\n{file.read_text()}')
    write_hits(tmp_path, hit(1))

    assert send(tmp_path) == []

    [post] = receiver.posts
    page = "https://kliping.kabar.test/article/a1"
    for line in (
        page,
        "banjir: 1 new",
        "Banjir 1 – Kabar",
        "Warga mengungsi.",
        "http://kabar.test/1/",
    ):
        assert line in post[key]


def test_a_mail_has_the_hits_of_all_its_watches_and_says_how_many_more_there_are(tmp_path, mailbox):
    write(tmp_path, f'address = "{mailbox.address}"', "most_shown = 2", watches=("banjir", "gempa"))
    write_hits(
        tmp_path,
        *map(hit, range(11)),
        hit(1, "gempa", headline="Gempa", sentence="Tulis ke @everyone."),
    )

    assert send(tmp_path) == []

    [mail] = mailbox.mails
    text = mail.get_body(("plain", "html")).get_content()
    assert mail["subject"] == "banjir: 11 new, gempa: 1 new"
    assert ("Banjir 1 – " in text, "Banjir 2 – " in text, "and 9 more" in text) == (
        True,
        False,
        True,
    )
    assert "Gempa – Kabar" in text
    assert "@everyone" not in text


def test_each_watch_has_destinations_of_its_own(tmp_path, receiver, mailbox):
    (tmp_path / "watches.toml").write_text(f"""
        [destination.meja]
        address = "{receiver.address}"
        [destination.surat]
        address = "{mailbox.address}"
        [watch.banjir]
        search = "banjir"
        send_to = ["meja"]
        [watch.gempa]
        search = "gempa"
        send_to = ["meja", "surat"]
        [watch.sunyi]
        search = "sunyi"
    """)
    write_hits(tmp_path, hit(1), hit(2, "gempa"), hit(3, "sunyi"))
    send(tmp_path)

    assert [each["watch"] for post in receiver.posts for each in post["hits"]] == [
        "banjir",
        "gempa",
    ]
    assert [mail["subject"] for mail in mailbox.mails] == ["gempa: 1 new"]


def test_a_digest_has_all_of_the_night_at_its_hour(tmp_path, mailbox):
    write(tmp_path, f'address = "{mailbox.address}"', 'digest_at = "07:00"')
    for n in range(3):  # at 23:00, 02:00 and 05:00
        write_hits(tmp_path, hit(n))
        assert send(tmp_path, NOW + 3 * n * HOUR) == []
    assert mailbox.mails == []

    send(tmp_path, NOW + 8 * HOUR - MINUTE)
    assert mailbox.mails == []
    send(tmp_path, NOW + 8 * HOUR)
    write_hits(tmp_path, hit(9))
    send(tmp_path, NOW + 9 * HOUR)

    assert [mail["subject"] for mail in mailbox.mails] == ["banjir: 3 new"]
    send(tmp_path, NOW + 32 * HOUR)
    assert len(mailbox.mails) == 2


def test_a_digest_is_at_the_hour_of_its_zone(tmp_path, receiver):
    write(
        tmp_path,
        f'address = "{receiver.address}"',
        'digest_at = "07:00"',
        'time_zone = "Asia/Jayapura"',
    )
    write_hits(tmp_path, hit(1))

    sent_at = []
    for n in range(12):
        send(tmp_path, NOW + n * HOUR)
        sent_at += [n] * (len(receiver.posts) - len(sent_at))

    assert sent_at == [6]


def repeated(receiver):
    return [post["may_be_repeated"] for post in receiver.posts]


@pytest.mark.parametrize(("status", "is_in_doubt"), [(502, True), (429, False), (None, True)])
def test_a_message_says_that_it_may_have_arrived_before(tmp_path, receiver, status, is_in_doubt):
    write(tmp_path, f'address = "{receiver.address}"')
    write_hits(tmp_path, hit(1))
    receiver.status = status
    [note] = send(tmp_path)
    receiver.status = 204
    send(tmp_path, NOW + HOUR)

    assert ("it may have arrived" in note) is is_in_doubt
    assert repeated(receiver) == [False, is_in_doubt]


def test_a_message_that_nobody_took_is_not_in_doubt(tmp_path, receiver):
    write(tmp_path, 'address = "http://127.0.0.1:9/"')
    write_hits(tmp_path, hit(1))
    send(tmp_path)
    write(tmp_path, f'address = "{receiver.address}"')
    send(tmp_path, NOW + HOUR)

    assert repeated(receiver) == [False]


KILL = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from kliping.watches import sending

real = sending.Sender.send

def send(*args):
    if sys.argv[2] != "before":
        real(*args)
    os.kill(os.getpid(), signal.SIGKILL)

sending.Sender.send = send
list(sending.send_messages(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[3])))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "n_mails"), [("before", 1), ("within", 2), ("after", 2)])
def test_a_mail_that_is_killed_in_the_middle_comes_and_says_that_it_may_be_the_second(
    tmp_path, mailbox, moment, n_mails
):
    write(tmp_path, f'address = "{mailbox.address}"')
    write_hits(tmp_path, hit(1))
    process = subprocess.Popen([sys.executable, "-c", KILL, tmp_path, moment, NOW.isoformat()], env=os.environ)  # fmt: skip
    mailbox.look = process.kill if moment == "within" else mailbox.look
    process.wait()
    for n in range(3):
        send(tmp_path, NOW + n * HOUR)

    assert process.returncode == -signal.SIGKILL
    assert len(mailbox.mails) == n_mails
    last = mailbox.mails[-1].get_body(("plain", "html")).get_content()
    assert "This message may have arrived before." in last


def a_byte_at_a_time(connection):
    with suppress(OSError):
        for byte in b"HTTP/1.1 200 OK\r\nx-filler: " + b"a" * 4_000:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)


def endless(connection):
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)
            time.sleep(0.001)


@pytest.mark.parametrize("answer", [a_byte_at_a_time, endless])
def test_apprise_is_ended_at_the_deadline(tmp_path, receiver, monkeypatch, answer):
    monkeypatch.setattr(sending, "DEADLINE", 1.5)
    write(tmp_path, f'address = "json://{receiver.host}/hook"')
    write_hits(tmp_path, hit(1))
    receiver.status = answer

    [note] = send(tmp_path)

    assert "meja did not take banjir: 1 new: it gave no answer in 2 seconds (try 1 of 8); it may have arrived; again" in note  # fmt: skip


@pytest.mark.parametrize("status", [404, 302])
def test_what_a_service_refuses_is_not_repeated_for_ever(tmp_path, receiver, status):
    write(tmp_path, f'address = "json://{receiver.host}/rahasia"')
    write_hits(tmp_path, hit(1))
    receiver.status = status

    notes = [note for day in range(3) for note in send(tmp_path, NOW + 24 * day * HOUR)]

    assert len(receiver.posts) == 2
    assert f"error={status}" in notes[-1]
    assert "they are in the feeds, and not sent again" in notes[-1]
    assert "rahasia" not in "".join(notes)


def test_what_a_service_cannot_take_now_is_sent_again(tmp_path, receiver):
    write(tmp_path, f'address = "json://{receiver.host}/"')
    write_hits(tmp_path, hit(1))
    receiver.status = 503

    [note] = send(tmp_path)

    assert "error=503. (try 1 of 8); it may have arrived; again with the same key" in note


def test_an_address_that_apprise_does_not_know_holds_nothing_else_up(tmp_path, receiver):
    (tmp_path / "watches.toml").write_text(f"""
        [destination.salah]
        address = "slak://rahasia"
        [destination.meja]
        address = "{receiver.address}"
        [watch.banjir]
        search = "banjir"
        send_to = ["salah", "meja"]
    """)
    write_hits(tmp_path, hit(1))

    [note] = send(tmp_path)

    assert "salah did not take banjir: 1 new: apprise knows no such address (try 1 of 2)" in note
    assert "rahasia" not in note
    assert len(receiver.posts) == 1


def test_no_address_is_in_the_journal(tmp_path, receiver):
    write(tmp_path, f'address = "{receiver.address}/rahasia"', f'secret = "{SECRET}"')
    write_hits(tmp_path, hit(1))
    send(tmp_path)

    assert len(receiver.posts) == 1
    assert b"rahasia" not in (tmp_path / "watch" / "journal.sqlite").read_bytes()


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        ("address = 'slack'", ".address: String should match pattern"),
        (
            "address = 'json://a'\nsecret = 'C2FVsBQIhrscChlQIMV+b5sSYspob7oD'",
            ": a secret signs JSON",
        ),
        ("address = 'http://a'\nsecret = 'pendek'", ".secret: `openssl rand"),
        ("address = 'http://a'\ndigest_at = '7'", ".digest_at: String should match"),
        ("address = 'http://a'\ntime_zone = 'Asia/Jakrta'", ".time_zone: invalid timezone"),
        ("address = 'http://a'\nmost_shown = 0", ".most_shown: Input should be greater"),
        ("adress = 'http://a'", ".address: Field required"),
        ("address = 'http://a'\nadress = 'http://a'", ".adress: no such key; there are address, "),
    ],
)
def test_a_destination_with_a_mistake_is_left_out_with_its_watches(tmp_path, lines, mistake):
    write(tmp_path, lines)

    file = read_watches(tmp_path)

    first, second = file.problems
    assert first.startswith(f"{tmp_path}/watches.toml: destination.meja{mistake}")
    assert second.endswith(
        "watch.banjir.send_to: there is no destination 'meja'; the watch is left out"
    )
    assert (file.watches, file.destinations) == ((), {})
