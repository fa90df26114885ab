"""The weights that tell where something happened are made by one recipe, and hold nobody's text."""

import csv
import gzip
import io
import json
from dataclasses import replace

import pytest
from press_labels import HELD_OUT, articles_of, digest
from train_places import LABELS, Example, examples_of, learn, main

from parsers.language.words import HERE

TOWNS = ("Kudus", "Demak", "Jepara", "Blora", "Rembang", "Pati")
ARTICLES = [
    f"Banjir terjadi di {town} pada Senin.\nBantuan datang dari warga Malaysia." for town in TOWNS
]


def entry(text):
    """Offsets count letters without blanks."""
    letters = "".join(text.split())
    town, country = text.split()[3], "Malaysia"
    spans = [(letters.index(name), letters.index(name) + len(name)) for name in (town, country)]
    places = [[*spans[0], True], [*spans[1], False]]
    outlet = "kabar" if town in TOWNS[:3] else "warta"
    return {"digest": digest(text), "outlet": outlet, "places": places}


def zipped(columns, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode())


@pytest.fixture
def corpus(tmp_path):
    own = [{"source": "kabar.test", "title": "Banjir", "content": text} for text in ARTICLES]
    columns = ("source", "title", "content")
    linked = {"source": "kabar.test", "title": "Lain", "content": "Hujan turun.", "link": "http://kabar.test/1"}  # fmt: skip
    (tmp_path / "press-texts.csv.gz").write_bytes(zipped(columns, [*own, *own]))
    (tmp_path / "press.csv.gz").write_bytes(zipped((*columns, "link"), [linked]))
    (tmp_path / "labels.json").write_text(json.dumps([entry(text) for text in ARTICLES]), "utf-8")
    return tmp_path


def test_the_same_corpus_gives_the_same_bytes_and_weights_that_fit_other_outlets(corpus, capsys):
    made = []
    for name in ("one.csv", "two.csv"):
        main(corpus=corpus, labels=corpus / "labels.json", file=corpus / name, write=True)
        made.append((corpus / name).read_text("utf-8"))
    weights = {row["feature"]: int(row["weight"]) for row in csv.DictReader(made[0].splitlines())}

    assert made[0] == made[1]
    assert weights["di"] > 0 > weights["country"]
    assert "| kabar | 6/6 = 1.000" in capsys.readouterr().out


def test_a_place_counts_for_the_longest_label_that_meets_it(corpus):
    (article,) = articles_of(corpus / "press.csv.gz")
    article = replace(article, body_text="Banjir di Kota Semarang surut.")
    labels = [("Kota Semarang", True), ("Semarang", False)]

    assert [e.is_event for e in examples_of(article, "kabar", labels)] == [True]


def test_weights_are_tenths_and_follow_the_labels():
    found = [Example("kabar", frozenset({"di"} if n % 2 else {"country"}), bool(n % 2)) for n in range(40)]  # fmt: skip

    bias, country, di = learn(found, ["country", "di"])

    assert country < 0 < di
    assert abs(bias) < di
    assert di == int(di)


def test_the_labels_are_of_development_outlets_and_each_weight_of_a_feature():
    entries = json.loads(LABELS.read_text("utf-8"))
    with (HERE / "event_places.csv").open(encoding="utf-8", newline="") as file:
        names = [row["feature"] for row in csv.DictReader(file)]

    assert not {e["outlet"] for e in entries} & HELD_OUT
    assert all(e.keys() == {"digest", "outlet", "places"} for e in entries)
    assert names[0] == "any place"
    assert {"di", "first sentence", "away"} <= set(names)
