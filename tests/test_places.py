import pytest

from parsers.structure import structure


def only(text, **kwargs):
    (place,) = structure(text, **kwargs).places
    return place


@pytest.mark.parametrize(
    ("text", "span", "kind", "name", "kemendagri", "bps"),
    [
        ("Banjir melanda Jakarta hari itu.", "Jakarta", "province", "DKI Jakarta", "31", "31"),
        ("Banjir melanda Jakarta Pusat hari itu.", "Jakarta Pusat", "city", "Kota Administrasi Jakarta Pusat", "31.71", "3173"),
        ("Banjir melanda Bandung hari itu.", "Bandung", "city", "Kota Bandung", "32.73", "3273"),
        ("Banjir di Kabupaten Bandung surut.", "Kabupaten Bandung", "city", "Kabupaten Bandung", "32.04", "3204"),
        ("Banjir di Jatim sudah surut.", "Jatim", "province", "Jawa Timur", "35", "35"),
        ("Gempa di Kabupaten Pati terasa.", "Kabupaten Pati", "city", "Kabupaten Pati", "33.18", "3318"),
        ("Warga Kecamatan Gambir mengungsi.", "Kecamatan Gambir", "district", "Gambir", "31.71.01", None),
        ("Mereka bekerja di Malaysia sejak lama.", "Malaysia", "country", "Malaysia", None, None),
        ("Kantornya di Jalan Tanah Abang I itu.", "Jalan Tanah Abang I", "street", "Jalan Tanah Abang I", None, None),
    ],
)
def test_regions_streets_and_facilities(text, span, kind, name, kemendagri, bps):  # noqa: PLR0917 - a table of cases
    place = only(text)

    assert (place.text, place.kind, place.place_name) == (span, kind, name)
    assert (place.kemendagri_code, place.bps_code, place.role) == (kemendagri, bps, "mention")


def test_a_list_before_a_date_is_where_it_happened():
    places = structure("Acara di Kantor Wali Kota Jakarta Pusat, Jalan Tanah Abang I, Gambir, Selasa (28/05/2024).").places

    assert [(p.text, p.kind, p.role) for p in places] == [
        ("Kantor Wali Kota Jakarta Pusat", "facility", "event_location"),
        ("Jalan Tanah Abang I", "street", "event_location"),
        ("Gambir", "district", "event_location"),
    ]


@pytest.mark.parametrize(
    "text", ["Gubernur DKI Jakarta Sari Wulandari hadir.", "Polda Bali hadir.", "Kapal itu batal berlayar.", "Gambir enak diminum."]
)
def test_names_inside_offices_and_institutions_and_ordinary_words_are_no_places(text):
    assert structure(text).places == ()


def test_the_dateline_counts_in_the_published_text():
    place = only("Banjir surut.", dateline="Kliping.id, SURABAYA", dateline_start=0)

    assert (place.place_name, place.role, place.char_start, place.source_start, place.source_end) == (
        "Kota Surabaya",
        "dateline",
        None,
        12,
        20,
    )
