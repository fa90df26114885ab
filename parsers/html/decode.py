"""From bytes to clean text: one fixed order of decoding, one idempotent cleaner."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

import webencodings

# Before UTF-16, whose mark begins alike, UTF-32.
BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
WIDE_TAGS = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
SEVEN_BITS = "iso2022_jp"  # the one encoding that is valid UTF-8 and means another text
HEAD_BYTES = 2048  # where a document declares its encoding
IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
IN_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
IN_PROLOG = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE
)
# Where the standard's decoder is not the codec of its own name: GBK is read with all of GB 18030; a text that is labelled
# x-user-defined is windows-1252; "replacement" stands for encodings that are not read at all.
CODECS = {"gbk": "gb18030", "x-user-defined": "cp1252", "replacement": None}
REPLACED = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str  # the codec that read it
    replacements: int = 0
    declared: str | None = None  # the codec of the encoding that header or document name

    @property
    def is_doubtful(self) -> bool:
        """More than one character in a thousand could not be read."""
        return self.replacements * 1000 > len(self.text)


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """BOM, else strict UTF-8, else what is declared, else windows-1252; never a guess by frequency.

    For pages and feeds alike. The labels are those of the WHATWG encoding standard.
    """
    label = declared(body, content_type)
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
    """Neither UTF-16 nor whole UTF-8. A page that names UTF-16 in ASCII means UTF-8, says the standard."""
    if label is None or label.startswith("utf-"):
        read = _read(body, "utf-8", label)
        # A few broken bytes in a page that is otherwise UTF-8: nine of ten non-ASCII characters are whole.
        if read.replacements * 10 <= sum(1 for c in read.text if c > "\x7f"):
            return read
        return _read(body, "cp1252", label)
    return _read(body, label, label)


def declared(body: bytes, content_type: str | None) -> str | None:
    """The codec of the encoding that header, meta or XML declaration name; None for none or one that nobody knows."""
    head = body[:HEAD_BYTES]
    header = IN_HEADER.search(content_type or "")
    inside = (pattern.search(head) for pattern in (IN_META, IN_PROLOG))
    labels = (
        header and header[1],
        *(found and found[1].decode("ascii", "replace") for found in inside),
    )
    return next((codec for label in labels if label and (codec := _codec(label))), None)


def _codec(label: str) -> str | None:
    encoding = webencodings.lookup(label)
    return None if encoding is None else CODECS.get(encoding.name, encoding.codec_info.name)


def _wide(body: bytes) -> str | None:
    """UTF-16 without a BOM begins with a wide bracket, or shows as NULs at every other place of its markup."""
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
    """The control character that the standard has where Microsoft's code pages have nothing: part of a mojibake, mostly."""
    assert isinstance(error, UnicodeDecodeError)
    byte = error.object[error.start]
    return chr(byte) if byte < 0xA0 else REPLACED, error.start + 1


codecs.register_error("c1", _c1)


def _odd() -> dict[int, str | None]:
    """What to put for each code point that has no place in text: nothing, a space, a line end, or U+FFFD."""
    table: dict[int, str | None] = {}
    planes = (
        range(0x10000),
        range(0x110B0, 0x110D0),
        range(0x13430, 0x13460),
        range(0x1BCA0, 0x1BCA4),
        range(0x1D173, 0x1D17B),
        range(0xE0000, 0xE0080),
    )
    put = {"Cc": None, "Cf": None, "Zs": " ", "Zl": "\n", "Zp": "\n", "Cs": REPLACED}
    for code in (c for plane in planes for c in plane):
        kind = unicodedata.category(chr(code))
        if kind in put:
            table[code] = put[kind]
    for keep in (" ", "\n", "\t", "\u200c", "\u200d"):
        del table[ord(keep)]
    return table


ODD = _odd()
HAS_ODD = re.compile("[" + "".join(re.escape(chr(c)) for c in ODD) + "\u200c\u200d]")
# Joiners mean something after Arabic, Indic and South-East Asian letters and inside emoji; elsewhere they hide.
JOINER = re.compile(
    "(?<![\u0300-\u036f\u0600-\u109f\u1780-\u18af\ufe0f\u2600-\u27bf\U0001f000-\U0001faff])[\u200c\u200d]"
)


def clean_text(text: str) -> str:
    """NFC, LF, ordinary blanks, nothing invisible; always encodable as UTF-8; idempotent."""
    if HAS_ODD.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(ODD)
        text = JOINER.sub("", unicodedata.normalize("NFC", text))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


# What clean text may not hold, blanks of other widths apart; joiners, which it may, hide in a line of a terminal.
UNPRINTABLE = re.compile(
    "[" + "".join(re.escape(chr(c)) for c, put in ODD.items() if put != " ") + "\u200c\u200d]"
)


def printable(text: str) -> str:
    """Without what a terminal or a browser obeys and nobody sees: controls, marks of direction, tags. Line ends and tabs stay."""
    return UNPRINTABLE.sub(REPLACED, text)


SUSPECT = re.compile(
    "[\xc2-\xf4\u0152\u0178][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
)
RUN = re.compile("[\x80-\uffff]{2,}")


def mend(text: str) -> str:
    """UTF-8 that was read as windows-1252, once or twice: a run is mended where the round trip proves it."""
    for _ in range(3):
        if not SUSPECT.search(text):
            break
        mended = RUN.sub(_mend_run, text)
        if mended == text:
            break
        text = mended
    return text


def _mend_run(run: re.Match[str]) -> str:
    try:
        return b"".join(
            c.encode("latin-1" if "\x80" <= c <= "\x9f" else "cp1252") for c in run[0]
        ).decode("utf-8")
    except UnicodeError:
        return run[0]
