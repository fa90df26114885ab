"""A home as the first version left it (commit 02e293a): `homes/v1.tar.xz`, made by its demo and a few invented outlets.

It holds an edited article, a forgotten one, a page in quarantine, and what that version filed wrongly: the articles of
`saudara` under `grup`, which announced them first; two articles of `satuan` that share a number on two hosts; five
pages of `kembaran` that name one section as their canonical address.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

from parsers.source import Source, from_data, load
from support.responses import Outlet, http, new_article, rss

HOMES = Path(__file__).parents[1] / "homes"
BUNDLED = Path(__file__).parents[2] / "kliping" / "newsroom" / "sources"
SISTER = [
    "/berita/801/dermaga-baru-teluk-manis",
    "/berita/802/panen-padi-lubuk-gading",
    "/berita/803/jembatan-gantung-pasir-kuda",
]
GROUP = [f"/berita/{900 + n}/kabar-baik-dari-grup-{n}" for n in range(2)]
MARKET, RACE = "/berita/1001/pasar-lama-dibuka", "/berita/1001/lomba-dayung-teluk"
BARE = [f"/b/{letter}" for letter in "klmno"]


def _feed(home: str, *paths: str) -> dict[str, bytes]:
    return {"/feed": http(rss(home, list(paths)), kind="application/rss+xml")}


OUTLETS = [
    Outlet(
        name="grup",
        others=_feed(
            "http://grup.test", *GROUP, *(f"http://saudara.test{path}" for path in SISTER)
        ),
    ),
    Outlet(
        name="saudara",
        n_good=0,
        more_good=tuple(SISTER),
        others=_feed("http://saudara.test", *SISTER),
    ),
    Outlet(
        name="satuan",
        n_good=0,
        more_good=(MARKET,),
        url=r"/berita/(?P<id>\d+)/",
        others=_feed("http://satuan.test", MARKET, f"http://olahraga.satuan.test{RACE}"),
    ),
    Outlet(name="olahraga.satuan", n_good=0, more_good=(RACE,)),
    Outlet(
        name="kembaran",
        n_good=0,
        pages={
            path: http(new_article("kembaran", path, "<link rel='canonical' href='/berita'>"))
            for path in BARE
        },
    ),
]


def unpack(home: Path) -> None:
    """Unpack the home of version 1."""
    with tarfile.open(HOMES / "v1.tar.xz") as archive:
        archive.extractall(home, filter="data")


def sources() -> dict[str, Source]:
    """The sources that the first version had."""
    invented = {outlet.name: from_data(outlet.data()) for outlet in OUTLETS}
    del invented["olahraga.satuan"]
    return load([BUNDLED]) | invented
