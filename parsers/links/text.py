"""The text of an announcement, safe to hand to a parser: inflated within bounds, decoded, without bombs, mended."""

from __future__ import annotations

import codecs
import html
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from html.entities import html5

from parsers.article import Reason, Rejected

MAX_INFLATED = 50 * 2**20
MAX_REFERENCES = 2_000_000  # more than a page of 50 MB escaped twice has; each is looked at
MAX_EXPANSION = 2**20  # characters that entities may add

# A codec outside these is no encoding of text, or one so odd that only an attack names it.
CODECS = re.compile(
    r"utf-(8|16|32)(-[bl]e)?|iso8859-\d+|cp\d+|ascii|gb\w+|big5\w*|euc_\w+|shift_jis|koi8-\w|tis-620"
)
# The byte order marks, and "<" in UTF-16 without one; UTF-32 before UTF-16, whose mark begins alike.
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
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


def decode(body: bytes, content_type: str | None) -> tuple[str, list[str]]:
    """Byte order mark, strict UTF-8, what is declared, windows-1252: the order in which they are right most often."""
    declared = _declared(body, content_type)
    marked = next((name for mark, name in MARKS.items() if body.startswith(mark)), "utf-8")
    text, used = next(_readings(body, marked, declared))
    clean = CONTROLS.sub("", text)
    warnings = (
        []
        if body.isascii() or used[:5] == declared[:5]
        else [f"declared as {declared}, read as {used}"]
    )
    return clean, warnings + ["control characters left out"] * (clean != text)


def _readings(body: bytes, *encodings: str) -> Iterator[tuple[str, str]]:
    for encoding in encodings:
        try:
            yield body.decode(encoding).removeprefix("\ufeff"), encoding
        except UnicodeDecodeError:
            continue
    yield body.decode("cp1252", "replace"), "cp1252"


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


def _declared(body: bytes, content_type: str | None) -> str:
    inside = re.search(rb"""(?:encoding|charset)\s*=\s*["']?([\w.:-]+)""", body[:1024])
    outside = re.search(r"""charset\s*=\s*["']?([\w.:-]+)""", content_type or "", re.IGNORECASE)
    for name in (outside[1] if outside else None, inside[1].decode() if inside else None):
        try:
            codec = codecs.lookup(name or "").name
        except LookupError:
            continue
        if CODECS.fullmatch(codec):
            return codec
    return "utf-8"
