"""The text of an announcement, safe to hand to a parser: inflated within bounds, decoded, without bombs, mended."""

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
MAX_REFERENCES = 2_000_000  # more than a page of 50 MB escaped twice has; each is looked at
MAX_EXPANSION = 2**20  # characters that entities may add

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
ENTITY = re.compile(r"""<!ENTITY\s+(?:%\s+)?([\w.:-]+)\s+(?:"([^"]*)"|'([^']*)')""")
USE = re.compile(r"[&%]([\w.:-]+);")
MARKUP = frozenset("<>&'\"")
# An unfinished CDATA section runs to the end, lest every start be tried against the whole rest.
REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);|(\w+;)?)",
    re.DOTALL,
)


def inflate(body: bytes) -> bytes:
    """A `.gz` file is often served as it lies, without saying so in a header."""
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
        raise Rejected(Reason.DECODE, "gzip: the file is cut")
    return plain


def read(body: bytes, content_type: str | None) -> tuple[str, list[str]]:
    """The decoded text without control characters, and what was wrong with it."""
    decoded = decode(body, content_type)
    clean = CONTROLS.sub("", decoded.text)
    declared = decoded.declared or "utf-8"
    agrees = body.isascii() or decoded.encoding[:6] == declared[:6]
    warnings = [] if agrees else [f"declared as {declared}, read as {decoded.encoding}"]
    return clean, warnings + ["control characters left out"] * (clean != decoded.text)


def refuse_bombs(text: str) -> None:
    """Entities are never expanded here; a document that lives by their expansion is an attack."""
    values = {name: double or single for name, double, single in ENTITY.findall(text)}
    if not values:
        return
    uses = Counter(USE.findall(text))
    nested = any(name in values for value in values.values() for name in USE.findall(value))
    if nested or sum(uses[name] * len(value) for name, value in values.items()) > MAX_EXPANSION:
        raise Rejected(Reason.XML_BOMB, f"{len(values)} entities")


def mend(text: str) -> str:
    """Bare ampersands, HTML's named characters, numbers of no character: mostly why a feed is not XML."""
    if text.count("&") > MAX_REFERENCES:
        raise Rejected(Reason.TOO_LARGE, f"more than {MAX_REFERENCES} references")
    return REFERENCE.sub(_mended, text)


def _mended(found: re.Match[str]) -> str:
    whole, known, name = found[0], found[1] or "", found[2] or ""
    if known.startswith("#"):  # lxml breaks on a reference to half a surrogate pair
        char = html.unescape(whole)
        return whole if char in MARKUP else CONTROLS.sub("", char)
    return (
        whole if known or whole.startswith("<") else html5.get(name) or whole.replace("&", "&amp;")
    )
