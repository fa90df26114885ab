"""Provinces as squares on a map without geometry: each as dark as it has articles, and each leads to them."""

from __future__ import annotations

from kliping.reading.questions import ask, period_before
from kliping.sql_files import toml
from kliping.web.answer import WebPage
from kliping.web.page_request import PageRequest
from kliping.web.suggestions import suggestions
from warehouse.queries import Row

TILES = toml("web/province_tiles")
PROVINCES = "SELECT kemendagri_code AS code, name FROM ref.regions WHERE level = 'province'"
DARKEST = 0.45  # so that the name on a square can be read


def places_page(request: PageRequest) -> WebPage:
    since, until = request.filters.since, request.filters.until
    before = period_before(request.reader, since, until)
    rows = ask(request.reader, "places", **request.range, before=before)
    names = {row["code"]: row["name"] for row in request.reader.rows(PROVINCES)}
    return WebPage(
        template="places.html",
        title="Places",
        tables={"places": rows},
        context={
            "tiles": _tiles(names, {row["province"]: row["articles"] for row in rows}),
            "suggestions": suggestions(request.reader, "source"),
        },
    )


def _tiles(names: dict[str, str], n_articles: dict[str, int]) -> list[Row]:
    """The square of each province that the regions know; `shade` is 0 where it has no article."""
    top = max(n_articles.values(), default=0)
    return [
        {
            **tile,
            "name": names[code],
            "n": (n := n_articles.get(names[code], 0)),
            "shade": round(DARKEST * (n / top) ** 0.5, 3) if n else 0,  # the capital has most
        }
        for code, tile in TILES.items()
        if code in names
    ]
