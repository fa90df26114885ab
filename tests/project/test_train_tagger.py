"""The weights of the tagger are made by one recipe, and hold nobody's text."""

import csv
import gzip
import io
import json
import re

import pytest
from perceptron import Example, Perceptron, best_path
from press_labels import digest
from train_tagger import LabelledText, article_examples, main, words_of_many

from parsers.language.words import HERE
from parsers.structure.tokens.text import BodyText

LARGEST = 1_500_000  # bytes
IDENTITY = re.compile(r"-?\d=(.*)", re.DOTALL)
FIRST, LAST = ("Sari", "Raihan", "Maya"), ("Wulandari", "Tuanakotta", "Yansyah")
NAMES = [f"{first} {last}" for first in FIRST for last in LAST]
BODY = "Polres Malaka"
ARTICLES = [
    f"Kata Menteri Sosial {name}, Yayasan Ombak Biru sudah siap. {name} hadir bersama {BODY}."
    for name in NAMES
]
SENTENCE = "Kata O\nBudi B-PER\nSantoso I-PER\n, O\nPersib B-ORG\nBandung I-ORG\nmenang O\n. O\n\n"


def labels_of(text, name):
    letters = "".join(text.split())
    spans = [
        [kind, [[at := letters.index("".join(form.split())), at + len("".join(form.split()))]]]
        for kind, form in ((0, name), (1, BODY))
    ]
    return {"digest": digest(text), "outlet": "kabar", "names": spans}


def table(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, ("source", "link", "content"))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def corpus(tmp_path):
    own = [
        {"source": "kabar.test", "link": f"http://kabar.test/{n}", "content": text}
        for n, text in enumerate(ARTICLES)
    ]
    held_out = {"source": "kompas.com", "link": "", "content": " ".join(["Zulkarnaen datang."] * 9)}
    files = {
        "press.csv.gz": table([*own, held_out]),
        "press-texts.csv.gz": table([]),
        "idner-train.txt.gz": SENTENCE,
    }
    for name, text in files.items():
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    labels = [labels_of(text, name) for text, name in zip(ARTICLES, NAMES, strict=True)]
    (tmp_path / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    return tmp_path


def features(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [row["feature"] for row in csv.DictReader(file)]


def test_the_same_corpus_gives_the_same_bytes(corpus, tmp_path):
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        main(corpus, tmp_path / name, corpus / "labels.json")
        made.append([(tmp_path / name / f"tagger.{kind}").read_bytes() for kind in ("csv", "toml")])

    assert made[0] == made[1]


def test_a_word_of_few_articles_or_of_a_held_out_outlet_is_no_feature(corpus, tmp_path):
    main(corpus, tmp_path, corpus / "labels.json")
    words = {
        match[1] for name in features(tmp_path / "tagger.csv") if (match := IDENTITY.match(name))
    }

    assert {"ombak", "kata"} <= words
    assert words.isdisjoint({"zulkarnaen", "tuanakotta", "persib"})
    of_many = words_of_many(map(BodyText, ARTICLES))
    assert "ombak" in of_many
    assert "tuanakotta" not in of_many


def test_every_word_of_a_labelled_article_is_known_to_be_in_a_name_or_in_none():
    text = "Kata Bahlil Wirayuda, Timnas Laut kalah. Wirayuda pulang. Indonesia dan Raka bangga."
    forms = {"Bahlil Wirayuda": "person", "Wirayuda": "person", "Timnas Laut": "organization"}
    forms["Indonesia"] = "organization"

    examples = list(article_examples(LabelledText(text, "kabar", forms), frozenset()))

    allowed = [example.allowed for example in examples]
    assert allowed[0] == [(0, 3), (1,), (1,)]
    assert [(2,), (2,)] in allowed
    assert [(1,)] in allowed
    assert [(0, 2, 3), (0, 3), (0, 3)] in allowed


def test_the_weights_are_small_and_name_single_words():
    named = [match[1] for name in features(HERE / "tagger.csv") if (match := IDENTITY.match(name))]

    assert (HERE / "tagger.csv").stat().st_size <= LARGEST
    assert not [word for word in named if len(word.split()) > 1]


def test_a_perceptron_learns_the_words_it_knows_and_leaves_others_free():
    certain = Example([["a"], ["b"]], [(1,), (2,)])
    free = Example([["a"], ["c"]], [(0, 1, 2, 3), (3,)])
    model = Perceptron()
    model.learn([certain, free], rounds=5, seed=1)
    weights = model.averages(10)
    steps = [weights.get(f"tag{tag}", [0, 0, 0, 0]) for tag in range(5)]
    anything = [(0, 1, 2, 3)] * 2

    assert best_path([weights["a"], weights["b"]], steps, anything) == [1, 2]
    assert best_path([weights["a"], weights["c"]], steps, anything)[1] == 3
