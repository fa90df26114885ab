"""Words are found in any case, with or without accents, in all their forms; the stories that speak of them most come first."""

import json
from datetime import date, timedelta

import pytest
from support.builders import T0, VERSIONS, outcome
from support.command_line import kliping
from support.steps import find_copies

from kliping.reading.search import each_found, excerpt, n_found, search
from kliping.reading.unknown_names import UnknownNameError
from parsers.search_query import FIELDS, QueryError, terms
from parsers.source import from_data
from parsers.structure import structure
from warehouse.read.published import Reader
from warehouse.write.database import Database
from warehouse.write.load import load_outcomes

QUOTED = (
    "“Upah minimum naik sepuluh persen tahun depan,” kata Menteri Ketenagakerjaan, Wahyu Sambodo."
)
RANGE = {"since": None, "until": None, "source": None}
STORIES = {
    "much": (
        "Pekerja Migran Pulang",
        "Pekerja migran pulang. Para pekerja migran itu dijemput keluarga pekerja migran lain.",
    ),
    "little": (
        "Pelabuhan Ramai",
        "Pelabuhan ramai sejak pagi. Seorang migran mencari pekerja pengangkut barang di dermaga itu.",
    ),
    "minister": ("Upah Naik", QUOTED),
    "accents": (
        "Kedai Baru",
        "Café Réunion dibuka di Jalan Veteran. KemenPPPA hadir, demikian pula anak-anak.",
    ),
    "sent": (
        "Beras Tiba",
        "Pemerintah daerah mengirimkan beras ke Pulau Obi. Pengiriman berikutnya menyusul pekan depan.\nHarga cabai Rp98.000 per kilogram.",
    ),
    "copy": ("Beras Tiba Lagi", "Dapur umum dibuka oleh warga desa."),
    "titled": ("Garam Langka", "Pedagang di pesisir menunggu pasokan sejak pekan lalu."),
    "named": (
        "Pasar Pagi",
        "Garam kasar dijual di sini. Garam halus juga, dan garam meja pun ada.",
    ),
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    store = Database(tmp_path_factory.mktemp("articles"))
    outlets = {
        name: from_data({"name": name, "title": name.title(), "home": f"http://{name}.test/"})
        for name in ("kabar", "koran")
    }
    load_outcomes(store, [
        outcome(body, url=f"http://kabar.test/{name}", article_id=name, source_id="koran" if name == "copy" else "kabar", headline=headline, date_published=T0 + timedelta(days=n), article_section="Ekonomi" if name == "sent" else None, structure=structure(body))
        for n, (name, (headline, body)) in enumerate(STORIES.items())
    ], outlets, VERSIONS)  # fmt: skip
    find_copies(store)
    store.publish()
    with Reader(store.home) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pekerja migran", ["much", "little"]),
        ('"pekerja migran"', ["much"]),
        ("PEKERJA", ["much", "little"]),
        ("bekerja", ["much", "little"]),
        ('"bekerja"', []),
        ("kirim", ["sent"]),
        ("dikirim beras", ["sent"]),
        ("cafe reunion", ["accents"]),
        ("CAFÉ", ["accents"]),
        ("kemenpppa", ["accents"]),
        ("anak", ["accents"]),
        ("anak-anak", ["accents"]),
        ('"depan harga"', []),  # no phrase goes over the end of a paragraph
        ("Rp98.000", ["sent"]),
        ("8.000", []),
        ("beras", ["copy", "sent"]),
        ("beras -pulau", ["copy"]),
        ("headline:beras -headline:lagi", ["sent"]),
        ("garam", ["titled", "named"]),  # a headline weighs more than a text
        ("qwertz -speaker:siapapun", []),
        ("speaker:menteri", ["minister"]),
        ('speaker:"wahyu sambodo" upah', ["minister"]),
        ("speaker:menteri beras", []),
        ("source:koran", ["copy"]),
        ("section:ekonomi", ["sent"]),
        ("place:obi", ["sent"]),
        ("%", None),
        ("", None),
        ("beras OR dapur", ["copy", "sent"]),
        ("-beras -garam", ["accents", "minister", "little", "much"]),
        ("hedline:beras", None),
        ("headline: beras", None),
        ('headline:"" beras', None),
        ("'; DROP TABLE core.articles; --", []),
        ("[a-z", []),
        ("beras or pulau", []),  # in small letters it is a word
        ('beras "pulau obi"', ["sent"]),
        ('"Kirim" "DI"', []),
        (" ".join(f"-kata{n}" for n in range(19)) + " beras", ["copy", "sent"]),
        (" ".join(["beras"] * 40), ["copy", "sent"]),
        ("-pulau -lagi -dapur beras", []),
        ("pekerja seorang dermaga -dijemput", ["little"]),
        ('"pekerja migran', None),
    ],
)
def test_what_is_found_and_in_which_order(reader, query, found):
    if found is None:
        with pytest.raises(QueryError):
            search(reader, query)
    else:
        assert [row["article_id"] for row in search(reader, query)] == found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("source:kabr", "nothing was read of 'kabr'; did you mean 'kabar'?"),
        (
            'beras -source:"harian lain"',
            "nothing was read of 'harian lain'; there are kabar, koran",
        ),
        ("topic:beras", "there is no topic 'beras'; there are none yet"),
        (
            'beras speaker:"wahyu sambod"',
            "nobody of the name 'wahyu sambod' is quoted; did you mean 'Wahyu Sambodo'?",
        ),
        ("place:beras", "no article names a place 'beras'; no name is similar"),
    ],
)
def test_an_outlet_or_topic_that_is_unknown_is_refused(reader, query, message):
    with pytest.raises(UnknownNameError) as refused:
        search(reader, query)

    assert str(refused.value) == message


@pytest.mark.parametrize("field", sorted(FIELDS - {"source", "topic", "speaker", "place"}))
def test_every_field_can_be_asked_and_refused(reader, field):
    wanted = {row["article_id"] for row in search(reader, f"{field}:beras")}
    others = {row["article_id"] for row in search(reader, f"-{field}:beras source:kabar")} | {
        row["article_id"] for row in search(reader, f"-{field}:beras source:koran")
    }

    assert not wanted & others
    assert (field in {"text", "headline"}) == bool(wanted)


@pytest.mark.parametrize("field", ["author", "tag"])
def test_an_article_without_a_value_is_found_by_what_excludes_one(reader, field):
    found = {row["article_id"] for row in search(reader, f"-{field}:siapa")}

    assert found == {row["article_id"] for row in search(reader, "*")}


def test_a_range_and_a_limit_hold(reader):
    assert [row["article_id"] for row in search(reader, "beras", since=date(2026, 11, 6))] == [
        "copy"
    ]
    assert [row["article_id"] for row in search(reader, "beras", source="Kabar", limit=1)] == [
        "sent"
    ]
    assert len(search(reader, "beras", limit=1)) == 1


def test_of_more_than_can_be_ranked_the_latest_are_and_all_are_counted(reader, monkeypatch):
    monkeypatch.setattr("kliping.reading.search.MOST_RANKED", 1)

    assert [row["article_id"] for row in search(reader, "beras")] == ["copy"]
    assert [row["article_id"] for row in each_found(reader, "beras", **RANGE)] == ["copy", "sent"]
    assert n_found(reader, **RANGE) == 2
    assert n_found(reader, **RANGE | {"since": date(2026, 11, 6)}) == 1
    assert n_found(reader, **RANGE | {"source": "Kabar"}) == 1


def test_an_excerpt_begins_and_ends_between_words_and_has_its_span():
    text = "Pemerintah " * 30 + "banjir melanda " + "kecamatan " * 30
    found = excerpt(text, terms("banjir"))
    words = found["excerpt"].split()

    assert (words[0], words[1], words[-2], words[-1]) == ("…", "Pemerintah", "kecamatan", "…")
    assert text[found["char_start"] : found["char_end"]].split() == words[1:-1]


def test_the_excerpt_shows_the_first_place_and_whole_words():
    text = "Kata " * 60 + "banjir melanda " + "desa " * 60

    shown = excerpt(text, terms("banjir"))["excerpt"]
    assert shown.startswith("… Kata")
    assert "banjir melanda" in shown
    assert shown.endswith("desa …")
    assert excerpt("Pendek saja.", terms("banjir"))["excerpt"] == "Pendek saja."


def test_the_command_searches_the_newsroom(demo_home):
    found = json.loads(
        kliping(demo_home, "search", "headline:banjir", "demak", "--format", "json").stdout
    )

    assert [row["headline"] for row in found] == [
        "Banjir Rob Demak Rendam 11 Desa, 1.35 Juta Liter Air Bersih Dikirim"
    ]
    assert "Demak" in found[0]["excerpt"]
    assert "no article is found" in kliping(demo_home, "search", "qwertz").stdout
    assert kliping(demo_home, "search", "hedline:banjir").returncode == 2


@pytest.mark.parametrize("query", ['"OR" pulau', "beras?", "Awas! beras", '"beras (obi)"'])
def test_what_is_no_operator_is_searched_for(reader, query):
    rows = reader.rows("FROM mart.search($query)", {"query": query})

    assert {row["article_id"] for row in rows} == {row["article_id"] for row in search(reader, query)}  # fmt: skip


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_query_has_at_most_twenty_terms(reader, sign):
    query = " ".join(f"{sign}kata{n}" for n in range(19)) + " beras BERAS"
    search(reader, query)

    with pytest.raises(QueryError, match="at most 20 terms, not 21"):
        search(reader, f"{query} tambah")
    with pytest.raises(QueryError, match="at most 20 terms, not 21"):
        reader.rows("FROM mart.search($query)", {"query": f"{query} tambah"})


def test_a_long_phrase_is_found(reader):
    body = STORIES["much"][1].removesuffix(".")

    assert [row["article_id"] for row in search(reader, f'"{body}"')] == ["much"]
    assert search(reader, f'"{body} negeri"') == []
