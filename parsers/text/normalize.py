"""One form for text: clean characters, one line, its words, its letters."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

REPLACED = "\ufffd"
SPACE = re.compile(r"\s+")
WORD = re.compile(r"\w+")
NOT_LETTER = re.compile(r"\W+")
# ASCII that is in no word. To translate it takes a quarter of the time of a pattern.
BLANK = {code: " " for code in range(128) if not WORD.match(chr(code))}
DELETED = dict.fromkeys(BLANK)
REPLACEMENT_BY_CATEGORY = {
    "Cc": None,
    "Cf": None,
    "Zs": " ",
    "Zl": "\n",
    "Zp": "\n",
    "Cs": REPLACED,
}
# Where these categories have characters: the basic plane, and a few blocks beyond it.
BLOCKS = (
    range(0x10000),
    range(0x110B0, 0x110D0),
    range(0x13430, 0x13460),
    range(0x1BCA0, 0x1BCA4),
    range(0x1D173, 0x1D17B),
    range(0xE0000, 0xE0080),
)
ALLOWED = frozenset(" \n\t\u200c\u200d")
# Characters that clean text does not have -> None to delete, or a space, a line end, U+FFFD.
NOT_TEXT = {
    ord(letter): REPLACEMENT_BY_CATEGORY[category]
    for letter in map(chr, chain(*BLOCKS))
    if not letter.isprintable()  # asked first: it takes half the time, and every process does this
    and (category := unicodedata.category(letter)) in REPLACEMENT_BY_CATEGORY
    and letter not in ALLOWED
}


def _any_of(codes: list[int]) -> re.Pattern[str]:
    return re.compile(f"[{''.join(re.escape(chr(code)) for code in codes)}\u200c\u200d]")


HAS_NOT_TEXT = _any_of(list(NOT_TEXT))
# Joiners mean something after Arabic, Indic and South-East Asian letters and inside emoji.
# Elsewhere they are invisible.
JOINER = re.compile(
    "(?<![\u0300-\u036f\u0600-\u109f\u1780-\u18af\ufe0f\u2600-\u27bf\U0001f000-\U0001faff])[\u200c\u200d]"
)
# Clean text has none of these but joiners, which are invisible in a terminal. Spaces are printable.
UNPRINTABLE = _any_of([code for code, replacement in NOT_TEXT.items() if replacement != " "])


def clean_text(text: str) -> str:
    """NFC, LF, ordinary spaces, nothing invisible. Can be encoded as UTF-8. Idempotent."""
    # `isprintable` takes a hundredth of the time, and is true for no such character.
    if not text.replace("\n", "").isprintable() and HAS_NOT_TEXT.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(NOT_TEXT)
        text = JOINER.sub("", unicodedata.normalize("NFC", text))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def printable(text: str) -> str:
    """Replaces characters that control a terminal or a browser. Line ends and tabs stay."""
    return UNPRINTABLE.sub(REPLACED, text)


def collapse_whitespace(text: str | None) -> str:
    """Clean text on one line, with one space between words."""
    line = " ".join(text.split()) if text else ""
    return (
        line if line.isascii() and line.isprintable() else SPACE.sub(" ", clean_text(line)).strip()
    )


def words(text: str | None) -> list[str]:
    """The words in order, folded to lower case."""
    folded = (text or "").casefold()
    return folded.translate(BLANK).split() if folded.isascii() else WORD.findall(folded)


def letters(text: str | None) -> str:
    """Letters and digits alone, folded to lower case: to compare lines however they are spaced."""
    folded = (text or "").casefold()
    return folded.translate(DELETED) if folded.isascii() else NOT_LETTER.sub("", folded)
