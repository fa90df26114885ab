"""Words of everyday language, with their forms."""

from __future__ import annotations

from functools import cache, lru_cache

from parsers.language.affixes import roots
from parsers.language.words import common_names, lower, table


@lru_cache(maxsize=1 << 15)
def is_common_word(word: str) -> bool:
    """Whether it is such a word, or a form of one, and no given name; in lower case."""
    if word in common_names():
        return False
    first, _, second = word.partition("-")  # orang-orang
    return first == second or word in listed_words() or not listed_words().isdisjoint(roots(word))


@cache
def listed_words() -> frozenset[str]:
    """Without the forms that are not in the lists."""
    lists = table("common_words")
    return lower(lists["in_news"]) | lower(lists["added"])
