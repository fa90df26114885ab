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
    ("page", "said"),
    [
        (
            '<meta name="tdm-reservation" content="1"><meta content="noai" name=robots>',
            ("tdm-reservation: 1", "robots: noai"),
        ),
        ("<META NAME='robots' CONTENT='index, follow'>", ()),
        ("<p>tdm-reservation: 1</p>", ()),
    ],
)
def test_reservations_are_read_from_the_page(page, said):
    assert reservations(response(page)) == said


def test_reservations_are_read_from_robots_txt():
    text = "User-agent: *\nContent-Signal: search=yes, ai-train=no\nDisallow:\n"

    assert reservations(response(text), "robots") == ("content-signal: search=yes, ai-train=no",)


def test_a_robots_txt_of_empty_lines_is_read_in_one_go():
    assert reservations(response("\n" * 500_000 + "content-usage: train-ai=n"), "robots") == (
        "content-usage: train-ai=n",
    )
