"""When a page's canonical link is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.fields.canonical import believed_canonical
from parsers.source import from_data

SOURCE = from_data({"name": "contoh", "title": "Contoh", "home": "https://contoh.co.id/"})
NUMBERED = from_data(
    {
        "name": "bernomor",
        "title": "Bernomor",
        "home": "https://contoh.co.id/",
        "article": [{"url": r"(/berita/|[?&]p=)(?P<id>\d+)"}],
    }
)
RICE = "Panen padi di lereng bukit berlangsung meriah"


def believes(page: str, claimed: str, headline: str | None = RICE, source=SOURCE) -> bool:
    return bool(
        believed_canonical(f"https://contoh.co.id{page}", claimed, headline=headline, source=source)
    )


SUPPORTED = {
    "a variant of its own address": ("/asal/panen?utm_source=x", "/asal/panen/"),
    "the address without AMP": ("/amp/a/x7Gh2k", "/a/x7Gh2k"),
    "the words of both": (
        "/ekonomi/panen-padi-di-lereng-bukit/",
        "/daerah/panen-padi-di-lereng-bukit-berhasil.html",
    ),
    "half of the words of both": (
        "/panen-padi-lereng-bukit-subur-makmur",
        "/panen-padi-lereng-bukit-gunung-lembah",
    ),
    "a long number of both": (
        "/read/4129001/panen-padi-di-lereng-bukit",
        "/read/4129001/padi-menguning-petani-senang",
    ),
    "the headline": ("/s/k", "/2026/11/20/panen-padi-di-lereng-bukit/"),
    "the headline, for WordPress's short address": (
        "/?p=77",
        "/2026/11/20/panen-padi-di-lereng-bukit/",
    ),
    "a short number and a word of the headline": (
        "/cetak/77",
        "/berita/77/padi-menguning-petani-senang",
    ),
    "a page of a long article": ("/panen-padi-di-lereng-bukit/3", "/panen-padi-di-lereng-bukit"),
    "escaped words": ("/panen%20padi%20lereng", "/panen-padi-lereng"),
    "a token of both": ("/cetak/x7Gh2k", "/a/x7Gh2k"),
    "another host of the site": ("/asal", "https://m.contoh.co.id/asal"),
}
UNSUPPORTED = {
    "less than half of its words in the headline": (
        "/s/k",
        "/2026/11/20/panen-padi-gunung-lembah-sungai/",
    ),
    "less than half of the words of both": (
        "/panen-padi-lereng-ladang-subur-makmur",
        "/panen-padi-lereng-bukit-gunung",
    ),
    "another site": ("/asal", "https://lain.co.id/asal"),
    "another site that looks like it": ("/asal", "https://contoh.co.id.lain.example/asal"),
    "the front page": ("/asal", "/"),
    "the front page without a path": ("/asal", "https://contoh.co.id"),
    "the front page by its file": ("/asal", "/index.html"),
    "the front page in a language": ("/asal", "/?lang=id"),
    "a script": ("/asal", "javascript:alert(1)"),
    "nothing": ("/asal", ""),
    "a trap": ("/asal", "/a/a/a"),
    "a section, from an address without words": ("/b/k", "/berita"),
    "words that the page does not print": ("/b/k", "/jembatan-kayu-diresmikan-bupati"),
    "a short number and words of another article": (
        "/cetak/77",
        "/berita/77/jembatan-kayu-diresmikan-bupati",
    ),
    "another article's words": (
        "/berita/2/panen-padi-di-lereng-bukit",
        "/berita/3/jembatan-kayu-diresmikan-bupati",
    ),
    "another article's number": (
        "/berita/2/panen-padi-di-lereng-bukit",
        "/berita/3/panen-padi-di-lereng-bukit",
    ),
    "another article's long number": (
        "/read/4129001/panen-padi-di-lereng-bukit",
        "/read/4129002/panen-padi-di-lereng-bukit",
    ),
    "an index": ("/berita/2/panen-padi-di-lereng-bukit", "/indeks-semua"),
    "a channel": ("/berita/2/panen-padi-di-lereng-bukit", "/kanal/ekonomi"),
    "an article of the same day": (
        "/2026/11/20/panen-padi-di-lereng-bukit",
        "/2026/11/20/jembatan-kayu-diresmikan-bupati",
    ),
    "an article of the same day, written as one number": (
        "/20261120/panen-padi-di-lereng-bukit",
        "/20261120/jembatan-kayu-diresmikan-bupati",
    ),
    "a sibling without words": ("/berita/2", "/berita/3"),
}


@pytest.mark.parametrize("claim", SUPPORTED.values(), ids=SUPPORTED)
def test_a_claim_with_support_is_believed(claim):
    assert believes(*claim)


@pytest.mark.parametrize("claim", UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_a_claim_without_support_is_not_believed(claim):
    assert not believes(*claim)


def test_a_claim_is_not_believed_for_an_address_that_is_no_article_by_the_pattern():
    assert not believes(
        "/berita/12/panen-padi-di-lereng", "/foto/panen-padi-di-lereng", source=NUMBERED
    )


def test_a_front_page_with_the_number_of_the_pattern_is_an_article():
    assert believes("/?p=41290&cetak=1", "/?p=41290", source=NUMBERED)


def test_a_file_has_no_site_to_judge_a_canonical_by():
    claimed = "https://contoh.co.id/x"

    assert believed_canonical("urn:sha256:00", claimed, headline=RICE, source=SOURCE) is None


@given(st.text(max_size=40), st.text(max_size=40), st.none() | st.text(max_size=40))
def test_no_text_raises(page, claimed, headline):
    believed_canonical(page, claimed, headline=headline, source=SOURCE)
    believed_canonical(f"https://contoh.co.id/{page}", claimed, headline=headline, source=SOURCE)
