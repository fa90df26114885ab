"""The hits of a watch as an Atom feed (RFC 4287) and a JSON Feed (version 1.1), the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid5

import orjson
from lxml import etree
from markupsafe import escape

from kliping.watches.watch_hits import HITS, Diff, WatchHit
from parsers.text.normalize import printable
from warehouse.disk import replace_file

ATOM = "http://www.w3.org/2005/Atom"
LONGEST_FEED = 100  # entries

Found = Sequence[tuple[str, WatchHit]]  # each with the moment it was found


def write_feeds(folder: Path, watch: str, found: Found) -> None:
    """Replace NAME.atom and NAME.json; whoever looks sees the old file or the new one."""
    for ending, text in (("atom", atom(watch, found)), ("json", json_feed(watch, found))):
        replace_file(folder / f"{watch}.{ending}", text)


def atom(watch: str, found: Found) -> bytes:
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(feed, "id", f"urn:uuid:{uuid5(HITS, watch)}")
    _add(feed, "title", _title(watch))
    _add(feed, "updated", found[0][0] if found else "1970-01-01T00:00:00+00:00")
    for found_at, hit in found:
        entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "id", f"urn:uuid:{hit.hit_id}")
        _add(entry, "title", hit.headline)
        _add(entry, "updated", found_at)
        _add(etree.SubElement(entry, f"{{{ATOM}}}author"), "name", hit.source_name)
        if hit.url:
            _add(entry, "link", None, href=hit.url)
        _add(entry, "content", _html(hit), type="html")
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))


def json_feed(watch: str, found: Found) -> bytes:
    items = [
        {
            "id": f"urn:uuid:{hit.hit_id}",
            **({"url": hit.url} if hit.url else {}),
            "title": hit.headline,
            "content_html": _html(hit),
            "content_text": plain_text(hit),
            "date_published": found_at,
            "authors": [{"name": hit.source_name}],
        }
        for found_at, hit in found
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": _title(watch), "items": items}
    return orjson.dumps(feed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def plain_text(hit: WatchHit) -> str:
    """The sentence, and the word diff of an edit: [-12-]{+14+}."""
    return printable("\n".join(filter(None, (hit.sentence, marked_diff(hit.diff)))))


def marked_diff(diff: Diff) -> str:
    marks = {"equal": "{}", "del": "[-{}-]", "ins": "{{+{}+}}"}
    return "".join(marks[step].format(text) for step, text in diff)


def _html(hit: WatchHit) -> str:
    tags = {"equal": "{}", "del": "<del>{}</del>", "ins": "<ins>{}</ins>"}
    diff = "".join(tags[step].format(escape(text)) for step, text in hit.diff)
    return f"<p>{escape(hit.sentence)}</p>" + (f"<p>{diff}</p>" if diff else "")


def _title(watch: str) -> str:
    return f"Kliping: {watch}"


def _add(parent: etree._Element, name: str, text: str | None, **attributes: str) -> None:
    """XML has no place for control characters."""
    safe = {key: printable(value) for key, value in attributes.items()}
    etree.SubElement(parent, f"{{{ATOM}}}{name}", safe).text = printable(text) if text else None
