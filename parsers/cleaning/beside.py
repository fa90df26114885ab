"""Lines that are not of the text because of what stands beside them: titles, tags, a name in brackets at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from parsers.cleaning.boilerplate import END_CODE

WORD = re.compile(r"[^\W\d_][\w'’-]*")
TITLE_WORDS = range(5, 26)
SMALL_WORD = 3  # letters; titles write shorter words small
CAPITALS = 0.6  # share of the longer words that begin with a capital
# Of a writer, as the last line or at its end.
NAME = re.compile(r"[(\[][A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3} ?[)\]]\W{0,3}")
TAG_LETTERS = 60
SENTENCE_END = re.compile(r"[.!?:;,\"”]\W*$")


def is_title(text: str) -> bool:
    """Written as a headline: capitals, and no mark that ends a sentence or leads a list."""
    words = WORD.findall(text)
    if len(words) not in TITLE_WORDS or not text[0].isalnum() or text[-1] in ".:;,":
        return False
    longer = [w for w in words if len(w) > SMALL_WORD]
    is_numbered = re.match(r"\d{1,2}[.)]", text)
    return not is_numbered and sum(w[0].isupper() for w in longer) >= CAPITALS * len(longer)


def with_neighbours(texts: Sequence[str], labels: Sequence[str | None]) -> list[str | None]:
    """Labels also for lines that only the ones beside them tell; `texts` are stripped."""
    found = list(labels)
    _label_repeated(texts, found)
    _label_tags(texts, found)
    last = max((i for i, x in enumerate(found) if x is None and texts[i]), default=0)
    if last and NAME.fullmatch(texts[last]):
        found[last] = "editor_credit"
    return found


def _label_repeated(texts: Sequence[str], labels: list[str | None]) -> None:
    """The title of a player stands above it and in it."""
    written = [i for i, x in enumerate(texts) if x]
    for i, j in pairwise(written):
        if texts[i] == texts[j] and labels[i] is None and is_title(texts[i]):
            labels[i] = labels[j] = "related_link"


def _label_tags(texts: Sequence[str], labels: list[str | None]) -> None:
    """After the code of an editor, (abc/def), tags may follow to the end, but no sentence."""
    codes = [
        i for i, x in enumerate(labels) if x == "editor_credit" and END_CODE.fullmatch(texts[i])
    ]
    after = range(codes[-1] + 1, len(texts)) if codes else ()
    left = [i for i in after if labels[i] is None and texts[i]]
    if all(len(texts[i]) <= TAG_LETTERS and not SENTENCE_END.search(texts[i]) for i in left):
        for i in left:
            labels[i] = "boilerplate"
