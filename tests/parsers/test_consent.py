import time

import pytest
from support.builders import response

from parsers.consent import reservations


def test_reservations_are_read_from_headers():
    headers = (
        ("TDM-Reservation", "1"),
        ("tdm-policy", "https://outlet.test/policy.json"),
        ("X-Robots-Tag", "otherbot: NoAI, noimageai"),
        ("X-Robots-Tag", "max-snippet: 20"),
        ("Content-Usage", "train-ai=n"),
    )

    assert reservations(response(headers=headers)) == (
        "tdm-reservation: 1",
        "tdm-policy: https://outlet.test/policy.json",
        "robots: noai, noimageai",
        "content-usage: train-ai=n",
    )


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            '<meta name="tdm-reservation" content="1"><meta content="noai" name=robots>',
            ("tdm-reservation: 1", "robots: noai"),
        ),
        ("<META NAME='robots' CONTENT='index, follow'>", ()),
        ("<p>tdm-reservation: 1</p>", ()),
    ],
)
def test_reservations_are_read_from_the_page(page, expected):
    assert reservations(response(page)) == expected


def test_reservations_are_read_from_robots_txt():
    text = "User-agent: *\nContent-Signal: search=yes, ai-train=no\nDisallow:\n"

    assert reservations(response(text), "robots") == ("content-signal: search=yes, ai-train=no",)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("User-agent: GPTBot\nContent-Usage: train-ai=n\n\nUser-agent: *\nDisallow:", ()),
        (
            "User-agent: GPTBot\nContent-Usage: train-ai=n\nUser-agent: *\nContent-Usage: bots=y",
            ("content-usage: bots=y",),
        ),
        (
            "User-agent: *\nContent-Usage: bots=n\nUser-agent: GPTBot\nContent-Usage: train-ai=n",
            ("content-usage: bots=n",),
        ),
        (
            "User-agent: *\nContent-Usage: bots=n\n\nUser-agent: Kliping\nContent-Usage: tdm=n",
            ("content-usage: tdm=n",),
        ),
        ("User-agent: *\nContent-Usage: bots=n\n\nUser-agent: kliping\nAllow: /", ()),
        (
            "User-agent: GPTBot\nUser-agent: *\nContent-Usage: /foto train-ai=n\nDisallow: /x",
            ("content-usage: /foto train-ai=n",),
        ),
        (
            "User-agent: *\ncontent-usage : /a%7eb/*.html$ Train-AI=n # mengapa\nContent-Signal: /",
            ("content-usage: /a~b/*.html$ Train-AI=n", "content-signal:"),
        ),
        ("Content-Signal: ai-train=no\nUser-agent: x", ("content-signal: ai-train=no",)),
        ("<html>\nContent-Usage: train-ai=n", ()),
    ],
)
def test_a_usage_rule_of_robots_txt_is_for_a_group_and_a_path(text, stated):
    assert reservations(response(text), "robots") == stated


def test_a_license_is_read_from_robots_txt_headers_and_the_page():
    text = "User-agent: x\nDisallow: /\nLicense: https://outlet.test/rsl.xml\nLicense: bebas"
    header = '<https://a.test/x>; rel=next, </rsl.xml>; type="application/rsl+xml"; rel="a license"'
    page = """<a href="/lisensi">license</a><a rel="nofollow license" href='/cc?a=1&amp;b=2'>CC</a>
    <link rel=license href=https://a.test/l><link rel="licenses" href="/no"><a rel=license>"""

    assert reservations(response(text), "robots") == ("license: https://outlet.test/rsl.xml",)
    assert reservations(response(page, headers=(("Link", header),))) == (
        "license: http://kabar.test/rsl.xml",
        "license: http://kabar.test/cc?a=1&b=2",
        "license: https://a.test/l",
    )


def test_the_price_of_a_page_is_kept_where_it_must_be_paid():
    headers = (("Crawler-Price", "USD 0.01"), ("PAYMENT-REQUIRED", "eyJ4"), ("server", "x"))

    assert reservations(response(status=402, headers=headers)) == (
        "crawler-price: USD 0.01",
        "payment-required: eyJ4",
    )
    assert reservations(response(headers=headers)) == ()


@pytest.mark.parametrize("piece", ["<a license", "<a ", "license ", "<a rel=license "])
def test_a_page_of_broken_links_is_searched_in_one_go(piece):
    started = time.process_time()
    reservations(response(piece * 200_000))
    assert time.process_time() - started < 2


def test_a_robots_txt_of_empty_lines_is_read_in_one_go():
    assert reservations(response("\n" * 500_000 + "content-usage: train-ai=n"), "robots") == (
        "content-usage: train-ai=n",
    )
