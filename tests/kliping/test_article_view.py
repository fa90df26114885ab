"""An article as people read it: on a terminal, and in a pipe."""

import json
import os
import pty
import re
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from support.command_line import kliping

from kliping.cli.article_view import mark_spans

PAGE = """<!doctype html><html lang="id"><head><title>Warga Bersihkan Sungai</title><link rel="canonical" href="https://kabar.test/2026/11/01/warga-sungai/">
<meta property="article:published_time" content="2026-11-01T08:00:00+07:00"></head><body><article><h1>Warga Bersihkan Sungai</h1>
<p>“Kami menyiapkan 1.250 karung untuk sampah yang menyumbat aliran air di kampung ini,” kata Kepala Dinas Lingkungan Hidup Kota Malang Sari Wulandari di Malang, Minggu (1/11/2026).</p>
<p>Sari menjelaskan bahwa kegiatan itu digelar bersama Badan Penanggulangan Bencana Daerah (BPBD) setiap bulan sampai musim hujan berakhir\x1b[31m nanti.</p>
<p>Pemerintah kota meminjamkan dua truk dan menyediakan makan siang bagi para peserta yang bekerja sampai sore hari di bantaran sungai.</p></article></body></html>"""
SECTIONS = (
    "article",
    "text",
    "quotes",
    "figures",
    "dates",
    "places",
    "people and organizations",
    "acronyms",
)


def on_terminal(home, *arguments):
    """What a command prints where its output is a terminal."""
    leader, follower = pty.openpty()
    env = {k: v for k, v in os.environ.items() if not k.startswith("KLIPING_")} | {
        "KLIPING_HOME": str(home),
        "TERM": "xterm-256color",
        "COLUMNS": "200",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "kliping.cli", *map(str, arguments)],
        env=env,
        stdout=follower,
        stderr=subprocess.PIPE,
    )
    os.close(follower)
    output = b""
    while True:
        try:
            piece = os.read(leader, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        output += piece
    assert process.wait(60) == 0, process.stderr.read()
    return output.decode()


def page(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_parse_prints_a_sheet_on_a_terminal_and_json_in_a_pipe(tmp_path):
    seen = on_terminal(tmp_path, "parse", page(tmp_path))
    piped = kliping(tmp_path, "parse", page(tmp_path)).stdout

    assert [title for title in SECTIONS if title not in seen] == []
    assert json.loads(piped)["headline"] == "Warga Bersihkan Sungai"


def test_the_sheet_says_that_nothing_tells_the_year_of_a_date(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(
        "Kudus - Harga cabai rawit di pasar itu naik menjadi dua kali lipat, Rabu (10/1).\n"
        "Pedagang mengeluh karena pembeli sepi dan pasokan dari Brebes berkurang.\n",
        encoding="utf-8",
    )

    sheet = kliping(tmp_path, "parse", path, "--format", "table").stdout

    assert "Rabu (10/1): year not known, explicit_dm" in sheet


def test_the_sheet_tells_who_said_what_and_where_a_value_came_from(tmp_path):
    sheet = kliping(tmp_path, "parse", page(tmp_path), "--format", "table").stdout

    assert re.search(r"date_published +2026-11-01 08:00:00\+07:00   ← meta", sheet)
    assert (
        "— Sari Wulandari, Kepala, Dinas Lingkungan Hidup Kota Malang (“kata”, full_name)" in sheet
    )
    assert "1.250 karung: = 1250 karung, stated by Sari Wulandari in quote 1" in sheet
    assert "BPBD = Badan Penanggulangan Bencana Daerah" in sheet
    assert "Minggu (1/11/2026): 2026-11-01, explicit_dmy" in sheet


def test_nothing_in_a_page_steers_the_terminal(tmp_path):
    assert "\x1b" not in kliping(tmp_path, "parse", page(tmp_path), "--format", "table").stdout
    assert "\x1b[31m nanti" not in on_terminal(tmp_path, "parse", page(tmp_path))


def test_an_article_is_no_csv(tmp_path):
    done = kliping(tmp_path, "parse", page(tmp_path), "--format", "csv")

    assert (done.returncode, "json or table" in done.stderr) == (2, True)


def test_explain_shows_the_text_with_its_spans_and_a_legend(tmp_path):
    home, address = tmp_path / "home", "https://kabar.test/2026/11/01/warga-sungai/"
    kliping(home, "import", page(tmp_path))
    piped = kliping(home, "explain", address, "--text").stdout
    as_json = json.loads(kliping(home, "explain", address, "--text", "--format", "json").stdout)

    assert "“[quote 1: Kami menyiapkan [figure 1: 1.250 karung] untuk" in piped
    assert "\nfigure 1: = 1250 karung" in piped
    assert (
        "quote 1: direct, Sari Wulandari, Kepala, Dinas Lingkungan Hidup Kota Malang, kata" in piped
    )
    assert {s["kind"] for s in as_json["spans"]} >= {
        "quote",
        "figure",
        "date",
        "place",
        "person",
        "organization",
        "acronym",
    }
    assert all(as_json["text"][s["char_start"] : s["char_end"]] for s in as_json["spans"])
    assert "\x1b[1;36m1.250 karung" in on_terminal(home, "explain", address, "--text").replace(
        "\x1b[1;3;36m", "\x1b[1;36m"
    )
    assert kliping(home, "explain", "https://kabar.test/lain", "--text").returncode == 1


@given(
    st.text("ab \n", max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6),
)
def test_without_its_marks_a_marked_text_is_the_text(text, spans):
    rows = [
        {
            "kind": "quote",
            "no": n,
            "char_start": min(*span, len(text)),
            "char_end": min(max(span), len(text)),
        }
        for n, span in enumerate(spans)
    ]
    shown = mark_spans(text, [row for row in rows if row["char_start"] < row["char_end"]])

    assert re.sub(r"\[quote \d+: |\]", "", shown) == text
    assert shown.count("[") == shown.count("]")
