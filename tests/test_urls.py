"""Addresses: spelling, identity, the day in them, traps."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.identity import article_id
from parsers.source import from_data
from parsers.urls import canonicalise, day_in, identity_key, is_trap, resolve, site

PLAIN = from_data({"name": "contoh", "title": "Contoh", "home": "https://contoh.example/"})
NUMBERED = from_data(
    {
        "name": "bernomor",
        "title": "Bernomor",
        "home": "https://bernomor.example/",
        "article": [
            {"url": r"(/(?P<day>\d{2})/(?P<month>\d{2})/(?P<year>\d{4})/|\?p=)(?P<id>\d+)"}
        ],
    }
)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("HTTPS://WWW.Contoh.Example:443/A#atas", "https://www.contoh.example/A"),
        ("http://contoh.example:80", "http://contoh.example/"),
        ("http://contoh.example:8080/x/", "http://contoh.example:8080/x/"),
        ("https://contoh.example./x", "https://contoh.example/x"),
        ("  https://contoh.example/x\n", "https://contoh.example/x"),
        ("https://contoh.example/a/./b/../c", "https://contoh.example/a/c"),
        (
            "https://contoh.example/%7ea/%e2%82%ac/100%",
            "https://contoh.example/~a/%E2%82%AC/100%25",
        ),
        ("https://contoh.example/kabar baik/é", "https://contoh.example/kabar%20baik/%C3%A9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        (
            "https://contoh.example/x?utm_source=a&b=2&FBCLID=3&a=1&",
            "https://contoh.example/x?b=2&a=1",
        ),
        ("https://contoh.example/x?ref=facebook", "https://contoh.example/x"),
        ("https://contoh.example/x?ref=9", "https://contoh.example/x?ref=9"),
        ("https://contoh.example/x?%75tm_id=1", "https://contoh.example/x"),
        ("https://contoh.example/?p=41290", "https://contoh.example/?p=41290"),
        ("http://[2001:DB8:0::1]:8000/", "http://[2001:db8::1]:8000/"),
        ("urn:sha256:00ff", "urn:sha256:00ff"),
    ],
)
def test_canonical_spellings(written, canonical):
    assert canonicalise(written) == canonical


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "x",
        "/x",
        "//contoh.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://contoh.example/",
        "https://",
        "https:///x",
        "https://user:secret@contoh.example/",
        "https://contoh.example:99999/",
        "https://contoh.example:x/",
        "https://a b.example/",
        "https://contoh.example\\@lain.example/",
        "https://[::1",
        "https://[fe80::1%25eth0]/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 200 + "example/",
        "https://contoh.example/" + "a" * 9000,
        "https://\ud800/",
    ],
)
def test_what_is_no_web_address_is_a_value_error(hostile):
    with pytest.raises(ValueError, match=r"."):
        canonicalise(hostile)


def test_a_password_is_not_repeated_in_the_error():
    with pytest.raises(ValueError, match="user name") as error:
        canonicalise("https://user:secret@contoh.example/")

    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "twin",
    [
        "http://contoh.example/nasional/harga-beras-turun",
        "https://www.contoh.example/nasional/harga-beras-turun/",
        "https://m.contoh.example/nasional/harga-beras-turun",
        "https://amp.contoh.example/nasional/harga-beras-turun",
        "https://newnews.contoh.example/nasional/harga-beras-turun",
        "https://www.m.contoh.example/nasional/harga-beras-turun",
        "http://contoh.example:443/nasional/harga-beras-turun",
        "https://contoh.example:443//nasional//harga-beras-turun",
        "https://contoh.example/nasional/harga-beras-turun/amp/",
        "https://contoh.example/amp/nasional/harga-beras-turun",
        "https://contoh.example/nasional/harga-beras-turun?amp=1",
        "https://contoh.example/nasional/harga-beras-turun?amp",
        "https://contoh.example/nasional/harga-beras-turun?outputType=amp",
        "https://contoh.example/nasional/harga-beras-turun/index.html",
        "https://contoh.example/nasional/harga-beras-turun?page=all",
        "https://contoh.example/nasional/harga-beras-turun?page=3&utm_medium=x#k",
        "https://contoh.example/nasional/harga-beras-turun/2",
        "https://contoh.example/nasional/harga-beras-turun/page/2/",
        "https://contoh.example/nasional/harga-beras-turun/whatsapp:/send?nb=1",
    ],
)
def test_addresses_of_one_article_share_a_key(twin):
    assert identity_key(twin) == "contoh.example/nasional/harga-beras-turun"
    assert article_id(PLAIN, twin) == article_id(
        PLAIN, "https://contoh.example/nasional/harga-beras-turun"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://contoh.example/?p=1", "https://contoh.example/?p=2"),
        ("https://contoh.example/berita/1", "https://contoh.example/berita/2"),
        ("https://contoh.example/2024-05-28/1", "https://contoh.example/2024-05-28/2"),
        ("https://contoh.example/a-b-c/2024", "https://contoh.example/a-b-c/2025"),
        ("https://bola.contoh.example/x", "https://contoh.example/x"),
        ("https://contoh.example:8001/x", "https://contoh.example:8002/x"),
        ("https://contoh.example/amplop", "https://contoh.example/lop"),
        ("https://www.co.id/x", "https://m.co.id/x"),
    ],
)
def test_other_articles_keep_their_own_key(one, other):
    assert identity_key(one) != identity_key(other)


def test_the_order_of_the_query_is_kept_for_fetching_and_dropped_for_identity():
    assert canonicalise("https://contoh.example/x?b=1&a=2").endswith("?b=1&a=2")
    assert identity_key("https://contoh.example/x?b=1&a=2") == identity_key(
        "https://contoh.example/x?a=2&b=1"
    )


def test_the_short_address_of_wordpress_is_the_same_article():
    pretty = "http://www.bernomor.example/nasional/28/05/2024/41290/judul/?utm_source=x"

    assert article_id(NUMBERED, pretty) == article_id(NUMBERED, "https://bernomor.example/?p=41290")


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("b", "https://contoh.example/a/b"),
        ("/b", "https://contoh.example/b"),
        ("//lain.example/b", "https://lain.example/b"),
        ("\n  /b?x=1&amp;y=2\t", "https://contoh.example/b?x=1&y=2"),
        ("?page=2", "https://contoh.example/a/?page=2"),
        ("", None),
        ("#atas", None),
        ("javascript:alert(1)", None),
        ("java\nscript:x", None),
        ("mailto:a@b", None),
        ("whatsapp://send", None),
        ("http://[", None),
        ("urn:sha256:00", None),
        ("http://user@lain.example/", None),
    ],
)
def test_links_resolve_or_are_none(href, address):
    assert resolve("https://contoh.example/a/", href) == address


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://bernomor.example/n/07/01/2025/48998/judul", date(2025, 1, 7)),
        ("https://bernomor.example/?p=48998", None),
        ("https://bernomor.example/2024/05/28/lain", date(2024, 5, 28)),
        ("https://bernomor.example/28/5/2024", date(2024, 5, 28)),
        ("https://bernomor.example/2024/02/30/lain", None),
        ("https://bernomor.example/1024/02/03/lain", None),
        ("https://bernomor.example/x?u=/2024/05/28/", None),
        ("https://bernomor.example/lain", None),
    ],
)
def test_the_day_in_an_address(url, day):
    assert day_in(url, NUMBERED) == day


@pytest.mark.parametrize(
    ("path", "trap"),
    [
        ("/a/b/a/b", False),
        ("/a/b/a/b/a", True),
        ("/1/2/3/4/5/6/7/8/9/10/11/12", False),
        ("/" + "/".join("abcdefghijklm"), True),
        ("/" + "x" * 2047, False),
        ("/" + "x" * 2048, True),
        ("/?" + "x" * 3000, False),
    ],
)
def test_traps(path, trap):
    assert is_trap("https://contoh.example" + path) is trap


@pytest.mark.parametrize(
    ("url", "registered"),
    [
        ("https://news.detik.example/x", "detik.example"),
        ("https://a.b.contoh.co.id/", "contoh.co.id"),
        ("https://kab.go.id/", "kab.go.id"),
        ("https://contoh.id/", "contoh.id"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("http://localhost/", "localhost"),
        ("http://[::1]:81/", "[::1]:81"),
        ("https://contoh.example:8443/", "contoh.example"),
    ],
)
def test_the_site_is_what_was_registered(url, registered):
    assert site(url) == registered


PIECES = st.sampled_from(
    [
        "https://",
        "HTTP://",
        "contoh",
        ".",
        "/",
        "//",
        "..",
        "%",
        "%2e",
        "%25",
        "%zz",
        "?",
        "&",
        "=",
        "#",
        ":",
        "80",
        "@",
        "[",
        "]",
        "\\",
        "amp",
        "page",
        "-",
        "2",
        "é",
        "ß",
        "İ",
        "\u200d",
        " ",
        "\n",
        "\0",
        "utm_x",
        ";",
        "www.",
        "xn--",
        "\ud800",
        "index.html",
        "。",
        "／",
    ]
)
ADDRESSES = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(PIECES, max_size=12).map(lambda pieces: "https://contoh.example/" + "".join(pieces)),
)


@given(ADDRESSES)
def test_the_canonical_form_is_idempotent_and_fails_only_by_value_error(url):
    try:
        canonical = canonicalise(url)
        key = identity_key(url)
    except ValueError:
        return

    assert canonicalise(canonical) == canonical
    assert identity_key(canonical) == key


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_host_is_never_another_one(path):
    try:
        canonical = canonicalise("https://contoh.example/" + path)
    except ValueError:
        return

    assert urlsplit(canonical).netloc == "contoh.example"


@given(ADDRESSES)
def test_a_key_spelt_as_an_address_is_its_own_key(url):
    try:
        key = identity_key(url)
    except ValueError:
        return

    assert key.startswith("urn:") or identity_key("https://" + key) == key


@given(ADDRESSES, ADDRESSES)
def test_links_never_raise(base, href):
    resolved = resolve(base, href)

    assert resolved is None or canonicalise(resolved) == resolved
