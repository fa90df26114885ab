"""The lists that the pages show: their columns, and where the numbers in them lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from warehouse.queries import Row
from warehouse.write.schema import quote


@dataclass(frozen=True, slots=True)
class RowsLink:
    """The page that has the rows behind a number of a row, or shows them."""

    page: str  # `{…}` are values of the row
    by: Mapping[str, str] = field(default_factory=dict)  # filter of that page -> key of the row
    always: Mapping[str, Any] = field(default_factory=dict)  # filters that every row has

    def filters(self, row: Row) -> dict[str, Any]:
        return {name: row[key] for name, key in self.by.items()} | dict(self.always)


class Column(NamedTuple):
    """Templates write plain tuples, of the first three."""

    key: str
    title: str
    kind: str = ""  # how `rows.html` shows it
    below: tuple[tuple[str, str], ...] = ()  # key and kind of what stands in small letters below it
    link: RowsLink | None = None


DAY = Column("day", "Day, outlet", "day", (("source_name", ""),))
HEADLINE = (("headline", "article"),)
OF_ENTITY = {"entity": "entity_id"}
OF_TOPIC = {"topic": "topic_id"}
OF_OUTLET = {"source": "source_name"}
OF_EVENT = RowsLink("/event/{event_id}")
EDITED = RowsLink("/article/{article_id}#edits")
DIRECT = {"quote_type": "direct"}
ORIGINALS = {"originals": 1}
COPIES = RowsLink("/article/{article_id}#copies")
PRECISION = Column(
    "rule_precision",
    "Measured precision",
    "n",
    link=RowsLink("/questions/precision"),
)


def _number(
    key: str, title: str, page: str, by: Mapping[str, str], always: Mapping[str, Any] | None = None
) -> Column:
    return Column(key, title, "n", link=RowsLink(page, by, always or {}))


LISTED: dict[str, tuple[Column, ...]] = {
    "articles": (
        DAY,
        Column("headline", "Article", "article"),
        Column("authors", "Authors", "id"),
        Column("n_versions", "Versions", "n", link=RowsLink("/article/{article_id}#versions")),
    ),
    "quotes": (
        DAY,
        Column("text", "Quote", "span", HEADLINE),
        Column("speaker", "Speaker", "speaker", (("speaker_role", "id"), ("speaker_class", "t"))),
        PRECISION,
    ),
    "figures": (
        DAY,
        Column("text", "Figure", "span", HEADLINE),
        Column("noun_phrase", "Of what", "id"),
        Column("value", "Value", "n"),
        Column("speaker", "Said by", "id"),
        PRECISION,
    ),
    "mentions": (
        DAY,
        Column("text", "As written", "span", HEADLINE),
        Column("entity", "Name", "entity", (("kind", "t"),)),
    ),
    "copies": (
        DAY,
        Column("headline", "Article", "article"),
        Column("lead_source_name", "First in"),
        Column("percent_shared", "% shared", "n", link=COPIES),
        Column("minutes_after", "Minutes after", "n", link=COPIES),
        Column("relation", "Relation", "t"),
    ),
    "edits": (
        DAY,
        Column("headline_after", "Article", "article"),
        Column("kinds", "Changed", "t"),
        Column("paragraphs_added", "Added", "n", link=EDITED),
        Column("paragraphs_removed", "Removed", "n", link=EDITED),
        Column("paragraphs_edited", "Edited", "n", link=EDITED),
        Column("quotes_removed", "Quotes lost", "n", link=EDITED),
    ),
    "events": (
        Column("day", "Day", "day"),
        Column("headline", "Event", "event"),
        Column("n_outlets", "Outlets", "n", link=OF_EVENT),
        Column("n_origins", "Origins", "n", link=OF_EVENT),
        _number("n_articles", "Articles", "/articles", {"event": "event_id"}),
        Column("first_source_name", "First in"),
        Column("span_hours", "Hours", "n", link=OF_EVENT),
    ),
    "comparisons": (
        Column("day", "Day", "day"),
        Column("verdict", "Verdict", "t", (("subject", "t"),)),
        Column(
            "earlier_figure",
            "Figure",
            "earlier",
            (("earlier_source_name", ""), ("earlier_speaker", "id")),
        ),
        Column(
            "later_figure",
            "Later figure",
            "article",
            (("later_source_name", ""), ("later_speaker", "id")),
        ),
        Column("minutes_after", "Minutes after", "n", link=OF_EVENT),
    ),
    "people": (
        Column("name", "Name", "entity", (("speaker_role", "id"),)),
        _number("n_articles", "Articles", "/articles", OF_ENTITY),
        _number("n_outlets", "Outlets", "/outlets", OF_ENTITY),
        _number("n_mentions", "Mentions", "/mentions", OF_ENTITY),
        _number("n_direct_quotes", "Quotes", "/quotes", OF_ENTITY, DIRECT),
        Column("last_day", "Last", "day"),
    ),
    "organizations": (
        Column("name", "Name", "entity"),
        _number("n_articles", "Articles", "/articles", OF_ENTITY),
        _number("n_outlets", "Outlets", "/outlets", OF_ENTITY),
        _number("n_mentions", "Mentions", "/mentions", OF_ENTITY),
        _number("n_speakers", "Speakers", "/people", {"body": "entity_id"}),
        _number("n_direct_quotes", "Quotes", "/quotes", {"body": "entity_id"}, DIRECT),
        Column("last_day", "Last", "day"),
    ),
    "topics": (
        Column("topic", "Topic", "topic"),
        _number("articles", "Articles", "/articles", OF_TOPIC),
        _number("originals", "Without copies", "/articles", OF_TOPIC, ORIGINALS),
        _number("outlets", "Outlets", "/outlets", OF_TOPIC, {"with_articles": 1}),
        Column("first_day", "First", "day"),
        Column("last_day", "Last", "day"),
    ),
    "outlets": (
        Column("source_name", "Outlet", "outlet"),
        _number("articles", "Articles", "/articles", OF_OUTLET),
        _number("originals", "Without copies", "/articles", OF_OUTLET, ORIGINALS),
        Column("first_day", "First", "day"),
        Column("last_day", "Last", "day"),
        Column("state", "State", "t"),
    ),
}
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
ITS_ARTICLE = RowsLink("/article", {"url": "url"})
QUESTION_LINKS = {  # saved question -> its numbers whose rows are on one page
    "conflicts": {"minutes_after": RowsLink("/article", {"url": "later_url"})},
    "copies": {"copies": RowsLink("/copies", {"lead": "lead_url"})},
    "coverage": {
        "articles": RowsLink("/articles", OF_OUTLET),
        "originals": RowsLink("/articles", OF_OUTLET, ORIGINALS),
    },
    "edits": dict.fromkeys(("added", "removed", "edited", "quotes_removed"), ITS_ARTICLE),
    "events": dict.fromkeys(("outlets", "origins", "articles", "span_hours"), ITS_ARTICLE),
    "figures": {"value": ITS_ARTICLE},
    "health": {"outlets": RowsLink("/outlets", {"state": "state"})},
    "single": {"articles": RowsLink("/articles", OF_OUTLET, ORIGINALS)},
    "speakers": {"quotes": RowsLink("/quotes", {"speaker": "speaker"}, DIRECT | ORIGINALS)},
    "topics": {"articles": RowsLink("/articles", OF_TOPIC, ORIGINALS)},
}
OF_ARTICLE = {"quotes": LISTED["quotes"][1:], "figures": LISTED["figures"][1:]}


def entity_columns(entity_id: str) -> dict[str, tuple[Column, ...]]:
    """Those of the parts of its page."""
    own = {"entity": entity_id}
    mentions = RowsLink("/mentions", {"text": "text", "mention_type": "mention_type"}, own)
    return {
        "named_with": (
            Column("name", "Name", "entity"),
            Column("kind", "Kind", "t"),
            _number("articles", "Articles", "/articles", {"beside": "entity_id"}, own | ORIGINALS),
        ),
        "written": (
            Column("text", "As written", "id"),
            Column("mention_type", "Kind", "t"),
            Column("n", "Mentions", "n", link=mentions),
        ),
        "offices": (
            Column("speaker_role", "Role", "id"),
            Column("speaker_affiliation", "Of", "id"),
            _number("quotes", "Quotes", "/quotes", {"office": "office"}, own),
            Column("first_day", "First", "day"),
            Column("last_day", "Last", "day"),
        ),
    }


def health_columns(source_id: str) -> tuple[Column, ...]:
    """Those of the state of an outlet's channels."""
    own = quote(source_id)
    channels = RowsLink("/sql", always={"q": f"FROM mart.source_health WHERE source_id = {own}"})
    return (
        Column("state", "State", "t"),
        Column("cause", "Cause", "t"),
        Column("channels", "Channels", "n", link=channels),
        Column("failures_in_a_row", "Failures in a row", "n", link=channels),
        Column("percent_well", "% well", "n", link=channels),
        Column("last_new_at", "Last new", "day"),
        Column("gaps", "Gaps", "n", link=channels),
        Column("note", "Note"),
    )
