"""Outlets of one week whose channels leave out articles by plan, so that it is known what nobody could see."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from support.responses import WIB, Outlet, front, http, new_article, rss, urlset, when

MONDAY = date(2026, 10, 5)
WEEK = (MONDAY, MONDAY + timedelta(days=6))
N_ARTICLES = 84
LISTED = "/indeks/{date:%Y-%m-%d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedOutlet:
    """An outlet, and the numbers of the articles that each of its channels shows."""

    name: str
    channels: Mapping[str, frozenset[int]]  # feed, sitemap, listing

    @property
    def n_unseen(self) -> int:
        return N_ARTICLES - len(frozenset().union(*self.channels.values()))

    def outlet(self) -> Outlet:
        """As the site serves it."""
        home = f"http://{self.name}.test"
        feed, sitemap, listing = (
            sorted(self.channels.get(each, ())) for each in ("feed", "sitemap", "listing")
        )
        pages = {_path(n): http(_page(self.name, n)) for n in range(N_ARTICLES)}
        days = (MONDAY + timedelta(days=n) for n in range(7))
        others = {
            "/feed": http(rss(home, map(_path, feed)), kind="application/rss+xml"),
            "/sitemap.xml": http(urlset(home, map(_path, sitemap)), kind="application/xml"),
            **{
                f"/indeks/{day}": http(front(_path(n) for n in listing if _day(n) == day))
                for day in days
            },
        }
        discover = {"feeds": ["/feed"], "sitemaps": ["/sitemap.xml"]}
        return Outlet(
            name=self.name,
            n_good=0,
            others=pages | others,
            discover=discover | ({"index": [LISTED]} if listing else {}),
            url="/berita/",
            delay_seconds=0.0,
        )


def draw(seed: int, rate: float) -> frozenset[int]:
    """Numbers of articles, each with the same chance."""
    dice = random.Random(seed)
    return frozenset(n for n in range(N_ARTICLES) if dice.random() < rate)


def _moment(n: int) -> datetime:
    """Twelve articles a day."""
    start = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 1, tzinfo=WIB)
    return start + timedelta(days=n // 12, minutes=110 * (n % 12))


def _day(n: int) -> date:
    return _moment(n).date()


def _path(n: int) -> str:
    return f"/berita/{700 + n}/kabar-ke-{n}-dari-desa"


def _page(name: str, n: int) -> bytes:
    page = new_article(name, _path(n), n_sentences=6)
    usual = f"{when(name):%Y-%m-%dT%H:%M:%S}".encode()
    assert usual in page
    return page.replace(usual, f"{_moment(n):%Y-%m-%dT%H:%M:%S}".encode())
