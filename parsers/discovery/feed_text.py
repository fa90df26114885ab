"""The text of a feed or sitemap, made safe for a parser: inflated, decoded, checked, repaired."""

from __future__ import annotations

import html
import re
import zlib
from collections import Counter
from html.entities import html5

from parsers.article import Rejected
from parsers.html.decode import decode
from parsers.kinds import Reason

MAX_INFLATED = 50 * 2**20
MAX_REFERENCES = 2_000_000  # more than a page of 50 MB that is escaped twice
MAX_EXPANSION = 2**20  # characters that entities may add

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
ENTITY = re.compile(r"""<!ENTITY\s+(?:%\s+)?([\w.:-]+)\s+(?:"([^"]*)"|'([^']*)')""")
USE = re.compile(r"[&%]([\w.:-]+);")
MARKUP = frozenset("<>&'\"")
# An unclosed CDATA section matches to the end, so that not every start searches the whole rest.
REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);|(\w+;)?)",
    re.DOTALL,
)


def inflate(body: bytes) -> bytes:
    """Decompresses a `.gz` file that is served without a Content-Encoding. Raises Rejected."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    inflater = zlib.decompressobj(31)
    try:
        plain = inflater.decompress(body, MAX_INFLATED)
    except zlib.error as error:
        raise Rejected(Reason.DECODE, f"gzip: {error}") from error
    if inflater.unconsumed_tail:
        raise Rejected(Reason.TOO_LARGE, f"inflates to more than {MAX_INFLATED} bytes")
    if not inflater.eof:
        raise Rejected(Reason.DECODE, "gzip: the file is incomplete")
    return plain


def decode_feed(body: bytes, content_type: str | None) -> tuple[str, list[str]]:
    """The decoded text without control characters, and warnings."""
    decoded = decode(body, content_type)
    clean = CONTROLS.sub("", decoded.text)
    declared = decoded.declared or "utf-8"
    agrees = body.isascii() or decoded.encoding[:6] == declared[:6]
    warnings = [] if agrees else [f"declared as {declared}, read as {decoded.encoding}"]
    return clean, warnings + ["control characters left out"] * (clean != decoded.text)


def refuse_bombs(text: str) -> None:
    """Rejects documents that would grow by entities. Entities are never expanded here."""
    values = {name: double or single for name, double, single in ENTITY.findall(text)}
    if not values:
        return
    uses = Counter(USE.findall(text))
    nested = any(name in values for value in values.values() for name in USE.findall(value))
    if nested or sum(uses[name] * len(value) for name, value in values.items()) > MAX_EXPANSION:
        raise Rejected(Reason.XML_BOMB, f"{len(values)} entities")


def repair_references(text: str) -> str:
    """Repairs common faults of feeds: bare ampersands, HTML's named characters, bad numbers."""
    if text.count("&") > MAX_REFERENCES:
        raise Rejected(Reason.TOO_LARGE, f"more than {MAX_REFERENCES} references")
    return REFERENCE.sub(_repaired, text)


def _repaired(m: re.Match[str]) -> str:
    whole, xml_name, html_name = m[0], m[1] or "", m[2] or ""
    if xml_name.startswith("#"):  # lxml fails on a reference to half a surrogate pair
        char = html.unescape(whole)
        return whole if char in MARKUP else CONTROLS.sub("", char)
    if xml_name or whole.startswith("<"):
        return whole
    return html5.get(html_name) or whole.replace("&", "&amp;")
