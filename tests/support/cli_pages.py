"""Homes and pages for the tests of the command line."""

from pathlib import Path

HTML = """<!doctype html><html lang="id"><head><title>Warga Gotong Royong Bersihkan Sungai | Kabar</title>
<link rel="canonical" href="https://kabar.test/2026/11/01/warga-gotong-royong/"></head><body><article><h1>Warga Gotong Royong Bersihkan Sungai</h1>
<p>Ratusan warga Kelurahan Sukamaju turun ke bantaran sungai sejak pagi untuk mengangkut sampah yang menyumbat aliran air setelah hujan deras.</p>
<p>Ketua rukun warga setempat, Suharto, mengatakan kegiatan itu akan diulang setiap bulan sampai musim hujan berakhir pada Maret tahun depan.</p>
<p>Pemerintah kota meminjamkan dua truk dan menyediakan makan siang bagi para peserta yang bekerja sampai sore hari.</p></article></body></html>"""


def write_page(folder: Path, text: str, name: str = "page.html") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
