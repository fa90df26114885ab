"""Offices as news writes them: desks, English titles, places nobody lists, degrees, roles after a name, lines that a link broke."""

import pytest

from parsers.structure import structure


def speaker(text):
    quote = structure(text).quotes[0]
    return quote.speaker_name, quote.speaker_role, quote.speaker_affiliation


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("Kapolsek Rawabelong AKP Sari Wulandari", ("Sari Wulandari", "Kapolsek Rawabelong", None)),
        ("Kapolres Aceh Barrat AKBP Budi Santoso", ("Budi Santoso", "Kapolres Aceh Barrat", None)),
        (
            "Kapolsek Sanga Lama IPTU Budi Santoso",
            ("Budi Santoso", "Kapolsek Sanga Lama", None),
        ),
        (
            "Deputi Bidang Bina Tani Muda Kementerian Pertanian Budi Santoso",
            ("Budi Santoso", "Deputi Bidang Bina Tani Muda", "Kementerian Pertanian"),
        ),
        (
            "Kanit Gakkum Satlantas Polres Cianjur Ipda Sari Wulandari",
            ("Sari Wulandari", "Kanit Gakkum", "Satlantas Polres Cianjur"),
        ),
        (
            "Vice President Network Security Nusatek, Budi Santoso",
            ("Budi Santoso", "Vice President Network Security", "Nusatek"),
        ),
        (
            "Chief Customer & Marketing Officer Nusatek Syariah, Sari Wulandari",
            ("Sari Wulandari", "Chief Customer & Marketing Officer", "Nusatek Syariah"),
        ),
        (
            "Managing Director & CEO Nusatek, Budi Santoso",
            ("Budi Santoso", "Managing Director & CEO", "Nusatek"),
        ),
        (
            "Direktur Stabilisasi Pasokan Badan Pangan Nasional, Sari Wulandari",
            ("Sari Wulandari", "Direktur Stabilisasi Pasokan", "Badan Pangan Nasional"),
        ),
        ("Wakil Menteri Energi Budi Santoso", ("Budi Santoso", "Wakil Menteri Energi", None)),
        ("Mantan Presiden AS Barack Obama", ("Barack Obama", "Mantan Presiden AS", None)),
        (
            "Perdana Menteri Varesia Budi Santoso",
            ("Budi Santoso", "Perdana Menteri Varesia", None),
        ),
        (
            "Dokter Spesialis Penyakit Dalam Budi Santoso",
            ("Budi Santoso", "Dokter Spesialis Penyakit Dalam", None),
        ),
        (
            "Kepala Terminal Arjorejo, Budi Santoso",
            ("Budi Santoso", "Kepala", "Terminal Arjorejo"),
        ),
        (
            "Direktur Utama Krakatau Steel, Budi Santoso",
            ("Budi Santoso", "Direktur Utama", "Krakatau Steel"),
        ),
        (
            "Kepala Riset di Standard Chartered, Budi Santoso",
            ("Budi Santoso", "Kepala Riset", "Standard Chartered"),
        ),
        ("Selebgram Fujira Utami Putri", ("Fujira Utami Putri", "Selebgram", None)),
        ("Kuasa hukum Nikita Larasati, Budi Santoso", ("Budi Santoso", "Kuasa hukum", None)),
        ("Iptu Arman ST MT", ("Arman", None, None)),
        (
            "Rektor Universitas Arunika, Prof Susi Endrini SSi MSc PhD",
            ("Susi Endrini", "Rektor", "Universitas Arunika"),
        ),
        (
            "Kepala Dinas Perhubungan (Dishub) Kabupaten Buru, Lalu Hendra Kusuma",
            ("Lalu Hendra Kusuma", "Kepala", "Dinas Perhubungan (Dishub) Kabupaten Buru"),
        ),
        (
            "Kepala Kantor Wilayah Kementerian Agama Provinsi Bali, H Mahmudi",
            ("Mahmudi", "Kepala", "Kantor Wilayah Kementerian Agama Provinsi Bali"),
        ),
        ("Gubernur Ohaya Jim McDonnell", ("Jim McDonnell", "Gubernur Ohaya", None)),
        ("Presiden FIFA Budi Santoso", ("Budi Santoso", "Presiden", "FIFA")),
        ("Presiden Partai Tani Budi Santoso", ("Budi Santoso", "Presiden", "Partai Tani")),
        ("Presiden RI Budi Santoso", ("Budi Santoso", "Presiden RI", None)),
        (
            "Presiden Komisaris PT Arunika Budi Santoso",
            ("Budi Santoso", "Presiden Komisaris", "PT Arunika"),
        ),
        (
            "Kepala Dewan Niaga Nasional di Gedung Perak, Budi Santoso",
            ("Budi Santoso", "Kepala", "Dewan Niaga Nasional"),
        ),
        (
            "Anggota DPRD Kota Makassar dari Fraksi Perindo Budi Santoso",
            ("Budi Santoso", "Anggota", "DPRD Kota Makassar"),
        ),
        (
            "Anggota DPRD Jawa Barat Fraksi Perindo, Budi Santoso",
            ("Budi Santoso", "Anggota", "DPRD Jawa Barat"),
        ),
        (
            "Budi Santoso, Kepala Layanan di East Valley Ambulance Service",
            ("Budi Santoso", "Kepala Layanan", "East Valley Ambulance Service"),
        ),
    ],
)
def test_an_office_is_whole_and_ends_where_the_name_or_the_body_begins(who, expected):
    name, role, affiliation = speaker(f"“Kami sudah siap,” kata {who}.")

    assert (name, role) == expected[:2]
    assert (affiliation or "").replace("(Dishub) ", "") == (expected[2] or "").replace(
        "(Dishub) ", ""
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Ketua panitia pelaksana lomba, Heri, mengatakan air sudah surut.",
            ("Heri", "Ketua panitia pelaksana lomba", None),
        ),
        (
            "Manajer pengelola kebun tersebut, Guntar Jonsong, mengatakan air sudah surut.",
            ("Guntar Jonsong", "Manajer pengelola kebun", None),
        ),
        (
            "Budi Santoso, selaku Ketua RT 52, memimpin warga. Budi mengatakan air sudah surut.",
            ("Budi Santoso", "Ketua RT 52", None),
        ),
        (
            "Budi Santoso, juru bicara korban Koperasi Arunika mengatakan air sudah surut.",
            ("Budi Santoso", "juru bicara korban", "Koperasi Arunika"),
        ),
        (
            "Mantan istrinya, Sari Wulandari, mengatakan air sudah surut.",
            ("Sari Wulandari", "Mantan istrinya", None),
        ),
        (
            "Sari Wulandari, warga Mlojah, mengatakan air sudah surut.",
            ("Sari Wulandari", "warga Mlojah", None),
        ),
        (
            "Menurut Ibu Sari, warga Kelurahan Pangeran, air sudah surut.",
            ("Sari", "warga Kelurahan Pangeran", None),
        ),
        (
            "“Air sudah surut,” kataMenteri Kehutanan Budi Santoso.",
            ("Budi Santoso", "Menteri Kehutanan", None),
        ),
    ],
)
def test_a_role_beside_a_name_is_the_persons(text, expected):
    assert speaker(text) == expected


def test_an_office_of_another_body_is_another_person():
    text = (
        "Kepala Bulog Maluku Wahyu Pratama menyampaikan data.\n"
        "“Halte sudah cukup,” kata Kepala Dinas Perhubungan Kabupaten Buru."
    )

    assert speaker(text) == (None, "Kepala", "Dinas Perhubungan Kabupaten Buru")


def test_tags_below_a_text_are_no_part_of_its_last_line():
    text = (
        "Menteri Sosial Widiana Putri mengaku siap.\nSimak Videonya\nwidiana putri\nmenteri sosial"
    )

    assert [m.entity_name for m in structure(text).mentions] == ["Widiana Putri"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kasi Humas Polres Malaka, AKP Wandri Mulyasena mengatakan bahwa jalan ditutup.",
            ("Wandri Mulyasena", "Kasi Humas", "Polres Malaka"),
        ),
        (
            "Staf Khusus Menteri Kelautan Bidang Komunikasi Publik, Doni Ismandra Darwin menegaskan bahwa pulau itu aman.",
            ("Doni Ismandra Darwin", "Staf Khusus Menteri Kelautan", "Bidang Komunikasi Publik"),
        ),
        (
            "Lurah Watu Renggo, Angelus H. Yorensa, menegaskan bahwa padang itu milik warga.",
            ("Angelus H. Yorensa", "Lurah Watu Renggo", None),
        ),
        (
            "Penasihat Ahli Kapolri, Irjen Pol (Purn) Aryan Sutarja menegaskan bahwa kasus itu lama.",
            ("Aryan Sutarja", "Penasihat Ahli Kapolri", None),
        ),
        (
            "Ketua Panitia, Samsul Bahtera, SE, mengatakan bahwa persiapan telah matang.",
            ("Samsul Bahtera", "Ketua", "Panitia"),
        ),
        (
            "“Kami siap,” kata kuasa hukum Haryanto, Erlan Gunari Prakoso, Rabu.",
            ("Erlan Gunari Prakoso", "kuasa hukum", None),
        ),
        (
            "Kuasa hukum Nadia Makarim, Hotmar Paritas mengatakan kliennya tidak bersalah.",
            ("Hotmar Paritas", "Kuasa hukum", None),
        ),
    ],
)
def test_who_stands_behind_the_comma_holds_the_office(text, expected):
    assert speaker(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "“Istirahatlah,” ujar dr. Elya Nawangsih, Sp.PD, Dokter Spesialis Penyakit Dalam RS Melati Senja.",
            ("Elya Nawangsih", "Dokter Spesialis Penyakit Dalam", "RS Melati Senja"),
        ),
        (
            "“Istirahatlah,” ujar dr. Citra Radhisa, Sp.A(K), dokter spesialis anak.",
            ("Citra Radhisa", "dokter spesialis anak", None),
        ),
        (
            "“Terima kasih,” ujar Erni Tajiba, S.E., M.M., dosen Universitas Melati.",
            ("Erni Tajiba", "dosen", "Universitas Melati"),
        ),
        (
            "“Istirahatlah,” kata Navin Aroma, DO, dokter kulit bersertifikat.",
            ("Navin Aroma", "dokter kulit bersertifikat", None),
        ),
        (
            "“Istirahatlah,” kata dr. Alfa Yanuar, Sp.OT (Foot and Ankle Surgeon), M.Kes, FICS, dokter spesialis ortopedi.",
            ("Alfa Yanuar", "dokter spesialis ortopedi", None),
        ),
    ],
)
def test_degrees_do_not_part_a_name_from_its_office(text, expected):
    assert speaker(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "“Kami menang,” kata Ketua Umum PSSI (Ketum PSSI), Erik Tohirin.",
            ("Erik Tohirin", "Ketua Umum", "PSSI"),
        ),
        (
            "“Kami siap,” kata Kepala Dinas (Kadis) Peternakan Provinsi Banten, Yohan Oktavian.",
            ("Yohan Oktavian", "Kepala", "Dinas Peternakan Provinsi Banten"),
        ),
        (
            "“Kami siap,” kata Komandan Pangkalan TNI AL (Danlanal) Ranai Kolonel Laut (P) Dofir Anwar Sasongko.",
            ("Dofir Anwar Sasongko", "Komandan Pangkalan", "TNI AL Ranai"),
        ),
    ],
)
def test_an_office_in_brackets_leaves_the_body_before_it(text, expected):
    assert speaker(text) == expected


@pytest.mark.parametrize(
    "body",
    [
        "Dinas Perumahan Rakyat, Kawasan Permukiman dan Pertanahan (PRKPP)",
        "Sekolah Kajian Stratejik dan Global (SKSG)",
        "Persatuan Orang Tua Anak dengan Down Syndrome (POTADS)",
    ],
)
def test_a_short_form_tells_where_its_body_ends(body):
    mentions = structure(f"Warga mendatangi {body} kemarin.").mentions

    assert body.rpartition(" ")[0] in [m.entity_name for m in mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kepala Dinas Perhubungan (Dishub) Provinsi Kalimantan Selatan (Kalsel), Fitri Hernadi, mengatakan jembatan ditutup.",
            ("Fitri Hernadi", "Kepala", "Dinas Perhubungan Provinsi Kalimantan Selatan"),
        ),
        (
            "Dekan SV UNS, Prof. Dr. Eng Herman Saputra, mengatakan pembukaan itu penting.",
            ("Herman Saputra", "Dekan", "SV UNS"),
        ),
        (
            "Direktur Penempatan Pemerintah KP2MI, Hendra Wibisono, mengatakan pekerja pulang.",
            ("Hendra Wibisono", "Direktur Penempatan Pemerintah", "KP2MI"),
        ),
        (
            "Ketua Majelis Hakim I Gede Surya Dharma mengatakan terdakwa bersalah.",
            ("I Gede Surya Dharma", "Ketua Majelis Hakim", None),
        ),
        (
            "Warga menggugat Balai Besar Wilayah Sungai (BBWS) Jeneberang.\nKepala BBWS Jeneberang Djaya Sukarno mengatakan air naik.",
            ("Djaya Sukarno", "Kepala", "BBWS Jeneberang"),
        ),
        (
            "Pelatih ganda putri, Eng Hock Tan, mengatakan pembukaan itu penting.",
            ("Eng Hock Tan", "Pelatih ganda putri", None),
        ),
        (
            "Stok cukup pada April 2025.Direktur PT Arunika, Sari Wulandari, mengatakan harga stabil.",
            ("Sari Wulandari", "Direktur", "PT Arunika"),
        ),
        (
            "AnggotaKomisi X DPR RI, Hendra Wibisono, mengatakan pembukaan itu penting.",
            ("Hendra Wibisono", "Anggota Komisi X", "DPR RI"),
        ),
        (
            "Stok cukup, Rabu (9/4/2025).Direktur PT Arunika, Sari Wulandari, mengatakan harga stabil.",
            ("Sari Wulandari", "Direktur", "PT Arunika"),
        ),
    ],
)
def test_a_second_bracket_more_titles_and_lost_blanks_leave_the_office_whole(text, expected):
    assert speaker(text) == expected
