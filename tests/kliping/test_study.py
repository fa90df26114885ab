"""A study: its numbers are those of SQL and of their evidence, another home counts the same, and bad files are told from good ones."""

import csv
import hashlib
import json
import os
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import html as dom
from support.command_line import kliping
from support.newsroom_thread import newsroom_in_a_thread

from kliping.reading.labels import Labels, Language
from kliping.studies.methods import DATES, RECALL, rules
from kliping.studies.study import digest, numbers
from kliping.studies.study_file import StudyError, read_study
from kliping.studies.study_folder import (
    CHECK_PAGE,
    PACKAGE,
    PAGE,
    PROOFS,
    RECORDS,
    WRITTEN,
    write_study,
)
from parsers.structure import RULES
from warehouse.read.published import Reader
from warehouse.write.database import Database

pytestmark = pytest.mark.xdist_group("demo_home")
SOURCES = str(Path(__file__).parents[2] / "kliping" / "newsroom" / "sources")
STUDY = """question = "Siapa yang dikutip tentang pekerja migran?"
query = '"pekerja migran"'
since = 2026-08-01
until = 2026-11-30
people = ["Hendra Wibisono", "Nobody Anywhere"]
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "migran.toml"
    path.write_text(STUDY, "utf-8")
    return path


@pytest.fixture(scope="module")
def folder(demo_home, tmp_path_factory):
    """What the command leaves. It names whom no article names."""
    path = tmp_path_factory.mktemp("study") / "migran.toml"
    path.write_text(STUDY.replace("]", ', "Hendra Wibisana"]'), "utf-8")
    done = kliping(demo_home, "study", str(path), "--offline")
    assert done.returncode == 0, done.stderr
    open_records, *unnamed, last = done.stderr.splitlines()
    assert "records are not sealed yet; `kliping maintain` does it" in open_records
    assert unnamed == [
        "no article of the study names 'Hendra Wibisana'; did you mean 'Hendra Wibisono'?",
        "no article of the study names 'Nobody Anywhere'",
    ]
    assert last.startswith("40 of ")
    assert last.endswith(str(path.with_suffix("") / PAGE))
    assert done.stdout.splitlines()[2].split()[:2] == ["articles", "all"]
    return path.with_suffix("")


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def numbers_of(folder, subject):
    rows = rows_of(folder / "numbers.csv")
    return {row["name"]: (int(row["n"]), int(row["of_n"])) for row in rows if row["subject"] == subject}  # fmt: skip


def test_every_number_counts_its_evidence(folder):
    counted = {}
    for row in rows_of(folder / "evidence.csv"):
        key = row["subject"], row["name"]
        counted[key] = counted.get(key, 0) + 1
    found = {
        (row["subject"], row["name"]): int(row["n"]) for row in rows_of(folder / "numbers.csv")
    }

    assert len(counted) > 20
    assert {key: n for key, n in found.items() if n} == counted


def test_numbers_are_those_of_sql(folder, demo_home):
    query = "SELECT count(*) FROM mart.articles WHERE regexp_matches(body_text || ' ' || headline, '(?i)\\bpekerja\\W+migran\\b')"
    with Reader(demo_home) as reader:
        [[n]] = reader.con.execute(query).fetchall()
        [[n_all]] = reader.con.execute("SELECT count(*) FROM mart.articles").fetchall()

    assert numbers_of(folder, "articles")["all"] == (n, n_all)
    for subject in ("period", "outlet"):
        parts = numbers_of(folder, subject).values()
        assert (sum(part for part, _ in parts), sum(whole for _, whole in parts)) == (n, n_all)
    assert numbers_of(folder, "person")["Nobody Anywhere"] == (0, n)


def test_periods_without_an_article_stay_on_the_axis(demo_home, file):
    file.write_text(f'{STUDY}by = "week"\n', "utf-8")
    first, last = date(2026, 7, 27), date(2026, 11, 30)  # the Mondays of the first and the last day

    assert kliping(demo_home, "study", str(file), "--offline").returncode == 0

    periods = numbers_of(file.with_suffix(""), "period")
    assert [*periods] == [str(first + timedelta(weeks=n)) for n in range((last - first).days // 7 + 1)]  # fmt: skip
    assert (0, 0) in periods.values()


def test_spans_of_the_evidence_are_the_quotes(folder):
    quotes = {(row["article_id"], row["char_start"]): row for row in rows_of(folder / "quotes.csv")}
    evidence = [row for row in rows_of(folder / "evidence.csv") if row["subject"] == "speaker"]

    records = {row["version_id"]: row["warc_file"] for row in rows_of(folder / "records.csv")}
    assert len(evidence) > 20
    for row in evidence:
        assert quotes[row["article_id"], row["char_start"]]["speaker"] == row["name"]
        assert records[row["version_id"]].endswith(".warc.gz")


TABLE_SCHEMA = {"string", "integer", "number", "boolean", "date", "array"}


def header_of(path):
    return path.read_text("utf-8").splitlines()[0].split(",")


def test_the_package_describes_every_file(folder):
    package = json.loads((folder / PACKAGE).read_text("utf-8"))

    assert {each["path"] for each in package["resources"]} == {
        path.name for path in folder.glob("*.*")
    } - {PACKAGE, PROOFS, *WRITTEN}
    for each in package["resources"]:
        if each["path"] not in RECORDS:
            assert (folder / each["path"]).stat().st_size == each["bytes"]
        fields = each["schema"]["fields"]
        if each["format"] == "csv":
            assert [field["name"] for field in fields] == header_of(folder / each["path"])
        assert {field["type"] for field in fields} <= TABLE_SCHEMA


def test_the_page_has_the_numbers_and_cannot_act(folder):
    page = dom.fromstring((folder / PAGE).read_text("utf-8"))
    [first, second] = numbers_of(folder, "articles").values()

    lines = [
        [td.text_content() for td in tr.xpath("td[@class='n']")]
        for tr in page.xpath("(//table)[1]/tbody/tr")
    ]
    assert [line[:2] for line in lines] == [[*map(str, first)], [*map(str, second)]]
    assert not page.xpath("//script | //link | //img | //@onload")


def test_the_page_says_how_often_rules_are_right_and_what_was_not_measured(folder):
    page = dom.fromstring((folder / PAGE).read_text("utf-8"))
    notes = [note.text_content() for note in page.find_class("note")]
    speaker = next(rule for rule in RULES if rule.rule_id == "column.speaker")

    [note] = [note for note in notes if note.startswith(speaker.description)]
    assert f"{100 * speaker.precision:.0f} % right ({100 * speaker.low:.0f} to {100 * speaker.high:.0f} %)" in note  # fmt: skip
    assert f"found of all there are: {RECALL['column.speaker']}" in note
    [note] = [note for note in notes if note.startswith("two articles of one event")]
    assert f"not measured on real pages; found of all there are: {RECALL['event.articles']}" in note
    assert "precision" not in ",".join(header_of(folder / "numbers.csv"))


def test_the_stated_recall_is_that_of_the_benchmark():
    benchmarks = Path(__file__).parents[2] / "docs" / "benchmarks"
    measured = (benchmarks / "structure.md").read_text("utf-8")
    rows = {
        "column.speaker": "quotes recall",
        "column.person": "mentions of people, recall",
        "column.organization": "mentions of organisations, recall",
        "column.place": "places recall",
        "dates": "dates recall",
    }
    of_events = (benchmarks / "events.md").read_text("utf-8")

    for rule_id, recall in {**RECALL, "dates": DATES}.items():
        if rule_id in rows:
            assert re.search(rf"(?m)^\| {rows[rule_id]} \|.*\| {re.escape(recall)} \|$", measured)
        else:
            assert recall in of_events


@pytest.mark.parametrize(
    ("table", "stated"),
    [("dates", DATES), ("places", RECALL["column.place"]), ("figures", "was not measured")],
)
def test_every_rule_of_a_count_has_its_recall_or_says_that_it_was_not_measured(file, table, stated):
    count = (
        f'[[count]]\nname = "n"\nunit = "article"\nsql = "SELECT article_id FROM mart.{table}"\n'
    )
    file.write_text(STUDY + count, "utf-8")

    [line] = rules(read_study(file), Labels(Language.ENGLISH))
    assert line.endswith(stated)


def test_another_home_from_the_same_archive_counts_the_same(folder, demo_home, tmp_path):
    shutil.copytree(demo_home / "archive", tmp_path / "archive")
    assert kliping(tmp_path, "rebuild", KLIPING_SOURCES=SOURCES).returncode == 0
    done = kliping(tmp_path, "study", "--check", str(folder))

    assert (done.returncode, "True" in done.stdout) == (0, True)


def test_a_table_that_was_changed_by_hand_is_named(folder, demo_home, tmp_path):
    changed = Path(shutil.copytree(folder, tmp_path / "changed"))
    table = changed / "numbers.csv"
    table.write_text(table.read_text("utf-8").replace("articles,all,", "articles,all,1", 1), "utf-8")  # fmt: skip
    (changed / "quotes.parquet").unlink()

    done = kliping(demo_home, "study", "--check", changed)

    assert (done.returncode, "False" in done.stdout) == (1, True)
    first, ours, counted, second = done.stderr.splitlines()
    assert first == f"{changed / 'numbers.csv'}: it is not as the study writes it"
    assert ours.startswith("  only in the folder: articles,all,1")
    assert counted.startswith("  only counted here: articles,all,")
    assert second == f"{changed / 'quotes.parquet'}: it is not as the study writes it"


def test_the_topics_of_a_study_are_those_of_its_folder(demo_home, file, tmp_path):
    file.write_text(STUDY.replace("'\"pekerja migran\"'", "'topic:tppo'"), "utf-8")
    assert kliping(demo_home, "study", str(file), "--offline").returncode == 0
    home = tmp_path / "home"
    (home / "topics").mkdir(parents=True)
    for name in ("warehouse.duckdb", "kliping.duckdb"):
        shutil.copy(demo_home / name, home / name)
    assert kliping(home, "publish").returncode == 0
    with Reader(home) as reader:
        assert reader.rows("FROM core.article_topics") == []
    done = kliping(home, "study", "--check", str(file.with_suffix("")))

    assert (done.returncode, "True" in done.stdout) == (0, True)
    assert rows_of(file.with_suffix("") / "numbers.csv")[0]["n"] != "0"
    (file.with_suffix("") / "topics" / "sample.toml").write_text("[tppo")
    broken = kliping(home, "study", "--check", str(file.with_suffix("")))
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.startswith("kliping: the study's topics/sample.toml: Expected ']'")


@pytest.fixture
def copy(folder, tmp_path):
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def package_with(folder, **values):
    path = folder / PACKAGE
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), "utf-8")


def forge_page(folder):
    page = folder / PAGE
    page.write_text(page.read_text("utf-8").replace("migran", "asing"), "utf-8")
    return {PAGE}


def forge_table_and_hash(folder):
    table = folder / "numbers.csv"
    table.write_text(table.read_text("utf-8").replace("articles,all,", "articles,all,1", 1), "utf-8")  # fmt: skip
    resources = json.loads((folder / PACKAGE).read_text("utf-8"))["resources"]
    for each in resources:
        if each["path"] == table.name:
            each["hash"] = f"sha256:{hashlib.sha256(table.read_bytes()).hexdigest()}"
            each["bytes"] = table.stat().st_size
    package_with(folder, resources=resources)
    return {"numbers.csv", PACKAGE}


def forge_question(folder):
    study = folder / "study.toml"
    study.write_text(study.read_text("utf-8").replace("Siapa yang", "Mengapa hanya ini"), "utf-8")
    package_with(folder, resources=[])
    return {PACKAGE, PAGE, CHECK_PAGE}


def forge_link(folder):
    page = folder / PAGE
    page.rename(folder.parent / "elsewhere.html")
    page.symlink_to(folder.parent / "elsewhere.html")
    return {PAGE}


@pytest.mark.parametrize("forge", [forge_page, forge_table_and_hash, forge_question, forge_link])
def test_a_forged_study_is_named(copy, demo_home, forge):
    forged = forge(copy)
    done = kliping(demo_home, "study", "--check", copy, "--format", "json")

    assert (done.returncode, json.loads(done.stdout)[0]["is_same"]) == (1, False)
    assert {line for line in done.stderr.splitlines() if not line.startswith("  ")} == {f"{copy / name}: it is not as the study writes it" for name in forged}  # fmt: skip


def link_to_zero(folder, name):
    (folder / name).unlink()
    (folder / name).symlink_to("/dev/zero")


def fifo(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)


def too_long(folder, name):
    with (folder / name).open("ab") as file:
        file.truncate(1 << 40)


def not_a_package(folder, name):
    (folder / name).write_text('[{"made_by": "kliping 1"}]')


def nested_package(folder, name):
    (folder / name).write_text("[" * 200_000)


def package_of_others(folder, _name):
    package_with(folder, made_by="pandoc 3")


def package_without_digest(folder, _name):
    package_with(folder, digest=7)


def odd_package(folder, _name):
    package_with(folder, files={"a": 1})


@pytest.mark.parametrize(
    ("damage", "name", "message"),
    [
        (link_to_zero, "study.toml", "study.toml: it is a link"),
        (fifo, "study.toml", "study.toml: it is no plain file"),
        (too_long, "study.toml", "study.toml: it has more than"),
        (link_to_zero, PACKAGE, f"{PACKAGE}: it is a link"),
        (fifo, PACKAGE, f"{PACKAGE}: it is no plain file"),
        (link_to_zero, "topics/sample.toml", "sample.toml: it is a link"),
        (not_a_package, PACKAGE, "holds no study"),
        (nested_package, PACKAGE, "holds no study"),
        (package_of_others, PACKAGE, "holds no study"),
        (package_without_digest, PACKAGE, "holds no study"),
        (odd_package, PACKAGE, "files is no list"),
    ],
)
def test_files_of_strangers_are_refused_in_a_line(copy, demo_home, damage, name, message):
    damage(copy, name)
    done = kliping(demo_home, "study", "--check", copy)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert message in done.stderr


def test_what_a_folder_says_cannot_steer_a_terminal(copy, demo_home):
    package_with(copy, made_by="kliping \x1b]0;x\x07", digest="\x1b[2J", files=["topics/\x1b[2J.toml"])  # fmt: skip
    done = kliping(demo_home, "study", "--check", copy)

    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr


def test_a_row_that_changed_is_noticed(folder, demo_home, tmp_path):
    for name in ("warehouse.duckdb", "kliping.duckdb"):
        shutil.copy(demo_home / name, tmp_path / name)
    store = Database(tmp_path)
    with store.write_connection() as con:
        con.execute("UPDATE core.quotes SET char_end = char_end - 1 WHERE speaker_name = 'Hendra Wibisono'")  # fmt: skip
    store.publish()
    done = kliping(tmp_path, "study", "--check", str(folder))

    assert (done.returncode, "False" in done.stdout) == (1, True)


def test_a_study_is_replaced_and_nothing_else_is(folder, demo_home, file, tmp_path):
    assert kliping(demo_home, "study", str(file), "--offline", "--output", str(folder)).returncode == 0  # fmt: skip
    foreign = tmp_path / "letters"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("keep me")
    done = kliping(demo_home, "study", str(file), "--offline", "--output", str(foreign))

    assert (done.returncode, "name another folder" in done.stderr) == (2, True)
    assert [path.name for path in foreign.iterdir()] == ["letter.txt"]
    assert not [*tmp_path.glob("*.unfinished")]


def test_a_study_leaves_what_is_not_its_own(copy, demo_home, file):
    (copy / "notes.txt").write_text("keep me")
    (copy / "topics" / "own.txt").write_text("keep me")
    beside = copy.with_name(f"{copy.name}.unfinished")
    beside.mkdir()
    done = kliping(demo_home, "study", str(file), "--offline", "--output", copy)

    assert (done.returncode, done.stderr.count("\n")) == (0, 3), done.stderr
    assert (copy / "notes.txt").read_text() == (copy / "topics" / "own.txt").read_text() == "keep me"  # fmt: skip
    assert beside.is_dir()
    assert kliping(demo_home, "study", "--check", copy).returncode == 0


def test_a_file_in_the_way_of_a_study_is_named(copy, demo_home, file):
    package_with(copy, files=["study.toml", PAGE])
    done = kliping(demo_home, "study", str(file), "--offline", "--output", copy)

    assert done.returncode == 2
    assert f"{copy}/topics/sample.toml is no file of the study; move it away" in done.stderr
    assert not (copy / ".unfinished").exists()


def test_a_study_goes_into_this_folder_or_a_linked_one(demo_home, file, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    monkeypatch.chdir(tmp_path / "here")
    for output in (".", "../link"):
        for _ in range(2):
            done = kliping(demo_home, "study", str(file), "--offline", "--output", output)
            assert done.returncode == 0, done.stderr

    assert (tmp_path / "here" / PAGE).exists()
    assert (tmp_path / "there" / PAGE).exists()
    assert (tmp_path / "link").is_symlink()


def test_a_study_writes_through_no_link(copy, demo_home, file, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    shutil.rmtree(copy / "topics")
    (copy / "topics").symlink_to(tmp_path / "elsewhere")
    done = kliping(demo_home, "study", str(file), "--offline", "--output", copy)

    assert (done.returncode, "topics: it is a link" in done.stderr) == (2, True)
    assert not [*(tmp_path / "elsewhere").iterdir()]


def test_a_study_that_cannot_be_written_leaves_nothing(demo_home, file):
    with Reader(demo_home) as reader, pytest.raises(OSError, match="too long"):
        write_study(reader, file, file.with_suffix(""), made_by="kliping", language=Language.ENGLISH, files={"a" * 300: b""})  # fmt: skip

    assert [*file.parent.iterdir()] == [file]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("question", "questoin", "did you mean 'question'"),
        ("query = '\"pekerja migran\"'", "", "query is missing"),
        ("]", ']\n[tables]\nstudy_x = "x.csv"', "for each table of your own"),
        ("]", ']\n[tables]\nparty = "../x.csv"', "a CSV file beside the study"),
        ("]", "]\ncount = 3", "count is written [[count]]"),
        ("]", ']\n[[count]]\nname = "a"\nunit = "page"\nsql = "FROM x"', "unit is article, quote"),
        ("]", ']\n[[count]]\nname = "a"\nunit = "article"', "sql is missing"),
        (
            "]",
            ']\n[[count]]\nname = "a"\nunit = "article"\nsql = "FROM study_articles"\nof_all = 1',
            "of_all is true",
        ),
        ("since = 2026-08-01", 'since = "August"', "a day without quotation marks"),
        ("since = 2026-08-01", "since = 2026-08-01T00:00:00", "such as since = 2026-11-24"),
        ("until = 2026-11-30", "until = 2026-07-30", "exchange them"),
        ('people = ["Hendra Wibisono", "Nobody Anywhere"]', 'people = "Hendra"', "a list of texts"),
        (
            'people = ["Hendra Wibisono", "Nobody Anywhere"]',
            'by = "year"',
            "by is day, week, month",
        ),
        ('"pekerja migran"', '"pekerja', "quot"),
        ('"pekerja migran"', "colour:red", "no field colour"),
        ('"pekerja migran"', "kor*psi", "a * stands at the end of a word"),
        ('"pekerja migran"', "OR", "migran.toml: a term is missing"),
        ('"pekerja migran"', "topic: x", "migran.toml: topic: has no word"),
        ('"pekerja migran"', "topic:korups", "did you mean 'korupsi'?"),
        ('"Nobody Anywhere"', "1", "people is a list of texts"),
        ("since = 2026-08-01", "since = 2020-08-01\nuntil = 2020-09-01 #", "no article of"),
        ("question", "= question", "migran.toml"),
    ],
)
def test_a_study_that_cannot_be_counted_leaves_nothing(demo_home, file, old, new, message):
    text = STUDY.replace("until = 2026-11-30\n", "") if "\nuntil" in new else STUDY
    file.write_text(text.replace(old, new, 1), "utf-8")
    done = kliping(demo_home, "study", str(file), "--offline")

    assert (done.returncode, done.stdout) == (2, "")
    line, *excerpt = done.stderr.splitlines()
    assert message in line
    assert not excerpt or (len(excerpt), excerpt[-1].strip()) == (2, "^")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "words", [(), ("a.toml", "--check", "b"), ("--check", "nowhere"), ("--check", "{}", "--offline"), ("--check", "{}", "--output", "b")]
)  # fmt: skip
def test_options_that_contradict(demo_home, folder, words):
    done = kliping(demo_home, "study", *(word.format(folder) for word in words))

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_study_of_one_outlet_counts_it_alone(demo_home, file):
    file.write_text(STUDY + 'outlets = ["suararantau"]\nby = "week"\n', "utf-8")
    with Reader(demo_home) as reader:
        rows = numbers(reader, read_study(file))
        first = digest(reader, read_study(file), rows)
        again = digest(reader, read_study(file), numbers(reader, read_study(file)))

    assert {row["name"] for row in rows if row["subject"] == "outlet"} == {"SuaraRantau.test"}
    assert all(date.fromisoformat(row["name"]).weekday() == 0 for row in rows if row["subject"] == "period")  # fmt: skip
    assert first == again


def test_a_person_is_counted_under_every_name(demo_home, file):
    short, full = "Bapanas", "Badan Pangan Nasional"
    text = STUDY.replace('"pekerja migran"', "harga").replace('"Hendra Wibisono"', f'"{short}", "{full}"')  # fmt: skip
    file.write_text(text, "utf-8")
    with Reader(demo_home) as reader:
        counts = {row["name"]: row["n"] for row in numbers(reader, read_study(file))}

    assert counts[short] == counts[full] > 0


def test_a_query_that_no_announcement_can_answer_needs_offline(demo_home, file):
    file.write_text(STUDY.replace('"pekerja migran"', "topic:korupsi"), "utf-8")
    done = kliping(demo_home, "study", str(file))

    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"kliping: {file}: topic: is known of an article only after it was fetched; --offline counts what is loaded\n"
    )


def test_an_unknown_outlet_is_named(demo_home, file):
    file.write_text(STUDY + 'outlets = ["suara"]\n', "utf-8")

    assert "nothing was read of 'suara'" in kliping(demo_home, "study", str(file), "--offline").stderr  # fmt: skip
    file.write_text(STUDY + "outlets = []\n", "utf-8")
    with pytest.raises(StudyError, match="list of texts"):
        read_study(file)


@pytest.mark.slow
def test_what_is_missing_is_fetched_first(tmp_path, file):
    file.write_text(STUDY.replace("2026-08-01", "2026-11-15") + 'outlets = ["suararantau"]\n', "utf-8")  # fmt: skip
    home = tmp_path / "home"
    with newsroom_in_a_thread() as site:
        detours = ",".join(f"{host}={ip}:{port}" for host, (ip, port) in site.connect_to.items())
        done = kliping(
            home,
            "study",
            str(file),
            KLIPING_SOURCES=SOURCES,
            KLIPING_CONTACT="https://example.test/kliping",
            KLIPING_ALLOW_PRIVATE=f"127.0.0.1:{site.port}",
            KLIPING_CONNECT_TO=detours,
        )

    assert done.returncode == 0, done.stderr
    assert "suararantau: " in done.stderr
    n, of_n = numbers_of(file.with_suffix(""), "articles")["all"]
    assert 0 < n <= of_n
