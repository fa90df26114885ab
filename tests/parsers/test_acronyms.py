import pytest

from parsers.structure import structure


@pytest.mark.parametrize(
    ("text", "short", "expansion", "rule"),
    [
        (
            "Forum Kewaspadaan Dini Masyarakat (FKDM) hadir.",
            "FKDM",
            "Forum Kewaspadaan Dini Masyarakat",
            "initials",
        ),
        (
            "Ia menyebut Anggaran Pendapatan dan Belanja Daerah (APBD) itu.",
            "APBD",
            "Anggaran Pendapatan dan Belanja Daerah",
            "initials",
        ),
        ("PT Sinar Wulandari (SW) hadir.", "SW", "Sinar Wulandari", "initials"),
        (
            "Usaha mikro, kecil, dan menengah (UMKM) naik.",
            "UMKM",
            "Usaha mikro, kecil, dan menengah",
            "initials",
        ),
        ("Asisten Pemerintahan (Aspem) hadir.", "Aspem", "Asisten Pemerintahan", "syllabic"),
        ("Badan Pengawas Pemilu (Bawaslu) hadir.", "Bawaslu", "Badan Pengawas Pemilu", "syllabic"),
        ("Ia menerima bantuan sosial (bansos) itu.", "bansos", "bantuan sosial", "syllabic"),
        (
            "Data PKH (Program Keluarga Harapan) naik.",
            "PKH",
            "Program Keluarga Harapan",
            "initials",
        ),
        ("Data PI (Persetujuan Impor) naik.", "PI", "Persetujuan Impor", "initials"),
        (
            "Warga di wilayah 3T (Terluar, Terpencil, dan Tertinggal).",
            "3T",
            "Terluar, Terpencil, dan Tertinggal",
            "initials",
        ),
        (
            "Di ketinggian 900 meter di atas permukaan laut (mdpl).",
            "mdpl",
            "meter di atas permukaan laut",
            "initials",
        ),
        ("Ia melanggar Undang-Undang (UU) itu.", "UU", "Undang-Undang", "initials"),
        ("Saham PT Muara Batu Jaya Tbk (MBJ) naik.", "MBJ", "Muara Batu Jaya", "initials"),
        ("Ia masuk dalamLiga Catur Nasional (LCN) itu.", "LCN", "Liga Catur Nasional", "initials"),
        ("Mereka membentuk Kelompok Kerja (Pokja) baru.", "Pokja", "Kelompok Kerja", "syllabic"),
        ("Banjir di Aceh Barat Daya (Abdya) surut.", "Abdya", "Aceh Barat Daya", "syllabic"),
        (
            "Direktur Jenderal Hutan Kota Lestari (Dirjen HKL) hadir.",
            "Dirjen HKL",
            "Direktur Jenderal Hutan Kota Lestari",
            "initials",
        ),
        ("Saham PT Muara Batu (PT MB) naik.", "PT MB", "PT Muara Batu", "initials"),
        (
            "Menteri Koordinator Bidang Hutan dan Laut (Menko HL) hadir.",
            "Menko HL",
            "Menteri Koordinator Bidang Hutan dan Laut",
            "initials",
        ),
        ("Menteri Dalam Negeri (Mendagri) hadir.", "Mendagri", "Menteri Dalam Negeri", "lexicon"),
        ("Saham PT Bank Muara Tbk (XQWZ) naik.", "XQWZ", "Bank Muara", "ticker"),
        (
            "PT Kapal Api Indonesia (Persero) atau KAI rugi.",
            "KAI",
            "Kapal Api Indonesia",
            "initials",
        ),
        ("Ia masuk Daftar Pencarian Orang atau DPO.", "DPO", "Daftar Pencarian Orang", "initials"),
        ("Program “Makan Siang Gratis” (MSG) jalan.", "MSG", "Makan Siang Gratis", "initials"),
        (
            "Kepala Kepolisian Sektor Muara Kota (Kapolsek Muara Kota) hadir.",
            "Kapolsek Muara Kota",
            "Kepala Kepolisian Sektor Muara Kota",
            "initials",
        ),
        ("Ia memakai kecerdasan buatan (AI) itu.", "AI", "kecerdasan buatan", "lexicon"),
        (
            "Kabar.id, JakartaBalai Ikan Sungai (BIS) dibuka.",
            "BIS",
            "Balai Ikan Sungai",
            "initials",
        ),
        (
            "Laporan ke Komisi Bursa Sungai AS (SEC) masuk.",
            "SEC",
            "Komisi Bursa Sungai AS",
            "translated",
        ),
        (
            "Inspektur Jenderal Polisi (Irjen Pol) hadir.",
            "Irjen Pol",
            "Inspektur Jenderal Polisi",
            "initials",
        ),
        (
            "Kepala Bidang Hubungan Masyarakat (Kabid Humas) hadir.",
            "Kabid Humas",
            "Kepala Bidang Hubungan Masyarakat",
            "syllabic",
        ),
        (
            "Satuan Reserse Narkoba (Satresnarkoba) hadir.",
            "Satresnarkoba",
            "Satuan Reserse Narkoba",
            "syllabic",
        ),
        ("Data Organisasi Catur Dunia (WCO) naik.", "WCO", "Organisasi Catur Dunia", "translated"),
        ("Ketua Federasi Catur Asia (ACF) hadir.", "ACF", "Federasi Catur Asia", "translated"),
        (
            "Komite Tani, Dewan Kota, dan Otoritas Gizi (NFA) hadir.",
            "NFA",
            "Otoritas Gizi",
            "translated",
        ),
        (
            "Denda dihapus secara tahunan (year-on-year/YoY).",
            "YoY",
            "year-on-year",
            "initials",
        ),
        (
            "Hutan dijaga mandat bersama (joint forest mandate/JFM) itu.",
            "JFM",
            "joint forest mandate",
            "initials",
        ),
        (
            "PT Bank Muara Nusantara (Persero) Tbk atau BMN rugi.",
            "BMN",
            "Bank Muara Nusantara",
            "initials",
        ),
        ("Saham PT MK (Persero) Tbk (MKMK) naik.", "MKMK", "MK", "ticker"),
        ("PTMuara Jaya Tbk (XQWZ) naik.", "XQWZ", "Muara Jaya", "ticker"),
        ("Ia ikut Pekan Busana Muara atauPBM 2025.", "PBM", "Pekan Busana Muara", "initials"),
        (
            "Ia menulis tentang analisis dampak mengenai lingkungan atau Amdal.",
            "Amdal",
            "analisis dampak mengenai lingkungan",
            "lexicon",
        ),
        (
            "Rapat koordinasi daerah atau Rakorda usai.",
            "Rakorda",
            "Rapat koordinasi daerah",
            "syllabic",
        ),
        ("Ia tinggal diDanau Serikat(DS) itu.", "DS", "Danau Serikat", "initials"),
        ("Harga On The Water (OTW) naik.", "OTW", "On The Water", "initials"),
        (
            "Soal PHL 2 Pembelajaran Hutan Lestari (PHL) sulit.",
            "PHL",
            "Pembelajaran Hutan Lestari",
            "initials",
        ),
        ("Ia naik ojek online (ojol) itu.", "ojol", "ojek online", "syllabic"),
        ("Lahan seluas 13 hektare (ha) itu kosong.", "ha", "hektare", "lexicon"),
        ("Lahan seluas 13 hektare (Ha) itu kosong.", "Ha", "hektare", "lexicon"),
        (
            "Ketua IKM (Ikatan Keluarga Muara RI) hadir.",
            "IKM",
            "Ikatan Keluarga Muara RI",
            "initials",
        ),
        (
            "Pajak Pembelian atas Barang Murah (PPnBM) naik.",
            "PPnBM",
            "Pajak Pembelian atas Barang Murah",
            "syllabic",
        ),
        ("Jalur Pantai Utara Jawa (Pantura) macet.", "Pantura", "Pantai Utara", "syllabic"),
        (
            "Sekretaris Jenderal Federasi Catur Muara (MCF) hadir.",
            "MCF",
            "Federasi Catur Muara",
            "translated",
        ),
        ("Hari Jadi Muara (HJ Muara) ramai.", "HJ Muara", "Hari Jadi Muara", "initials"),
        (
            "Kantor Laut, Hutan, dan Sungai (FSO) hadir.",
            "FSO",
            "Kantor Laut, Hutan, dan Sungai",
            "translated",
        ),
    ],
)
def test_short_forms_the_text_defines(text, short, expansion, rule):
    (found,) = structure(text).acronyms

    assert (found.short_form, found.expansion, found.rule) == (short, expansion, rule)


@pytest.mark.parametrize(
    "text",
    [
        "secara hybrid (online dan offline)",
        "mencampur kedelai, air rebusan (kedelai)",
        "Saham Kirana (sebelumnya MicroKirana)",
        "Ia membeli Ether, Solana, atau XRP",
        "Ia memilih Dewan Seni atau PKB",
        "Ia bertemu Sari Wulandari (SW)",
        "Ia bertemu Sari Wulandari alias SWU",
        "Direktorat Jenderal Pajak Kudus Barat, Sari Wulandari (SWX) hadir.",
        "Pemerintah Pusat Baru (XQW) hadir.",
        "Saham PT Bank Muara Tbk (xqwz) naik.",
        "Komisi III DPR Sari Wulandari (XQW) hadir.",
        "Ia datang bersama Sari Wulandari (Kota Muara).",
        "kejahatan luar biasa (extraordinary crime)",
        "Selasa (28/05/2024)",
        "PT Maju Jaya (Persero) Tbk",
        "Sari (23)",
        "di bawah (hilir) sana",
        "Banjir besar (Red)",
    ],
)
def test_glosses_dates_ages_and_company_forms_are_none(text):
    assert structure(text + " itu.").acronyms == ()


@pytest.mark.parametrize(
    ("text", "expansion"),
    [
        ("Sampel dikirim ke Balai Besar Veteriner (BBVet).", "Balai Besar Veteriner"),
        ("Peneliti Pusat Kajian Anggaran Desa (Pukad) hadir.", "Pusat Kajian Anggaran Desa"),
        ("Ketua Federasi E-Sports Nusantara (FEN) hadir.", "Federasi E-Sports Nusantara"),
    ],
)
def test_a_word_may_give_its_beginning_among_initials_and_a_hyphen_one_letter(text, expansion):
    assert [a.expansion for a in structure(text).acronyms] == [expansion]


def test_a_bracket_after_a_short_form_must_be_its_expansion_and_nothing_else():
    (found,) = structure("Warga menerima PKH (Program Keluarga Harapan) kini.").acronyms
    assert found.expansion == "Program Keluarga Harapan"

    assert not structure("Warga menerima PKH (bantuan Program Keluarga Harapan) kini.").acronyms


def test_two_letters_are_no_syllables():
    assert structure("Beras itu dikirim dari (DI) Yogyakarta.").acronyms == ()


@pytest.mark.parametrize(
    ("text", "short", "expansion"),
    [
        ("Rapat Kementerian Sosial (\nKemensos) dimulai.", "Kemensos", "Kementerian Sosial"),
        ("Ia memilih Low Cost Green Car\n(LCGC). Ia senang.", "LCGC", "Low Cost Green Car"),
        (
            "Ia bekerja di Kementerian Sosial Republik Indonesia (Kemensos).",
            "Kemensos",
            "Kementerian Sosial",
        ),
    ],
)
def test_a_broken_line_and_the_country_hide_no_short_form(text, short, expansion):
    (row,) = structure(text).acronyms

    assert (row.short_form, row.expansion) == (short, expansion)
    assert text[row.char_start : row.char_end] == row.text
