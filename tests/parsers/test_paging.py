"""Which pages are parsed for the next page of their article, and what is found there."""

from datetime import UTC, datetime

import pytest

from parsers import paging
from parsers.article import Response
from parsers.paging import MANY, may_have_next_page, next_page
from parsers.source import default_source

URL = "http://kabar.test/baca/17-Perahu-kembali-ke-dermaga"
SOURCE = default_source("kabar.test")


def page(markup: str, url: str = URL) -> Response:
    return Response(
        fetch_id="f",
        requested_url=url,
        url=url,
        fetched_at=datetime(2026, 1, 2, tzinfo=UTC),
        body=markup.encode(),
    )


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<a rel="next" href="?page=2">2</a>', f"{URL}?page=2"),
        (f"<A REL=next HREF={URL}?page=2>2</A>", f"{URL}?page=2"),
        ("<link rel='next' href = ' 17-Perahu-kembali-ke-dermaga/2 '>", f"{URL}/2"),
        ('<a rel="next" href="?kanal=desa&amp;page=2&utm_source=x">2</a>', None),
        ('<a rel="next" href="?page&#61;2">2</a>', f"{URL}?page=2"),
        ('<script>"<a href=\\"" + x</script><a rel=next href="?page=2">', f"{URL}?page=2"),
        ('<a href="?page=all">Semua</a>', f"{URL}?page=all"),
        ('<a href="?page=2">2</a>', None),
    ],
)
def test_the_next_page_is_found_however_its_address_is_written(markup, expected):
    assert next_page(page(markup), SOURCE) == expected
    assert may_have_next_page(page(markup)) or expected is None


@pytest.mark.parametrize(
    "markup",
    [
        '<ul class="pagination"><a rel="next" href="/baca/18-lumbung-desa-penuh?page=2">Lanjut</a>',
        '<a class="page" rel="next" href="/indeks?page=2">2</a>',
        '<a href="/2026/11/26/2/">Arsip</a>',
        '<a href="http://[::1?page=2">rusak</a>',
        "<script>var page=2, next = '/2/'</script>",
    ],
)
def test_a_page_without_an_address_of_its_article_is_not_parsed_for_one(markup, monkeypatch):
    monkeypatch.setattr(paging, "Document", None)

    assert next_page(page(markup), SOURCE) is None


def test_of_very_many_addresses_none_is_compared(monkeypatch):
    monkeypatch.setattr(paging, "resolve", None)

    assert may_have_next_page(page("".join(f'<a href="/{n}/2">' for n in range(MANY))))
