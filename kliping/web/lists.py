"""The lists that the pages show: their columns, and where the numbers in them lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kliping.web.number_links import (
    ALL_DAYS,
    DIRECT,
    OF_OUTLET,
    OF_TOPIC,
    ORIGINALS,
    NumberLink,
    QueryLink,
    RowsLink,
)


class TableColumn(NamedTuple):
    """Templates write plain tuples, of the first three."""

    key: str
    title: str
    kind: str = ""  # how `rows.html` shows it
    below: tuple[tuple[str, str], ...] = ()  # key and kind of what stands in small letters below it
    link: NumberLink | None = None


DAY = TableColumn("day", "Day, outlet", "day", (("source_name", ""),))
HEADLINE = (("headline", "article"),)
OF_ENTITY = {"entity": "entity_id"}
OF_EVENT = RowsLink("/event/{event_id}")
EDITED = RowsLink("/article/{article_id}#edits")
COPIES = RowsLink("/article/{article_id}#copies")


def _number(
    key: str, title: str, page: str, by: Mapping[str, str], always: Mapping[str, Any] | None = None
) -> TableColumn:
    return TableColumn(key, title, "n", link=RowsLink(page, by, always or {}))


LISTED: dict[str, tuple[TableColumn, ...]] = {
    "articles": (
        DAY,
        TableColumn("headline", "Article", "article"),
        TableColumn("authors", "Authors", "id"),
        TableColumn("n_versions", "Versions", "n", link=RowsLink("/article/{article_id}#versions")),
    ),
    "quotes": (
        DAY,
        TableColumn("text", "Quote", "span", HEADLINE),
        TableColumn(
            "speaker", "Speaker", "speaker", (("speaker_role", "id"), ("speaker_class", "t"))
        ),
        TableColumn("confidence", "Confidence", "n"),
    ),
    "figures": (
        DAY,
        TableColumn("text", "Figure", "span", HEADLINE),
        TableColumn("noun_phrase", "Of what", "id"),
        TableColumn("value", "Value", "n"),
        TableColumn("speaker", "Said by", "speaker"),
    ),
    "mentions": (
        DAY,
        TableColumn("text", "As written", "span", HEADLINE),
        TableColumn("entity", "Name", "entity", (("kind", "t"),)),
    ),
    "copies": (
        DAY,
        TableColumn("headline", "Article", "article"),
        TableColumn("lead_source_name", "First in"),
        TableColumn("percent_shared", "% shared", "n", link=COPIES),
        TableColumn("minutes_after", "Minutes after", "n", link=COPIES),
        TableColumn("copy_relation", "Relation", "t"),
    ),
    "edits": (
        DAY,
        TableColumn("headline_after", "Article", "article"),
        TableColumn("kinds", "Changed", "t", (("detected_at", "moment"),)),
        TableColumn("paragraphs_added", "Added", "n", link=EDITED),
        TableColumn("paragraphs_removed", "Removed", "n", link=EDITED),
        TableColumn("paragraphs_edited", "Edited", "n", link=EDITED),
        TableColumn("quotes_removed", "Quotes lost", "n", link=EDITED),
    ),
    "events": (
        TableColumn("reported_at", "First report", "moment"),
        TableColumn("headline", "Event", "event", (("kind", "t"), ("place", "id"))),
        TableColumn("n_outlets", "Outlets", "n", link=OF_EVENT),
        TableColumn("n_origins", "Origins", "n", link=OF_EVENT),
        TableColumn(
            "n_articles",
            "Articles",
            "n",
            link=RowsLink("/articles", {"event": "event_id"}, limits=ALL_DAYS),
        ),
        TableColumn("first_source_name", "First in"),
        TableColumn("span_hours", "Hours", "n", link=OF_EVENT),
    ),
    "comparisons": (
        TableColumn("day", "Day", "day"),
        TableColumn("verdict", "Verdict", "t", (("subject", "t"),)),
        TableColumn(
            "earlier_figure",
            "Figure",
            "earlier",
            (("earlier_outlets", ""), ("earlier_speaker", "id")),
        ),
        TableColumn(
            "later_figure",
            "Later figure",
            "article",
            (("later_outlets", ""), ("later_speaker", "id")),
        ),
        TableColumn("minutes_after", "Minutes after", "n", link=OF_EVENT),
    ),
    "people": (
        TableColumn("name", "Name", "entity", (("speaker_role", "id"), ("office_note", "t"))),
        _number("n_articles", "Articles", "/articles", OF_ENTITY),
        _number("n_outlets", "Outlets", "/outlets", OF_ENTITY),
        _number("n_mentions", "Mentions", "/mentions", OF_ENTITY),
        _number("n_direct_quotes", "Quotes", "/quotes", OF_ENTITY, DIRECT),
        TableColumn("last_day", "Last", "day"),
    ),
    "organizations": (
        TableColumn("name", "Name", "entity"),
        _number("n_articles", "Articles", "/articles", OF_ENTITY),
        _number("n_outlets", "Outlets", "/outlets", OF_ENTITY),
        _number("n_mentions", "Mentions", "/mentions", OF_ENTITY),
        _number("n_speakers", "Speakers", "/people", {"body": "entity_id"}),
        _number("n_direct_quotes", "Quotes", "/quotes", {"body": "entity_id"}, DIRECT),
        TableColumn("last_day", "Last", "day"),
    ),
    "topics": (
        TableColumn("topic", "Topic", "topic"),
        _number("articles", "Articles", "/articles", OF_TOPIC),
        _number("originals", "Without copies", "/articles", OF_TOPIC, ORIGINALS),
        _number("outlets", "Outlets", "/outlets", OF_TOPIC, {"with_articles": 1}),
        TableColumn("first_day", "First", "day"),
        TableColumn("last_day", "Last", "day"),
    ),
    "outlets": (
        TableColumn("source_name", "Outlet", "outlet"),
        _number("articles", "Articles", "/articles", OF_OUTLET),
        _number("originals", "Without copies", "/articles", OF_OUTLET, ORIGINALS),
        TableColumn("first_day", "First", "day"),
        TableColumn("last_day", "Last", "day"),
        TableColumn("state", "State", "t"),
    ),
}
UTTERANCE = RowsLink("/utterance/{article_id}/{quote_key}")
UTTERANCE_COLUMNS = (  # of a speaker
    TableColumn("day", "First day, outlet", "day", (("source_name", ""),)),
    TableColumn("text", "Quote", "utterance", (("quote_type", "t"),)),
    TableColumn("n_outlets", "Outlets", "n", link=UTTERANCE),
    TableColumn("n_articles", "Articles", "n", link=UTTERANCE),
    TableColumn("n_wordings", "Wordings", "n", link=UTTERANCE),
)
REPORT_COLUMNS = (  # of the articles of an event
    TableColumn("reported_at", "Time, outlet", "moment", DAY.below),
    *LISTED["articles"][1:],
)
TITLES = {
    "articles": "Articles",
    "quotes": "Quotes",
    "figures": "Figures",
    "mentions": "Mentions",
    "copies": "Copies",
    "edits": "Edited after publication",
    "events": "Events",
    "comparisons": "Figures about one event",
    "people": "People",
    "organizations": "Organisations",
    "topics": "Topics",
    "outlets": "Outlets",
}
FACET_TITLES = {
    "source": "Outlet",
    "month": "Month",
    "topic": "Topic",
    "quoted": "Who is quoted",
    "entity": "Name",
    "province": "Province",
    "speaker_class": "Kind of speaker",
    "kind": "Kind",
    "verdict": "Verdict",
}
WEEK_COLUMNS = (  # of an outlet
    TableColumn("week", "Week", "day"),
    TableColumn("n_announced", "Announced", "n"),
    TableColumn("n_loaded", "Loaded", "n"),
    TableColumn("n_lost", "Not loaded", "n"),
    TableColumn("n_unread_days", "Unread days", "n"),
    TableColumn("unseen", "Estimated unseen", "n"),
    TableColumn("unseen_low", "At least", "n"),
    TableColumn("unseen_high", "At most", "n"),
    TableColumn("reason", "Why nothing can be told", "t"),
)
OF_ARTICLE = {  # what is in every row of one article is left out
    name: tuple(
        column._replace(below=() if column.below == HEADLINE else column.below)
        for column in LISTED[name]
        if column != DAY
    )
    for name in ("quotes", "figures")
}


def entity_columns(entity_id: str) -> dict[str, tuple[TableColumn, ...]]:
    """Those of the parts of its page."""
    own = {"entity": entity_id}
    mentions = RowsLink("/mentions", {"text": "text", "mention_type": "mention_type"}, own)
    return {
        "named_with": (
            TableColumn("name", "Name", "entity"),
            TableColumn("kind", "Kind", "t"),
            _number("articles", "Articles", "/articles", {"beside": "entity_id"}, own | ORIGINALS),
        ),
        "written": (
            TableColumn("text", "As written", "id"),
            TableColumn("mention_type", "Kind", "t"),
            TableColumn("n", "Mentions", "n", link=mentions),
        ),
        "offices": (
            TableColumn("speaker_role", "Role", "id", (("office_note", "t"),)),
            TableColumn("speaker_affiliation", "Of", "id"),
            _number("quotes", "Quotes", "/quotes", {"office": "office"}, own),
            TableColumn("first_day", "First", "day"),
            TableColumn("last_day", "Last", "day"),
        ),
        "doubles": (
            TableColumn("name", "Name", "entity", (("reason", "t"), ("evidence", ""))),
            TableColumn("line_if_yes", "Line if it is the same", "code"),
            TableColumn("line_if_no", "Line if it is another", "code"),
        ),
    }


def health_columns(source_id: str) -> tuple[TableColumn, ...]:
    """Those of the state of an outlet's channels."""
    channels = QueryLink("outlet_channels", {"source_id": source_id})
    return (
        TableColumn("state", "State", "t"),
        TableColumn("cause", "Cause", "t"),
        TableColumn("channels", "Channels", "n", link=channels),
        TableColumn("failures_in_a_row", "Failures in a row", "n", link=channels),
        TableColumn("percent_well", "% well", "n", link=channels),
        TableColumn("last_new_at", "Last new", "day"),
        TableColumn("gaps", "Gaps", "n", link=channels),
        TableColumn("note", "Note"),
    )
