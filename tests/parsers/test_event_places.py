"""Where something happened, told from what is only named."""

import pytest

from parsers.structure import structure
from parsers.structure.mentioned_dates import dates
from parsers.structure.names.entities import EntityIndex
from parsers.structure.places.event_location import place_features
from parsers.structure.places.places import named_places
from parsers.structure.quotes.resolve import quotes
from parsers.structure.tokens.text import BodyText

LEAD = "Hujan turun sejak pagi.\n"  # a lead that names no place
JAKARTA, JAWA_TENGAH, KUDUS = "31", "33", "33.19"


def roles(text, **dateline):
    return [(p.text, p.role) for p in structure(text, **dateline).places]


def features(text, dateline=None):
    """By name of the place."""
    body = BodyText(text)
    mentions = named_places(
        body, entities := EntityIndex(body), quotes(body, entities, language="id")
    )
    return place_features(mentions, dates(body, published=None, reference=None), dateline)


@pytest.mark.parametrize(
    "text",
    [
        "Dua pekerja di Malaysia diperiksa polisi.",
        "Sebuah pasar Kecamatan Gambir ludes terbakar pada malam itu.",
        "Korban banjir dibawa petugas ke RSUD Kudus pada malam itu.",
        LEAD + "Kebakaran terjadi di Kudus.",
        LEAD + "Toko itu tutup di kawasan wisata Kudus, lalu di kota Kudus.",
        LEAD + "Gempa mengguncang Kudus.",
        LEAD + "Kudus diguncang gempa.",
        LEAD + "Presiden melakukan kunjungan kerja ke Kudus.",
        LEAD + "Rumah itu milik keluarga, Desa Parung, Kecamatan Parung, Kabupaten Bogor.",
    ],
)
def test_a_place_is_where_it_happened(text):
    assert "event_location" in dict(roles(text)).values()


@pytest.mark.parametrize(
    "text",
    [
        "Seorang pemuda asal Kudus lolos ke babak akhir lomba.",
        "Polisi memeriksa pria yang merupakan warga Kudus dan temannya.",
        LEAD + "Ia kuliah di Kudus.",
        LEAD + "Kantor itu bermarkas di Malaysia.",
        LEAD + "Harganya murah seperti di Malaysia.",
        LEAD + "Ia orang terkaya di Indonesia.",
        LEAD + "Harga beras di Asia naik.",
        LEAD + "Di Grup A, Malaysia menang besar.",
        LEAD + "“Kami berkumpul di Kudus,” kata Sari Wulandari.",
    ],
)
def test_a_place_is_only_named(text):
    assert set(dict(roles(text)).values()) == {"mention"}


def test_a_place_has_one_role_wherever_the_text_names_it():
    text = LEAD + "Banjir terjadi di Kudus.\n“Jalan ke Kudus putus,” kata Sari Wulandari."

    assert roles(text) == [("Kudus", "event_location")] * 2


@pytest.mark.parametrize(
    ("text", "name", "feature"),
    [
        ("Harga naik di Malaysia.", "Malaysia", "di"),
        ("Harga naik di kota wisata Kudus.", "Kabupaten Kudus", "word"),
        ("Harga naik di seluruh wilayah Kudus.", "Kabupaten Kudus", "di"),
        ("Harga naik di Demak dan Kudus.", "Kabupaten Kudus", "di"),
        ("Harga naik di Demak, lalu Kudus.", "Kabupaten Kudus", "word"),
        ("Ia tinggal di Kudus.", "Kabupaten Kudus", "background"),
        ("Pemuda asal kota Kudus menang.", "Kabupaten Kudus", "background"),
        ("Di rumah warga, Kudus, ia menunggu.", "Kabupaten Kudus", "comma"),
        ("Harga naik. Kudus sepi.", "Kabupaten Kudus", "nothing"),
        ("Kudus sepi.", "Kabupaten Kudus", "nothing"),
        ("Harga naik di Asia.", "Asia", "continent"),
        ("Harga naik di Malaysia.", "Malaysia", "country"),
        ("Harga naik di Pasar Kliwon.", "Pasar Kliwon", "site"),
        ("Harga naik di Jalan Melati.", "Jalan Melati", "site"),
        ("Harga naik di Kudus.", "Kabupaten Kudus", "town"),
        ("“Kami ke Kudus,” kata Sari Wulandari.", "Kabupaten Kudus", "quoted"),
        ("Kudus sepi, lalu Kudus ramai.", "Kabupaten Kudus", "again"),
        ("Kudus sepi. Demak ramai.", "Kabupaten Kudus", "first sentence"),
        ("Kudus sepi pada Senin (9/6/2025).", "Kabupaten Kudus", "day"),
        ("Pesta digelar meriah di Kudus.", "Kabupaten Kudus", "happens"),
        ("Jawa Tengah dan Kudus sepi.", "Jawa Tengah", "around"),
        ("Jawa Tengah dan Kudus sepi.", "Kabupaten Kudus", "within"),
    ],
)
def test_how_a_text_names_a_place(text, name, feature):
    assert feature in features(text)[name]


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        (LEAD + "Kudus sepi.", "first sentence"),
        ("Hujan turun. Kudus sepi.", "first sentence"),
        ("Kudus sepi. Pesta digelar Senin (9/6/2025).", "day"),
        ("Kudus sepi pada 2025.", "day"),
        ("Kudus sepi. Pesta digelar.", "happens"),
        ("“Kami di Kudus,” kata Sari Wulandari.", "di"),
        ("Kudus sepi.", "again"),
        ("Kudus dan Kudus sepi.", "around"),
        ("Kudus dan Jawa Timur sepi.", "within"),
    ],
)
def test_what_is_not_said_of_a_place(text, feature):
    assert feature not in features(text)["Kabupaten Kudus"]


@pytest.mark.parametrize(
    ("dateline", "is_away"), [(None, False), (JAKARTA, True), (JAWA_TENGAH, False), (KUDUS, False)]
)
def test_a_region_can_be_away_from_that_of_the_dateline(dateline, is_away):
    assert ("away" in features("Harga naik di Kudus.", dateline)["Kabupaten Kudus"]) == is_away


@pytest.mark.parametrize(("dateline", "is_event"), [("Jawa Tengah", True), ("Jakarta", False)])
def test_what_strikes_a_region_far_from_the_dateline_needs_more_than_a_verb(dateline, is_event):
    text = LEAD + "Gempa mengguncang Kudus."
    role = "event_location" if is_event else "mention"

    assert roles(text, dateline=dateline)[1:] == [("Kudus", role)]
