"""Addresses: spelling, identity, the day in them, traps."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.identity import article_id
from parsers.source import from_data
from parsers.text.urls import canonicalise, day_in, identity_key, is_trap, resolve, site

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
        # as the WHATWG standard reads what browsers follow
        (r"https:\\contoh.example\a\b?c\d", "https://contoh.example/a/b?c%5Cd"),
        (r"https://contoh.example\@lain.example/", "https://contoh.example/@lain.example/"),
        ("https:contoh.example/x", "https://contoh.example/x"),
        ("https:///contoh.example/x", "https://contoh.example/x"),
        ("\x00 https://contoh.example/x \x1f", "https://contoh.example/x"),
        ("ht\ttps://con\ntoh.example/x\r\ny", "https://contoh.example/xy"),
        ("https://contoh.example/x?a='b'", "https://contoh.example/x?a=%27b%27"),
        ("https://contoh.example/a[1]?b[]=2", "https://contoh.example/a%5B1%5D?b%5B%5D=2"),
        ("https://contoh.example/a/%2E%2e/b//c", "https://contoh.example/b//c"),
        ("http://0x7F.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://017700000001/", "http://127.0.0.1/"),
        ("http://[::FFFF:1.2.3.4]/", "http://[::ffff:102:304]/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://ＣＯＮＴＯＨ。example/", "https://contoh.example/"),
        ("https://con\u00adtoh.example/", "https://contoh.example/"),
        ("https://xn--a/", "https://xn--a/"),  # no valid name, and nothing that we decode
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
        "https:///",
        "https://contoh.example../",
        "http://[::1]lain.example/",
        "http://lain.example[::1]/",
        "http://1.2.3.256/",
        "http://1.2.3.4.5/",
        "http://09.1/",
        "http://contoh.0x4/",
        "https://user:secret@contoh.example/",
        "https://contoh.example:99999/",
        "https://contoh.example:x/",
        "https://a b.example/",
        "https://[::1",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
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


TRACKED = [
    "utm_source=x", "utm_anything=x", "fbclid=x", "fb_ref=x", "fb_source=x", "fb_action_ids=1", "mibextid=x", "gclid=x", "gad_source=1", "wbraid=x",
    "srsltid=x", "msclkid=x", "yclid=x", "ysclid=x", "_openstat=x", "twclid=x", "ttclid=x", "igshid=x", "li_fat_id=x", "rdt_cid=x", "ScCid=x",
    "epik=x", "dicbo=x", "tblci=x", "s_cid=x", "s_kwcid=x", "ef_id=x", "sc_cid=x", "WT.mc_id=x", "wt_mc=x", "xtor=x", "at_medium=x", "at_campaign=x",
    "ns_campaign=x", "clickid=x", "click_id=x", "rb_clickid=x", "irclickid=x", "cjevent=x", "zanpid=x", "wickedid=x",
    "_branch_match_id=x", "spm=a2o4j.home.0.0", "mc_cid=x", "mc_eid=x", "mkt_tok=x", "_hsenc=x", "__hstc=x", "hsCtaTracking=x", "hsa_cam=1", "vero_id=x",
    "oly_enc_id=x", "ml_subscriber=x", "_ke=x", "_kx=x", "elqTrackId=x", "trk_msg=x", "sfmc_id=x", "spMailingID=1", "dm_i=x", "__s=x",
    "pk_campaign=x", "mtm_source=x", "piwik_kwd=x", "matomo_cid=x", "itm_source=x", "guccounter=1", "guce_referrer=x", "__tn__=x",
    "__twitter_impression=true", "amp_js_v=0.1", "usqp=mq331", "_gl=1", "_ga=1", "ref_src=x", "PHPSESSID=x", "ref=facebook", "source=rss",
]  # fmt: skip


@pytest.mark.parametrize("pair", TRACKED)
def test_where_the_reader_came_from_is_no_part_of_an_address(pair):
    assert canonicalise(f"https://contoh.example/x?a=1&{pair}") == "https://contoh.example/x?a=1"
    assert canonicalise(f"https://contoh.example/x?{pair}&b=2") == "https://contoh.example/x?b=2"


@pytest.mark.parametrize(
    "pair",
    [
        "id=1",
        "p=1",
        "cid=9",
        "ref=9",
        "page_id=2",
        "s=kata",
        "campaign=1",
        "ad_id=4",
        "trk=1",
        "pk_no=14",
        "ncid=3",
        "smid=4",
        "cmpid=BBCA",
        "spm=12",
        "gclid_number=3",
        "halaman_fbclid=3",
    ],
)
def test_what_may_choose_a_page_is_kept(pair):
    assert canonicalise(f"https://contoh.example/x?{pair}").endswith(pair)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/x?q=harga+beras", "/x?q=harga%20beras"),
        ("/x?a[]=1&a[]=2", "/x?a%5B%5D=1&a%5b%5d=2"),
        ("/x?t=10:30,11", "/x?t=10%3A30%2C11"),
        ("/x?u=/a/b", "/x?u=%2Fa%2Fb"),
        ("/x?a=b=c", "/x?a=b%3Dc"),
        ("/x?a='b'", "/x?a=%27b%27"),
        ("/a[1],b:c", "/a%5B1%5D%2Cb%3Ac"),
        ("/kabar+baik", "/kabar%2Bbaik"),
        (r"\a\b", "/a/b"),
        ("/harga;jsessionid=9F2", "/harga"),
        ("/harga\u00a0", "/harga%C2%A0"),
        ("/harga%20", "/harga"),
    ],
)
def test_spellings_that_servers_read_alike_share_a_key(one, other):
    home = "https://contoh.example"

    assert identity_key(home + one) == identity_key(home + other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/x?q=a%2Bb", "/x?q=a+b"),
        ("/x?q=a%26b", "/x?q=a&b"),
        ("/x?q=a%3Db", "/x?q%3Da=b"),
        ("/a%2Fb", "/a/b"),
        ("/a%3Fb", "/a?b"),
        ("/a%25", "/a%2525"),
        ("/a+b", "/a%20b"),
    ],
)
def test_spellings_that_servers_tell_apart_have_a_key_of_their_own(one, other):
    home = "https://contoh.example"

    assert identity_key(home + one) != identity_key(home + other)


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
        # as browsers follow them
        (r"..\b\c", "https://contoh.example/b/c"),
        (r"\\lain.example\b", "https://lain.example/b"),
        ("///lain.example/b", "https://lain.example/b"),
        ("https:b", "https://contoh.example/a/b"),
        ("https:/b", "https://contoh.example/b"),
        ("http:b", "http://b/"),
        ("https:", None),
        ("https:///lain.example/b", "https://lain.example/b"),
        ("b//c", "https://contoh.example/a/b//c"),
        ("\x00/b\x1f", "https://contoh.example/b"),
        ("12:30", "https://contoh.example/a/12:30"),
        ("b:c", None),
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
# What the WHATWG standard reads alike: changes of what stands before the query, and of the whole.
SAME = {
    "backslashes": lambda head, tail: head.replace("/", "\\") + tail,
    "no slashes": lambda head, tail: head.replace("https://", "HTTPS:") + tail,
    "more slashes": lambda head, tail: head.replace("https://", "https:////") + tail,
    "a soft hyphen": lambda head, tail: head.replace("//contoh", "//CON\u00adTOH") + tail,
    "a wide letter": lambda head, tail: head.replace("example/", "ｅxample:443/", 1) + tail,
    "blanks around": lambda head, tail: f"\x01 {head}{tail} \n",
    "tabs inside": lambda head, tail: "\t".join(head + tail),
    "a fragment": lambda head, tail: f"{head}{tail}#https://lain.example/?x",
    "dots": lambda head, tail: head.replace("example/", "example/./x/%2e%2E/", 1) + tail,
}
PATH_PIECES = [*"ab/~-_%&=+'[]|^{?;:@2.é", "%41", "%2f", "amp", ".."]


@given(st.lists(st.sampled_from(PATH_PIECES), max_size=8).map("".join), st.sampled_from([*SAME]))
def test_addresses_that_are_equal_by_the_standard_share_spelling_and_key(path, change):
    url = "https://contoh.example/" + path
    head, mark, tail = url.partition("?")
    changed = SAME[change](head, mark + tail)

    assert canonicalise(changed) == canonicalise(url)
    assert identity_key(changed) == identity_key(url)


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
