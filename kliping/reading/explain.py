"""Everything known of one address: who announced it, every answer, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from kliping.sql_files import sql
from parsers.text.urls import canonicalise
from warehouse.queries import Row, narrowed
from warehouse.read.published import Reader

CHAPTERS = {
    name: sql(f"explain/{name}")
    for name in (
        "frontier",
        "announcements",
        "fetches",
        "article",
        "versions",
        "edits",
        "field_changes",
        "removed",
        "links",
        "quarantine",
    )
}
NEEDS_TWO = {"edits": "versions", "field_changes": "fetches"}  # chapter -> of whose rows
PER_VERSION = ("removed", "links")  # by the version alone, so that an index finds them
TEXT = sql("explain/text")
SPANS = sql("explain/spans")
QUOTES = sql("explain/quotes")
FIGURES = sql("explain/figures")
ROW_RANGES = (
    "SELECT * EXCLUDE (version_id, article_row) FROM mart.row_ranges WHERE version_id = $version_id"
)
EARLIER_ROW_RANGE = sql("article/row_range")
METADATA = "SELECT * EXCLUDE (body_text) FROM mart.articles WHERE article_id = $article_id"
OF_ANNOUNCED_URL = (
    "SELECT article_id FROM ops.frontier WHERE url = $url AND article_id IS NOT NULL LIMIT 1"
)
OF_URL = "SELECT article_id FROM mart.article_metadata WHERE url = $url LIMIT 1"


def explain(reader: Reader, target: str) -> dict[str, list[Row]]:
    """The chapters that have rows, for an address or an article_id; empty where nothing is known of it."""
    chapters: dict[str, list[Row]] = {}
    parameters = _parameters(reader, target)
    for name, query in CHAPTERS.items():
        if name in NEEDS_TWO and len(chapters.get(NEEDS_TWO[name], ())) < 2:
            continue
        of_versions = chapters.get("versions", []) if name in PER_VERSION else [{}]
        if rows := [
            row for v in of_versions for row in reader.rows(*narrowed(query, parameters | v))
        ]:
            chapters[name] = rows
    return chapters


def chapter(reader: Reader, name: str, target: str) -> list[Row]:
    """One of CHAPTERS, but none of PER_VERSION."""
    query = CHAPTERS[name]
    return reader.rows(*narrowed(query, _parameters(reader, target)))


def text(reader: Reader, target: str) -> tuple[str, list[Row]] | None:
    """The current text of an address or article_id, and its spans as `marks` gives them."""
    if not (version := current_text(reader, target)):
        return None
    return version["body_text"], marks(reader, version)


def marks(reader: Reader, version: Row) -> list[Row]:
    """The spans of a text, of any version, that are rows: kind, no, char_start, char_end, details, entity_id."""
    version_id = version["version_id"]
    places = row_range(reader, version_id) or reader.rows(EARLIER_ROW_RANGE, {"version_id": version_id})[0]  # fmt: skip
    return spans(reader, version_id, places, facts(reader, version, places))


def current_text(reader: Reader, target: str) -> Row | None:
    """`version_id`, `headline` and `body_text` of the current text of an address or article_id."""
    return next(iter(reader.rows(*narrowed(TEXT, _parameters(reader, target)))), None)


def spans(
    reader: Reader, version_id: str, places: Row, found: Mapping[str, list[Row]]
) -> list[Row]:
    """The spans of a text that are rows; `places` as `row_range` gives them, `found` as `facts`."""
    rows = [
        _span("quote", row, row["quote_no"], row["speaker_entity_id"]) for row in found["quotes"]
    ]
    rows += [_span("figure", row, row["figure_no"], None) for row in found["figures"]]
    rows += reader.rows(*narrowed(SPANS, {"version_id": version_id, **places}))
    return sorted(rows, key=lambda row: (row["char_start"], -row["char_end"]))


def _span(kind: str, row: Row, no: int, entity_id: str | None) -> Row:
    places = {key: row[key] for key in ("char_start", "char_end", "details")}
    return {"kind": kind, "no": no, **places, "entity_id": entity_id}


def facts(reader: Reader, version: Row, places: Row) -> dict[str, list[Row]]:
    """The quotes and figures of a text as `current_text` gives it, by these names; `places` as `row_range` gives them."""
    parameters = {**version, **places}
    quotes = reader.rows(*narrowed(QUOTES, parameters))
    figures = reader.rows(*narrowed(FIGURES, parameters))
    keys = ("speaker", "speaker_surface")
    speakers = {row["quote_no"]: {key: row[key] for key in keys} for row in quotes}
    outlet = dict.fromkeys(keys)
    return {
        "quotes": quotes,
        "figures": [row | speakers.get(row["quote_no"], outlet) for row in figures],
    }


def row_range(reader: Reader, version_id: str) -> Row:
    """Where the facts of an article's current text stand, as in `mart.row_ranges`; nothing for another text."""
    rows = reader.rows(ROW_RANGES, {"version_id": version_id})
    return rows[0] if rows else {}


def metadata(reader: Reader, article_id: str) -> Row | None:
    """The row of `mart.articles` without its text."""
    return next(iter(reader.rows(METADATA, {"article_id": article_id})), None)


def article_of_url(reader: Reader, url: str) -> str | None:
    """Its id."""
    parameters = {"url": url}
    rows = reader.rows(OF_ANNOUNCED_URL, parameters) or reader.rows(OF_URL, parameters)
    return rows[0]["article_id"] if rows else None


def _parameters(reader: Reader, target: str) -> dict[str, str]:
    """An address, and the id of its article; what is no address is taken for an id."""
    try:
        url = canonicalise(target)
    except ValueError:
        return {"url": target, "article_id": target}
    found = reader.rows(OF_ANNOUNCED_URL, {"url": url})
    return {"url": url, "article_id": found[0]["article_id"] if found else target}


def archived_fetches(reader: Reader, article_id: str) -> list[Row]:
    """The fetches of an article whose page is in the archive, the earliest first."""
    rows = chapter(reader, "fetches", article_id)
    return [row for row in rows if row["warc_file"] and row["http_status"] in {200, 304, None}]
