import pytest

from parsers.structure import structure


def only(text, **kwargs):
    (place,) = structure(text, **kwargs).places
    return place


@pytest.mark.parametrize(
    ("text", "span", "kind", "name", "kemendagri", "bps"),
    [
        ("Banjir melanda Jakarta hari itu.", "Jakarta", "province", "DKI Jakarta", "31", "31"),
        (
            "Banjir melanda Jakarta Pusat hari itu.",
            "Jakarta Pusat",
            "city",
            "Kota Administrasi Jakarta Pusat",
            "31.71",
            "3173",
        ),
        ("Banjir melanda Bandung hari itu.", "Bandung", "city", "Kota Bandung", "32.73", "3273"),
        (
            "Banjir melanda Kabupaten Bandung.",
            "Kabupaten Bandung",
            "city",
            "Kabupaten Bandung",
            "32.04",
            "3204",
        ),
        (
            "Penghargaan itu diraih tim dari Kabupaten Takalar",
            "Kabupaten Takalar",
            "city",
            "Kabupaten Takalar",
            "73.05",
            "7305",
        ),  # nothing after it
        ("Banjir melanda Jatim kemarin.", "Jatim", "province", "Jawa Timur", "35", "35"),
        (
            "Gempa mengguncang Kabupaten Pati.",
            "Kabupaten Pati",
            "city",
            "Kabupaten Pati",
            "33.18",
            "3318",
        ),
        (
            "Warga Kecamatan Gambir mengungsi.",
            "Kecamatan Gambir",
            "district",
            "Gambir",
            "31.71.01",
            None,
        ),
        ("Kapal itu menuju Maumere sejak lama.", "Maumere", "other", "Maumere", None, None),
        ("Mereka pindah ke Okinawa sejak lama.", "Okinawa", "city", "Okinawa", None, None),
        (
            "Mereka pindah ke Kota Solo sejak lama.",
            "Kota Solo",
            "city",
            "Kota Surakarta",
            "33.72",
            "3372",
        ),
        (
            "Ia dirujuk ke RSUD dr. M. Haulussy kemarin.",
            "RSUD dr. M. Haulussy",
            "facility",
            "RSUD dr M Haulussy",
            None,
            None,
        ),
        ("Mereka bekerja di Malaysia sejak lama.", "Malaysia", "country", "Malaysia", None, None),
        (
            "Kantornya pindah ke Jalan Tanah Abang I itu.",
            "Jalan Tanah Abang I",
            "street",
            "Jalan Tanah Abang I",
            None,
            None,
        ),
    ],
)
def test_regions_streets_and_facilities(text, span, kind, name, kemendagri, bps):
    place = only(text)

    assert (place.text, place.kind, place.place_name) == (span, kind, name)
    assert (place.kemendagri_code, place.bps_code) == (kemendagri, bps)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Banjir di Jatim sudah surut.", ["event_location"]),
        ("Banjir surut.\nMereka tinggal di Jatim.", ["mention"]),
        ("Banjir surut.\nBantuan dibagikan di Pasar Kliwon.", ["event_location"]),
        ("Banjir surut.\n“Bantuan dibagikan di Pasar Kliwon,” kata Sari Wulandari.", ["mention"]),
        ("Gempa mengguncang wilayah Jatim tadi malam.", ["event_location"]),
        (
            "Banjir di Kecamatan Sayung dan Kecamatan Bonang, Kabupaten Demak, surut.",
            ["event_location"] * 3,
        ),
    ],
)
def test_the_lead_and_the_site_say_where_it_happened(text, roles):
    assert [p.role for p in structure(text).places] == roles


def test_a_list_before_a_date_is_where_it_happened():
    places = structure(
        "Acara di Kantor Wali Kota Jakarta Pusat, Jalan Tanah Abang I, Gambir, Selasa (28/05/2024)."
    ).places

    assert [(p.text, p.kind, p.role) for p in places] == [
        ("Kantor Wali Kota Jakarta Pusat", "facility", "event_location"),
        ("Jalan Tanah Abang I", "street", "event_location"),
        ("Gambir", "district", "event_location"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Gubernur DKI Jakarta Sari Wulandari hadir.",
        "Polda Bali hadir.",
        "Kapal itu batal berlayar.",
        "Gambir enak diminum.",
        "Ia mengunggahnya di Instagram.",
    ],
)
def test_names_inside_offices_and_institutions_and_ordinary_words_are_no_places(text):
    assert structure(text).places == ()


def test_the_dateline_counts_in_the_published_text():
    place = only("Banjir surut.", dateline="Kliping.id, SURABAYA", dateline_start=0)

    assert (
        place.place_name,
        place.role,
        place.char_start,
        place.source_start,
        place.source_end,
    ) == (
        "Kota Surabaya",
        "dateline",
        None,
        12,
        20,
    )


@pytest.mark.parametrize(
    ("text", "span", "kind"),
    [
        ("Kapal itu tenggelam di Selat Bali kemarin.", "Selat Bali", "other"),
        ("Mereka pindah dari Kalimantan kemarin.", "Kalimantan", "other"),
        ("Rumah di Kampung Baru roboh.", "Kampung Baru", "other"),
    ],
)
def test_what_no_level_fits_is_other(text, span, kind):
    assert (only(text).text, only(text).kind) == (span, kind)


def test_a_name_no_list_has_is_a_place_before_the_region_it_lies_in():
    found = structure("Warga berkumpul di Cemorolawang, Magetan.").places

    assert [(p.text, p.kind) for p in found] == [("Cemorolawang", "other"), ("Magetan", "city")]


def test_a_name_no_list_has_is_none_where_no_region_follows():
    assert structure("Laga itu hanya tayang di Layarria, kata mereka.").places == ()


def test_a_programme_is_no_village():
    assert structure("Warga ikut Kampung Siaga Bencana kemarin.").places == ()


def test_a_country_before_a_persons_name_is_whole():
    assert [p.text for p in structure("Ganda putri Indonesia Ayu Lestari menang.").places] == [
        "Indonesia"
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Laga itu digelar di Taipei Arena, Taipei.",
            [("Taipei Arena", "facility"), ("Taipei", "city")],
        ),
        ("Ia mendarat di Terminal 3, Senin.", [("Terminal 3", "facility")]),
        ("Skuad U-20 Indonesia menang.", [("Indonesia", "country")]),
    ],
)
def test_a_place_is_known_by_its_neighbours(text, wanted):
    assert [(p.text, p.kind) for p in structure(text).places] == wanted


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            "Rukmini berpulang.\n“Ia menyanyi,” tutur Budi Santoso di rumah duka, Dusun Cimuja, Senin (9/6/2025).",
            ["event_location"],
        ),
        ("Rukmini berpulang.\nIa lahir di Tasikmalaya.", ["mention"]),
    ],
)
def test_where_somebody_speaks_is_where_it_happened_and_where_somebody_was_born_is_not(text, roles):
    assert [p.role for p in structure(text, published=None).places] == roles


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Laga itu digelar di Istora Senayan.", [("Istora Senayan", "facility", "event_location")]),
        (
            "Rapat usai di kantor Kementerian Pangan, Jakarta.",
            [("Jakarta", "province", "event_location")],
        ),
        (
            "Sidang digelar di Pengadilan Negeri Denpasar, Bali.",
            [("Bali", "province", "event_location")],
        ),
        ("Sungai Miu meluap kemarin.", [("Sungai Miu", "other", "event_location")]),
        (
            "Bandara Frans Karim ditutup kemarin.",
            [("Bandara Frans Karim", "facility", "event_location")],
        ),
        (
            "Ia bercerita.\nIa sakit sejak keluar dari RSUD Cilacap.",
            [("RSUD Cilacap", "facility", "mention")],
        ),
        (
            "Rapat usai.\n“Kami coret,” kata Tresna Widuri di kantor BGN, Jalan Kebon Sirih.",
            [("Jalan Kebon Sirih", "street", "event_location")],
        ),
    ],
)
def test_a_river_that_rises_and_a_site_that_opens_the_lead_are_where_it_happened(text, wanted):
    assert [(p.text, p.kind, p.role) for p in structure(text).places] == wanted


def test_the_country_of_a_currency_is_no_place():
    assert only("Emas dibeli di Singapura kemarin.").kind == "country"

    assert structure("Emas dibeli dengan dolar Singapura kemarin.").places == ()


def test_a_short_form_that_the_text_has_in_brackets_is_the_place_too():
    text = "Ia berangkat ke Amerika Serikat (AS).\nPejabat di AS menunggu. Harga dolar AS naik. AS Roma menang."
    short_forms = [(p.paragraph_no, p.place_name) for p in structure(text).places if p.text == "AS"]

    assert short_forms == [(1, "Amerika Serikat"), (2, "Amerika Serikat")]


@pytest.mark.parametrize(
    "text",
    [
        "Ia berangkat ke Amerika Serikat.\nPejabat di AS menunggu.",
        "Ia berangkat ke Amerika Serikat (ABC).\nPejabat di ABC menunggu.",
        "Ia berangkat ke Malaysia (M).\nPejabat di M menunggu.",
    ],
)
def test_other_letters_are_no_place(text):
    assert not {p.text for p in structure(text).places} & {"AS", "ABC", "M"}


@pytest.mark.parametrize("text", ["Laga Jepang vs Australia seru.", "Laga Jepang kontra Australia seru."])  # fmt: skip
def test_the_two_sides_of_a_match_are_teams(text):
    assert structure(text).places == ()
