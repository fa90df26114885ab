"""The hits of a watch as an Atom feed (RFC 4287) and a JSON Feed (version 1.1), the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid5

import orjson
from lxml import etree
from markupsafe import escape

from kliping.watches.watch import HITS, Diff, WatchHit
from parsers.text.normalize import printable
from warehouse.disk import replace_file

ATOM = "http://www.w3.org/2005/Atom"
LONGEST_FEED = 100  # entries

Found = Sequence[tuple[str, WatchHit]]  # each with the moment it was found


def write_feeds(folder: Path, watch: str, found: Found, explorer: str | None) -> None:
    """Replace NAME.atom and NAME.json; whoever looks sees the old file or the new one. `explorer` is its address, for links."""
    for ending, write in (("atom", atom), ("json", json_feed)):
        replace_file(folder / f"{watch}.{ending}", write(watch, found, explorer))


def atom(watch: str, found: Found, explorer: str | None = None) -> bytes:
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(feed, "id", f"urn:uuid:{uuid5(HITS, watch)}")
    _add(feed, "title", _title(watch))
    _add(feed, "updated", found[0][0] if found else "1970-01-01T00:00:00+00:00")
    if explorer:
        address = f"{explorer}/watches/{watch}.atom"
        _add(feed, "link", None, rel="self", type="application/atom+xml", href=address)
    for found_at, hit in found:
        entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "id", f"urn:uuid:{hit.hit_id}")
        _add(entry, "title", hit.title)
        _add(entry, "published", hit.seen_at)
        _add(entry, "updated", found_at)
        _add(etree.SubElement(entry, f"{{{ATOM}}}author"), "name", hit.source_name)
        if hit.url:
            _add(entry, "link", None, href=hit.url)
        if page := explorer_page(hit, explorer):
            _add(entry, "link", None, rel="related" if hit.url else "alternate", href=page)
        _add(entry, "content", _html(hit, explorer), type="html")
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))


def json_feed(watch: str, found: Found, explorer: str | None = None) -> bytes:
    items = [
        {
            "id": f"urn:uuid:{hit.hit_id}",
            **({"url": url} if (url := hit.url or explorer_page(hit, explorer)) else {}),
            "title": hit.title,
            "content_html": _html(hit, explorer),
            "content_text": plain_text(hit),
            "date_published": hit.seen_at,
            "date_modified": found_at,
            "authors": [{"name": hit.source_name}],
        }
        for found_at, hit in found
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": _title(watch), "items": items}
    if explorer:
        feed["feed_url"] = f"{explorer}/watches/{watch}.json"
    return orjson.dumps(feed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def plain_text(hit: WatchHit) -> str:
    """The sentence, and the word diff of an edit: [-12-]{+14+}."""
    return printable("\n".join(filter(None, (hit.sentence, marked_diff(hit.diff)))))


def marked_diff(diff: Diff) -> str:
    marks = {"equal": "{}", "del": "[-{}-]", "ins": "{{+{}+}}"}
    return "".join(marks[step].format(text) for step, text in diff)


def explorer_page(hit: WatchHit, explorer: str | None) -> str:
    """The address of the page about it; earlier versions noted none."""
    return f"{explorer}{hit.page or f'/article/{hit.article_id}'}" if explorer else ""


def _html(hit: WatchHit, explorer: str | None) -> str:
    tags = {"equal": "{}", "del": "<del>{}</del>", "ins": "<ins>{}</ins>"}
    diff = "".join(tags[step].format(escape(text)) for step, text in hit.diff)
    page = escape(explorer_page(hit, explorer))
    link = f'<a href="{page}">Kliping</a>' if page else ""
    parts = (escape(hit.sentence), diff, link)
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _title(watch: str) -> str:
    return f"Kliping: {watch}"


def _add(parent: etree._Element, name: str, text: str | None, **attributes: str) -> None:
    """XML has no place for control characters."""
    safe = {key: printable(value) for key, value in attributes.items()}
    etree.SubElement(parent, f"{{{ATOM}}}{name}", safe).text = printable(text) if text else None
