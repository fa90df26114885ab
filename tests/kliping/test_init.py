"""`kliping init` and the outlets that a home enables."""

import asyncio
import io
import json
import os
import shutil
import stat
import threading
from pathlib import Path

import duckdb
import pytest
from support.command_line import kliping

from flows.home_file import (
    STARTER,
    HomeFileError,
    enabled_outlets,
    home_file_text,
    read_home_file,
)
from flows.settings import Settings, from_environment
from kliping.cli import init
from kliping.newsroom import Newsroom
from parsers.source import Sources, from_data, load
from warehouse.archive.signatures import read_key
from warehouse.write.topics import read_topics

CONTACT = "https://example.org/about-our-crawler"
ANSWERS = ("--contact", CONTACT, "--yes", "--outlets")
SOURCES = Path(init.__file__).parents[1] / "newsroom" / "sources"
NOWHERE = {
    "KLIPING_CONNECT_TO": "*.com=127.0.0.1:9,*.id=127.0.0.1:9",
    "KLIPING_ALLOW_PRIVATE": "127.0.0.1:9",
}


def sources(**terms):
    """Outlets by name, each with its `terms`."""
    return {
        name: from_data(
            {"name": name, "title": name, "home": f"http://{name}.test/", "terms": text}
        )
        for name, text in terms.items()
    }


@pytest.fixture
def site():
    """The newsroom in a thread, and the settings that lead to it."""
    loop, ready, newsroom = asyncio.new_event_loop(), threading.Event(), Newsroom()

    async def serve():
        async with newsroom:
            ready.set()
            await asyncio.to_thread(done.wait)

    done = threading.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    hosts = ",".join(f"{host}={ip}:{port}" for host, (ip, port) in newsroom.connect_to.items())
    yield (
        newsroom,
        {
            "KLIPING_SOURCES": str(SOURCES),
            "KLIPING_CONNECT_TO": hosts,
            "KLIPING_ALLOW_PRIVATE": f"127.0.0.1:{newsroom.port}",
        },
    )
    done.set()
    thread.join()
    loop.close()


def test_the_starter_outlets_are_described_and_ask_for_no_permission():
    all_sources = load()

    assert len(STARTER) == 8
    assert [all_sources[name].terms for name in STARTER] == [None] * 8


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ([], "--contact, --outlets, --yes"),
        (["--contact", CONTACT, "--outlets", "starter"], "--yes"),
        (["--yes", "--contact", CONTACT], "--outlets"),
        (["--yes", "--outlets", "all"], "--contact"),
    ],
)
def test_without_a_terminal_every_answer_must_be_given(tmp_path, options, missing):
    done = kliping(tmp_path / "home", "init", *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (f"kliping: without a terminal to ask on, {missing} must be given too\n")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([*ANSWERS, "detk"], "did you mean 'detik'?"),
        ([*ANSWERS, ","], "name at least one outlet"),
        (["--contact", "nobody", "--outlets", "all", "--yes"], "neither a page nor"),
        (["--contact", "a@b.id\nx", "--outlets", "all", "--yes"], "neither a page nor"),
    ],
)
def test_a_wrong_answer_makes_no_home(tmp_path, options, message):
    done = kliping(tmp_path / "home", "init", *options)

    assert (done.returncode, message in done.stderr) == (2, True)
    assert not (tmp_path / "home").exists()


def test_without_network_the_home_is_made_and_one_line_says_so(tmp_path):
    home = tmp_path / "home"
    done = kliping(home, "init", *ANSWERS, "starter", **NOWHERE)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("127.0.0.1") + done.stdout.count("connect: ") >= 1
    assert [line for line in done.stdout.splitlines() if "reached" in line] == [
        line for line in done.stdout.splitlines() if line.startswith("No outlet can be reached")
    ]
    assert "tribunnews       6 feeds, 5 sitemaps" in done.stdout
    assert read_home_file(home).contact == CONTACT
    assert list(read_home_file(home).outlets) == list(STARTER)
    assert "\n# kompas = true\n" in (home / "kliping.toml").read_text()
    assert stat.S_IMODE((home / "kliping.toml").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "operator.key").stat().st_mode) == 0o600
    assert read_key(home)


def test_a_new_home_has_the_sixteen_topics_of_the_sample(tmp_path):
    done = kliping(tmp_path / "home", "init", *ANSWERS, "detik", **NOWHERE)

    assert len(read_topics(tmp_path / "home", None)) == 16
    assert f"Wrote {tmp_path}/home/topics/sample.toml: sixteen topics" in done.stdout


def test_a_folder_of_ones_own_topics_stays_as_it_is(tmp_path):
    (own := tmp_path / "home" / "topics").mkdir(parents=True)
    kliping(tmp_path / "home", "init", *ANSWERS, "detik", **NOWHERE)
    kliping(tmp_path / "other", "init", *ANSWERS, "detik", **NOWHERE, KLIPING_TOPICS=str(own))

    assert list(own.iterdir()) == []
    assert not (tmp_path / "other" / "topics").exists()


def test_each_outlet_gets_one_request_and_its_answer_is_shown(tmp_path, site):
    newsroom, settings = site
    done = kliping(tmp_path, "init", *ANSWERS, "portalnusa,suararantau", **settings)

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("robots.txt allows us") == 2
    assert sorted((r.target, r.headers["user-agent"].partition("(")[2]) for r in newsroom.requests) == [
        ("/robots.txt", f"+{CONTACT})")
    ] * 2  # fmt: skip


def test_what_is_there_is_never_overwritten(tmp_path, demo_home):
    (tmp_path / "kliping.toml").write_text("# mine\n")
    (tmp_path / "file").write_text("")
    (demo := tmp_path / "demo").mkdir()
    shutil.copy(demo_home / "kliping.duckdb", demo)
    with duckdb.connect(demo / "kliping.duckdb") as con:
        con.execute("UPDATE ops.runs SET trigger = 'demo'")
    refused = {
        tmp_path: "is set up already",
        tmp_path / "file": "is a file",
        demo: "the invented articles of the demo",
    }

    for home, message in refused.items():
        done = kliping(tmp_path, "--home", home, "init", *ANSWERS, "starter", **NOWHERE)
        assert (done.returncode, message in done.stderr) == (2, True), done.stderr
    assert (tmp_path / "kliping.toml").read_text() == "# mine\n"
    assert [path.name for path in demo.iterdir()] == ["kliping.duckdb"]


def test_a_home_of_an_earlier_version_gets_the_list_and_keeps_its_data(tmp_path, demo_home):
    shutil.copy(demo_home / "kliping.duckdb", tmp_path)
    before = (tmp_path / "kliping.duckdb").read_bytes()

    assert kliping(tmp_path, "init", *ANSWERS, "all", **NOWHERE).returncode == 0
    assert (tmp_path / "kliping.duckdb").read_bytes() == before
    assert not (tmp_path / "topics").exists()
    assert len(read_home_file(tmp_path).outlets) > 50


def test_on_a_terminal_it_asks_again_until_it_understands(tmp_path, monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    answers = [tmp_path / "file", tmp_path / "new", "nobody", CONTACT, "detk", "detik kompas", "n"]
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{answer}\n" for answer in answers)))

    code = init.set_up(Settings(home=tmp_path), None, None, yes=False, is_home_given=False)

    out = capsys.readouterr().out
    assert code == 1
    assert "Outlets  2 of 54" in out
    assert not (tmp_path / "new").exists()


def test_all_leaves_out_who_asks_for_permission_and_a_name_does_not():
    all_sources = sources(a=None, b="it asks for a letter first")

    assert init.outlet_names("all", all_sources) == ["a"]
    assert init.outlet_names(" b, a ", all_sources) == ["a", "b"]


def test_the_list_and_the_files_of_ones_own_are_enabled(tmp_path):
    all_sources = Sources(sources(a=None, b="it asks for a letter first", c=None, d=None))
    (home_file := tmp_path / "kliping.toml").write_text("[outlets]\na = true\nb = true\n")
    assert enabled_outlets(tmp_path, all_sources) == ["a", "b"]

    all_sources.not_bundled = frozenset("bcd")
    home_file.write_text("[outlets]\na = true\nb = true\nc = false\nz = false\n")
    assert enabled_outlets(tmp_path, all_sources) == ["a", "b", "d"]
    home_file.unlink()
    assert enabled_outlets(tmp_path, all_sources) == ["c", "d"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[outlets]\ndetk = true\n", "toml:2: unknown source 'detk'; did you mean 'detik'?"),
        ("[outlets]\nkabar.id = true\n", 'put a name with a dot in it in quotes: "kabar.id"'),
        ("outlets = 1\n", "toml:1: outlets: write it as a table"),
        ("\n[outlet]\na = true\n", "toml:2: outlet: unknown key; did you mean 'outlets'?"),
        ("contact = 1\n", "toml:1: contact: write a text in quotes"),
        ("contact = [\n", "toml:1: invalid value"),
        ("contact = 'nobody'\n", "contact: 'nobody' is neither a page nor"),
        ("kontact = 'a@b.id'\n", "toml:1: kontact: unknown key; did you mean 'contact'?"),
        ("[outlets\n", "toml:1: expected ']'"),
        ("", "no outlet is enabled in"),
    ],
)
def test_a_wrong_list_is_one_line_and_no_run_begins(tmp_path, text, message):
    (tmp_path / "kliping.toml").write_text(text)
    done = kliping(tmp_path, "ingest")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr
    assert not (tmp_path / "warehouse.duckdb").exists()


@pytest.mark.parametrize("command", ["ingest", "sql"])
def test_the_help_is_shown_whatever_is_wrong_in_the_list(tmp_path, command):
    (tmp_path / "kliping.toml").write_text("kontact = 'a@b.id'\n")

    done = kliping(tmp_path, command, "--help")

    assert (done.returncode, done.stdout[:6]) == (0, "Usage:")
    assert kliping(tmp_path, command, "x").returncode == 2


def test_doctor_and_status_go_on_and_name_the_mistake(tmp_path, demo_home):
    shutil.copy(demo_home / "kliping.duckdb", tmp_path)
    (tmp_path / "kliping.toml").write_text("\nkontact = 'a@b.id'\n")
    mistake = f"{tmp_path}/kliping.toml:2: kontact: unknown key; did you mean 'contact'?"

    rows = {
        row["check"]: row
        for row in json.loads(kliping(tmp_path, "doctor", "--format", "json").stdout)
    }
    status = kliping(tmp_path, "status")

    assert (rows["home file"]["state"], rows["home file"]["finding"]) == ("bad", mistake)
    assert rows["published copy"]["state"] == "ok"
    assert (status.stderr, "harianlama" in status.stdout) == (f"kliping: {mistake}\n", True)
    assert (
        "is set up already"
        in kliping(tmp_path, "init", "--yes", "--contact", CONTACT, "--outlets", "all").stderr
    )


REFUSALS = {
    "device": "it is no plain file",
    "pipe": "it is no plain file",
    "folder": "it is no plain file",
    "large": "it has more than 1,000,000 bytes",
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_only_a_plain_file_of_bounded_size_is_read(tmp_path, kind):
    path = tmp_path / "kliping.toml"
    if kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_text("#" * 2_000_000)

    with pytest.raises(HomeFileError, match=REFUSALS[kind]):
        read_home_file(tmp_path)


def test_a_home_that_was_never_set_up_names_the_command(tmp_path):
    for command in ("ingest", "revisit"):
        done = kliping(tmp_path / "home", command)
        assert (done.returncode, "`kliping init`" in done.stderr) == (2, True)


def test_names_with_dots_read_back(tmp_path):
    (tmp_path / "kliping.toml").write_text(home_file_text("a@b.id", ["kabar.id"], ["x.id"]))

    assert read_home_file(tmp_path).outlets == {"kabar.id": True}


def test_the_contact_of_the_home_counts_unless_the_environment_has_one(tmp_path, monkeypatch):
    (tmp_path / "kliping.toml").write_text('contact = "a@b.id"\n')
    monkeypatch.delenv("KLIPING_CONTACT", raising=False)

    assert from_environment(tmp_path).contact == "a@b.id"
    monkeypatch.setitem(os.environ, "KLIPING_CONTACT", CONTACT)
    assert from_environment(tmp_path).contact == CONTACT


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "kliping.toml").write_bytes(b"\xff")

    with pytest.raises(HomeFileError, match=r"kliping\.toml"):
        read_home_file(tmp_path)
