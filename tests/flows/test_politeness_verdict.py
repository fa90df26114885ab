"""The verdict sees what it is there to see."""

from __future__ import annotations

import pytest
from support.politeness_verdict import complaints

from kliping.newsroom import Request
from parsers.source import from_data

SOURCES = {
    "kabar": from_data(
        {
            "name": "kabar",
            "title": "Kabar",
            "home": "http://kabar.test/",
            "fetch": {"delay_seconds": 1.0},
        }
    ),
}


def past_request(
    at: float,
    target: str,
    status: int = 200,
    *,
    response_headers: dict[str, str] | None = None,
    body: bytes = b"",
    **more,
) -> Request:
    sent = {"if-none-match": '"1"'} if more.pop("conditional", False) else {}
    host = more.pop("host", "kabar.test")
    return Request(
        at, host, "GET", target, status, sent, at + 0.1, response_headers or {}, body, **more
    )


def robots(
    at: float = 0.0, body: bytes = b"", status: int = 200, **response_headers: str
) -> Request:
    return past_request(
        at,
        "/robots.txt",
        status,
        body=body,
        response_headers={
            name.replace("_", "-"): value for name, value in response_headers.items()
        },
    )


POLITE = {
    "nothing": [],
    "at its pace": [robots(), past_request(2, "/a"), past_request(4, "/b")],
    "www is the same host": [robots(), past_request(2, "/a", host="www.kabar.test")],
    "what is allowed": [robots(body=b"User-agent: *\nDisallow: /x\nAllow: /x/y"), past_request(2, "/x/y"), past_request(4, "/b")],
    "no robots.txt": [robots(status=404), past_request(2, "/a")],
    "retried": [robots(), *(past_request(2 * n, "/a", 500) for n in range(1, 5))],
    "after the rest": [robots(), past_request(2, "/a", 429, response_headers={"retry-after": "10"}), past_request(13, "/a")],
    "conditional": [robots(), past_request(2, "/a", response_headers={"etag": '"1"'}), past_request(4, "/a", 304, conditional=True)],
    "refused its validator": [
        robots(), past_request(2, "/a", response_headers={"etag": '"1"'}), past_request(4, "/a", 412, conditional=True), past_request(6, "/a"),
    ],
    "a robots.txt that stands": [robots(), past_request(2, "/a"), robots(4, status=304), past_request(6, "/b")],
}  # fmt: skip

RUDE = {
    "before robots.txt": ([past_request(0, "/a"), robots(2)], "before robots.txt"),
    "what is forbidden": (
        [robots(body=b"User-agent: kliping\nDisallow: /x"), past_request(2, "/x/y")],
        "robots.txt forbids",
    ),
    "a robots.txt with a mark": (
        [robots(body=b"\xef\xbb\xbfUser-agent: *\rDisallow: /x"), past_request(2, "/x")],
        "robots.txt forbids",
    ),
    "a robots.txt that fails": ([robots(status=503), past_request(2, "/a")], "robots.txt forbids"),
    "a robots.txt that is cut": (
        [robots(content_length="900"), past_request(2, "/a")],
        "robots.txt forbids",
    ),
    "too soon": ([robots(), past_request(0.9, "/a")], "1 s are wanted"),
    "sooner than robots.txt wants": (
        [robots(body=b"User-agent: *\nCrawl-delay: 5"), past_request(3, "/a")],
        "5 s are wanted",
    ),
    "two at once": (
        [robots(), past_request(2, "/a"), past_request(4, "/b", n_in_flight=1)],
        "not yet answered",
    ),
    "too often": ([robots(), *(past_request(2 * n, "/a", 500) for n in range(1, 6))], "5 times"),
    "during the rest": (
        [
            robots(),
            past_request(2, "/a", 503, response_headers={"retry-after": "10"}),
            past_request(8, "/b"),
        ],
        "had asked for",
    ),
    "as if it were new": (
        [
            robots(),
            past_request(2, "/a", response_headers={"last-modified": "x"}),
            past_request(4, "/a"),
        ],
        "as if it were new",
    ),
    "the forbidden port": ([past_request(0, "", 0, host="canary")], "may reach"),
}


@pytest.mark.parametrize("name", POLITE)
def test_a_polite_run_draws_no_complaint(name):
    assert complaints(POLITE[name], SOURCES) == []


@pytest.mark.parametrize("name", RUDE)
def test_a_rude_run_draws_one_complaint(name):
    requests, words = RUDE[name]
    [complaint] = complaints(requests, SOURCES)

    assert words in complaint
