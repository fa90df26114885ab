"""The life of a number: what outlets gave for one thing of an event, a lane for each outlet over the hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from kliping.reading import browse
from kliping.sql_files import sql
from kliping.web.answer import WebPage
from kliping.web.lists import LISTED, PARTS
from kliping.web.page_request import NotFoundError, PageRequest
from warehouse.queries import Row

FIGURES = sql("event/figures")
HEADLINE = "SELECT headline FROM mart.events WHERE event_id = $event"
FIRST, LAST = 2, 92  # percent of the width: where the lanes begin and end


def figure_life_page(request: PageRequest) -> WebPage:
    chosen = {"event": request.path["event_id"]}
    figures = request.reader.rows(FIGURES, chosen)
    if not figures:
        raise NotFoundError("outlets give no figures of this event that can be compared; /comparisons has those there are")  # fmt: skip
    compared = browse.rows(request.reader, "comparisons", chosen)
    [event] = request.reader.rows(HEADLINE, chosen)
    subjects = [
        _subject(name, list(rows)) | {"compared": [c for c in compared if c["subject"] == name]}
        for name, rows in groupby(figures, itemgetter("subject"))
    ]
    return WebPage(
        template="figure_life.html",
        title=event["headline"] or "",
        tables={"figures": figures, "comparisons": compared},
        context={
            "subjects": subjects,
            "columns": PARTS["figure_life"],
            "comparison_columns": LISTED["comparisons"][1:],
            "event_id": chosen["event"],
        },
    )


def _subject(name: str, figures: Sequence[Row]) -> dict[str, Any]:
    """Its lanes in the order of their first report, each with its figures and their place between 0 and 100."""
    first, last = figures[0]["reported_at"], figures[-1]["reported_at"]
    lanes: dict[str, list[Row]] = {}
    for row in figures:
        place = {"place": _place(row["reported_at"], first, last)}
        lanes.setdefault(row["source_name"], []).append(row | place)
    return {"name": name, "lanes": lanes, "figures": figures}


def _place(moment: datetime, first: datetime, last: datetime) -> float:
    seconds = (last - first).total_seconds()
    share = (moment - first).total_seconds() / seconds if seconds else 0
    return round(FIRST + (LAST - FIRST) * share, 2)
