"""Pages that were damaged at random: whatever the bytes, an article or a reason, soon.

A slice runs with the tests; all of it with `FUZZ_PAGES=0:100000 pytest -n 0 -s --timeout 0 tests/test_fuzz.py`. A page is its number.
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from running import BUNDLED, NAMES

from flows.load.outcome import parse_article
from flows.newsroom import NOW
from flows.newsroom.edition import OUTLETS
from flows.newsroom.manuscripts import manuscripts
from flows.newsroom.pages import answer
from parsers.article import Context, Link, Page, Rejected, Response
from parsers.kinds import Reason
from parsers.source import default_source, load

START, STOP = map(int, os.environ.get("FUZZ_PAGES", "0:300").split(":"))
SECONDS = 2.0  # of CPU, at the 99.9th percentile
TAG = re.compile(rb"<[^<>]{1,200}>")
ODD = [
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x1b[2J",
    b"\xc3",
    b"\xed\xa0\x80",
    "\u202e".encode(),
    "\u00ad".encode(),
    b"&#0;&#xD800;",
    b"<![CDATA[",
]
TRAPS = [
    b"Oleh " * 3000, b"(" * 5000, b"1/" * 5000, b'"Kata" ' * 2000, b"Baca juga: " * 1000, b"a" * 100_000, b"A.B" * 5000, b"Rp 1," * 3000,
    b"12:30 " * 3000, b"www." * 3000, b"&amp;" * 5000, "\u201ckata\u201d ujarnya, ".encode() * 1000, b"- | - " * 3000, b"<p>Sama saja di sini.</p>" * 3000,
    b"<br>" * 5000, b"Senin (1/2/2026) " * 2000, b"Jl. " * 3000, b"\n \t" * 20_000, b"(ABC) " * 2000, b"Foto: " * 2000,
]  # fmt: skip
NESTED = [
    (b"<div>", b"</div>"),
    (b"<b>", b"</b>"),
    (b"<ul><li>", b"</li></ul>"),
    (b"<table><tr><td>", b""),
    (b"<a href=x>", b""),
    (b"<span class=byline>", b""),
]
DATA = [
    b"[" * 20_000, b'{"@type":"NewsArticle","author":' * 2000, b'{"@type":["NewsArticle",{}],"headline":[[]],"datePublished":{},"author":[1,null,{"name":{}}]}',
    b'{"@graph":[{"@id":"a","@type":"NewsArticle","author":{"@id":"a"}}]}', b'{"@type":"NewsArticle","datePublished":"9999999999999","image":[[{}]]}',
    b'{"@type":"NewsArticle","mainEntityOfPage":"http://[::1","url":"http://[","articleBody":"' + b"<p>" * 3000 + b'"}', b'{"@type":"NewsArticle","keywords":{"name":"a"}}',
]  # fmt: skip


@cache
def seeds() -> list[tuple[str, str, bytes]]:
    """Source, address and body of every page there is to begin with."""
    found = [
        (
            m.outlet,
            OUTLETS[m.outlet].home + m.path,
            answer(f"{m.outlet}.test", m.path, now=NOW).body,
        )
        for m in manuscripts()
    ]
    saved = sorted(Path(__file__).with_name("pages").glob("*/*.html"))
    return found + [
        (p.parent.name, json.loads(p.with_suffix(".json").read_text())["url"], p.read_bytes())
        for p in saved
    ]


def flip(body: bytes, rng: random.Random) -> bytes:
    flipped = bytearray(body)
    for _ in range(rng.choice((1, 8, 64, 1024))):
        flipped[rng.randrange(len(flipped))] = rng.randrange(256)
    return bytes(flipped)


def cut(body: bytes, rng: random.Random) -> bytes:
    start, stop = sorted(rng.randrange(len(body)) for _ in range(2))
    return rng.choice((body[:stop], body[start:], body[:start] + body[stop:]))


def untag(body: bytes, rng: random.Random) -> bytes:
    share = rng.choice((0.01, 0.1, 0.9))
    return TAG.sub(lambda m: b"" if rng.random() < share else m[0], body)


def retag(body: bytes, rng: random.Random) -> bytes:
    share, times = rng.choice((0.01, 0.1, 0.5)), rng.choice((2, 2, 20))
    return TAG.sub(lambda m: m[0] * times if rng.random() < share else m[0], body)


def shuffle(body: bytes, rng: random.Random) -> bytes:
    pieces = TAG.split(body)
    tags = TAG.findall(body)
    rng.shuffle(tags)
    return b"".join(x for pair in zip(pieces, [*tags, b""], strict=False) for x in pair)


def nest(body: bytes, rng: random.Random) -> bytes:
    (opening, closing), depth = rng.choice(NESTED), rng.choice((50, 500, 5000))
    start, stop = sorted(rng.randrange(len(body)) for _ in range(2))
    return body[:start] + opening * depth + body[start:stop] + closing * depth + body[stop:]


def bomb(body: bytes, rng: random.Random) -> bytes:
    tags = list(TAG.finditer(body))
    at = rng.choice(tags).end() - 1 if tags else 0
    return (
        body[:at]
        + rng.choice(
            (
                b' class="' + b"byline " * 30_000 + b'"',
                b' style="' + b"x" * 300_000 + b'"',
                b"".join(b" a%d=b" % n for n in range(5000)),
            )
        )
        + body[at:]
    )


def mix(body: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(body))
    said = rng.choice(("utf-8", "utf-16", "utf-16-be", "cp1252", "shift_jis", "utf-7", "utf-32"))
    recoded = body[at:].decode("utf-8", "replace").encode(said, "replace")
    return rng.choice(
        (
            body[:at] + recoded,
            body.decode("utf-8", "replace").encode(said, "replace"),
            body.replace(b"utf-8", said.encode()),
        )
    )


def insert(
    choices: list[bytes], wrap: tuple[bytes, bytes] = (b"", b"")
) -> Callable[[bytes, random.Random], bytes]:
    def inserted(body: bytes, rng: random.Random) -> bytes:
        at = rng.randrange(len(body))
        return body[:at] + wrap[0] + rng.choice(choices) + wrap[1] + body[at:]

    return inserted


def splice(body: bytes, rng: random.Random) -> bytes:
    other = rng.choice(seeds())[2]
    return body[: rng.randrange(len(body))] + other[rng.randrange(len(other)) :]


MUTATIONS = [
    flip, cut, untag, retag, shuffle, nest, bomb, mix, splice, insert(ODD), insert(TRAPS), insert(TRAPS, (b"<p>", b"</p>")),
    insert(DATA, (b"<script type='application/ld+json'>", b"</script>")),
]  # fmt: skip


def damaged(number: int) -> tuple[str, Page]:
    rng = random.Random(number)
    name, url, body = rng.choice(seeds())
    for mutate in rng.choices(MUTATIONS, k=rng.randint(1, 4)):
        body = mutate(body, rng) or b"<"
    response = Response(fetch_id="f", requested_url=url, url=url, fetched_at=NOW, body=body)
    return rng.choice((name, "unlisted")), Page(
        link=Link(url=url, source_id=name), responses=(response,)
    )


def test_a_damaged_page_is_an_article_or_a_reason_and_soon():
    sources = load([BUNDLED])
    broken, took, ends = {}, {}, {}
    with suppress(Rejected):
        parse_article(
            damaged(1)[1], default_source("kabarmuara.test"), Context()
        )  # what is loaded late
    for number in range(START, STOP):
        name, page = damaged(number)
        began, end = time.process_time(), "article"
        try:
            parse_article(
                page,
                sources.get(name) or default_source("kabarmuara.test"),
                Context(link=page.link),
            )
        except Rejected as verdict:
            end = str(verdict.reason)
            if verdict.reason is Reason.PARSE_ERROR:
                broken[number] = verdict.detail
        except Exception as error:  # noqa: BLE001 - all are gathered, to be told together
            broken[number] = repr(error)
        took[number], ends[end] = time.process_time() - began, ends.get(end, 0) + 1
        if number % 500 == 0:
            gc.collect()
    slowest = sorted(took, key=took.get, reverse=True)  # type: ignore[arg-type]
    sys.stdout.write(
        f"{STOP - START} pages {ends}; slowest {[(n, round(took[n], 2)) for n in slowest[:10]]}; broken {broken}\n"
    )

    assert broken == {}
    if len(took) >= 1000:  # fewer have no such percentile
        assert took[slowest[len(took) // 1000]] < SECONDS, f"the slowest are {slowest[:5]}"


def test_every_newsroom_outlet_and_saved_page_is_among_the_seeds():
    assert {name for name, *_ in seeds()} >= {*NAMES, "voiceindonesia", "unlisted"}
