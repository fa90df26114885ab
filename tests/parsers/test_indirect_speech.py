import pytest

from parsers.structure import structure

BEFORE = "Menteri Perdagangan Budi Santoso hadir.\n"


@pytest.mark.parametrize(
    ("sentence", "text", "surface", "form"),
    [
        (
            "Harga beras menurutnya akan turun bulan depan.",
            "Harga beras menurutnya akan turun bulan depan",
            "nya",
            "QVSQ",
        ),
        (
            "Program tersebut, menurutnya, bisa menekan harga.",
            "Program tersebut, menurutnya, bisa menekan harga",
            "nya",
            "QVSQ",
        ),
        (
            "Kondisi ini menurut Budi Santoso sangat merugikan petani.",
            "Kondisi ini menurut Budi Santoso sangat merugikan petani",
            "Budi Santoso",
            "QVSQ",
        ),
        (
            "Harga akan turun menurut Budi Santoso.",
            "Harga akan turun menurut Budi Santoso",
            "Budi Santoso",
            "QVSQ",
        ),
        (
            "Sebab menurutnya, stok masih cukup.",
            "Sebab menurutnya, stok masih cukup",
            "nya",
            "QVSQ",
        ),
        (
            "Nilainya, menurut Budi, kurang dari satu miliar.",
            "Nilainya, menurut Budi, kurang dari satu miliar",
            "Budi",
            "QVSQ",
        ),
        ("Menurut militer, serangan itu gagal.", "serangan itu gagal", "militer", "VSQ"),
        (
            "Serangan itu gagal total, kata pemerintah.",
            "Serangan itu gagal total",
            "pemerintah",
            "QVS",
        ),
        (
            "Serikat petani mengatakan pupuk sulit didapat.",
            "pupuk sulit didapat",
            "Serikat petani",
            "SVC",
        ),
        (
            "Perdana menteri berjuluk Si Rubah itu berharap perundingan selesai.",
            "perundingan selesai",
            "Perdana menteri berjuluk Si Rubah",
            "SVC",
        ),
        (
            "Masyarakat sangat berharap kapal itu dikelola dengan baik.",
            "kapal itu dikelola dengan baik",
            "Masyarakat",
            "SVC",
        ),
        ("Ia berharap hal itu tidak terulang.", "hal itu tidak terulang", "Ia", "SVC"),
        (
            "Badan Pusat Statistik mencatat harga beras naik dua bulan berturut-turut.",
            "harga beras naik dua bulan berturut-turut",
            "Badan Pusat Statistik",
            "SVC",
        ),
        ("Menurut pengakuan Budi, harga beras naik.", "harga beras naik", "Budi", "VSQ"),
        ("Menurut Budi harga beras naik.", "harga beras naik", "Budi", "VSQ"),
        (
            "Jalur itu, menurut Budi yang baru pulang dari Batu, ditutup.",
            "Jalur itu, menurut Budi yang baru pulang dari Batu, ditutup",
            "Budi",
            "QVSQ",
        ),
        (
            "Budi memastikan pembangunan jembatan gantung yang melintasi dua sungai besar di kaki gunung sebelah utara itu selesai.",
            "pembangunan jembatan gantung yang melintasi dua sungai besar di kaki gunung sebelah utara itu selesai",
            "Budi",
            "SVC",
        ),
        (
            "Budi mengusulkan warga yang terdampak untuk pindah.",
            "warga yang terdampak untuk pindah",
            "Budi",
            "SVC",
        ),
        (
            "Namun, menurutnya harga beras naik.",
            "Namun, menurutnya harga beras naik",
            "nya",
            "QVSQ",
        ),
        (
            "Namun kata dia, harga beras naik.",
            "Namun kata dia, harga beras naik",
            "dia",
            "QVSQ",
        ),
        (
            "Budi mengatakan saat ini harga beras naik.",
            "saat ini harga beras naik",
            "Budi",
            "SVC",
        ),
        (
            "Budi mengatakan di tengah panen raya, harga beras naik.",
            "di tengah panen raya, harga beras naik",
            "Budi",
            "SVC",
        ),
        ("Budi bilang, harga beras naik.", "harga beras naik", "Budi", "SVC"),
        (
            "Budi mengatakan kepada wartawan di kantornya bahwa harga beras naik.",
            "harga beras naik",
            "Budi",
            "SVC",
        ),
        (
            "Para ulama menganjurkan kepada semuanya untuk tidak berkumpul.",
            "kepada semuanya untuk tidak berkumpul",
            "Para ulama",
            "SVC",
        ),
    ],
)
def test_an_attribution_inside_its_sentence_or_by_a_body_is_indirect_speech(
    sentence, text, surface, form
):
    (quote,) = structure(BEFORE + sentence).quotes

    assert (quote.text, quote.speaker_surface, quote.structure) == (text, surface, form)


@pytest.mark.parametrize(
    "sentence",
    [
        "PT Sinar Jaya mencatat hasil keuangan yang baik.",
        "Perusahaan itu mencatat kenaikan pendapatan.",
        "Ia memilih jalan yang menurutnya benar.",
        "Sidang itu menurut rencana digelar besok.",
        "Masyarakat menyambut gembira sembari berharap hujan turun.",
        "Budi menyadari harga beras naik.",
        "Budi menawarkan warga untuk ikut.",
    ],
)
def test_what_is_counted_planned_or_believed_is_no_speech(sentence):
    assert structure(BEFORE + sentence).quotes == ()
