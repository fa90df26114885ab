"""The commands of every day: check, edits, person, event; options of earlier versions; completion."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import duckdb
import pytest
from support.command_line import kliping

from kliping.cli.app import COMMANDS

SEBATIK = "Perahu Pekerja Migran Tenggelam di Sebatik, 12 Orang Tewas"


@pytest.fixture
def home(demo_home, tmp_path):
    """A copy that a test may damage, of which all is well."""
    copy = shutil.copytree(demo_home, tmp_path / "home")
    copy.chmod(0o700)
    assert kliping(copy, "prove", "--key").returncode == 0
    return copy


def ask(home, *arguments):
    done = kliping(home, *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def bad(done):
    """Part -> its notes that are bad."""
    found: dict[str, list[str]] = {}
    for row in json.loads(done.stdout):
        if row["state"] == "bad":
            found.setdefault(row["part"], []).append(row["note"])
    return found


def test_check_has_a_line_for_each_part_that_is_well(home):
    done = kliping(home, "check", "--format", "json")

    assert (done.returncode, bad(done)) == (0, {})
    looked_at = {row["part"]: int(row["note"].split()[-1]) for row in json.loads(done.stdout)}
    assert looked_at.pop("watches") == 0
    assert list(looked_at) == ["outlets and runs", "machine", "source files", "topics"]
    assert min(looked_at.values()) > 7


def test_check_looks_at_every_part_although_others_are_broken(home, tmp_path):
    (home / "watches.toml").write_text("[watch.x]\nsuch = 1\n[watch.y]\nperson = 'Nobodi'")
    (home / "topics" / "wrong.toml").write_text("this is no topic")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "kabar.toml").write_text('name = "kabar"\n')
    (home / "kliping.duckdb").write_bytes(b"no database" * 1000)

    done = kliping(home, "--sources", tmp_path / "more", "check", "--format", "json")

    assert done.returncode == 1
    found = bad(done)
    assert "kliping.duckdb" in found["machine"][0]
    assert "kabar.toml" in found["source files"][0]
    assert "wrong.toml" in found["topics"][0]
    assert "watch.x.such: no such key" in found["watches"][0]


def test_check_names_a_watch_that_cannot_be_asked_and_the_command_that_says_more(home):
    (home / "watches.toml").write_text("[watch.y]\nperson = 'Nobodi'")

    done = kliping(home, "check", "--format", "json")

    [row] = [row for row in json.loads(done.stdout) if row["state"] == "bad"]
    assert (done.returncode, row["what"], row["more"]) == (1, "y", "kliping watch check")
    assert "watch.y.person: no article names a person 'Nobodi'" in row["note"]


def test_a_run_that_failed_is_bad_and_a_partial_one_a_note(home):
    states = []
    for state in ("failed", "partial"):
        with duckdb.connect(home / "warehouse.duckdb") as con:
            con.execute("UPDATE ops.runs SET state = ?", [state])
        done = kliping(home, "check", "--format", "json")
        [row] = [row for row in json.loads(done.stdout) if row["state"] != "ok"]
        states.append((done.returncode, row["part"], row["state"], row["note"].split(":")[0]))

    assert states == [
        (1, "outlets and runs", "bad", "failed"),
        (0, "outlets and runs", "note", "partial"),
    ]


def test_a_home_without_anything_is_bad_and_says_what_to_do(tmp_path):
    done = kliping(tmp_path / "new", "check", "--format", "json")

    assert (done.returncode, sorted(bad(done))) == (1, ["machine", "outlets and runs"])
    assert "kliping ingest" in bad(done)["outlets and runs"][0]


def test_edits_are_listed_with_their_kinds_or_their_words(demo_home):
    [edit] = ask(demo_home, "edits")
    words = ask(demo_home, "edits", "--words", "--kind", "number")

    assert edit["kinds"] == ["headline", "number", "quote"]
    assert [(row["text_before"][:14], row["text_after"][:14]) for row in words] == [
        ("“Ada 17 kali t", "“Ada 19 kali t")
    ]
    assert ask(demo_home, "edits", "--kind", "correction") == []
    assert ask(demo_home, "edits", "--source", "portalnusa") == []


def test_a_person_has_offices_quotes_and_figures_by_name_or_id(demo_home):
    by_name = ask(demo_home, "person", "maria", "tandirerung")
    by_id = ask(demo_home, "person", by_name["person"][0]["entity_id"])

    assert by_name == by_id
    assert by_name["person"][0]["name"] == "Maria Tandirerung"
    assert [row["quotes"] for row in by_name["offices"]] == [4]
    assert {row["speaker"] for row in by_name["quotes"]} == {"Maria Tandirerung"}
    assert {row["speaker"] for row in by_name["figures"]} == {"Maria Tandirerung"}


def test_a_part_of_a_name_lists_the_people_who_have_it(demo_home):
    done = kliping(demo_home, "person", "an", "--limit", "2", "--format", "json")

    assert [set(row) >= {"name", "entity_id"} for row in json.loads(done.stdout)] == [True, True]
    assert "--limit shows more" in done.stderr


def test_a_person_is_meant_by_the_whole_name_although_others_have_it_as_a_part(demo_home):
    [meant] = ask(demo_home, "person", "RAHMA")["person"]

    assert meant["name"] == "Rahma"
    assert len(ask(demo_home, "person", "rahm")) > 2


def test_an_event_is_found_by_its_words_and_shown_by_its_id(demo_home):
    found = ask(demo_home, "event", "pekerja migran")
    [sebatik] = [row for row in found if row["headline"] == SEBATIK]
    shown = ask(demo_home, "event", sebatik["event_id"])

    assert sebatik["n_outlets"] == 3
    assert [row["source_name"] for row in shown["reports"]] == [
        "SuaraRantau.test", "PortalNusa", "Harian Lama"
    ]  # fmt: skip
    assert "people dead" in {row["subject"] for row in shown["compared_figures"]}
    assert ask(demo_home, "event", "sebatik", "perahu", "Tarakan") == shown
    assert sebatik not in ask(demo_home, "event", "pekerja migran", "--since", "2026-11-01")


def test_no_event_is_a_failure(demo_home):
    done = kliping(demo_home, "event", "kata-yang-tidak-ada")

    assert (done.returncode, done.stdout) == (1, "no event is found\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sample quotes --n 3 --format json", "sample quotes --limit 3 --format json"),
        ("sample quotes --n=3 --format json", "sample quotes --limit=3 --format json"),
        ("status --prometheus OUT", "status --output OUT"),
        ("report --html OUT", "report --output OUT"),
        ("publish --file OUT", "publish --output OUT"),
    ],
)
def test_an_option_of_an_earlier_version_does_the_same_and_says_its_new_name(home, tmp_path, old, new):  # fmt: skip
    answers = []
    for line in (old, new):
        done = kliping(home, *line.replace("OUT", str(tmp_path / "out")).split())
        files = [path.stat().st_size for path in tmp_path.glob("out")]
        answers.append((done.returncode, done.stdout, len(files)))
        if line == old:
            notice = done.stderr
    words = old.partition("=")[0].split()

    assert answers[0] == answers[1]
    assert answers[0][0] == 0
    assert f"{next(w for w in words if w.startswith('--'))} is now --" in notice


def test_old_options_are_not_in_the_help_and_stay_words_of_a_query(demo_home, tmp_path):
    for command, options in COMMANDS["old_options"].items():
        words = kliping(tmp_path, *command.split()[1:], "--help").stdout.split()
        assert not options.keys() & set(words), command

    done = kliping(demo_home, "sample", "--", "--n")

    assert "no samples are drawn of '--n'" in done.stderr


def test_the_shell_completes_commands_and_options():
    def complete(line):
        environment = {
            **os.environ,
            "_KLIPING_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split()) - 1),
        }
        code = "from kliping.cli import main; main()"
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)  # fmt: skip
        return done.stdout.split()

    assert complete("kliping rep") == ["report", "reparse"]
    assert complete("kliping edits --k") == ["--kind"]
