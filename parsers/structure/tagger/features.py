"""What a word and its neighbours say about its tag, as the names of weights.

No feature holds more of a text than one word, and training keeps only words that many articles have.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import NamedTuple

from parsers.language.common_words import is_common_word
from parsers.language.words import (
    family_names,
    given_names,
    listed_bodies,
    lower,
    people_exact,
    table,
)
from parsers.structure.tokens.token import Token, district_words

LONGEST_COUNTED = 9  # letters
PREFIXES = (2, 3, 4)
ENDINGS = (1, 2, 3, 4)
CLASSES = (  # the first that holds is the class of a word with a capital
    ("is_day", "D"),
    ("is_honorific", "H"),
    ("is_rank", "K"),
    ("is_role", "R"),
    ("is_common_name", "N"),
    ("is_suffix", "X"),
    ("is_head", "I"),
    ("is_ministry", "M"),
    ("is_site", "S"),
    ("marker", "L"),
    ("is_acronym", "A"),
    ("regions", "P"),
    ("is_initial", "i"),
    ("is_opener", "O"),
    ("is_title", "T"),
)
SMALL_CLASSES = (
    ("is_honorific", "h"),
    ("is_role", "r"),
    ("verb", "v"),
    ("post", "k"),
    ("marker", "l"),
)
ITSELF = lower(  # small words that are a class of their own
    "di ke dari oleh kepada dan atau serta yang untuk dengan bersama menurut antara melawan pada bagi itu ini adalah"
)


class Clue(NamedTuple):
    """What the rules say of a word. Empty where they say nothing."""

    kind: str = ""  # p in a person's name, o in a body's
    position: str = ""  # first, middle, last of the name, or only
    rule: str = ""  # the last part of its id
    place: str = ""  # the rule of the place that it is in
    elsewhere: str = ""  # the kinds of all names of the text that have the word
    before: str = ""  # the kind of the word before; s where both are in one name, else d


@cache
def small_in_press() -> frozenset[str]:
    return lower(table("tagger")["small"])


def word_class(token: Token) -> str:
    if token.is_capital:
        named = next((name for field, name in CLASSES if getattr(token, field)), None)
        return named or (
            "W" if is_common_word(token.lower) or token.lower in small_in_press() else "C"
        )
    if not token.is_word or token.lower in ITSELF:
        return token.lower.strip() or "edge"
    if token.text[0].isdigit():
        return "9"
    return next(
        (name for field, name in SMALL_CLASSES if getattr(token, field)), _form(token.lower)
    )


def _form(word: str) -> str:
    """Of a verb, or another small word."""
    if word.startswith(("me", "ber", "ter")):
        return "b"
    return "d" if word.startswith("di") else "s"


def own_features(token: Token) -> list[str]:
    word = token.lower
    features = [f"0={word}", f"0~{_shape(token.text)}", f"0#{min(len(word), LONGEST_COUNTED)}"]
    features += [f"0{name}" for field, name in CLASSES if getattr(token, field)]
    if not token.is_capital:
        return features
    lists = {
        "common": is_common_word(word),
        "small": word in small_in_press(),
        "body": token.text in listed_bodies(1),
        "brand": token.text in people_exact("brands"),
        "district": word in district_words(),
        "given": word in given_names(),
        "family": word in family_names(),
    }
    affixes = [f"0^{word[:n]}" for n in PREFIXES] + [f"0${word[-n:]}" for n in ENDINGS]
    return [*features, *affixes, *(f"0{name}" for name, holds in lists.items() if holds)]


def _shape(text: str) -> str:
    """Xx for Budi, X for KPK, Xx-X for Al-A, 9 for digits."""
    marks = (
        "X" if c.isupper() else "x" if c.islower() else "9" if c.isdigit() else c for c in text
    )
    return "".join(mark for mark, _ in groupby(marks))


def neighbour_features(token: Token, name: str) -> list[str]:
    """`name` is the class of the word. Where it stands goes before them; the ending tells right beside a word alone."""
    features = [f"={token.lower}", f":{name}"]
    if token.is_word:
        features.append(f"${token.lower[-3:]}")
    if token.is_capital:
        features += ["given"] if token.lower in given_names() else []
        features += ["family"] if token.lower in family_names() else []
    return features


def joint_features(before: str, own: str, after: str) -> list[str]:
    """Of the classes of three words in a row."""
    return [f"<{before} {own}", f">{own} {after}", f"*{before} {own} {after}"]


def text_features(own: str, holds: str) -> list[str]:
    """`holds`: b where the word begins a sentence, o where the text writes it small, too, r in a region, l in a listed body."""
    together = [holds] if len(holds) > 1 else []
    return [f"@{name}{context}" for name in (*holds, *together) for context in ("", own)]


def rule_features(own: str, clue: Clue) -> list[str]:
    """`own` is the class of the word. They begin with a mark that no other feature has."""
    kind, position, rule, place, elsewhere, before = clue
    features = [f"!n{own}"]
    if kind:
        features = [f"!{kind}", f"!{kind}{position}", f"!{kind}{rule}", f"!{kind}{position}{own}"]
        features += [f"!={before}{kind}"] if before else []
    elif before:
        features.append(f"!/{before}{own}")
    if place:
        features += [f"!{place}", f"!{place}{kind}"]
    return [*features, f"!w{elsewhere}", f"!w{elsewhere}{own}{kind}"]
