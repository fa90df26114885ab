"""Bytes to text, for pages and feeds: which encoding to read, and mojibake repaired."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

import webencodings

from parsers.text.normalize import REPLACED

# UTF-32 comes before UTF-16, whose mark has the same first bytes.
BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
WIDE_TAGS = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
# No escape stands for another character.
ASCII = rb"\x41\u0041" + bytes(n for n in range(128) if n != ord("\\"))
SEVEN_BITS = "iso2022_jp"  # its bytes are valid UTF-8 too, but mean another text
HEAD_BYTES = 2048  # where a document declares its encoding
IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
IN_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
IN_PROLOG = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE
)
# The standard reads GBK as GB 18030. Pages with the label x-user-defined are windows-1252.
# "replacement" stands for encodings that browsers do not read.
CODECS = {"gbk": "gb18030", "x-user-defined": "cp1252", "replacement": None}


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str  # the codec that was used
    replacements: int = 0
    declared: str | None = None  # the codec of the encoding that header or document name

    @property
    def is_doubtful(self) -> bool:
        """More than one character in a thousand could not be read."""
        return self.replacements * 1000 > len(self.text)


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """By its BOM, else strict UTF-8, else the declared encoding, else windows-1252.

    Never a guess by frequency. The labels are those of the WHATWG encoding standard.
    """
    label = declared_codec(body, content_type)
    marked = next(((mark, name) for mark, name in BOMS.items() if body.startswith(mark)), None)
    if marked:
        return _read(body[len(marked[0]) :], marked[1], label)
    if wide := _wide(body):
        return _read(body, wide, label)
    if label == SEVEN_BITS and b"\x1b" in body:
        return _read(body, label, label)
    try:
        return Decoded(body.decode("utf-8"), "utf-8", declared=label)
    except UnicodeDecodeError:
        return _read_legacy(body, label)


def _read_legacy(body: bytes, label: str | None) -> Decoded:
    """For bytes that are not valid UTF-8. A page that declares UTF-16 in ASCII is UTF-8."""
    if label is None or label.startswith("utf-"):
        read = _read(body, "utf-8", label)
        # A few broken bytes in UTF-8: nine of ten characters beyond ASCII can be read.
        if read.replacements * 10 <= sum(1 for c in read.text if c > "\x7f"):
            return read
        return _read(body, "cp1252", label)
    return _read(body, label, label)


def declared_codec(body: bytes, content_type: str | None) -> str | None:
    """The codec that header, meta or XML declaration name; None for an unknown name."""
    head = body[:HEAD_BYTES]
    header = IN_HEADER.search(content_type or "")
    inside = (pattern.search(head) for pattern in (IN_META, IN_PROLOG))
    labels = (
        header and header[1],
        *(found and found[1].decode("ascii", "replace") for found in inside),
    )
    return next((codec for label in labels if label and (codec := _codec(label))), None)


def _codec(label: str) -> str | None:
    if encoding := webencodings.lookup(label):
        return CODECS.get(encoding.name, encoding.codec_info.name)
    return _older_codec(label)


@lru_cache(maxsize=256)
def _older_codec(label: str) -> str | None:
    """One of Python's with a byte for each character, and ASCII as in ASCII, such as `MacCyrillic` or `cp437`."""
    try:
        if ASCII.decode(label) != ASCII.decode():
            return None
        is_single = len(bytes(range(256)).decode(label, "replace")) == 256
    except (LookupError, UnicodeError, ValueError):
        return None
    return codecs.lookup(label).name if is_single else None


def _wide(body: bytes) -> str | None:
    """UTF-16 without a BOM begins with a wide bracket, or every other byte of its markup is NUL."""
    if name := WIDE_TAGS.get(body[:2]):
        return name
    head = body[:512]
    if len(head) < 8 or head.count(0) * 3 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _read(body: bytes, encoding: str, label: str | None) -> Decoded:
    text = body.decode(encoding, "c1" if encoding.startswith("cp125") else "replace")
    return Decoded(text, encoding, text.count(REPLACED), label)


def _c1(error: UnicodeError) -> tuple[str, int]:
    """The standard reads bytes that Microsoft's code pages leave out as control characters.

    Most of them are part of mojibake, which `fix_mojibake` can then repair.
    """
    assert isinstance(error, UnicodeDecodeError)
    byte = error.object[error.start]
    return chr(byte) if byte < 0xA0 else REPLACED, error.start + 1


codecs.register_error("c1", _c1)


MOJIBAKE = re.compile(
    "[\xc2-\xf4\u0152\u0178][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
)
RUN = re.compile("[\x80-\uffff]{2,}")
# How it begins in UTF-8. Ten times faster: patterns with a first byte skip to it.
MOJIBAKE_STARTS = (
    re.compile(b"\xc3[\x82-\xb4][\xc2\xc5\xc6\xcb\xe2]"),
    re.compile(b"\xc5[\x92\xb8][\xc2\xc5\xc6\xcb\xe2]"),
)


def fix_mojibake(text: str) -> str:
    """Repairs UTF-8 that was read as windows-1252, once or twice, where a round trip proves it."""
    for _ in range(3):
        encoded = b"" if text.isascii() else text.encode("utf-8", "surrogatepass")
        if not any(s.search(encoded) for s in MOJIBAKE_STARTS) or not MOJIBAKE.search(text):
            break
        fixed = RUN.sub(_fix_run, text)
        if fixed == text:
            break
        text = fixed
    return text


def _fix_run(run: re.Match[str]) -> str:
    try:
        return b"".join(
            c.encode("latin-1" if "\x80" <= c <= "\x9f" else "cp1252") for c in run[0]
        ).decode("utf-8")
    except UnicodeError:
        return run[0]
