"""The verdict sees what it is there to see."""

from __future__ import annotations

import pytest
from support.politeness_verdict import complaints

from flows.newsroom import Request
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


def asked(
    at: float,
    target: str,
    status: int = 200,
    *,
    said: dict[str, str] | None = None,
    body: bytes = b"",
    **more,
) -> Request:
    sent = {"if-none-match": '"1"'} if more.pop("conditional", False) else {}
    host = more.pop("host", "kabar.test")
    return Request(at, host, "GET", target, status, sent, at + 0.1, said or {}, body, **more)


def robots(at: float = 0.0, body: bytes = b"", status: int = 200, **said: str) -> Request:
    return asked(
        at,
        "/robots.txt",
        status,
        body=body,
        said={name.replace("_", "-"): value for name, value in said.items()},
    )


POLITE = {
    "nothing": [],
    "at its pace": [robots(), asked(2, "/a"), asked(4, "/b")],
    "www is the same host": [robots(), asked(2, "/a", host="www.kabar.test")],
    "what is allowed": [robots(body=b"User-agent: *\nDisallow: /x\nAllow: /x/y"), asked(2, "/x/y"), asked(4, "/b")],
    "no robots.txt": [robots(status=404), asked(2, "/a")],
    "retried": [robots(), *(asked(2 * n, "/a", 500) for n in range(1, 5))],
    "after the rest": [robots(), asked(2, "/a", 429, said={"retry-after": "10"}), asked(13, "/a")],
    "conditional": [robots(), asked(2, "/a", said={"etag": '"1"'}), asked(4, "/a", 304, conditional=True)],
    "refused its validator": [
        robots(), asked(2, "/a", said={"etag": '"1"'}), asked(4, "/a", 412, conditional=True), asked(6, "/a"),
    ],
    "a robots.txt that stands": [robots(), asked(2, "/a"), robots(4, status=304), asked(6, "/b")],
}  # fmt: skip

RUDE = {
    "before robots.txt": ([asked(0, "/a"), robots(2)], "before robots.txt"),
    "what is forbidden": (
        [robots(body=b"User-agent: kliping\nDisallow: /x"), asked(2, "/x/y")],
        "robots.txt forbids",
    ),
    "a robots.txt with a mark": (
        [robots(body=b"\xef\xbb\xbfUser-agent: *\rDisallow: /x"), asked(2, "/x")],
        "robots.txt forbids",
    ),
    "a robots.txt that fails": ([robots(status=503), asked(2, "/a")], "robots.txt forbids"),
    "a robots.txt that is cut": (
        [robots(content_length="900"), asked(2, "/a")],
        "robots.txt forbids",
    ),
    "too soon": ([robots(), asked(0.9, "/a")], "1 s are wanted"),
    "sooner than robots.txt wants": (
        [robots(body=b"User-agent: *\nCrawl-delay: 5"), asked(3, "/a")],
        "5 s are wanted",
    ),
    "two at once": ([robots(), asked(2, "/a"), asked(4, "/b", n_in_flight=1)], "not yet answered"),
    "too often": ([robots(), *(asked(2 * n, "/a", 500) for n in range(1, 6))], "5 times"),
    "during the rest": (
        [robots(), asked(2, "/a", 503, said={"retry-after": "10"}), asked(8, "/b")],
        "had asked for",
    ),
    "as if it were new": (
        [robots(), asked(2, "/a", said={"last-modified": "x"}), asked(4, "/a")],
        "as if it were new",
    ),
    "the forbidden port": ([asked(0, "", 0, host="canary")], "may reach"),
}


@pytest.mark.parametrize("name", POLITE)
def test_a_polite_run_draws_no_complaint(name):
    assert complaints(POLITE[name], SOURCES) == []


@pytest.mark.parametrize("name", RUDE)
def test_a_rude_run_draws_one_complaint(name):
    requests, words = RUDE[name]
    [complaint] = complaints(requests, SOURCES)

    assert words in complaint
