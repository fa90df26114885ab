"""The vote of the densest text, and how little a page is read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from parsers.body.density import Density
from parsers.body.elements import Hints, spans_of
from parsers.html.blocks import read_tree
from parsers.html.document import Document

PARAGRAPHS = [
    "Warga Desa Sumberjati, Kecamatan Lerep, mulai membersihkan saluran air pada Senin pagi.",
    "Kepala desa, Hendra Wibisana, mengatakan pekerjaan itu selesai dalam dua pekan.",
    "Saluran itu mengairi 40 hektare sawah, kebun sayur, dan kolam ikan milik warga.",
]
LETTERS = "Saya setuju, karena tahun lalu air masuk ke rumah kami, sawah, dan jalan desa."
MENU = (
    "<ul>" + '<li><a href="/">Berita daerah, ekonomi, dan olahraga hari ini</a></li>' * 8 + "</ul>"
)


def page(*boxes: str) -> Document:
    return Document(f"<html><body>{''.join(boxes)}</body></html>", "http://kabar.test/1")


def text_box(names: str, paragraphs: list[str] = PARAGRAPHS, more: str = "") -> str:
    return f"<div {names}>{''.join(f'<p>{p}</p>' for p in paragraphs)}{more}</div>"


def lines_of(doc: Document) -> list[str]:
    """The lines of which the vote takes more than half."""
    blocks = read_tree(doc.tree)
    shares = Density(blocks, spans_of(blocks), Hints()).shares()
    return [b.text for b, share in zip(blocks, shares, strict=True) if share > 1 / 2]


def test_the_element_with_the_most_prose_is_taken_whole_and_a_menu_is_not():
    short = "Dua pekan."

    assert lines_of(page(MENU, text_box("", [*PARAGRAPHS, short]), MENU)) == [*PARAGRAPHS, short]


def test_a_box_with_links_inside_the_text_is_not_taken():
    links = '<div>Kisah lain tentang saluran air di desa itu: <a href="/2">Sawah Kering</a></div>'

    assert lines_of(page(text_box("", more=links))) == PARAGRAPHS


@pytest.mark.parametrize("names", ['class="comments"', 'id="sidebar"', 'class="Newsletter-box"'])
def test_text_in_an_element_named_as_a_side_box_is_not_taken(names):
    letters = text_box(names, [LETTERS] * 12)

    assert lines_of(page(text_box("", PARAGRAPHS * 2, letters))) == PARAGRAPHS * 2


def test_an_element_named_as_a_side_box_is_taken_where_there_is_nothing_else():
    assert lines_of(page(MENU, text_box('class="comments"'))) == PARAGRAPHS


def test_the_second_half_of_a_text_in_the_next_element_is_taken_too():
    assert lines_of(page(text_box(""), text_box("", PARAGRAPHS[:2]))) == PARAGRAPHS + PARAGRAPHS[:2]


def test_each_element_has_the_range_of_its_lines():
    doc = page(MENU, text_box('id="text"'), "<p>Tamat.</p>")
    spans = spans_of(read_tree(doc.tree))

    assert spans[doc.tree.find(".//ul")] == (0, 8)
    assert spans[doc.tree.find(".//*[@id='text']")] == (8, 11)
    assert spans[doc.tree.find("body")] == (0, 12)


def test_a_page_without_text_has_no_vote():
    assert lines_of(page("<div><p></p></div>", "Ya")) == []


def test_a_clear_page_needs_no_other_extractor():
    html = page(MENU, "<h1>Warga Bersihkan Saluran</h1>", text_box(""), MENU).text
    code = (
        "import sys; from parsers.body.find import *; body = find_body("
        f"Document({html!r}, 'http://kabar.test/1'), ArticleRule(), 'Warga Bersihkan Saluran');"
        "print(body.method, len(body.lines), 'trafilatura' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["quick", "3", "False"]
