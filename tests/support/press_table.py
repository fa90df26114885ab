"""An invented table with the faults of real news: speakers without a name, bodies with a word of names, offices that hold a name, tags."""

from __future__ import annotations

import csv
from pathlib import Path

OUTLETS = ("kompas", "detik", "tempo")
ADDRESSES = {
    "kompas": "https://www.kompas.com/read/2025/06/{day:02}/1030{n:04}/kabar",
    "detik": "https://news.detik.com/berita/d-79{n:05}/kabar",
    "tempo": "https://www.tempo.co/hukum/kabar-{n}",
}
COLUMNS = ("title", "publish_date", "author", "content", "source", "link")
INTERVIEW = "\n\n".join(
    f"“{words},” kata Sekar Wulandari."
    for words in (
        "Ibu saya menenun sejak remaja dan saya belajar darinya",
        "Benangnya kami celup dengan kulit kayu dan daun nila",
        "Satu lembar kain selesai dalam tiga minggu",
        "Pembeli datang dari kota setiap akhir pekan",
        "Anak muda mulai mau duduk di depan alat tenun",
        "Saya ingin membuka kelas kecil di balai desa",
    )
)
ARTICLES = (
    ("Berkas Kapal Patroli Disita",
     "Kejaksaan Agung menahan dua pejabat pengadaan kapal patroli pada Senin. Penahanan berlaku 20 hari.\n\n“Kami menyita dokumen kontrak,” katanya."),
    ("Kasasi Sengketa Lahan Ditolak",
     "Mahkamah Agung menolak permohonan kasasi warga. Putusan Mahkamah Agung dibacakan pada Selasa pagi.\n\n“Permohonan ini tidak beralasan menurut hukum,” kata hakim."),
    ("Penyidik Periksa Tiga Saksi",
     "Kejaksaan Agung (Kejagung) memeriksa tiga saksi. Penyidik Kejaksaan Agung juga menggeledah sebuah kantor.\n\n“Kami menunggu hasil audit,” ujar jaksa."),
    ("Warga Menolak Pindah",
     "Rencana pemindahan kampung nelayan ditentang. Mereka sudah tinggal di sana sejak lama.\n\n“Kami menolak pindah sebelum ada rumah pengganti,” ujar mereka."),
    ("Jalan Kampung Rusak",
     "Jalan sepanjang dua kilometer berlubang sejak musim hujan. Truk batu lewat setiap malam.\n\n“Jalan ini sudah lama rusak,” kata warga."),
    ("Harga Pupuk Naik",
     "Pupuk sulit didapat di pasar kecamatan. Antrean terjadi sejak pagi.\n\n“Pupuk langka sejak bulan lalu,” kata dia."),
    ("Tuntutan Dibacakan",
     "Sidang perkara korupsi pasar induk dilanjutkan. Terdakwa hadir dengan kemeja putih.\n\n“Terdakwa terbukti menerima suap Rp 412 jutaMBX,” kata jaksa."),
    ("Polisi Kejar Pelaku",
     "Perampokan toko emas terjadi pada siang hari. Dua pelaku kabur naik sepeda motor.\n\n“Pelaku masih kami kejar,” kata polisi."),
    ("Menteri Tinjau Pangkalan",
     "Menteri ESDM Raditya Wiranegara meninjau pangkalan gas di Solo. Ia berbicara dengan pemilik pangkalan.\n\n“Harga gas tetap sama sampai akhir tahun,” kata Raditya.\n\nraditya wiranegara\nkementerian esdm\nharga gas"),
    ("Menteri Bicara Cadangan Energi",
     "Menteri ESDM Raditya Wiranegara menyebut cadangan energi cukup. Rapat berlangsung dua jam.\n\n“Cadangan kita cukup untuk tiga bulan,” ujar Raditya.\n\nraditya wiranegara\ncadangan energi"),
    ("Raditya Bertemu Gubernur",
     "Menteri ESDM Raditya Wiranegara bertemu para gubernur di Surabaya.\n\n“Izin tambang kami periksa satu per satu,” kata Raditya Wiranegara."),
    ("Penenun Muda dari Desa",
     f"Sekar Wulandari menenun di rumahnya di tepi sungai. Ia memakai alat tenun peninggalan ibunya.\n\n{INTERVIEW}"),
    ("Gelombang Tinggi di Laut Selatan",
     "Gelombang setinggi empat meter diperkirakan terjadi. Nelayan diminta menunda melaut.\n\n“Gelombang tinggi masih mungkin sampai Jumat,” tulis BMKG."),
    ("Penyanyi Pulang Kampung",
     "Vanya Kirisara pulang ke kampung halamannya. Ia bernyanyi di lapangan desa.\n\nVanya Kirisara mengaku rindu masakan ibunya.\n\n“Saya ingin tidur di kamar lama,” kata Vanya Kirisara.\n\nvanya kirisara\nkonser"),
    ("Penyanyi Buka Sanggar",
     "Vanya Kirisara membuka sanggar tari.\n\n“Anak-anak boleh datang tanpa membayar,” ujar Vanya Kirisara.\n\n(abc/def)\n\nvanya kirisara\nsanggar tari"),
    ("Penyanyi Menuntut Honor",
     "Honor konser belum dibayar. Perkara itu sampai ke pengadilan.\n\n“Honor itu hak kami,” ujar pengacara Vanya Kirisara."),
    ("Pasal Baru Dibahas",
     "Rancangan undang-undang dibahas lagi. Pasal 12 Ayat 3 menyebut denda bagi pelanggar. Ayat itu mengatakan denda dibayar sekali.\n\n“Pasal itu terlalu longgar,” kata anggota dewan."),
    ("Sidang Ditunda",
     "Majelis hakim menunda sidang. Hakim Agung belum ditunjuk.\n\n“Sidang ditunda sampai pekan depan,” ucapnya."),
    ("Relawan Bersihkan Sungai",
     "Puluhan relawan mengangkat sampah dari sungai. Kegiatan berlangsung sejak pagi.\n\n“Sampah terbanyak adalah plastik,” ujarnya.\n\n“Kami datang setiap minggu,” tambah dia."),
    ("Sungai Meluap Lagi",
     "Air masuk ke rumah setinggi lutut. Hujan turun sejak sore.\n\n“Kami begadang menjaga barang,” tutur seorang ibu.\n\n“Bantuan belum datang,” katanya."),
    ("Kabar dari Media Sosial",
     "Sebuah unggahan tentang diskon listrik beredar luas. Unggahan itu tidak benar.\n\n“Diskon berlaku sampai Juli,” tulis salah satu akun Facebook."),
    ("Sidang Perdata Dimulai",
     "Pengadilan Negeri Madiun membuka sidang gugatan. Hakim meminta kedua pihak berdamai.\n\n“Silakan berunding dulu,” ujar Hakim."),
    ("Hakim Agung Baru",
     "Komisi Yudisial mengusulkan lima calon hakim agung. Mahkamah Agung menyambut usulan itu. Agung tidaknya sebuah putusan, menurut Mahkamah Agung, bukan soal jumlah.\n\n“Kami menghormati usulan itu,” kata juru bicara."),
)  # fmt: skip


def write_press(path: Path) -> Path:
    """The table as news-watch writes it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(COLUMNS)
        for n, (title, text) in enumerate(ARTICLES):
            outlet, day = OUTLETS[n % len(OUTLETS)], 5 + n % 7
            url = ADDRESSES[outlet].format(day=day, n=n)
            when = f"2025-06-{day:02} 09:{n:02}:00"
            table.writerow((title, when, "", text, outlet, url))
    return path
