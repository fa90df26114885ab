"""The pages: each is a function of a published copy and of what its address says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote_plus

from kliping.reading import browse
from kliping.reading import overview as overview_data
from kliping.reading.completeness import missed_estimate
from kliping.reading.entity_page import entity
from kliping.reading.labels import Labels, Language
from kliping.reading.name_review import possible_doubles
from kliping.reading.periods import Period, shifted
from kliping.reading.question_files import question_files
from kliping.reading.questions import (
    ask,
    chart_days,
    is_count,
    outlet,
    period_before,
    questions,
    topics,
)
from kliping.reading.search import MOST_RANKED, each_found, n_found, search
from kliping.reading.unknown_names import UnknownNameError
from kliping.reading.utterances import utterances
from kliping.sandbox.user_queries import ask_user_query, user_queries
from kliping.sql_files import sql
from kliping.web.answer import WebPage, WholeList
from kliping.web.filters import PER_PAGE
from kliping.web.list_page import beginning
from kliping.web.lists import LISTED, PARTS, TITLES
from kliping.web.number_links import RANGE
from kliping.web.page_request import NotFoundError, PageRequest
from kliping.web.suggestions import suggestions
from kliping.web.utterance import summary
from parsers.search_query import terms
from warehouse.known_names import KnownNamesError, home_names
from warehouse.queries import Row

BYTES_OF_CHART = 52_000  # with its table
BYTES_OF_PERIOD = 1_150
SHOWN_PARTS = 20  # rows of each part of the page of a name
WEEKS = sql("completeness/weeks")
SHOWN_WEEKS = 26
REPORTS = sql("event/reports")
EVENT = "SELECT kind, place FROM mart.events WHERE event_id = $event"
LINKED_EVENTS = """
SELECT l.kind, e.event_id, e.headline
FROM mart.event_links AS l
JOIN mart.events AS e ON e.event_id = CASE WHEN l.event_id = $event THEN l.linked_event_id ELSE l.event_id END
WHERE $event IN (l.event_id, l.linked_event_id)
ORDER BY e.reported_at, e.event_id
"""


def overview(request: PageRequest) -> WebPage:
    topic = request.chosen["topic"]
    answers = overview_data.contents(request.reader, **request.range, topic=topic)
    charts = answers["attention_charts"]
    attention = [{"query": chart["query"], **row} for chart in charts for row in chart["all_rows"]]
    tables = {name: answers[name] for name in overview_data.SECTIONS} | {"attention": attention}
    context = {name: value for name, value in answers.items() if name not in tables}
    context |= {
        "topic_choices": topics(request.reader),
        "topic_id": topic,
        "suggestions": suggestions(request.reader, "source"),
    }
    return WebPage(
        template="overview.html",
        title="Overview",
        tables=tables,
        context=context,
        limits=_limits(request),
        before=_before(request, answers["before"]),
    )


def _limits(request: PageRequest) -> dict[str, Any]:
    """The range with the outlet under its title and the topic under its id."""
    chosen = request.chosen.items()
    return {name: value for name, value in chosen if name in RANGE and value is not None}


def _before(request: PageRequest, first: date | None) -> dict[str, date]:
    """The period before the range, which begins on `first`; nothing where the range has no beginning."""
    since = request.filters.since
    return {"since": first, "until": shifted(since, -1)} if since and first else {}


def search_page(request: PageRequest) -> WebPage:
    query = request.filters.values.get("q", "")
    by = Period(request.filters.values.get("by", "week"))
    reader, range_, offset = request.reader, request.range, request.filters.offset
    rows = search(reader, query, **range_, limit=PER_PAGE, offset=offset) if query else []
    n = n_found(reader, **range_) if query else 0
    chart: Row = {"all_rows": [], "top": 0}
    if n:
        chart = overview_data.attention_chart(
            reader, query, by, range_, _n_periods(query), is_found=True
        )
    whole = WholeList(n=lambda: n, rows=partial(each_found, reader, query, **range_))
    return WebPage(
        template="search.html",
        title="Search",
        tables={"articles": rows, "attention": chart["all_rows"]},
        whole={"articles": whole} if query else {},
        context={
            "query": query,
            "wanted": terms(query) if query else [],
            "suggestions": suggestions(request.reader, "q", "source"),
            "by": by.value,
            "n_found": n,
            "ranked": MOST_RANKED,
            "n_pages": -(-min(n, MOST_RANKED) // PER_PAGE),
            "attention_charts": [chart] if chart["top"] else [],
            "missed": missed_estimate(reader, **range_),
        },
    )


def _n_periods(query: str) -> int:
    """So many of them that the page stays below 100 kB: the query is in three links of each."""
    return min(
        overview_data.MOST_PERIODS, BYTES_OF_CHART // (BYTES_OF_PERIOD + 3 * len(quote_plus(query)))
    )


def entity_page(request: PageRequest) -> WebPage:
    found = entity(request.reader, request.path["entity_id"])
    if not found:
        raise NotFoundError("nobody and nothing of this id is named in the published articles")
    name, parts = found
    own = {"entity": name["entity_id"]}
    uttered = [summary(reports) for reports in utterances(request.reader, [name["entity_id"]])]
    uttered.reverse()  # the latest first, as all lists
    quotes, all_quotes = beginning(request, "quotes", own, limit=SHOWN_PARTS)
    figures, all_figures = beginning(request, "figures", own, limit=SHOWN_PARTS)
    first, last = chart_days(request.reader)
    weeks = [row for row in parts["weeks"] if first <= shifted(row["week"], 6) and row["week"] <= last]  # fmt: skip
    doubles = _doubles(request, name["entity_id"], name["name"])
    course = {
        "first_week": weeks[0]["week"],
        "per_week": [row["n"] for row in weeks],
        "articles": sum(row["n"] for row in parts["weeks"]),
    }
    return WebPage(
        template="entity.html",
        title=name["name"],
        tables={
            "entity": [name],
            **parts,
            "utterances": uttered,
            "quotes": quotes,
            "figures": figures,
            "doubles": doubles,
        },
        whole={"quotes": all_quotes, "figures": all_figures},
        context={
            "name": name,
            "chart": overview_data.columns([course], (first, last)),
            "columns": PARTS | {"figures": LISTED["figures"]},
            **{key: rows[:SHOWN_PARTS] for key, rows in parts.items()},
            "doubles": doubles[:SHOWN_PARTS],
            "utterances": uttered[:SHOWN_PARTS],
        },
        limits=own,
    )


def _doubles(request: PageRequest, entity_id: str, name: str) -> list[Row]:
    """The names that may be another form of this one, with the lines of identities.csv that decide it."""
    try:
        lines = home_names(request.home)
    except KnownNamesError:  # every run says so
        lines = ()
    return [
        doubt.beside(entity_id)
        for doubt in possible_doubles(request.reader, entity_id, name, lines)
    ]


def event_page(request: PageRequest) -> WebPage:
    chosen = {"event": request.path["event_id"]}
    articles = request.reader.rows(REPORTS, chosen)
    if not articles:
        raise NotFoundError("there is no event of this id; /events has those of several outlets")
    compared = browse.rows(request.reader, "comparisons", chosen)
    parts = {"articles": articles, "comparisons": compared}
    page = _page_of_parts(articles[0]["headline"] or "", parts, chosen)
    [event] = request.reader.rows(EVENT, chosen)
    linked = request.reader.rows(LINKED_EVENTS, chosen)
    return replace(
        page,
        tables={**page.tables, "links": linked},
        context={
            **page.context,
            "listed": LISTED | {"articles": PARTS["reports"]},
            "event": event,
            "linked": linked[:SHOWN_PARTS],
        },
    )


def topic_page(request: PageRequest) -> WebPage:
    wanted = request.path["topic_id"]
    topic = next((row for row in topics(request.reader) if row["topic_id"] == wanted), None)
    if not topic:
        raise NotFoundError(f"no article is about a topic {wanted!r}; /topics has those there are")
    is_english = request.filters.language is Language.ENGLISH
    title = (is_english and topic["label_en"]) or topic["label_id"]
    return _parts_of(request, title, {"topic": wanted}, ("articles", "quotes", "figures"))


def outlet_page(request: PageRequest) -> WebPage:
    source_id = request.path["source_id"]
    try:
        title = outlet(request.reader, source_id)
    except UnknownNameError as error:
        raise NotFoundError(str(error)) from error
    page = _parts_of(request, str(title), {"source": title}, ("articles", "edits", "copies"))
    range_ = {**request.range, "source": title}
    health = ask(request.reader, "health", **range_)
    coverage = ask(request.reader, "coverage", **range_)
    weeks = request.reader.rows(WEEKS, range_)
    return replace(
        page,
        tables={**page.tables, "health": health, "coverage": coverage, "completeness": weeks},
        context={
            **page.context,
            "chart": overview_data.columns(
                coverage, chart_days(request.reader, request.filters.since, request.filters.until)
            ),
            "health_columns": PARTS["health"],
            "week_columns": PARTS["weeks"],
            "weeks": weeks[:SHOWN_WEEKS],
            "missed": missed_estimate(request.reader, **range_),
        },
        limits={"source_id": source_id},
    )


def _parts_of(
    request: PageRequest, title: str, chosen: dict[str, Any], names: tuple[str, ...]
) -> WebPage:
    """A page with the beginnings of several lists."""
    limits = request.range | chosen
    parts = {name: beginning(request, name, limits, limit=10) for name in names}
    page = _page_of_parts(title, {name: rows for name, (rows, _) in parts.items()}, chosen)
    return replace(page, whole={name: whole for name, (_, whole) in parts.items()})


def _page_of_parts(title: str, parts: dict[str, list[Row]], chosen: dict[str, Any]) -> WebPage:
    return WebPage(
        template="parts.html",
        title=title,
        tables=parts,
        context={"parts": parts, "chosen": chosen, "listed": LISTED, "titles": TITLES},
    )


def question_page(request: PageRequest) -> WebPage:
    name = request.path["name"]
    own = user_queries(request.home)
    before = None
    if name not in questions() | own:
        raise NotFoundError(f"there is no saved question {name!r}; /questions has those there are")
    if name in own:
        rows = ask_user_query(request.reader, own[name], request.range)
        text = own[name].question
    else:
        topic = request.chosen["topic"]
        before = period_before(request.reader, request.filters.since, request.filters.until)
        rows = ask(request.reader, name, **request.range, topic=topic, before=before)
        text = questions()[name]
    return WebPage(
        template="question.html",
        title=text,
        tables={name: rows},
        context={
            "rows": rows,
            "labels": Labels(request.filters.language),
            "suggestions": suggestions(request.reader, "source"),
            "topic_choices": topics(request.reader)
            if name not in own and "$topic" in question_files()[name].sql
            else [],
            "topic_id": request.chosen["topic"],
            "question": None if name in own else name,
            "missed": missed_estimate(request.reader, **request.range)
            if is_count(name) and name not in own
            else None,
        },
        limits=_limits(request),
        before=_before(request, before),
    )


def questions_page(request: PageRequest) -> WebPage:
    own = {name: query.question for name, query in user_queries(request.home).items()}
    rows = [{"name": name, "question": text} for name, text in (questions() | own).items()]
    return WebPage(template="questions.html", title="Saved questions", tables={"questions": rows})
