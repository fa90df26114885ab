"""From bytes to clean text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webencodings.labels import LABELS

from parsers.discovery.feed_text import decode_feed
from parsers.html.decode import declared_codec, decode, fix_mojibake
from parsers.text.normalize import clean_text, printable

CASES = {
    "utf-8 whatever is declared": (
        "café".encode(),
        "text/html; charset=iso-8859-1",
        "café",
        "utf-8",
    ),
    "a byte order mark wins": (
        b"\xff\xfe" + "café".encode("utf-16-le"),
        "text/html; charset=utf-8",
        "café",
        "utf-16-le",
    ),
    "utf-16 without a mark": ("<p>kafe</p>".encode("utf-16-le"), None, "<p>kafe</p>", "utf-16-le"),
    "latin-1 is windows-1252": (
        b"caf\xe9 \x93kata\x94",
        "text/html; charset=ISO-8859-1",
        "café “kata”",
        "cp1252",
    ),
    "declared in the page": (
        b'<meta charset="koi8-r">\xc1\xc2',
        None,
        '<meta charset="koi8-r">аб',
        "koi8-r",
    ),
    "declared in an XML declaration": (
        b'<?xml version="1.0" encoding="koi8-r"?>\xc1\xc2',
        None,
        '<?xml version="1.0" encoding="koi8-r"?>аб',
        "koi8-r",
    ),
    "utf-16 in ASCII is utf-8": (
        ("<meta charset=utf-16>" + "é" * 50).encode() + b"\xff",
        None,
        "<meta charset=utf-16>" + "é" * 50 + "\ufffd",
        "utf-8",
    ),
    "utf-16 in ASCII that is not even utf-8": (
        b"<meta charset=utf-16>\x93caf\xe9\x94",
        None,
        "<meta charset=utf-16>“café”",
        "cp1252",
    ),
    "gbk is all of GB 18030": (b"\x81\x30\x81\x30\xb0\xa1", "a; charset=gbk", "\x80啊", "gb18030"),
    "seven bits that are no ASCII": (
        "市の川".encode("iso2022_jp"),
        "text/html; charset=iso-2022-jp",
        "市の川",
        "iso2022_jp",
    ),
    "an encoding that browsers do not read": (
        b"caf\xe9",
        "a; charset=utf-7",
        "café",
        "cp1252",
    ),
    "an encoding that is replaced": (b"caf\xe9", "a; charset=iso-2022-kr", "café", "cp1252"),
    "a byte that is no letter": (b"caf\xe9 \xe2\x80\x9d", None, "café â€\x9d", "cp1252"),
    "an unknown name": (b"caf\xe9", "text/html; charset=klingon", "café", "cp1252"),
    "a codec that is none of text": (b"caf\xe9", "text/html; charset=base64", "café", "cp1252"),
    "declared utf-8 but is not": (
        b"caf\xe9 \x93kata\x94",
        "text/html; charset=utf-8",
        "café “kata”",
        "cp1252",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bytes_are_read_in_one_fixed_order(case):
    body, header, text, encoding = CASES[case]

    got = decode(body, header)

    assert (got.text, got.encoding) == (text, encoding)


LATIN = (
    "ISO_8859-1",
    "l1",
    "cp819",
    "latin1",
    "iso88591",
    "ibm819",
    "iso-ir-100",
    "csisolatin1",
    " US-ASCII ",
)


@pytest.mark.parametrize("label", LATIN)
def test_every_label_of_latin_1_is_windows_1252_for_pages_and_feeds(label):
    body = "“Kapal” – café".encode("cp1252")

    assert decode(b"<meta charset='%s'>%s" % (label.encode(), body)).text.endswith("“Kapal” – café")
    assert decode(body, f"text/html; charset={label}").text == "“Kapal” – café"
    assert decode_feed(b"<?xml version='1.0' encoding='%s'?>%s" % (label.encode(), body), None) == (
        f"<?xml version='1.0' encoding='{label}'?>“Kapal” – café",
        [],
    )


@pytest.mark.parametrize("label", sorted(LABELS))
def test_every_label_of_the_standard_is_known_or_replaced(label):
    assert (declared_codec(b"", f"text/html; charset={label}") is None) == (
        LABELS[label] == "replacement"
    )


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("MacCyrillic", "mac_cyrillic", "Balai kota Бандунг"),
        ("macroman", "mac_roman", "Kafé “Senja”"),
        ("cp437", "cp437", "Kafé"),
    ],
)
def test_older_labels_than_the_standards_are_read(label, codec, text):
    page = f'<meta charset="{label}"><p>{text}'.encode(codec)

    assert decode(page).text.endswith(f"<p>{text}")


@pytest.mark.parametrize(
    "label", ["utf-7", "unicode_escape", "raw_unicode_escape", "base64", "cp037", "tidak-ada"]
)
def test_a_label_of_what_is_no_encoding_of_text_is_not_followed(label):
    page = rf'<meta charset="{label}"><p>kaf\u00e9 +AOk- '.encode() + b"\xe9"

    assert decode(page).text.endswith("kaf\\u00e9 +AOk- é")
    assert declared_codec(page, None) is None


def test_a_few_broken_bytes_do_not_make_a_page_windows_1252():
    got = decode(("é" * 50).encode() + b"\xff", "text/html; charset=utf-8")

    assert (got.encoding, got.replacements) == ("utf-8", 1)


@given(st.binary(max_size=200), st.none() | st.text(max_size=30))
def test_any_bytes_can_be_read(body, header):
    clean_text(decode(body, header).text).encode()


@given(st.text(st.characters(), max_size=80))
def test_cleaning_twice_is_cleaning_once(text):
    once = clean_text(text)

    assert clean_text(once) == once
    assert once == unicodedata.normalize("NFC", once)
    assert not [c for c in once if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]


def test_no_character_that_steers_is_printable():
    every = "".join(map(chr, range(0x110000)))
    kept = {unicodedata.category(c) for c in printable(every)}

    assert not kept & {"Cc", "Cf", "Cs", "Zl", "Zp"} - {"Cc"}
    assert {c for c in printable(every) if unicodedata.category(c) == "Cc"} == {"\n", "\t"}
    assert (
        printable("Café “kata” 5\u202f000\n市の\U0001f600")
        == "Café “kata” 5\u202f000\n市の\U0001f600"
    )


def test_what_hides_goes_and_what_joins_stays():
    assert (
        clean_text(
            "Ja\u00adkar\u200bta\u202e\r\nRp\u00a05.000 \U0001f468\u200d\U0001f469 e\u0301\ud800"
        )
        == "Jakarta\nRp 5.000 \U0001f468\u200d\U0001f469 é\ufffd"
    )


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("percayaâ€\x9d kata", "percaya” kata"),
        ("CafÃ© di Bandung", "Café di Bandung"),
        ("CafÃƒÂ©", "Café"),
        ("naïve café “kata”", "naïve café “kata”"),
    ],
)
def test_mojibake_is_fixed_only_where_the_round_trip_proves_it(text, mended):
    assert fix_mojibake(text) == mended


@pytest.mark.parametrize(("n_broken", "encoding"), [(5, "utf-8"), (6, "cp1252"), (12, "cp1252")])
def test_a_page_with_more_than_one_broken_character_in_ten_is_not_utf_8(n_broken, encoding):
    assert decode("é".encode() * 45 + b"\xff" * n_broken).encoding == encoding
