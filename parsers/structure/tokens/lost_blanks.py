"""Words that a lost blank made one, as scrapers leave them beside a link: dariAntara, PresidenPrabowo, Indonesiabakal, ESDMBahlil."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from parsers.language.common_words import is_common_word
from parsers.language.words import lower, name_words, people, table
from parsers.structure.tokens.token import (
    DERIVED,
    VERB,
    district_words,
    region_words,
    spelled,
)

MAY_BE_GLUED = re.compile(r"[A-Za-z][a-z]+[A-Z]\w+|[A-Z]{2,}[a-z]{3,}|[A-Z][a-z]{6,}")
ALONE = re.compile(r"[^\W\d_]+\d*")
BORDER = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")
CAPITALS = re.compile(r"[A-Z]{2,}(?=[a-z]{2})")
OWN_PREFIXES = frozenset(
    {"detik", "Detik", "Tribun", "Trans", "Kanal"}
)  # of names that are one word: detikOto
AUXILIARIES = "bakal ingin sempat tengah kerap kembali langsung mulai kini akhirnya sedang sudah telah punya resmi sukses turut pernah"
SMALL_ENDS = lower(f"{table('grammar')['clause']} {table('grammar')['noun_stops']} {AUXILIARIES}")
LONGEST = 60  # letters; a longer word is none, and would be cut at each of its letters
ENDS_OF_NAMES = frozenset({"antara", "tengah", "ingin"})  # Danantara, Purwotengah, Waringin
LEAST_NAME = 3  # letters
LEAST_END = 4
LEAST_SURE_END = 5
LEAST_ACT = 7


def halves(words: set[str]) -> dict[str, tuple[str, ...]]:
    """Those of the words of a text, each with its parts, and the empty blank between two."""
    glued = [word for word in words if not word.islower() and _may_be_cut(word)]
    others = [word for word in words if not word.isalpha()] if glued else ()
    alone = words.union(part for word in others for part in ALONE.findall(word))
    parts = {word: _parts(word, alone) for word in glued}
    return {word: found for word, found in parts.items() if len(found) > 1}


@lru_cache(maxsize=1 << 15)
def _may_be_cut(word: str) -> bool:
    return bool(len(word) <= LONGEST and MAY_BE_GLUED.fullmatch(word) and _cuts(word))


def _parts(word: str, alone: set[str]) -> tuple[str, ...]:
    """That a half stands alone elsewhere tells that it is a word."""
    for left, right, wanted in _cuts(word):
        after = _parts(right, alone)
        if all(half in alone for half in (left, after[0]) if half in wanted):
            return (left, "", *after)
    return (word,)


@lru_cache(maxsize=1 << 15)
def _cuts(word: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Where a word may be cut: the left half, the right one, and which of both have to stand alone elsewhere."""
    return (*_before_capital(word), *_before_small(word))


def _before_capital(word: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """PresidenPrabowo, dariAntara, KPKdan, ESDMBahlil."""
    if cut := BORDER.search(word):
        left, right = word[: cut.start()], word[cut.start() :]
        if left not in OWN_PREFIXES and (left[0].isupper() or is_common_word(left)):
            yield left, right, () if left.islower() or _ends_office(left, right) else (left, right)
    elif capitals := CAPITALS.match(word):
        for at in range(capitals.end(), max(capitals.end() - 2, 1), -1):
            right = word[at:]
            yield word[:at], right, () if right in SMALL_ENDS else (right,)


def _before_small(word: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Indonesiabakal, Saylordalam: a name, and a small word, of clauses at best."""
    small = word.lower()
    listed = (name_words(), region_words(), district_words())
    if is_common_word(small) or any(small in names for names in listed):
        return
    for at in range(LEAST_NAME, len(word) - 2):
        left, right = word[:at], word[at:]
        name = left.lower()
        is_act = VERB.fullmatch(right) and (is_common_word(right) or _is_long_act(name, right))
        if right in SMALL_ENDS or is_act:
            is_region = (name,) in region_words().get(name, ())
            is_sure = word[0].isupper() and (_is_name(name, right) or _ends_no_name(right))
            yield left, right, () if is_region or is_sure else (left,)
        elif len(right) >= LEAST_END and is_common_word(right):
            yield left, right, (left, right)


def _is_name(word: str, after: str) -> bool:
    """Fernandezsedang; not Mulya of Mulyadidiketahui."""
    names = name_words()
    if word not in names or len(word) <= LEAST_NAME or len(after) < LEAST_SURE_END:
        return False
    goes_on = any(word + after[:n] in names for n in (1, 2, 3))
    return not goes_on and after not in ENDS_OF_NAMES


def _is_long_act(name: str, verb: str) -> bool:
    """Fernandezmengeklaim"""
    return len(verb) >= LEAST_ACT and verb.startswith("me") and _is_name(name, verb)


def _ends_no_name(end: str) -> bool:
    """Anungmenyebut, Ibrahimtelah: no name ends so, even where the first half stands nowhere else."""
    is_long = len(end) >= LEAST_SURE_END and end not in ENDS_OF_NAMES
    is_act = len(end) >= LEAST_ACT and end.startswith("me")  # not Aubameyang
    return is_act or (is_long and end in SMALL_ENDS)


def _ends_office(word: str, after: str) -> bool:
    """Direktur NiagaGaruda; before a given name any word of offices does: Menteri PertanianAndi."""
    token, following = spelled(word), spelled(after)
    if token.lower in people("role_words") or (token.is_title and following.is_common_name):
        return True
    is_region = (token.lower,) in token.regions
    return is_region or token.is_role or token.is_head or DERIVED.fullmatch(word) is not None
