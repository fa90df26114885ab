"""Pages that were damaged at random: whatever the bytes, an article or a reason, soon.

A slice runs with the tests; all of it with `FUZZ_PAGES=0:100000 pytest -n 0 -s --timeout 0 tests/flows/test_fuzz.py`. A page is its number.
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from support.damage import (
    DATA,
    ODD,
    TRAPS,
    bomb,
    cut,
    flip,
    insert,
    mix,
    nest,
    retag,
    shuffle,
    untag,
)
from support.runs import BUNDLED, NAMES

from flows.load.outcome import parse_article
from kliping.newsroom import NOW
from kliping.newsroom.edition import OUTLETS
from kliping.newsroom.manuscripts import manuscripts
from kliping.newsroom.pages import answer
from parsers.article import Context, Link, Page, Rejected, Response
from parsers.kinds import Reason
from parsers.source import default_source, load

pytestmark = pytest.mark.slow

START, STOP = map(int, os.environ.get("FUZZ_PAGES", "0:150").split(":"))
SECONDS = 2.0  # of CPU, at the 99.9th percentile


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
    saved = sorted(Path(__file__).parents[1].joinpath("pages").glob("*/*.html"))
    return found + [
        (p.parent.name, json.loads(p.with_suffix(".json").read_text())["url"], p.read_bytes())
        for p in saved
    ]


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
