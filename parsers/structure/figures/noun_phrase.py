"""What a figure counts: the noun after it, with what narrows it."""

from __future__ import annotations

import re

from parsers.language.words import lower, table

WORD = re.compile(r"\S+")
LONGEST = 12  # words of a noun phrase without a list
LONGEST_ITEM = 7
JOINTS = frozenset({"dan", "serta", "atau"})
STOP = lower(table("grammar")["noun_stops"])
VERBS = ("meng", "meny", "mem", "men", "ber", "di", "ter")
NO_VERBS = lower(table("grammar")["no_verbs"])


def noun_phrase(text: str, start: int, unit_end: int, limit: int) -> str:
    """From the unit on, up to a preposition, a verb, a demonstrative, another number or the end of the clause."""
    list_end = _list_end(text, unit_end, limit)
    end = list_end or _simple(text, unit_end, limit)
    phrase = text[start:end].lstrip().rstrip(' ,.;:”“"–-').removesuffix(" yang")
    return phrase.rstrip("()") if phrase.count("(") != phrase.count(")") else phrase


def _simple(text: str, at: int, limit: int) -> int:
    end, relative = at, False
    for count, match in enumerate(WORD.finditer(text, at, limit)):
        word = match.group().strip('”“"’()')
        bare = word.rstrip(".,;:!?")
        if count >= LONGEST or text[end : match.start()].strip() or not bare:
            break
        if _ends(bare, relative=relative) or (match.group()[0] == "(" and not word.isupper()):
            break
        relative = relative or bare.lower() == "yang"
        end = match.start() + len(match.group().rstrip('.,;:!?”")'))
        if match.group()[-1] in '.,;:!?”"':
            break
    return end


def _ends(word: str, *, relative: bool) -> bool:
    small = word.lower()
    if (small in STOP and word == small) or word[0].isdigit() or word.startswith("("):
        return True
    return (
        not relative
        and word.islower()
        and len(word) > 4
        and word.startswith(VERBS)
        and word not in NO_VERBS
    )


def _list_end(text: str, at: int, limit: int) -> int | None:
    """A list to the end of the sentence: peserta A, B, C dan D."""
    end = limit
    while end > at and text[end - 1] in '.!?”" ':
        end -= 1
    rest = text[at:end]
    items = rest.split(", ")
    if len(items) < 2 or not re.search(r"\b(?:dan|serta|atau)\b", items[-1]):
        return None
    plain = all(
        len(item.split()) <= LONGEST_ITEM
        and not any(
            w not in JOINTS and _ends(w, relative=False) for w in item.replace("(", "").split()
        )
        for item in items
    )
    return end if plain else None
