"""The tagger is a second witness of who is named: it agrees with a rule, or sees a name alone."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_texts import found_in, labelled
from train_tagger import clues_of, contexts, feature_names

from parsers.structure import structure
from parsers.structure.tagger import tagger
from parsers.structure.tagger.sequence import START, best_path, packed, run_margin, unpacked
from parsers.structure.tokens.text import BodyText

TAGGER = {"mention.person.tagger", "mention.person.sure", "mention.organization.tagger"}
SMALL = st.integers(-200, 200)
WORD = st.tuples(SMALL, SMALL, SMALL, SMALL)
STEPS = st.tuples(WORD, WORD, WORD, WORD, WORD)


def rows(text):
    return {
        (m.text, m.entity_name, m.rule_id in TAGGER, m.is_tagged) for m in structure(text).mentions
    }


def total(path, words, steps):
    before = (START, *path)
    return sum(
        word[tag] + steps[last][tag] for word, tag, last in zip(words, path, before, strict=False)
    )


@given(st.lists(WORD, min_size=1, max_size=4), STEPS)
def test_no_other_path_of_tags_has_a_higher_score(words, steps):
    path = best_path(words, steps)

    assert total(path, words, steps) == max(
        total(other, words, steps) for other in product(range(4), repeat=len(words))
    )


@given(st.lists(WORD, min_size=1, max_size=4), STEPS)
def test_the_margin_of_a_run_is_what_another_tag_would_cost(words, steps):
    path = best_path(words, steps)
    end = next((at for at, tag in enumerate(path) if tag != path[0]), len(path))

    margin = run_margin(words, steps, path, 0, end)

    others = ([tag] * end + path[end:] for tag in range(4) if tag != path[0])
    assert margin == total(path, words, steps) - max(total(o, words, steps) for o in others)


@given(st.lists(WORD, min_size=1, max_size=6))
def test_scores_are_added_in_one_number(words):
    assert unpacked(sum(map(packed, words))) == tuple(map(sum, zip(*words, strict=True)))


@pytest.mark.parametrize("text", [article.body_text for article in labelled()][:12])
def test_what_each_spelling_adds_is_the_sum_of_the_weights_of_a_word(text):
    body, rules = BodyText(text), clues_of(BodyText(text))
    spans = [(p, span) for p in body.paragraphs for span in tagger.windows(p)]

    for paragraph, span in spans:
        words = contexts(paragraph.tokens, span, body, rules)
        names = [feature_names(*word) for word in words]

        assert list(tagger._scores(paragraph.tokens, span, body, rules)) == [
            sum(tagger.weights().get(name, 0) for name in word) for word in names
        ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Penyerang itu digantikan Ivar Jansen, lalu Jansen pulang.",
            {("Ivar Jansen", "Ivar Jansen", True, True), ("Jansen", "Ivar Jansen", True, True)},
        ),
        ("Tresno Wikarta membeli saham itu.", {("Tresno Wikarta", "Tresno Wikarta", True, True)}),
        (
            "“Bantuan cair,” kata Menteri Sosial Rahman Wiryadinata.",
            {("Rahman Wiryadinata", "Rahman Wiryadinata", False, True)},
        ),
    ],
)
def test_the_tagger_confirms_a_rule_or_names_alone(text, expected):
    assert rows(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Idul Adha jatuh pada Jumat (6/6/2025).",
        "Siswa Sekolah Menengah Atas hadir.",
        "Program Desa Binaan Imigrasi dimulai.",
        "Tim itu menjuarai turnamen Liga Arena Nusantara.",
        "Hujan turun di Kabupaten Bone dan Jawa Tengah.",
        "Undang-Undang Tindak Pidana Perdagangan Orang disahkan.",
    ],
)
def test_a_day_a_kind_a_programme_and_a_region_are_no_names(text):
    assert rows(text) == set()


@pytest.mark.parametrize("text", ["Pemain Liga Champions hadir.", "Ketua Musim Dingin hadir."])
def test_whom_the_tagger_denies_is_nobody(text):
    assert rows(text) == set()


def test_a_speaker_whom_the_tagger_denies_is_only_a_candidate():
    found = structure("“Kami siap,” kata Ketua Angin Kencang. Ia pulang.")

    assert (found.quotes[0].speaker_name, found.quotes[0].speaker_candidate) == (
        None,
        "Angin Kencang",
    )
    assert not found.mentions


def test_a_speaker_with_a_listed_name_is_one_even_if_the_tagger_denies_it():
    found = structure("“Kami siap,” kata Ketua Musim Ratu.")

    assert found.quotes[0].speaker_name in {mention.entity_name for mention in found.mentions}


def test_a_listed_body_has_a_row_even_if_the_tagger_sees_none():
    assert {name for name, *_ in rows("Laga itu tayang di Spotify malam ini.")} == {"Spotify"}


def test_a_body_that_the_tagger_sees_nowhere_has_no_row():
    assert rows("Pengunjung Stasiun Cemara ramai.") == set()


def test_a_person_of_whom_the_tagger_is_sure_needs_no_rule():
    text = "Penyerang itu digantikan Ivar Jansen, lalu Jansen pulang."

    found = [(m.text, m.rule_id, m.is_tagged) for m in structure(text).mentions]

    assert found[0] == ("Ivar Jansen", "mention.person.sure", True)


def test_the_clues_say_where_a_word_stands_in_a_name_and_in_which_names_of_the_text():
    body = BodyText("Kata Menteri Sosial Rahman Wiryadinata, Polres Malaka siap. Ia ke Malaka.")
    found = clues_of(body)

    def clue(word):
        return found.names[body.text.index(word)][:2]

    assert clue("Rahman") == ("p", "first")
    assert clue("Wiryadinata") == ("p", "last")
    assert found.elsewhere == {"Rahman": "p", "Wiryadinata": "p", "Polres": "o", "Malaka": "o"}
    assert set(found.places) == {body.text.rindex("Malaka")}


@pytest.mark.parametrize("article", labelled(), ids=lambda article: article.url[-20:])
def test_what_the_tagger_sees_alone_is_in_no_other_name_place_or_date(article):
    found = found_in(article)
    others = [m for m in found.mentions if m.rule_id not in TAGGER]
    others += [*found.dates, *(p for p in found.places if p.char_start is not None)]

    overlaps = [
        (mention.text, other.text)
        for mention in found.mentions
        if mention.rule_id in TAGGER
        for other in others
        if mention.char_start < other.char_end and other.char_start < mention.char_end
    ]

    assert overlaps == []
