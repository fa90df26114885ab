"""`kliping people review`: what it asks, the lines it writes, and what comes of them."""

import csv
import io
import json
import shutil
from contextlib import redirect_stdout
from datetime import UTC, datetime

import pytest
from support.app_browser import Browser, site_of
from support.builders import VERSIONS, facts_of_name, outcome
from support.command_line import kliping
from support.steps import link_names

from kliping.cli.app import run
from kliping.reading.name_review import Doubt, possible_doubles
from kliping.reading.similar_names import TAGGER, ArticleName, doubtful_names, similar_pairs
from parsers.facts import entity_id
from parsers.source import from_data
from parsers.structure import structure
from warehouse.known_names import FILE, KnownName, home_names
from warehouse.own_names import Decisions, add_line, name_values
from warehouse.read.published import Reader
from warehouse.write.identity_links import IdentityFinder, Name, Proposal
from warehouse.write.load import load_outcomes

SOURCES = {
    name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
    for name in ("pagi", "sore")
}
TEXTS = (  # Sukarsa alone is twice, Hendri and Hendra once each
    "“Jembatan dibuka besok,” kata Kepala Dinas Perhubungan Wayan Sukarsa di Gianyar.",
    "“Tarif bus tidak naik,” kata Kepala Dinas Perhubungan Wayan Sukarsa di Ubud.",
    "“Sapi saya sehat,” kata penggembala Sukarsa di Bangli.",
    "“Rumput masih ada,” kata penggembala Sukarsa di Bangli.",
    "“Panen kopi mundur,” kata petani Hendra Wiratmaja di Kintamani.",
    "“Harga cengkih turun,” kata petani Hendri Wiratmaja di Busungbiu.",
)
PART = ("Wayan Sukarsa", "Sukarsa")
NAME = ("Sukarsa", None)
BODY = {"kind": "organization"}
BY_TAGGER = {"is_confirmed": False}
LETTER = ("Hendri Wiratmaja", "Hendra Wiratmaja")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def facts_of(text):
    """Those of the text, or Sukarsa alone, as the tagger sees him where no rule does."""
    if "penggembala" not in text:
        return structure(text)
    return facts_of_name("person", "Sukarsa", "mention.person.tagger", start=text.index("Sukarsa"))


@pytest.fixture(scope="module")
def model_home(new_store):
    store = new_store()
    outcomes = [
        outcome(
            text,
            url=f"http://{source}.test/{number}",
            article_id=f"{source}-{number}",
            source_id=source,
            in_language="id",
            date_published=datetime(2026, 11, 3 + number, 3, tzinfo=UTC),
            structure=facts_of(text),
        )
        for number, text in enumerate(TEXTS)
        for source in [("pagi", "sore")[number % 2]]
    ]
    load_outcomes(store, outcomes, SOURCES, VERSIONS)
    link_names(store)
    store.publish()
    return store.home


@pytest.fixture
def home(model_home, tmp_path):
    return shutil.copytree(model_home, tmp_path, dirs_exist_ok=True)


def listed(home, *options):
    return json.loads(kliping(home, "people", "review", "--format", "json", *options).stdout)


def pairs(home):
    return [(row["name"], row["also"]) for row in listed(home)]


def review(home, monkeypatch, *answers):
    """What a person sees who answers so on a terminal."""
    monkeypatch.setenv("KLIPING_HOME", str(home))
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{answer}\n" for answer in answers)))
    with redirect_stdout(Terminal()) as shown:
        assert run(["people", "review"]) == 0
    return shown.getvalue()


def decided(home):
    with (home / FILE).open(encoding="utf-8") as file:
        return [
            (row["kind"], row["name"], row["also"], row["status"]) for row in csv.DictReader(file)
        ]


def people(home):
    query = "SELECT DISTINCT entity FROM mart.mentions WHERE kind = 'person'"
    return {
        row["entity"] for row in json.loads(kliping(home, "sql", query, "--format", "json").stdout)
    }


def publish(home):
    done = kliping(home, "publish")
    assert done.returncode == 0, done.stderr


def test_doubts_are_listed_with_sentences_and_lines_the_most_frequent_first(home):
    first, name, second = listed(home)

    assert (first["name"], first["also"]) == PART
    assert first["n_articles"] == 2
    assert first["line_if_yes"] == "person,Wayan Sukarsa,Sukarsa,,verified"
    assert first["line_if_no"] == "person,Wayan Sukarsa,Sukarsa,,different"
    assert [line.partition(": ")[2] for line in first["also_sentences"]] == [
        "“Rumput masih ada,” kata penggembala «Sukarsa» di Bangli.",
        "“Sapi saya sehat,” kata penggembala «Sukarsa» di Bangli.",
    ]
    assert (name["name"], name["also"]) == ("Sukarsa", None)
    assert name["line_if_yes"] == "person,Sukarsa,,,verified"
    assert name["line_if_no"] == "person,Sukarsa,,,none"
    assert (second["name"], second["also"]) == LETTER
    assert second["evidence"] == "identity.variant: Hendri Wiratmaja"
    assert listed(home, "--limit", "1") == [first]


def test_without_a_terminal_nothing_is_asked_and_nothing_written(home):
    done = kliping(home, "people", "review", stdin="y\ny\n")

    assert "Is “Sukarsa” the same person as “Wayan Sukarsa”?" in done.stdout
    assert not (home / FILE).exists()


def test_answers_are_lines_of_the_file_and_decided_pairs_are_not_shown_again(home, monkeypatch):
    shown = review(home, monkeypatch, "maybe", "n", "y", "no")

    assert "answer y (yes), n (no), s (skip) or q (quit)" in shown
    assert "kata penggembala «Sukarsa» di Bangli" in shown
    assert decided(home) == [
        ("person", *PART, "different"),
        ("person", "Sukarsa", "", "verified"),
        ("person", *LETTER, "different"),
    ]
    assert listed(home) == []
    assert "no name is in doubt" in kliping(home, "people", "review").stdout


@pytest.mark.parametrize(
    ("answers", "left"), [("q", [PART, NAME, LETTER]), ("ysq", [LETTER]), ("ssy", [PART, NAME])]
)
def test_what_is_skipped_is_asked_again(home, monkeypatch, answers, left):
    review(home, monkeypatch, *answers)

    assert pairs(home) == left


def test_decisions_count_from_the_next_publish_on(home, monkeypatch):
    before = people(home)
    assert before == {"Wayan Sukarsa", "Sukarsa", "Hendri Wiratmaja"}
    review(home, monkeypatch, "y", "s", "n")
    assert people(home) == before

    publish(home)

    assert people(home) == {"Wayan Sukarsa", "Hendri Wiratmaja", "Hendra Wiratmaja"}


def test_words_that_are_no_name_are_gone_after_the_next_publish(home, monkeypatch):
    review(home, monkeypatch, "s", "n", "q")
    publish(home)

    assert people(home) == {"Wayan Sukarsa", "Hendri Wiratmaja"}


def test_a_pair_that_weak_evidence_joins_is_asked_and_parted(store, monkeypatch):
    store.home.joinpath(FILE).write_text(
        "kind,name,also,offices,status\nperson,Nyoman Adi Sudira,Nyoman Sudira,,unverified\n"
    )
    texts = [
        "“Sawah kering,” kata petani Nyoman Adi Sudira di Tabanan.",
        "“Air datang lagi,” kata petani Nyoman Adi Sudyra di Tabanan.",
    ]
    for number, text in enumerate(texts):
        page = outcome(text, url=f"http://pagi.test/{number}", article_id=f"a{number}", source_id="pagi",
                       date_published=datetime(2026, 11, 3, tzinfo=UTC), structure=structure(text))  # fmt: skip
        load_outcomes(store, [page], SOURCES, VERSIONS)
    link_names(store)
    store.publish()
    assert people(store.home) == {"Nyoman Adi Sudira"}
    [row] = listed(store.home)
    assert row["evidence"] == "identity.variant: Nyoman Adi Sudira"
    assert ["«Nyoman Adi Sudyra»" in line for line in row["also_sentences"]] == [True]

    review(store.home, monkeypatch, "n")
    publish(store.home)

    assert len(people(store.home)) == 2
    assert listed(store.home) == []


@pytest.mark.parametrize("different", [(), ("Nyoman A. Sudira", "Nyoman Adi Sudira Putra")])
def test_names_at_the_ends_of_a_chain_can_be_parted(different):
    """Other articles join the first name with the one in the middle, and that one with the last."""
    first, middle, last = (
        Name(entity_id("person", name), "person", name, 1, None, None)
        for name in ("Nyoman A. Sudira", "Nyoman Adi Sudira", "Nyoman Adi Sudira Putra")
    )
    found = IdentityFinder(
        names={name.entity_id: name for name in (first, middle, last)},
        proposals=[
            Proposal(first.entity_id, middle.name, "identity.variant", middle.name, None),
            Proposal(middle.entity_id, last.name, "identity.part", last.name, None),
        ],
        also_called=(),
        offices=(),
        bundled=(),
        user=tuple(line(*names, status="different") for names in [different] if names),
    )

    found.find()

    assert found.canonical("person", middle.name) == last.name
    assert found.canonical("person", first.name) == (first.name if different else last.name)


OWN = b"\xef\xbb\xbfkind,name,also\r\nperson,Putu Dharma,Pak Putu\r\nbody,Subak Jati,Jati"


def test_a_file_of_fewer_columns_keeps_every_line(tmp_path):
    path = tmp_path / FILE
    path.write_bytes(OWN)
    path.chmod(0o640)

    add_line(tmp_path, name_values("organization", "Subak “Padang”, Bali", "", "none"))

    head, *lines = path.read_bytes().split(b"\r\n")
    assert head == b"\xef\xbb\xbfkind,name,also,offices,status"
    assert lines[:2] == OWN.split(b"\r\n")[1:]
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]
    assert [(n.kind, n.name, n.status) for n in home_names(tmp_path)] == [
        ("person", "Putu Dharma", "verified"),
        ("organization", "Subak Jati", "verified"),
        ("organization", "Subak “Padang”, Bali", "none"),
    ]


def test_a_file_that_cannot_be_read_is_corrected_first(home):
    (home / FILE).write_text("kind,name,also\nnobody,Putu,\n")

    done = kliping(home, "people", "review")

    assert done.returncode == 2
    assert "identities.csv:2" in done.stderr


def names(*texts, n_articles=1, is_confirmed=True, kind="person"):
    return [ArticleName(text, kind, text, n_articles, is_confirmed) for text in texts]


@pytest.mark.parametrize(
    ("name", "other", "is_pair"),
    [
        ("Ketut Alit Sumantra", "Ketut Sumantra", True),
        ("Ketut Alit Sumantra", "Sumantra", True),
        ("Ketut Alit Sumantra", "K. Sumantra", True),
        ("Ketut Alit Sumantra", "R. Sumantra", False),
        ("Ketut Alit SH", "SH", False),
        ("Ketut Sumantra", "Ketut Sumantri", True),
        ("Ketut Sumantra", "Ketut Sumatnra", True),
        ("Ketut Sumantra", "Ketut Sumanntra", True),
        ("Ketut Sumantra", "Ketut Sumantoro", False),
        ("Ketut Abdi", "Ketut Addi", True),
        ("Ketut Abcd", "Ketut Bcde", False),
        ("Ketut Sumantra", "Ketut Wirata", False),
    ],
)
def test_names_are_similar_by_their_words_or_a_letter(name, other, is_pair):
    found = list(similar_pairs(names(name, other)))

    assert [{a.name, b.name} for a, b, _ in found] == [{name, other}] * is_pair


def test_a_word_of_many_names_is_nobodys():
    longer = [f"{first} Sumantra" for first in ("Made", "Nyoman", "Ketut", "Gede")]

    assert len(list(similar_pairs(names("Sumantra", *longer[:3])))) == 3
    assert list(similar_pairs(names("Sumantra", *longer))) == []


@pytest.mark.parametrize(
    ("name", "facts", "reason"),
    [
        ("Kebijakan", {}, "a word of everyday language"),
        ("Kebijakan", {"n_articles": 9}, None),
        ("Ketut 17", {}, "a digit or a small word"),
        ("Rapat dan Ketut", {}, "a digit or a small word"),
        ("Ardi bin Usman", {}, None),
        ("Ketut Alit", BY_TAGGER, "nobody quotes it, and no rule sees a name"),
        ("Ketut Alit", {}, None),
        ("Kebijakan", BODY, "a word of everyday language"),
        ("Persatuan Ombak", BODY | BY_TAGGER, "nobody quotes it, and no rule sees a name"),
        ("Persatuan Ombak", BODY, None),
        ("SMA Negeri 1 Bone dan Sinjai", BODY, None),
    ],
)
def test_a_name_may_be_none_by_its_words_or_by_who_sees_it(name, facts, reason):
    [each] = names(name, **facts)

    assert [found for _, found in doubtful_names([each], frozenset())] == (
        [reason] if reason else []
    )
    if not facts.get("is_confirmed", True):
        assert list(doubtful_names([each], frozenset({each.entity_id}))) == []


def test_a_body_that_may_be_none_is_asked_for_as_one():
    doubt = Doubt(kind="organization", name="Panitia", entity_id="p", reason=TAGGER, n_articles=1)

    assert doubt.question == "Is “Panitia” the name of a body?"
    assert doubt.lines()["line_if_no"].startswith("body,Panitia,,,none")


def line(name, *also, status="verified"):
    return KnownName(kind="person", name=name, also=also, offices=(), status=status, evidence="")


def test_a_line_decides_its_pairs():
    decisions = Decisions.of(
        [
            line("Putu A", "Putu B", "Putu C"),
            line("Made A", "Made B", "Made C", status="different"),
            line("Rapat", status="none"),
        ]
    )

    assert decisions.has_pair("person", "Putu C", "putu b")
    assert decisions.has_pair("person", "Made B", "Made A")
    assert not decisions.has_pair("person", "Made B", "Made C")
    assert not decisions.has_pair("organization", "Putu A", "Putu B")
    assert decisions.has_pair("person", "Rapat", "Putu A")
    assert decisions.has_name("person", "Putu B")
    assert not decisions.has_name("person", "Made B")
    assert not decisions.has_name("person", "Putu D")


def test_the_page_of_a_person_has_the_lines_to_copy(home):
    browser = Browser(site_of(home))
    [row] = browser.get("/people.json?name=Wayan").json()["people"]
    address = f"/entity/{row['entity_id']}"
    page = browser.get(address).text

    assert "May be the same" in page
    assert "<code>person,Wayan Sukarsa,Sukarsa,,verified</code>" in page
    assert "<code>person,Wayan Sukarsa,Sukarsa,,different</code>" in page
    assert "Wiratmaja" not in page

    copied = browser.get(f"{address}.json").json()["doubles"][0]["line_if_no"]
    (home / FILE).write_text(f"kind,name,also,offices,status\n{copied}\n")
    assert browser.get(f"{address}.json").json()["doubles"] == []


def test_a_name_of_one_word_has_those_that_differ_in_a_letter_anywhere(store):
    written = ("Sukarsana", "Zukarsana", "Sukrasana", "Sukarsano", "Budiyanto")
    outcomes = [
        outcome(
            text := f"“Irigasi sudah mengalir,” kata petani {name} di Tabanan.",
            url=f"http://pagi.test/{name}",
            article_id=name,
            source_id="pagi",
            in_language="id",
            structure=structure(text),
        )
        for name in written
    ]
    load_outcomes(store, outcomes, SOURCES, VERSIONS)
    store.publish()

    with Reader(store.home) as reader:
        own = entity_id("person", "Sukarsana")
        found = possible_doubles(reader, own, "Sukarsana", ())
    assert {doubt.beside(own)["name"] for doubt in found} == set(written[1:4])


def test_a_decision_outlives_the_warehouse(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "home")
    done = kliping(home, "sql", "SELECT person FROM mart.people ORDER BY n_articles DESC, person LIMIT 1", "--format", "json")  # fmt: skip
    [row] = json.loads(done.stdout)
    add_line(home, name_values("person", row["person"], "", "none"))
    before = (home / FILE).read_bytes()

    assert kliping(home, "rebuild").returncode == 0

    assert (home / FILE).read_bytes() == before
    assert row["person"] not in people(home)
