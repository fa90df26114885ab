"""Ways to damage the bytes of a page at random."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

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
    encoding = rng.choice(
        ("utf-8", "utf-16", "utf-16-be", "cp1252", "shift_jis", "utf-7", "utf-32")
    )
    recoded = body[at:].decode("utf-8", "replace").encode(encoding, "replace")
    return rng.choice(
        (
            body[:at] + recoded,
            body.decode("utf-8", "replace").encode(encoding, "replace"),
            body.replace(b"utf-8", encoding.encode()),
        )
    )


def insert(
    choices: list[bytes], wrap: tuple[bytes, bytes] = (b"", b"")
) -> Callable[[bytes, random.Random], bytes]:
    def inserted(body: bytes, rng: random.Random) -> bytes:
        at = rng.randrange(len(body))
        return body[:at] + wrap[0] + rng.choice(choices) + wrap[1] + body[at:]

    return inserted
