"""Where the numbers of pages lead: to the rows that they count, or are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, ClassVar

from kliping.sql_files import sql_folder
from warehouse.queries import PARAMETER, QUESTIONS, Row, narrowed, quote

ROWS = sql_folder("number_rows")
RANGE = frozenset({"since", "until", "source", "topic"})


@dataclass(frozen=True, slots=True)
class RowsLink:
    """The page that has the rows behind a number of a row, or shows them."""

    page: str  # `{…}` are values of the row
    by: Mapping[str, str] = field(default_factory=dict)  # filter of that page -> key of the row
    always: Mapping[str, Any] = field(default_factory=dict)  # filters that every row has
    limits: frozenset[str] = RANGE  # of the page with the number: those that limit the rows, too
    is_before: bool = False  # the rows are of the period before
    optional: frozenset[str] = (
        frozenset()
    )  # keys whose filter is left out where the row has no value

    def fits(self, row: Row) -> bool:
        """Whether the row has what the address needs: an article of a file may have no url."""
        return all(row[key] is not None for key in self.by.values() if key not in self.optional)

    def filters(self, row: Row, range_: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the address; `range_` are the limits of the page with the number."""
        carried = {name: value for name, value in range_.items() if name in self.limits}
        return carried | {name: row[key] for name, key in self.by.items()} | dict(self.always)


@dataclass(frozen=True, slots=True)
class QueryLink:
    """A query of `sql/number_rows`, where no list has the rows. The sandbox answers it like any query of a reader."""

    page: ClassVar = "/sql"
    is_before: ClassVar = False
    query: str
    always: Mapping[str, Any] = field(default_factory=dict)  # parameters that every row has

    def filters(self, row: Row, range_: Mapping[str, Any]) -> dict[str, Any]:
        """The query, with its parameters written as SQL."""
        chosen = {**dict.fromkeys(RANGE), **range_, **row, **self.always}
        query, values = narrowed(ROWS[self.query], chosen)
        text = PARAMETER.sub(lambda found: _literal(values[found[1]]), query)
        return {"q": "\n".join(line for line in text.splitlines() if line)}


NumberLink = RowsLink | QueryLink


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return f"DATE {quote(str(value))}" if isinstance(value, date) else quote(str(value))


DAYS = frozenset({"since", "until"})
ALL_DAYS: frozenset[str] = frozenset()
OF_TOPIC = {"topic": "topic_id"}
OF_OUTLET = {"source": "source_name"}
DIRECT = {"quote_type": "direct"}
ORIGINALS = {"originals": 1}

ITS_ARTICLE = RowsLink("/article", {"url": "url"})
COPIES_OF_LEAD = RowsLink("/copies", {"lead": "lead_url"})
ARTICLES_OF_OUTLET = RowsLink("/articles", OF_OUTLET)
ORIGINALS_OF_OUTLET = RowsLink("/articles", OF_OUTLET, ORIGINALS)
ORIGINALS_ON_TOPIC = RowsLink("/articles", OF_TOPIC, ORIGINALS)
DATED = RowsLink("/articles", OF_OUTLET, {"dated": 1})
IN_PROVINCE = RowsLink("/articles", {"province": "province"})
FIRST = RowsLink("/events", {"first": "source_name"})
TIMED = RowsLink("/events", {"timed": "source_name"})
OF_SPEAKER = RowsLink("/quotes", {"entity": "speaker_entity_id"}, DIRECT | ORIGINALS)
QUOTING = RowsLink("/articles", {"quoted": "speaker_entity_id"}, ORIGINALS)
OF_AFFILIATION = RowsLink("/quotes", {"affiliation": "affiliation"}, DIRECT | ORIGINALS)


def _of_voices(voices: str) -> RowsLink:
    return RowsLink("/articles", OF_OUTLET, ORIGINALS | {"voices": voices})


def _without(name: str) -> RowsLink:
    return RowsLink("/articles", OF_OUTLET, {"without": name})


LINKS: dict[str, dict[str, NumberLink]] = {
    "acronyms": {
        "variants": QueryLink("acronym_variants"),
        "articles": RowsLink("/articles", {"acronym": "short_form"}),
    },
    "conflicts": {"minutes_after": RowsLink("/article", {"url": "later_url"})},
    "copies": dict.fromkeys(
        ("copies", "median_percent_shared", "first_after_minutes"), COPIES_OF_LEAD
    ),
    "coverage": {
        "articles": ARTICLES_OF_OUTLET,
        "before": replace(ARTICLES_OF_OUTLET, is_before=True),
        "originals": ORIGINALS_OF_OUTLET,
        "silent_days": QueryLink("silent_days"),
    },
    "dates": {
        "articles": RowsLink("/articles", {"date_start": "day", "date_end": "last_day"}, ORIGINALS)
    },
    "edits": dict.fromkeys(
        ("added", "removed", "edited", "quotes_removed", "minutes_after"),
        RowsLink("/article#edits", {"url": "url"}),
    ),
    "events": {
        **dict.fromkeys(("outlets", "origins", "span_hours"), ITS_ARTICLE),
        "articles": RowsLink("/articles", {"report": "url"}, limits=ALL_DAYS),
    },
    "figures": {"value": ITS_ARTICLE},
    "first": {
        **dict.fromkeys(("events", "median_minutes_behind"), TIMED),
        **dict.fromkeys(("first", "percent_first", "median_minutes_ahead"), FIRST),
    },
    "health": {
        "outlets": RowsLink(
            "/outlets", {"state": "state", "cause": "cause"}, optional=frozenset({"cause"})
        ),
        **dict.fromkeys(
            ("channels", "failures_in_a_row", "percent_well", "gaps"), QueryLink("channels")
        ),
    },
    "images": {
        "images": QueryLink("images"),
        "articles": QueryLink("image_articles"),
    },
    "lag": {
        **dict.fromkeys(("articles", "median_minutes", "p95_minutes"), DATED),
        "in_future": QueryLink("future_articles"),
    },
    "missing": {
        "articles": ARTICLES_OF_OUTLET,
        **{
            f"no_{name}": _without(name)
            for name in ("headline", "date", "author", "section", "description", "dateline")
        },
    },
    "places": {
        "articles": IN_PROVINCE,
        "before": replace(IN_PROVINCE, is_before=True),
        "outlets": replace(IN_PROVINCE, page="/outlets"),
    },
    "quality": {
        **dict.fromkeys(("looks", "found_at_the_latest_look"), QueryLink("looks")),
        "looks_that_found": QueryLink("looks_that_found"),
    },
    "removed": {
        **dict.fromkeys(("spans", "characters"), QueryLink("removed_spans")),
        "articles": RowsLink("/articles", OF_OUTLET | {"removed": "kind"}),
    },
    "runs": {"quarantined": QueryLink("quarantined")},
    "shared": {
        "articles": replace(QUOTING, limits=DAYS),
        "quotes": replace(OF_SPEAKER, limits=DAYS),
    },
    "single": {
        "articles": ORIGINALS_OF_OUTLET,
        "no_voice": _of_voices("none"),
        "unresolved": _of_voices("unresolved"),
        **dict.fromkeys(("one_voice", "percent_one"), _of_voices("one")),
        "several": _of_voices("several"),
    },
    "speakers": {
        **dict.fromkeys(("quotes", "words"), OF_SPEAKER),
        "articles": QUOTING,
        "before": replace(QUOTING, is_before=True),
        "outlets": replace(QUOTING, page="/outlets", always={}),
    },
    "topics": {
        **dict.fromkeys(("articles", "percent"), ORIGINALS_ON_TOPIC),
        "before": replace(ORIGINALS_ON_TOPIC, is_before=True),
        "outlets": RowsLink("/outlets", OF_TOPIC, {"with_originals": 1}),
    },
    "voice": {
        **dict.fromkeys(("words", "percent", "quotes"), OF_AFFILIATION),
        "speakers": QueryLink("speakers"),
    },
}


@cache
def question_links(name: str, *, has_source: bool) -> dict[str, NumberLink]:
    """Column of the answer to a saved question -> where its numbers lead.

    Of one outlet, `quality` counts the looks whose examples name it, which no list has.
    """
    if (name == "quality" and has_source) or name not in LINKS:
        return {}
    used = frozenset(PARAMETER.findall((QUESTIONS / f"{name}.sql").read_text("utf-8")))
    return {
        key: replace(link, limits=link.limits & used) if isinstance(link, RowsLink) else link
        for key, link in LINKS[name].items()
    }
