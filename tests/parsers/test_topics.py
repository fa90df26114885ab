"""Topics of users: what their files may say, what their terms find, and the articles that a change concerns."""

import json
import re
import shutil
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.builders import T0, VERSIONS, outcome, rows
from support.command_line import kliping
from support.steps import tag_topics

from kliping.topic_check import check_topics
from parsers.language.affixes import AFTERS, BEFORES, forms, roots, stems
from parsers.source import from_data
from parsers.topics.definition import MOST_ENTRIES, TopicError, topic_definitions
from parsers.topics.finder import TopicFinder
from warehouse.read.published import Reader
from warehouse.write.load import load_outcomes
from warehouse.write.steps import run_steps
from warehouse.write.topics import SAMPLE, read_topics, write_sample

MBG = """
[mbg]
label_id = "makan bergizi gratis"
terms = ["MBG", "keracunan"]
phrases = ["makan bergizi gratis"]
exclude = ["keracunan jamur", "dapur MBG palsu"]
"""


ROOTS = (
    "kirim",
    "tulis",
    "pakai",
    "sapu",
    "ungsi",
    "ajar",
    "baca",
    "makan",
    "bom",
    "café",
    "a1bc2",
)
LONGEST = 3  # affixes


def derived(root):
    before = st.lists(st.sampled_from([*BEFORES, "men", "meng", "mem", "peny", "x"]), max_size=LONGEST)  # fmt: skip
    after = st.lists(st.sampled_from([*AFTERS, "x"]), max_size=LONGEST)
    core = st.sampled_from([root, root[1:]])
    return st.builds(lambda b, c, a: "".join([*b, c, *a]), before, core, after)


def topics_in(text, file=MBG, headline=None, day=None):
    finder = TopicFinder(topic_definitions({"a.toml": file}))
    return {t.topic_id: dict(t.matched_terms) for t in finder.topics(headline, text, day)}


def test_two_hits_make_a_topic_and_the_terms_are_kept():
    assert topics_in("Program MBG berjalan. Makan Bergizi Gratis diuji, kata warga soal MBG.") == {
        "mbg": {"MBG": 2, "makan bergizi gratis": 1}
    }


def test_one_hit_in_passing_is_no_topic_but_one_in_the_headline_is():
    assert topics_in("Program MBG berjalan.") == {}
    assert topics_in("Warga datang.", headline="MBG diuji") == {"mbg": {}}


def test_a_word_that_only_contains_the_term_is_another_word():
    assert topics_in("PVMBG memantau gunung. Data PVMBG dan MBGX.") == {}


def test_a_term_counts_in_its_indonesian_forms_and_a_phrase_only_as_it_is():
    assert topics_in("Siswa meracuni? Racunnya diteliti, keracunan berulang.") == {
        "mbg": {"keracunan": 3}
    }
    assert topics_in("Makanan bergizi gratis, makan bergizi gratisan.") == {}


def test_nothing_counts_in_what_is_excluded_wherever_they_overlap():
    assert topics_in("Keracunan jamur, dapur MBG palsu. MBG dan keracunan.") == {
        "mbg": {"MBG": 1, "keracunan": 1}
    }


def test_a_longer_entry_swallows_the_shorter_in_its_own_topic_only():
    both = '[a]\nphrases = ["BPJS", "BPJS Kesehatan", "kesehatan"]\n[b]\nphrases = ["kesehatan"]'

    assert topics_in("BPJS Kesehatan naik. BPJS Kesehatan turun.", both) == {
        "a": {"BPJS Kesehatan": 2}, "b": {"kesehatan": 2}
    }  # fmt: skip


def test_words_match_with_and_without_accents_and_no_phrase_crosses_paragraphs():
    assert topics_in("Kafé itu. KAFE ini.", '[k]\nphrases = ["kafe"]') == {"k": {"kafe": 2}}
    assert topics_in("makan bergizi\ngratis makan bergizi\ngratis") == {}


def test_an_article_before_since_is_not_about_it():
    file = f"{MBG}since = 2025-01-06"

    assert topics_in("MBG, MBG.", file, day=date(2025, 1, 5)) == {}
    assert topics_in("MBG, MBG.", file, day=date(2025, 1, 6)) == {"mbg": {"MBG": 2}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.toml: no topic"),
        ("terms = ['MBG']", "terms stands in no topic"),
        ("[mbg]", "[mbg] a topic has at least one of `terms` and `phrases`"),
        ("[mbg]\nterms = ['PVMBG']\nexclude = ['pvmbg']", "[mbg] 'PVMBG' is excluded, too"),
        ("[mbg]\nterm = ['MBG']\nterms = ['MBG']", "[mbg] unknown key 'term'; did you mean 'terms'?"),
        ("[mbg]\nterms = 'MBG'", "[mbg] terms: a list of texts, such as"),
        ("[mbg]\nterms = ['--']", "[mbg] terms: '--' has no word in it"),
        ("[mbg]\nterms = ['korup*']", "[mbg] terms: 'korup*' has a * as character 6: it means nothing"),
        ("[mbg]\nphrases = ['*si dana']", "[mbg] phrases: '*si dana' has a * as character 1"),
        ("[mbg]\nterms = ['MBG']\nexclude = ['PV*']", "[mbg] exclude: 'PV*' has a * as character 3"),
        ("[mbg]\nterms = ['MBG']\nsince = 'kemarin'", "[mbg] since: a day without quotation marks"),
        ("[MBG]\nterms = ['MBG']", "[MBG]: the name of a topic has a-z"),
        ("[mbg", "a.toml: "),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_is_named(text, message):
    with pytest.raises(TopicError) as error:
        topic_definitions({"a.toml": text})

    assert message in str(error.value)
    assert str(error.value).startswith("a.toml: ")
    assert error.value.exit_code == 2


def test_two_files_with_one_topic_and_all_other_mistakes_are_named_together():
    with pytest.raises(TopicError, match=r"b\.toml: \[mbg\] is a topic of a\.toml too") as error:
        topic_definitions({"a.toml": MBG, "b.toml": MBG, "c.toml": ""})

    assert len(str(error.value).splitlines()) == 2


def test_the_sample_has_labels_and_terms():
    topics = topic_definitions({"sample.toml": SAMPLE.read_text()})

    assert len(topics) == 16
    assert all(topic.label_en and len(topic.phrases) > 4 for topic in topics)


def test_a_folder_that_is_not_there_is_named_only_if_the_user_named_it(tmp_path):
    assert read_topics(tmp_path, None) is None
    with pytest.raises(TopicError, match="KLIPING_TOPICS names no folder"):
        read_topics(tmp_path, tmp_path / "none")
    (tmp_path / "topics").mkdir()
    assert read_topics(tmp_path, None) == ()


def test_the_sample_is_copied_once(tmp_path):
    assert write_sample(tmp_path) == tmp_path / "topics" / "sample.toml"
    with pytest.raises(FileExistsError):
        write_sample(tmp_path)


SOURCES = {"kabar": from_data({"name": "kabar", "title": "Kabar", "home": "http://kabar.test/"})}
TOPIC_COUNTS = "SELECT topic_id, count(*) AS n FROM mart.topics GROUP BY ALL"
TOPICS = "SELECT article_id, topic_id, n_hits FROM mart.topics ORDER BY ALL"


def load(store, *bodies, hour=0):
    for n, body in enumerate(bodies):
        one = outcome(
            body, hour=hour + 1, url=f"http://kabar.test/{n}", article_id=f"a{n}", date_published=T0
        )
        load_outcomes(store, [one], SOURCES, VERSIONS)


def write(store, name, text):
    folder = store.home / "topics"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def topics(store):
    return rows(store, TOPICS)


def test_a_new_topic_is_found_in_articles_that_were_there_before(store):
    load(store, "MBG di sini, MBG di sana.", "Banjir, lalu banjir lagi.")
    assert run_steps(store) == []
    assert topics(store) == []

    write(store, "mbg.toml", MBG)
    assert tag_topics(store) == []
    assert topics(store) == [("a0", "mbg", 2)]

    write(store, "banjir.toml", '[banjir]\nterms = ["banjir"]')
    tag_topics(store)
    assert topics(store) == [("a0", "mbg", 2), ("a1", "banjir", 2)]


def test_a_changed_topic_loses_its_old_rows_and_a_topic_without_file_all(store):
    write(store, "mbg.toml", MBG)
    load(store, "MBG di sini, MBG di sana.", "Keracunan, keracunan.")
    run_steps(store)
    assert topics(store) == [("a0", "mbg", 2), ("a1", "mbg", 2)]

    write(store, "mbg.toml", '[mbg]\nterms = ["keracunan"]')
    tag_topics(store)
    assert topics(store) == [("a1", "mbg", 2)]

    (store.home / "topics" / "mbg.toml").unlink()
    tag_topics(store)
    assert topics(store) == []
    assert rows(store, "FROM ref.topics") == []


def test_an_edited_article_is_read_again_and_only_its_current_text_counts(store):
    write(store, "mbg.toml", MBG)
    load(store, "MBG di sini, MBG di sana.")
    run_steps(store)

    load(store, "MBG, MBG, dan MBG.", hour=1)
    run_steps(store)
    assert topics(store) == [("a0", "mbg", 3)]

    load(store, "Tidak ada apa-apa di sini.", hour=2)
    run_steps(store)
    assert topics(store) == []
    assert rows(store, "FROM core.article_topics") == []


def test_files_with_a_mistake_leave_the_topics_as_they_were_for_new_articles_too(store):
    write(store, "mbg.toml", MBG)
    load(store, "MBG di sini, MBG di sana.")
    run_steps(store)

    write(store, "other.toml", "[")
    load(store, "Tidak ada.", "MBG, MBG.", hour=1)
    (message,) = run_steps(store)

    assert message.startswith(f"topics are as they were: {store.home}/topics/other.toml: ")
    assert topics(store) == [("a1", "mbg", 2)]


def test_a_home_without_the_folder_keeps_the_topics_it_has(store):
    write(store, "mbg.toml", MBG)
    load(store, "MBG di sini, MBG di sana.")
    run_steps(store)
    (store.home / "topics").rename(store.home / "elsewhere")

    load(store, "MBG di sini, MBG di sana.", "MBG, MBG.", hour=1)
    assert run_steps(store) == []
    assert topics(store) == [("a0", "mbg", 2), ("a1", "mbg", 2)]
    assert run_steps(store, store.home / "elsewhere") == []
    assert topics(store) == [("a0", "mbg", 2), ("a1", "mbg", 2)]


def test_a_topic_of_half_of_all_articles_is_reported(store):
    write(store, "mbg.toml", MBG)
    load(store, *(f"{'MBG dan MBG' if n % 2 else 'Pasar'} nomor {n}." for n in range(20)))

    assert run_steps(store) == [
        "topic mbg has 50 % of all articles: `kliping topics check mbg` shows why"
    ]


def test_adding_a_topic_later_gives_the_same_rows_as_having_it_first(store, tmp_path_factory):
    bodies = ("MBG di sini, MBG di sana.", "Banjir, banjir, MBG, MBG.", "Banjir dan kebanjiran.")
    banjir = '[banjir]\nterms = ["banjir"]'
    write(store, "mbg.toml", MBG)
    load(store, *bodies)
    run_steps(store)
    write(store, "banjir.toml", banjir)
    tag_topics(store)
    later = rows(store, "FROM core.article_topics ORDER BY ALL")

    with store.write_connection() as con:
        con.execute(
            "DELETE FROM core.article_topics; DELETE FROM ref.topics; DELETE FROM ref.topic_terms"
        )
    tag_topics(store)

    assert len(later) == 4
    assert rows(store, "FROM core.article_topics ORDER BY ALL") == later


def checked(store, file):
    store.publish()
    with Reader(store.home) as reader:
        return check_topics(reader, topic_definitions({"a.toml": file}))


@given(
    term=st.sampled_from(ROOTS).flatmap(derived),
    word=st.sampled_from(ROOTS).flatmap(derived),
)
@settings(max_examples=500, deadline=None)
def test_stems_find_the_words_that_patterns_of_forms_find(term, word):
    is_found = word == term or not stems(word).isdisjoint(roots(term))

    assert is_found == bool(re.fullmatch(forms(term), word))


def n_calls(work):
    """How many Python functions the work calls."""
    counted = Counter()

    def count(frame, event, _argument):
        if event == "call":
            counted[frame.f_code.co_filename] += 1

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def test_a_publish_with_nothing_changed_reads_no_topic_anew(store):
    load(store, "Warga ke pasar. Pasar ramai.")
    write(store, "pasar.toml", "[pasar]\nterms = ['pasar']")
    run_steps(store)
    assert topics(store) == [("a0", "pasar", 2)]
    calls = n_calls(lambda: tag_topics(store))

    assert not [name for name in calls if name.endswith("topics/finder.py")]


def test_the_cost_of_terms_is_linear():
    words = [f"kata{chr(97 + n % 26)}{chr(97 + n // 26)}i" for n in range(400)]
    text = " ".join(words[:300])

    def work(n):
        terms = ", ".join(f'"{word}"' for word in words[:n])
        return lambda: TopicFinder(topic_definitions({"a.toml": f"[a]\nterms = [{terms}]"})).topics(None, text)  # fmt: skip

    few, many = (sum(n_calls(work(n)).values()) for n in (200, 400))
    assert many < 2.5 * few


def test_an_absurd_number_of_terms_is_refused(tmp_path):
    (tmp_path / "topics").mkdir()
    half = MOST_ENTRIES // 2 + 1
    for name in "ab":
        terms = ",".join(f'"{name}{n}"' for n in range(half))
        (tmp_path / "topics" / f"{name}.toml").write_text(f"[{name}]\nterms = [{terms}]")

    with pytest.raises(TopicError, match="the topics have 100,002 entries, and at most 100,000"):
        read_topics(tmp_path, None)


def test_a_check_shows_what_each_term_matches_before_anything_is_published(store):
    load(store, "Siswa makan.\nKasus keracunan naik. Keracunannya berulang.", "Pasar sepi.")

    (check,) = checked(store, MBG)

    assert (check.topic_id, check.n_articles, check.percent) == ("mbg", 1, 50.0)
    assert check.entries[:3] == [
        {"entry": "MBG", "list": "terms", "hits": 0, "articles": 0, "forms": "", "example": ""},
        {
            "entry": "keracunan",
            "list": "terms",
            "hits": 2,
            "articles": 1,
            "forms": "keracunan 1, keracunannya 1",
            "example": "Kasus keracunan naik. Keracunannya berulang.",
        },
        {
            "entry": "makan bergizi gratis",
            "list": "phrases",
            "hits": 0,
            "articles": 0,
            "forms": "",
            "example": "",
        },
    ]
    assert rows(store, "FROM core.article_topics") == []


def test_a_check_shows_what_each_exclusion_finds(store):
    load(store, "Keracunan jamur. Keracunan lagi.", "Pasar jamur.")
    file = '[racun]\nterms = ["keracunan"]\nexclude = ["keracunan jamur", "keracunan gas"]\n'

    (check,) = checked(store, file)

    shown = [(row["entry"], row["list"], row["hits"], row["articles"]) for row in check.entries]
    assert shown == [
        ("keracunan", "terms", 1, 1),
        ("keracunan jamur", "exclude", 1, 1),
        ("keracunan gas", "exclude", 0, 0),
    ]
    assert check.entries[1]["example"] == "Keracunan jamur. Keracunan lagi."


def test_neighbours_that_stand_alone_are_shown_and_an_exclusion_removes_them(store):
    file = '[gempa]\nphrases = ["gempa", "magnitudo"]\n'
    load(
        store,
        *(f"Gempa pasar saham nomor {n}. Gempa pasar lagi." for n in range(3)),
        *(f"Gempa bumi magnitudo {n}. Gempa bumi lagi." for n in range(3)),
    )

    (check,) = checked(store, file)
    assert check.neighbours[0] == {"neighbour": "gempa pasar", "articles": 3, "alone_percent": 100}
    assert "gempa bumi" not in {row["neighbour"] for row in check.neighbours}

    (check,) = checked(store, file + 'exclude = ["gempa pasar"]')
    assert check.n_articles == 3
    assert check.neighbours == []


@pytest.fixture
def topic_home(demo_home, tmp_path):
    """Files of topics may be changed there."""
    return Path(shutil.copytree(demo_home, tmp_path / "home"))


def test_the_command_line_checks_topics_and_publishes_a_new_one(topic_home):
    def counts(*arguments):
        return {
            row["topic_id"]: row["n"]
            for row in json.loads(kliping(topic_home, "sql", TOPIC_COUNTS, *arguments).stdout)
        }

    before = counts("--format", "json")
    checks = json.loads(kliping(topic_home, "topics", "check", "--format", "json").stdout)
    assert {row["topic_id"]: row["n_articles"] for row in checks if row["n_articles"]} == before

    (topic_home / "topics" / "jembatan.toml").write_text('[pasar]\nterms = ["pasar"]')
    table = kliping(topic_home, "topics", "check", "pasar").stdout
    assert "pasar" in table
    assert kliping(topic_home, "publish").returncode == 0
    assert counts("--format", "json").keys() == {*before, "pasar"}


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        (None, ("check",), "no topic in "),
        ("", ("check",), "a.toml: no topic"),
        ("[a]\nterm = ['x']\nterms = ['x']", ("check",), "unknown key 'term'; did you mean 'terms'?"),
        ("[pasar]\nterms = ['x']", ("check", "pasr"), "no topic 'pasr'; did you mean 'pasar'?"),
    ],
)  # fmt: skip
def test_a_usage_error_is_one_line(first_visit, tmp_path, text, arguments, message):
    folder = tmp_path / "topics"
    folder.mkdir()
    if text is not None:
        (folder / "a.toml").write_text(text)

    result = kliping(first_visit, "topics", *arguments, KLIPING_TOPICS=str(folder))

    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_topic_of_half_of_everything_fails_the_check(first_visit, tmp_path):
    folder = tmp_path / "topics"
    folder.mkdir()
    (folder / "a.toml").write_text("[semua]\nphrases = ['di', 'yang', 'dan']")

    result = kliping(first_visit, "topics", "check", KLIPING_TOPICS=str(folder))

    assert result.returncode == 1
    assert re.fullmatch(r"topic semua has [\d.]+ % of all articles: .+\n", result.stderr)


def test_the_sample_is_written_once_by_the_command_line(tmp_path):
    assert kliping(tmp_path, "topics", "sample").returncode == 0
    again = kliping(tmp_path, "topics", "sample")

    assert again.returncode == 2
    assert "sample.toml is there already" in again.stderr
