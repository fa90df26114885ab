import pytest

from parsers.structure import structure

PHRASES = [
    (
        "Asisten Pemerintahan (Aspem) Sekretariat Daerah Kota Malang Sari Wulandari",
        "Sari Wulandari",
        "Asisten Pemerintahan",
        "Sekretariat Daerah Kota Malang",
    ),
    (
        "Kepala Kantor Wilayah Kemenkumham Jawa Timur, R. Andika Prasetya",
        "R. Andika Prasetya",
        "Kepala",
        "Kantor Wilayah Kemenkumham Jawa Timur",
    ),
    (
        "Kepala Dinas Tenaga Kerja, Transmigrasi, dan Energi Bali Andi Yansyah",
        "Andi Yansyah",
        "Kepala",
        "Dinas Tenaga Kerja, Transmigrasi, dan Energi Bali",
    ),
    ("Menteri Perhubungan Budi Karya Santoso", "Budi Karya Santoso", "Menteri Perhubungan", None),
    ("Gubernur Jawa Barat Sari Wulandari", "Sari Wulandari", "Gubernur Jawa Barat", None),
    (
        "Direktur Lalu Lintas Polda Metro Jaya Kombes Budi Santoso",
        "Budi Santoso",
        "Direktur Lalu Lintas",
        "Polda Metro Jaya",
    ),
    (
        "Ketua Komisi Pemilihan Umum (KPU) Bali Sari Wulandari",
        "Sari Wulandari",
        "Ketua",
        "Komisi Pemilihan Umum Bali",
    ),
    ("Sari Wulandari, anggota tim kuasa hukum,", "Sari Wulandari", "anggota tim kuasa hukum", None),
    ("Sari Wulandari (37), warga Desa Mekar,", "Sari Wulandari", "warga Desa Mekar", None),
    (
        "Rektor Universitas Airlangga Prof Sari Wulandari",
        "Sari Wulandari",
        "Rektor",
        "Universitas Airlangga",
    ),
    (
        "pengamat politik Universitas Indonesia Sari Wulandari",
        "Sari Wulandari",
        "pengamat politik",
        "Universitas Indonesia",
    ),
]


@pytest.mark.parametrize(("phrase", "name", "role", "affiliation"), PHRASES)
def test_name_role_and_affiliation_are_told_apart(phrase, name, role, affiliation):
    quote = structure(f"“Kami siap bekerja,” kata {phrase} di sini.").quotes[0]

    assert (quote.speaker_name, quote.speaker_role, quote.speaker_affiliation) == (
        name,
        role,
        affiliation,
    )


def test_a_rank_stays_in_the_surface_and_out_of_the_name():
    quote = structure("“Kami siap bekerja,” kata Kapolres Malang AKBP Budi Santoso.").quotes[0]

    assert (quote.speaker_surface, quote.speaker_name) == ("AKBP Budi Santoso", "Budi Santoso")


def test_any_word_of_the_name_and_the_pronoun_mean_the_same_person():
    text = "Ketua RT Sari Wulandari datang.\nWulandari berharap warga tetap tenang.\nDia menjelaskan bahwa air sudah surut."
    people = [m for m in structure(text).mentions if m.entity_type == "person"]

    assert [(m.text, m.mention_type) for m in people] == [
        ("Sari Wulandari", "name"),
        ("Wulandari", "short_name"),
        ("Dia", "pronoun"),
    ]
    assert len({m.entity_id for m in people}) == 1


def test_an_institution_keeps_its_short_form_as_another_mention():
    found = structure(
        "Forum Kewaspadaan Dini Masyarakat (FKDM) hadir. Menurut warga, FKDM aktif."
    ).mentions

    assert [(m.text, m.mention_type) for m in found] == [
        ("Forum Kewaspadaan Dini Masyarakat", "name"),
        ("FKDM", "acronym"),
        ("FKDM", "acronym"),
    ]
    assert len({m.entity_id for m in found}) == 1


def test_names_of_a_renamed_body_are_one_entity():
    found = structure("BP2MI hadir.\nKementerian P2MI hadir.").mentions

    assert len({m.entity_id for m in found}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Siswa Sekolah Menengah Atas hadir.",
        "Program Desa Binaan Imigrasi dimulai.",
        "Acara di Kantor Wali Kota Malang itu.",
        "Peraturan Presiden Nomor 70 Tahun 2017.",
    ],
)
def test_kinds_programmes_buildings_and_laws_are_nobody(text):
    assert structure(text).mentions == ()


def names(text, **kwargs):
    return [
        (m.text, m.entity_name, m.mention_type)
        for m in structure(text, **kwargs).mentions
        if m.entity_type == "person"
    ]


def test_a_persons_name_that_is_also_a_country_is_a_person_where_it_speaks():
    found = structure(
        "Tetangga korban, Oman, mendengar suara itu.\n“Saya kira truk lewat sini,” tutur Oman."
    )

    assert [m.text for m in found.mentions] == ["Oman", "Oman"]
    assert (found.places, found.quotes[0].speaker_name) == ((), "Oman")


def test_the_name_after_a_description_speaks():
    quote = structure("“Kami punya surat sejak lama,” kata perwakilan warga, Dg. Tompo.").quotes[0]

    assert (quote.speaker_name, quote.speaker_surface) == ("Dg. Tompo", "Dg. Tompo")


def test_two_players_with_a_slash_between_are_two():
    assert ("Rina Wati", "Rina Wati", "name") in names(
        "Rina Wati/Sari Dewi menang. “Kami senang sekali hari ini,” kata Rina Wati."
    )


def test_haji_before_a_name_is_no_institution():
    (quote,) = structure(
        "“Kami siap bekerja,” kata Ketua Dewan Pengupahan Kota Malang Drs. H. Budi Santoso."
    ).quotes

    assert (quote.speaker_name, quote.speaker_role, quote.speaker_affiliation) == (
        "Budi Santoso",
        "Ketua",
        "Dewan Pengupahan Kota Malang",
    )


def test_a_nickname_is_the_person_named_before():
    found = names(
        "Sari Wulandari (40), pedagang, datang.\n“Kami rugi besar,” sebut perempuan yang akrab disapa Nana itu."
    )

    assert ("Nana", "Sari Wulandari", "short_name") in found


def test_an_outlet_that_is_told_something_is_an_organisation():
    found = structure(
        "“Kami siap bekerja,” kata Budi Santoso kepada PortalBerita, dikutip Contoh.test."
    ).mentions

    assert [m.text for m in found if m.entity_type == "organization"] == [
        "PortalBerita",
        "Contoh.test",
    ]


def test_the_short_form_of_a_body_is_no_person_even_where_it_is_a_name():
    found = structure(
        "Budi Santoso, Direktur PT Hutama 3 Indonesia (Tri), datang. Pelanggan Tri naik."
    ).mentions

    assert {m.entity_type for m in found if m.text == "Tri"} == {"organization"}


@pytest.mark.parametrize(
    "text",
    [
        "Tel Aviv menyebut kapal itu melanggar batas.",
        "Kapal itu meninggalkan Pelabuhan Pantai Indah Selayar, Bintan.",
    ],
)
def test_a_name_that_stands_only_within_that_of_a_place_is_nobodys(text):
    assert structure(text).mentions == ()


def test_a_hospital_is_a_body_and_a_place():
    facts = structure("Korban dibawa ke UGD RSUP Dr. Wirasaba, Kelurahan Randu.")

    assert [(m.entity_type, m.entity_name) for m in facts.mentions] == [
        ("organization", "RSUP Dr. Wirasaba")
    ]
    assert "RSUP Dr Wirasaba" in {p.place_name for p in facts.places}


def test_a_term_with_its_acronym_is_no_body_where_the_tagger_alone_sees_one():
    assert structure("Mobil itu memakai Dedicated Hybrid Engine (DHE) baru.").mentions == ()


def test_a_mountain_is_no_institution():
    assert [
        m.text
        for m in structure("Erupsi Gunung Baru, anak Gunung Rinjani, terjadi kemarin.").mentions
    ] == []


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("Minuk Sari (28), warga Grogol Petamburan, datang.", []),
        (
            "Pemerintah Provinsi Bali dan Pemerintah Kabupaten Badung bertemu.",
            ["Pemerintah Provinsi Bali", "Pemerintah Kabupaten Badung"],
        ),
        ("“Kami siap,” kata Sekretaris Komisi E Budi Santoso.", []),
    ],
)
def test_places_letters_and_neighbours_are_no_part_of_a_body(text, bodies):
    assert [m.text for m in structure(text).mentions if m.entity_type == "organization"] == bodies


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Pasangan Amran Tahir-Sulastri Yusna menang. Amran mengaku lega.",
            ["Amran Tahir", "Sulastri Yusna", "Amran"],
        ),
        (
            "Partai mengusung Budi Santoso dan Chusnunia Hapsara.",
            ["Budi Santoso", "Chusnunia Hapsara"],
        ),
        ("Petinggi kampung, Hibau Bongso, berharap janji itu ditepati.", ["Hibau Bongso"]),
        ("Sunarti, perajin ukir di Jepara, mengatakan pesanan berkurang.", ["Sunarti"]),
        ("Rute Semarang-Demak macet. Semarang padat.", []),
        ("Di Desa Rangga Ilung, ratusan keluarga mengungsi.", []),
        ("“Utang saya banyak, Pak. Nggak kebayar,” kata Budi Santoso.", ["Budi Santoso"]),
    ],
)
def test_people_are_known_by_what_stands_around_them(text, names):
    people = [m.text for m in structure(text).mentions if m.entity_type == "person"]

    assert people == names


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        (
            "Manajer PT Energi Kepala Burung Stevani Mambrasar menjawab. PT Energi Kepala Burung, kata dia, untung. Menurut Energi Kepala Burung, stok aman.",
            ["PT Energi Kepala Burung"] * 3,
        ),
        (
            "Ketua Serikat Pelaut Kencana Anwar Dalimunte hadir. SPK, kata Anwar, menunggu.",
            ["Serikat Pelaut Kencana"] * 2,
        ),
        ("Menurut politisi PDKB itu, harga naik tajam.", ["PDKB"]),
        ("Direktur Pelindungan WNI Kemlu Yudha Harsono hadir.", ["Kementerian Luar Negeri"]),
        ("PT Bank Nusa Raya (Persero) Tbk untung.", ["PT Bank Nusa Raya Tbk"]),
    ],
)
def test_a_body_is_known_by_what_the_text_calls_it_elsewhere(text, bodies):
    assert [
        m.entity_name for m in structure(text).mentions if m.entity_type == "organization"
    ] == bodies


def test_who_a_person_is_kin_to_does_not_speak():
    found = structure(
        "Istri Sarmin, Juhaeriyah, tersenyum. “Ia lebih kangen menara daripada saya,” ucapnya."
    ).quotes

    assert [q.speaker_name for q in found] == ["Juhaeriyah"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Penyintas tiba. “Ini cukup,” ujar mantan Camat Rappocina tersebut.", []),
        (
            "Komandan Kodim Adi Sucipta Kapten TNI Bayu Hendra menjawab.",
            ["Kodim Adi Sucipta", "Bayu Hendra"],
        ),
        (
            "Sekretaris Perusahaan Medika Abadi, Clara Wenas, menjawab.",
            ["Medika Abadi", "Clara Wenas"],
        ),
        ("Kepala Pengawas Pasar Modal OJK, Hasan Kusuma, menjawab.", ["OJK", "Hasan Kusuma"]),
        ("Gubernur Bank Indonesia Doddy Nasution menjawab.", ["Bank Indonesia", "Doddy Nasution"]),
        (
            "Kepala Satuan Pelayanan Pemenuhan Gizi (SPPG) Kadungora, Ridwan Maulana, menjawab.",
            ["Satuan Pelayanan Pemenuhan Gizi", "SPPG", "Ridwan Maulana"],
        ),
        (
            "Jaksa Penuntut Umum Kejaksaan Negeri Garut Ardhana Kusuma menjawab.",
            ["Kejaksaan Negeri Garut", "Ardhana Kusuma"],
        ),
        ("Tim itu menjuarai turnamen Liga Arena Nusantara.", []),
        (
            "“Kami letih,” kata pelatih Badai Timur, Michelle Oktavia. Wasit menegur Badai Timur.",
            ["Badai Timur", "Michelle Oktavia", "Badai Timur"],
        ),
        ("Bandara Frans Karim di Maumere ditutup.", []),
        ("Keluarga tiba di RSUD dr. Soedomo pada Senin.", ["RSUD dr. Soedomo"]),
        ("Siswa SMAN 1 Tarakan dan SMKN 2 Nunukan ikut.", ["SMAN 1 Tarakan", "SMKN 2 Nunukan"]),
        (
            "Ia bekerja di Kementerian Keuangan dan Bank Dunia.",
            ["Kementerian Keuangan", "Bank Dunia"],
        ),
        (
            "Presiden Direktur PT Aman Sentosa Michael Tanu hadir. “Lahannya siap,” ujar Michael.",
            ["PT Aman Sentosa", "Michael Tanu", "Michael"],
        ),
        (
            "Ketua Kelompok Tani Sri Makmur, Wastam, mengaku lega.",
            ["Kelompok Tani Sri Makmur", "Wastam"],
        ),
    ],
)
def test_names_end_where_offices_bodies_and_places_begin(text, named):
    assert [m.text for m in structure(text).mentions] == named


def test_of_many_namesakes_the_one_with_all_words_of_the_name_is_meant():
    named = "Dosen Universitas Muara {} hadir."
    people = ("Andi Surya Hakim", "Citra Dewi Rahman", "Budi Rahman Hakim")
    text = " ".join(map(named.format, people))

    (quote,) = structure(f"{text}\n“Kami siap bekerja,” kata Rahman Hakim.").quotes

    assert (quote.speaker_name, quote.resolution) == ("Budi Rahman Hakim", "short_name")


def test_two_bodies_with_a_joint_between_are_two():
    found = structure("Anggota TNI dan Satuan Polisi Pamong Praja berjaga di pasar.").mentions

    assert [each.text for each in found] == ["TNI", "Satuan Polisi Pamong Praja"]


def test_a_date_in_brackets_is_no_part_of_a_body():
    text = "Menurut catatan Badan Pusat Statistik (Maret 2024) Jawa Timur masih tumbuh."

    assert [m.entity_name for m in structure(text).mentions] == ["Badan Pusat Statistik"]


def test_a_longer_name_that_begins_with_the_name_of_a_body_is_another():
    text = (
        "“Kami siap tampil malam nanti,” kata pelatih Laskar Mahakam, Budi Santoso.\n"
        "Saat itu warga memuji Laskar Mahakam Muda. Mereka juga memuji Laskar Mahakam."
    )
    starts = [m.char_start for m in structure(text).mentions if m.entity_name == "Laskar Mahakam"]

    assert starts == [text.index("Laskar Mahakam,"), text.rindex("Laskar Mahakam")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kejaksaan Agung menahan dia.", {"Kejaksaan Agung"}),
        ("KEJAKSAAN Agung memastikan penyidikan berlanjut.", {"KEJAKSAAN Agung"}),
        ("Komisi Yudisial mengusulkan lima nama.", {"Komisi Yudisial"}),
        ("PT Anugerah Surya Pratama menambang nikel.", {"PT Anugerah Surya Pratama"}),
        ("Kementerian  Dalam Negeri menegaskan itu.", {"Kementerian Dalam Negeri"}),
        ("Pelaku melanggar Pasal 2 Ayat (1) undang-undang itu.", set()),
        ("Si Nyonya Tua telah mengonfirmasi itu.", set()),
        ("Orang-orang mengatakan itu.", set()),
        ("Biar Reza Mahendra tidak kecewa, ia diberi tiket.", {"Reza Mahendra"}),
    ],
)
def test_a_listed_body_is_whole_and_a_common_word_is_nobody(text, expected):
    assert {m.entity_name for m in structure(text).mentions} == expected


def test_a_headline_inside_a_text_names_nobody():
    text = (
        "Darma Wiratama datang lebih awal.\n"
        "Ratna Kirana Jarang Pulang Selama Musim Panen\n"
        "“Saya rindu rumah,” kata Darma."
    )

    assert {m.entity_name for m in structure(text).mentions} == {"Darma Wiratama"}


def test_tags_below_a_text_do_not_make_a_name_ordinary():
    text = (
        "Vanya Kirisara pulang ke desa.\n“Saya rindu rumah,” kata Vanya Kirisara.\n\n"
        "vanya kirisara\nkonser desa"
    )
    (quote,) = structure(text).quotes

    assert (quote.speaker_name, quote.speaker_role) == ("Vanya Kirisara", None)


def test_a_speaker_without_a_word_of_offices_holds_none():
    (quote,) = structure("Timnas Indonesia mengatakan bahwa para pemain sudah pulang.").quotes

    assert (quote.speaker_surface, quote.speaker_role) == ("Timnas Indonesia", None)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Banjir di Islandiabakal surut. Warga Islandia tenang.", []),
        ("Laga disaksikan Sari Wulandaridari tribun. Ia mengenal Wulandari.", ["Sari Wulandari"]),
        ("Lawan Budi Pohanpaham situasi. Kata Pohan, semua paham.", ["Budi Pohan"]),
        ("Menteri ESDMRaka Pohan datang. Raka Pohan lelah.", ["Raka Pohan"]),
        (
            "Penyidik KPKdan Polri memeriksa saksi.",
            ["Kepolisian Negara Republik Indonesia", "Komisi Pemberantasan Korupsi"],
        ),
        ("Ketua PSSI, Budi Sukadana, datang.", ["Budi Sukadana", "PSSI"]),
    ],
)
def test_a_lost_blank_after_a_name_ends_it(text, names):
    assert sorted({m.entity_name for m in structure(text).mentions}) == names
