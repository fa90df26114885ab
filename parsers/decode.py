"""From bytes to clean text: one fixed order of decoding, one idempotent cleaner."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

# What the WHATWG encoding standard reads otherwise than Python's codec of that name does.
ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "unicode": "utf-16-le",
    "utf-16": "utf-16-le",
    "x-mac-roman": "mac-roman",
    "windows-31j": "cp932",
    "utf8": "utf-8",
}
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE
)
HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
REPLACED = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    replacements: int = 0

    @property
    def is_doubtful(self) -> bool:
        """More than one character in a thousand could not be read."""
        return self.replacements * 1000 > len(self.text)


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """BOM, else strict UTF-8, else what is declared, else windows-1252; never a guess by frequency."""
    for bom, name in BOMS:
        if body.startswith(bom):
            return _read(body[len(bom) :], name)
    if wide := _wide(body):
        return _read(body, wide)
    try:
        return Decoded(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _declared(body, content_type)


def _declared(body: bytes, content_type: str | None) -> Decoded:
    name = declared(body, content_type)
    if name == "utf-8" or name is None:
        read = _read(body, "utf-8")
        # A few broken bytes in a page that is otherwise UTF-8: nine of ten non-ASCII characters are whole.
        if read.replacements * 10 <= sum(1 for c in read.text if c > "\x7f"):
            return read
        name = "cp1252"
    return _read(body, name)


def declared(body: bytes, content_type: str | None) -> str | None:
    """The encoding the header or the page names, by the codec to use for it; None for none or an unknown one."""
    header = HEADER_CHARSET.search(content_type or "")
    meta = META_CHARSET.search(body[:2048])
    for name in (header and header[1], meta and meta[1].decode("ascii", "replace")):
        if name and (codec := _codec(name)):
            return codec
    return None


def _codec(name: str) -> str | None:
    wanted = ALIASES.get(name.strip().lower(), name.strip().lower())
    try:
        info = codecs.lookup(wanted)
    except LookupError:
        return None
    # base64, rot13 and the like are codecs to Python; `unicode_escape` and `idna` are not what a page is written in
    usable = info._is_text_encoding and wanted not in {  # noqa: SLF001 - the registry has no public way
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "utf-7",
    }
    return info.name if usable else None


def _wide(body: bytes) -> str | None:
    """UTF-16 without a BOM shows as NULs at every other place of its markup."""
    head = body[:512]
    if len(head) < 8 or head.count(0) * 3 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _read(body: bytes, encoding: str) -> Decoded:
    try:
        text = body.decode(encoding, "replace")
    except (UnicodeError, ValueError):  # codecs that know no 'replace'
        text, encoding = body.decode("cp1252", "replace"), "cp1252"
    return Decoded(text, encoding, text.count(REPLACED))


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
